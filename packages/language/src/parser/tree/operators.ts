/**
 * Makes a tree of a flat row of operands and operators, by precedence climbing (Richards 1979; Pratt 1973). `|>` binds loosest, then `or`,
 * `and`, `not`, comparisons, `+ -`, `* / % @`, unary `-`, `**`.
 */
import type { CstNode } from 'chevrotain';
import type { BinaryOperator, Call, Expression, UnaryOperator } from '../../ast.ts';
import type { Token } from '../../lexer/tokens.ts';
import { endOf } from '../../lexer/tokens.ts';
import { nodeOf, tokenOf, tokensOf } from '../cst.ts';
import { type Build, missing, type Placed } from './build.ts';
import { checkLabel } from './postfix.ts';

const unaryPower = { not: 4, '-': 8 } as const;

/** How tightly an operator binds; a larger number is tighter. `**` associates to the right, the others to the left. */
export const bindingPower: Readonly<Record<BinaryOperator | '|>' | UnaryOperator, number>> = {
  '|>': 1,
  or: 2,
  and: 3,
  not: unaryPower.not,
  '==': 5,
  '!=': 5,
  '<': 5,
  '<=': 5,
  '>': 5,
  '>=': 5,
  '+': 6,
  '-': 6,
  '*': 7,
  '/': 7,
  '%': 7,
  '@': 7,
  '**': 9,
};
/** Unary `-` binds tighter than `*` and looser than `**`. */
export const negationPower = unaryPower['-'];
const comparisonPower = bindingPower['=='];

/** Operands and operators of an expression; `operators[i]` stands between `operands[i]` and `operands[i + 1]`. */
export interface FlatRow {
  readonly build: Build;
  readonly operands: readonly CstNode[];
  readonly operators: readonly Token[];
  /** The offset at which a missing operand is reported. */
  readonly end: number;
  /**
   * Builds an operand without its prefix operators. It is a parameter because operands contain expressions, which would make a circle of
   * imports.
   */
  readonly operandOf: (build: Build, node: CstNode | undefined, end: number) => Placed;
}

/** A row and how far it has been read. */
interface Row extends FlatRow {
  /** The index of the next operand; the operator before it has the index `next - 1`. */
  next: number;
}

/** The tree of a row. */
export function treeOfRow(row: FlatRow): Placed {
  return climb({ ...row, next: 0 }, 0);
}

/** The next operand, from its prefix operator number `prefix` on, with all operators after it whose power is at least `minimum`. */
function climb(row: Row, minimum: number, prefix = 0): Placed {
  let left = operand(row, prefix);
  for (;;) {
    const operator = row.operators[row.next - 1];
    if (operator === undefined) return left;
    const symbol = symbolOf(operator);
    const power = bindingPower[symbol];
    if (power < minimum) return left;
    if (symbol === '|>') left = pipe(row, left);
    else left = binary(row, left, operator, climb(row, symbol === '**' ? power : power + 1));
  }
}

/** The operator that a token stands for. Its type decides, since a foreign spelling such as `&&` keeps its text. */
function symbolOf(operator: Token): BinaryOperator | '|>' {
  return operator.tokenType.name as BinaryOperator | '|>';
}

function operand(row: Row, prefix: number): Placed {
  const node = row.operands[row.next];
  const sign = tokensOf(node, 'prefix')[prefix];
  if (sign === undefined) {
    const piped = prefix === 0 && row.operators[row.next - 1]?.tokenType.name === '|>';
    const placed = row.operandOf(row.build, node, placeOfNext(row));
    row.next++;
    if (!piped) checkLabel(row.build, placed.expression);
    return placed;
  }
  const operator = sign.tokenType.name as UnaryOperator;
  const inner = climb(row, unaryPower[operator], prefix + 1);
  const operatorSpan = row.build.problems.span(sign.startOffset, endOf(sign));
  const place = { start: sign.startOffset, end: inner.end };
  const span = row.build.problems.span(place.start, place.end);
  return { expression: { kind: 'unary', operator, operatorSpan, operand: inner.expression, span }, ...place };
}

/** The offset at which the next operand should be. */
function placeOfNext({ operators, next, end }: Row): number {
  const before = operators[next - 1];
  return before === undefined ? (operators[next]?.startOffset ?? end) : endOf(before);
}

function binary(row: Row, left: Placed, token: Token, right: Placed): Placed {
  const { problems } = row.build;
  const operator = symbolOf(token) as BinaryOperator;
  const operatorSpan = problems.span(token.startOffset, endOf(token));
  const place = { start: left.start, end: right.end };
  const span = problems.span(place.start, place.end);
  if (bindingPower[operator] === comparisonPower && isBareComparison(left)) {
    problems.error('chained-comparison', operatorSpan, 'comparisons cannot be chained', {
      help: 'write `a < b and b < c`',
    });
    return { expression: missing(problems, place.start, place.end), ...place };
  }
  const expression: Expression = {
    kind: 'binary',
    operator,
    operatorSpan,
    left: left.expression,
    right: right.expression,
    span,
  };
  return { expression, ...place };
}

function isBareComparison({ expression, start }: Placed): boolean {
  if (expression.kind !== 'binary' || bindingPower[expression.operator] !== comparisonPower) return false;
  return start === expression.span.start;
}

function pipe(row: Row, left: Placed): Placed {
  const { problems } = row.build;
  const node = row.operands[row.next];
  const right = climb(row, bindingPower['|>'] + 1);
  const place = { start: left.start, end: right.end };
  const call = pipedCall(node, right.expression);
  if (call !== undefined) {
    const span = problems.span(place.start, place.end);
    return { expression: { kind: 'pipe', value: left.expression, call, span }, ...place };
  }
  if (leftmost(right.expression).kind !== 'missing') {
    problems.error('not-callable', problems.span(right.start, right.end), '`|>` needs a call after it', {
      help: 'write `x |> f` or `x |> f(a)`; what is done with the result stands outside: `(x |> f) + y`',
    });
  }
  return { expression: missing(problems, place.start, place.end), ...place };
}

function leftmost(expression: Expression): Expression {
  let first = expression;
  while (first.kind === 'binary') first = first.left;
  return first;
}

/** `right` as a call, if it is a call or a name without prefix operators and parentheses; undefined otherwise. */
function pipedCall(node: CstNode | undefined, right: Expression): Call | undefined {
  const plain = tokenOf(node, 'prefix') === undefined && tokenOf(nodeOf(node, 'primary'), 'Identifier') !== undefined;
  if (!plain) return undefined;
  if (right.kind === 'call') return right;
  if (right.kind !== 'reference') return undefined;
  const callee = { text: right.name, span: right.span };
  return { kind: 'call', callee, arguments: [], parenthesised: false, span: right.span };
}
