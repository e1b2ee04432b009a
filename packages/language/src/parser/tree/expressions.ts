/** Builds expressions. */
import type { CstNode } from 'chevrotain';
import type { Body, Expression, If } from '../../ast.ts';
import type { Group, Token } from '../../lexer/tokens.ts';
import { endOf } from '../../lexer/tokens.ts';
import { nodeOf, nodesOf, tokenOf, tokensOf } from '../cst.ts';
import { bodyOf, emptyBody } from './bodies.ts';
import { type Build, missing, type Placed } from './build.ts';
import { numberOf, stringOf } from './literals.ts';
import { treeOfRow } from './operators.ts';
import { applyPostfix } from './postfix.ts';

/** The expression of `node`, or a `missing` at `end` if there is none. */
export function expressionOf(build: Build, node: CstNode | undefined, end: number): Expression {
  return placedExpression(build, node, end).expression;
}

/** Like {@link expressionOf}, for a statement: there an `if` may lack its `else`. */
export function statementExpression(build: Build, node: CstNode | undefined, end: number): Expression {
  return placedExpression(build, node, end, true).expression;
}

function placedExpression(build: Build, node: CstNode | undefined, end: number, isStatement = false): Placed {
  const operands = nodesOf(node, 'operand');
  if (node === undefined || operands.length === 0 || build.reading.tooDeep.has(node))
    return { expression: missing(build.problems, end), start: end, end };
  const operators = tokensOf(node, 'Infix');
  const placed = treeOfRow({ build, operands, operators, end, operandOf: postfixed });
  const alone = isStatement && placed.expression.kind === 'if';
  if (!alone) for (const operand of operands) checkElse(build, operand);
  return placed;
}

function checkElse(build: Build, operand: CstNode): void {
  const node = nodeOf(nodeOf(operand, 'primary'), 'ifExpression');
  if (node === undefined || node.recoveredNode) return;
  const branches = nodesOf(node, 'expression').length;
  if (tokensOf(node, 'Braces').length !== branches) return;
  const token = tokenOf(node, 'if')!;
  const span = build.problems.span(token.startOffset, endOf(token));
  build.problems.error('if-without-else', span, 'an `if` that gives a value needs an `else`', {
    help: 'add `else { … }`',
  });
}

/** An operand without its prefix operators. */
function postfixed(build: Build, node: CstNode | undefined, end: number): Placed {
  let placed = primaryOf(build, nodeOf(node, 'primary'), end);
  for (const postfix of nodesOf(node, 'postfix')) placed = applyPostfix(build, placed, postfix);
  return placed;
}

function primaryOf(build: Build, node: CstNode | undefined, end: number): Placed {
  const condition = nodeOf(node, 'ifExpression');
  if (condition !== undefined) return ifOf(build, condition, end);
  const token = node === undefined ? undefined : Object.values(node.children).flat()[0];
  if (token === undefined || 'children' in token || token.isInsertedInRecovery) {
    return { expression: missing(build.problems, end), start: end, end };
  }
  return { expression: leafOf(build, token), start: token.startOffset, end: endOf(token) };
}

function leafOf(build: Build, token: Token): Expression {
  const span = build.problems.span(token.startOffset, endOf(token));
  switch (token.tokenType.name) {
    case 'Number':
      return numberOf(build, token);
    case 'String':
    case 'ForeignString':
      return stringOf(build, token);
    case 'true':
    case 'false':
      return { kind: 'boolean', value: token.tokenType.name === 'true', span };
    case 'ElementType':
      return { kind: 'element-type', element: token.image as never, span };
    case 'Parens':
      return parenthesised(build, token.group!);
    case 'Brackets':
      return listOf(build, token.group!);
    default:
      return { kind: 'reference', name: token.image, span };
  }
}

function parenthesised(build: Build, group: Group): Expression {
  return build.contents('expression', group)[0] ?? missing(build.problems, group.open.startOffset, group.end);
}

function listOf(build: Build, group: Group): Expression {
  const span = build.problems.span(group.open.startOffset, group.end);
  if (group.cut) return missing(build.problems, span.start, span.end);
  return { kind: 'list', elements: build.contents('expression', group), span };
}

/** Builds an `if`. A chain of `else if` is nested from its last part outwards. */
function ifOf(build: Build, node: CstNode, end: number): Placed {
  const { problems } = build;
  const keywords = tokensOf(node, 'if');
  const conditions = nodesOf(node, 'expression');
  const bodies = tokensOf(node, 'Braces').map(token => bodyOf(build, token));
  const lastEnd = bodies.at(-1)?.span.end ?? end;
  let otherwise: Body | If | undefined = bodies[conditions.length];
  for (let i = conditions.length - 1; i >= 0; i--) {
    const start = keywords[i]?.startOffset ?? lastEnd;
    const condition = expressionOf(build, conditions[i], end);
    const then = bodies[i] ?? emptyBody(problems, lastEnd);
    otherwise = { kind: 'if', condition, then, otherwise, span: problems.span(start, Math.max(start, lastEnd)) };
  }
  const start = keywords[0]?.startOffset ?? end;
  const expression = otherwise !== undefined && 'kind' in otherwise ? otherwise : missing(problems, end);
  return { expression, start, end: Math.max(start, lastEnd) };
}
