/**
 * Reads a whole file, piece by piece: first its lines, then the contents of their bracket groups, then those of the groups inside these, in
 * a loop instead of by recursion. The result is one concrete syntax tree for each piece, in which groups are single tokens; `tree/` makes
 * the abstract tree of them, from the innermost group outwards.
 */
import type { CstElement, CstNode } from 'chevrotain';
import { type LimitReport, nestingLimit, operatorLimit } from '../lexer/limit.ts';
import * as t from '../lexer/tokens.ts';
import type { Problems } from '../problems.ts';
import { contextOf, type GroupContext, interpolationContext } from './contexts.ts';
import { firstToken, nodeOf, nodesOf, tokensOf } from './cst.ts';
import { Grammar, type PieceRule } from './grammar.ts';
import { elementsOf, linesOf, type Piece, wholeOf } from './pieces.ts';
import { Echoes, reportErrors } from './report.ts';

/** One piece and the tree that the grammar made of it. Parts of the tree may be missing, which has been reported. */
export interface ReadPiece {
  readonly piece: Piece;
  readonly node: CstNode | undefined;
}

/** The contents of a group, or the lines of a file. */
export interface Contents {
  readonly rule: PieceRule;
  readonly pieces: readonly ReadPiece[];
}

export interface Reading {
  readonly file: Contents;
  /** The contents of each group that the grammar has a place for. Outer groups come before those inside them. */
  readonly groups: ReadonlyMap<t.Group, Contents>;
  /** Nodes of expressions that were left out because they are nested too deeply. */
  readonly tooDeep: ReadonlySet<CstNode>;
}

/** How deep an `if` may be nested in conditions of others, the only place where the grammar is recursive. */
const conditionLimit = 100;

/** A group that is still to be read. */
interface Job {
  readonly group: t.Group;
  readonly context: GroupContext;
  /** How many nodes of the tree are around it. */
  readonly depth: number;
}

let grammar: Grammar | undefined;

class Reader {
  private readonly problems: Problems;
  private readonly limit: LimitReport;
  private readonly echoes: Echoes;
  private readonly jobs: Job[] = [];
  private readonly tooDeep = new Set<CstNode>();

  constructor(problems: Problems, limit: LimitReport) {
    this.problems = problems;
    this.limit = limit;
    this.echoes = new Echoes(problems);
  }

  run(tokens: readonly t.Token[]): Reading {
    const lines = linesOf(tokens, this.problems.source.text.length, 'the end of the file', false);
    const file = this.readAll('item', lines, 0);
    const groups = new Map<t.Group, Contents>();
    for (let job = this.jobs.pop(); job !== undefined; job = this.jobs.pop()) {
      const { group, context, depth } = job;
      if (!group.cut) groups.set(group, this.readAll(context.rule, piecesOf(group, context), depth));
    }
    return { file, groups, tooDeep: this.tooDeep };
  }

  private readAll(rule: PieceRule, pieces: readonly Piece[], depth: number): Contents {
    const read = pieces.map(piece => ({ piece, node: this.read(rule, piece) }));
    for (const { node } of read) if (node !== undefined) this.findGroups(node, depth);
    return { rule, pieces: read };
  }

  private read(rule: PieceRule, piece: Piece): CstNode | undefined {
    const nested = nestedConditions(piece.tokens);
    if (nested !== undefined) {
      this.limit.report(this.problems, nested, `\`if\` in the condition of an \`if\`, ${conditionLimit} times over`);
      return undefined;
    }
    grammar ??= new Grammar();
    grammar.input = [...piece.tokens];
    const tree: CstNode | undefined = grammar[rule]();
    if (grammar.errors.length > 0 && !this.echoes.in(piece)) reportErrors(this.problems, piece, grammar.errors);
    return tree;
  }

