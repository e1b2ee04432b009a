/**
 * `x // 2` is x and a comment, where Python divides. This warns of a comment after an operand if the whole comment could be the divisor: a
 * number, or a name that the file declares for a number. On lines with `|>`, `as` or a type such a comment more likely tells a size, so
 * these get no warning.
 */
import type { Item, Statement } from '../ast.ts';
import type { Problems } from '../problems.ts';
import type { Comment } from './lex.ts';
import * as t from './tokens.ts';

const operandEnds = new Set([t.Identifier, t.NumberLiteral, t.RightParen, t.RightBracket]);
const spokenFor = new Set([t.PipeMark, t.As, t.Colon, t.Param, t.State]);

/**
 * Warns of each comment that reads like Python's division. `tokens` and `comments` are those of the file, in order; `items` tell which
 * names stand for numbers.
 */
export function reportDivisions(
  problems: Problems,
  tokens: readonly t.Token[],
  comments: readonly Comment[],
  items: readonly Item[],
): void {
  let names: ReadonlySet<string> | undefined;
  let next = 0;
  for (const { text, start, end } of comments) {
    while (next < tokens.length && tokens[next]!.startOffset < start) next++;
    const [, divisor] = /^\/\/\s*(\d[\d_]*(?:\.\d+)?|[A-Za-z_]\w*(?:\.\w+|\[-?\w+\])*)\s*$/.exec(text) ?? [];
    const before = tokens[next - 1];
    if (divisor === undefined || before === undefined || !operandEnds.has(before.tokenType)) continue;
    const line = lineBefore(tokens, next);
    if (line.some(({ tokenType }) => spokenFor.has(tokenType)) || goesOn(tokens, next)) continue;
    const [name] = /^[A-Za-z_]\w*/.exec(divisor) ?? [];
    names ??= new Set(items.flatMap(numbersOf));
    if (name !== undefined && (!names.has(name) || line.some(({ image }) => image === name))) continue;
    problems.warning('comment-division', problems.span(start, end), '`//` begins a comment: nothing is divided here', {
      help: `of whole numbers \`/\` is floor division: write / ${divisor}; of a comment, say more`,
    });
  }
}

/** The tokens before the one at `end` on its line. */
function lineBefore(tokens: readonly t.Token[], end: number): readonly t.Token[] {
  let start = end;
  while (start > 0 && tokens[start - 1]!.tokenType !== t.Newline) start--;
  return tokens.slice(start, end);
}

/** Whether what follows shows that the statement does not end with the line: then the comment stands in the middle of it. */
function goesOn(tokens: readonly t.Token[], at: number): boolean {
  let after = at;
  while (tokens[after]?.tokenType === t.Newline) after++;
  const next = tokens[after]?.tokenType;
  return next !== undefined && (t.Infix.categoryMatches ?? []).includes(next.tokenTypeIdx ?? -1);
}

/** Names that an item declares and that may stand for compile-time numbers. */
function numbersOf(item: Item): readonly string[] {
  switch (item.kind) {
    case 'import':
    case 'precision':
      return [];
    case 'const':
      return [item.name.text];
    case 'block':
    case 'optimizer':
      return [...item.parameters.map(({ name }) => name.text), ...item.body.statements.flatMap(declaredBy)];
    case 'model':
    case 'train':
      return [...item.dimensions.map(({ name }) => name.text), ...item.body.statements.flatMap(declaredBy)];
  }
}

function declaredBy(statement: Statement): readonly string[] {
  if (statement.kind === 'let' || statement.kind === 'var')
    return [statement.name, ...statement.others].map(({ text }) => text);
  if (statement.kind !== 'for') return [];
  return [statement.variable.text, ...statement.body.statements.flatMap(declaredBy)];
}
