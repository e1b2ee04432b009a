/** Builds types and what has one: inputs, and named outputs. */
import type { CstNode } from 'chevrotain';
import type { Expression, Input, ResultType, TensorType, Type } from '../../ast.ts';
import { endOf } from '../../lexer/tokens.ts';
import { nodeOf, nodesOf, tokenOf } from '../cst.ts';
import type { Piece } from '../pieces.ts';
import { type Build, missing, spanOfPiece } from './build.ts';
import { nameOf } from './names.ts';

/** A written type. Where it is lacking, a tensor type with a missing element at `end`. */
export function typeOf(build: Build, node: CstNode | undefined, end: number): Type {
  const like = nodeOf(node, 'likeType');
  if (like === undefined) return tensorTypeOf(build, nodeOf(node, 'tensorType'), end);
  const keyword = tokenOf(like, 'like');
  const group = tokenOf(like, 'Parens')?.group;
  const value = build.contents('expression', group)[0] ?? missing(build.problems, end);
  return { kind: 'like-type', value, span: build.problems.span(keyword?.startOffset ?? end, group?.end ?? end) };
}

/** A tensor type; like {@link typeOf} where it is lacking. */
export function tensorTypeOf(build: Build, node: CstNode | undefined, end: number): TensorType {
  const { problems } = build;
  const head = tokenOf(node, 'ElementType') ?? tokenOf(node, 'Identifier');
  const group = tokenOf(node, 'Brackets')?.group;
  if (node === undefined || head === undefined || group === undefined) {
    const element = missing(problems, end);
    return { kind: 'tensor-type', element, dimensions: [], span: problems.span(end, end) };
  }
  const headSpan = problems.span(head.startOffset, endOf(head));
  let element: Expression =
    head.tokenType.name === 'ElementType'
      ? { kind: 'element-type', element: head.image as never, span: headSpan }
      : { kind: 'reference', name: head.image, span: headSpan };
  for (const part of nodesOf(node, 'name')) {
    const name = nameOf(build, part, end);
    element = { kind: 'member', target: element, name, span: problems.span(headSpan.start, name.span.end) };
  }
  const dimensions = build.contents('expression', group);
  return { kind: 'tensor-type', element, dimensions, span: problems.span(headSpan.start, group.end) };
}

/** What stands after `->`: one type, or named ones in braces. */
export function resultTypeOf(build: Build, node: CstNode, end: number): ResultType {
  const group = tokenOf(node, 'Braces')?.group;
  if (group === undefined) return tensorTypeOf(build, nodeOf(node, 'tensorType'), end);
  return {
    kind: 'record-type',
    fields: build.contents('typedName', group),
    span: build.problems.span(group.open.startOffset, group.end),
  };
}

/** An input of an entry point, or a named output in a record type. */
export function inputOf(build: Build, node: CstNode | undefined, piece: Piece): Input {
  return {
    name: nameOf(build, nodeOf(node, 'name'), piece.end),
    type: tensorTypeOf(build, nodeOf(node, 'tensorType'), piece.end),
    span: spanOfPiece(build, piece),
  };
}