  /** Adds jobs for the groups in `node`, unless it is an expression beyond the limits, which is reported. */
  private findGroups(node: CstNode, depth: number): void {
    const inner = depth + levelsOf(node);
    const isTooLong = operatorsOf(node) > operatorLimit;
    if (inner > nestingLimit || isTooLong) {
      this.tooDeep.add(node);
      const long = `an expression has at most ${operatorLimit.toLocaleString('en')} operators, calls and indices`;
      this.limit.report(this.problems, firstToken(node)!, isTooLong ? long : undefined);
      return;
    }
    for (const [key, elements] of Object.entries(node.children)) {
      for (const element of elements) this.findInElement(node, key, element, inner);
    }
  }

  private findInElement(parent: CstNode, key: string, element: CstElement, depth: number): void {
    if ('children' in element) {
      this.findGroups(element, depth);
      return;
    }
    const { group, parts = [] }: t.Token = element;
    const context = contextOf(parent.name, key);
    if (group !== undefined && context !== undefined) this.jobs.push({ group, context, depth });
    for (const part of parts) {
      if (part.kind === 'interpolation') this.jobs.push({ group: part.group, context: interpolationContext, depth });
    }
  }
}

/** Reads the tokens of a file, as `layOut` returns them. */
export function readFile(problems: Problems, tokens: readonly t.Token[], limit: LimitReport): Reading {
  return new Reader(problems, limit).run(tokens);
}

function piecesOf(group: t.Group, { cut, closing }: GroupContext): readonly Piece[] {
  if (cut === 'elements') return elementsOf(group, closing);
  if (cut === 'whole') return [wholeOf(group, closing)];
  const end = group.close?.startOffset ?? group.end;
  return linesOf(group.tokens, end, `\`${closing}\``, group.close === undefined);
}

/** The precedences of operators that associate to the left: `|>`, `or`, `and`, comparisons, `+ -`, `* / % @`. */
const leftPrecedences = 6;

/**
 * How much deeper a recursive walk over the abstract tree gets from `node` to the groups in it. Chains of operators and pipes (`a + b + c`,
 * `x |> f |> g`, `x[0].shape[1]`) and of `else if` add nothing, whatever their length, since all walks follow them in a loop.
 */
function levelsOf(node: CstNode): number {
  if (node.name === 'forLoop') return 1;
  if (node.name !== 'expression') return 0;
  const operators = tokensOf(node, 'Infix');
  const powers = operators.filter(({ tokenType }) => tokenType === t.Power).length;
  const operands = nodesOf(node, 'operand').map(levelsOfOperand);
  const deepest = operands.reduce((most, levels) => Math.max(most, levels), 0);
  return powers + Math.min(operators.length - powers, leftPrecedences) + deepest;
}

function levelsOfOperand(operand: CstNode): number {
  const primary = nodeOf(operand, 'primary');
  const around = [nodeOf(operand, 'postfix'), nodeOf(primary, 'ifExpression'), tokensOf(primary, 'Brackets')[0]];
  return tokensOf(operand, 'prefix').length + around.filter(one => one !== undefined).length;
}

/** How many operators, calls, indices and members an expression has, without those in brackets. */
function operatorsOf(node: CstNode): number {
  if (node.name !== 'expression') return 0;
  const postfixes = nodesOf(node, 'operand').map(operand => {
    const branches = nodesOf(nodeOf(nodeOf(operand, 'primary'), 'ifExpression'), 'expression');
    return nodesOf(operand, 'postfix').length + branches.length;
  });
  return postfixes.reduce((sum, count) => sum + count, tokensOf(node, 'Infix').length);
}

/** The `if` that is nested beyond {@link conditionLimit}; undefined if none is. */
function nestedConditions(tokens: readonly t.Token[]): t.Token | undefined {
  let pending = 0;
  for (let at = 0; at < tokens.length; at++) {
    const { tokenType } = tokens[at]!;
    const afterElse = tokens[at - 1]?.tokenType === t.Else;
    if (tokenType === t.If && ++pending > conditionLimit) return tokens[at];
    if (tokenType === t.Braces && !afterElse && pending > 0) pending--;
  }
  return undefined;
}
