/** Builds statements. */
import type { CstNode } from 'chevrotain';
import type { Call, Minimize, Name, RecordExpression, RecordField, Return, Statement } from '../../ast.ts';
import type { Group } from '../../lexer/tokens.ts';
import { endOf } from '../../lexer/tokens.ts';
import { nodeOf, nodesOf, tokenOf } from '../cst.ts';
import type { Piece } from '../pieces.ts';
import { bodyOf, emptyBody } from './bodies.ts';
import { type Build, spanOfPiece } from './build.ts';
import { expressionOf, statementExpression } from './expressions.ts';
import { nameOf, nameOfToken } from './names.ts';
import { argumentsOf, labelOf } from './postfix.ts';
import { typeOf } from './types.ts';

/** The statement on a line of a body; undefined if nothing could be made of it. */
export function statementOf(build: Build, tree: CstNode | undefined, piece: Piece): Statement | undefined {
  const [node] = Object.values(tree?.children ?? {}).flat();
  if (node === undefined || !('children' in node)) return undefined;
  const readers: Readonly<Record<string, (build: Build, node: CstNode, piece: Piece) => Statement | undefined>> = {
    binding,
    variable,
    forLoop,
    returnStatement,
    minimizeStatement,
    expectStatement,
    expressionOrAssignment,
  };
  return readers[node.name]!(build, node, piece);
}

function binding(build: Build, node: CstNode, piece: Piece): Statement {
  return {
    kind: tokenOf(node, 'keyword')?.image === 'var' ? 'var' : 'let',
    name: nameOf(build, nodeOf(node, 'name'), piece.end),
    others: otherNames(build, node, piece),
    value: expressionOf(build, nodeOf(node, 'expression'), piece.end),
    span: spanOfPiece(build, piece),
  };
}

function otherNames(build: Build, node: CstNode, piece: Piece): readonly Name[] {
  return nodesOf(nodeOf(node, 'otherNames'), 'name').map(name => nameOf(build, name, piece.end));
}

function variable(build: Build, node: CstNode, piece: Piece): Statement {
  const label = labelOf(build, node);
  return {
    kind: tokenOf(node, 'keyword')?.image === 'state' ? 'state' : 'param',
    name: nameOf(build, nodeOf(node, 'name'), piece.end),
    ...(label === undefined ? {} : { label }),
    type: typeOf(build, nodeOf(node, 'type'), piece.end),
    initialiser: expressionOf(build, nodeOf(node, 'expression'), piece.end),
    span: spanOfPiece(build, piece),
  };
}

function forLoop(build: Build, node: CstNode, piece: Piece): Statement {
  const body = tokenOf(node, 'Braces');
  const span = spanOfPiece(build, piece);
  return {
    kind: 'for',
    variable: nameOf(build, nodeOf(node, 'name'), piece.end),
    iterable: expressionOf(build, nodeOf(node, 'expression'), piece.end),
    body: body === undefined ? emptyBody(build.problems, span.end) : bodyOf(build, body),
    span,
  };
}

function returnStatement(build: Build, node: CstNode, piece: Piece): Return {
  const span = spanOfPiece(build, piece);
  const record = tokenOf(node, 'Braces')?.group;
  if (record !== undefined) return { kind: 'return', value: recordOf(build, record), span };
  const value = nodeOf(node, 'expression');
  return { kind: 'return', value: value && expressionOf(build, value, piece.end), span };
}

function recordOf(build: Build, group: Group): RecordExpression {
  return {
    kind: 'record',
    fields: build.contents('field', group),
    span: build.problems.span(group.open.startOffset, group.end),
  };
}

/** A named output in `return { … }`. */
export function fieldOf(build: Build, node: CstNode | undefined, piece: Piece): RecordField {
  const name = nameOf(build, nodeOf(node, 'name'), piece.end);
  const span = spanOfPiece(build, piece);
  const short = tokenOf(node, ':') === undefined && nodeOf(node, 'expression') === undefined;
  if (!short) return { name, value: expressionOf(build, nodeOf(node, 'expression'), piece.end), short, span };
  const kind = name.text === '' ? ('missing' as const) : ('reference' as const);
  return { name, value: { kind, name: name.text, span: name.span }, short, span };
}

function minimizeStatement(build: Build, node: CstNode, piece: Piece): Minimize {
  const optional = (key: string) => {
    const found = nodeOf(node, key);
    return found && expressionOf(build, found, piece.end);
  };
  return {
    kind: 'minimize',
    loss: expressionOf(build, nodeOf(node, 'loss'), piece.end),
    optimizer: optimizerOf(build, nodeOf(node, 'optimizerCall'), piece.end),
    selection: optional('selection'),
    clip: optional('clip'),
    accumulate: optional('accumulate'),
    states: optional('states'),
    master: optional('master'),
    scale: optional('scale'),
    span: spanOfPiece(build, piece),
  };
}

function optimizerOf(build: Build, node: CstNode | undefined, end: number): Call {
  const { problems } = build;
  const token = tokenOf(node, 'Identifier');
  const group = tokenOf(node, 'Parens')?.group;
  const callee = token === undefined ? { text: '', span: problems.span(end, end) } : nameOfToken(build, token);
  const span = problems.span(callee.span.start, group?.end ?? (token === undefined ? end : endOf(token)));
  const args = group === undefined ? [] : argumentsOf(build, group);
  return { kind: 'call', callee, arguments: args, parenthesised: group !== undefined, span };
}

function expectStatement(build: Build, node: CstNode, piece: Piece): Statement {
  const limit = expressionOf(build, nodeOf(node, 'expression'), piece.end);
  return { kind: 'expect', limit, span: spanOfPiece(build, piece) };
}

function expressionOrAssignment(build: Build, node: CstNode, piece: Piece): Statement | undefined {
  const span = spanOfPiece(build, piece);
  const target = nodeOf(node, 'target');
  const isUpdate = tokenOf(node, ':=') !== undefined;
  const others = otherNames(build, node, piece);
  const [second] = others;
  if (second !== undefined && (isUpdate || tokenOf(node, '=') === undefined)) {
    build.problems.error('invalid-target', second.span, 'several names stand only before `=`', {
      help: 'write `let a, b = f(x)`, or one value on each line',
    });
  }
  if (!isUpdate && tokenOf(node, '=') === undefined) {
    return { kind: 'expression', expression: statementExpression(build, target, piece.end), span };
  }
  const name = expressionOf(build, target, piece.start);
  const value = expressionOf(build, nodeOf(node, 'value'), piece.end);
  if (name.kind === 'reference') {
    const first = { text: name.name, span: name.span };
    return isUpdate
      ? { kind: 'update', name: first, value, span }
      : { kind: 'assign', name: first, others, value, span };
  }
  if (name.kind !== 'missing') {
    const help = name.kind === 'index' ? 'write `x = update(x, value, starts)`' : undefined;
    build.problems.error('invalid-target', name.span, 'only a name can be given a value', { help });
  }
  return undefined;
}
