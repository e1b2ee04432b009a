/** Builds what stands in the brackets after an operand: arguments of a call, parts of an index. */
import type { CstNode } from 'chevrotain';
import type { Argument, Expression, IndexPart } from '../../ast.ts';
import { nodeOf, tokenOf } from '../cst.ts';
import type { Piece } from '../pieces.ts';
import { type Build, spanOfPiece } from './build.ts';
import { expressionOf } from './expressions.ts';
import { nameOf } from './names.ts';

/** The argument of a call that a piece holds. */
export function argumentOf(build: Build, node: CstNode | undefined, piece: Piece): Argument {
  const nameNode = nodeOf(node, 'name');
  const name = nameNode === undefined ? undefined : nameOf(build, nameNode, piece.start);
  const value = expressionOf(build, nodeOf(node, 'expression'), piece.end);
  return { name, value, span: spanOfPiece(build, piece) };
}

/** The part of an index that a piece holds: `i`, `start:stop:step` or `..`. */
export function indexPartOf(build: Build, node: CstNode | undefined, piece: Piece): IndexPart {
  const span = spanOfPiece(build, piece);
  if (tokenOf(node, '..') !== undefined) return { kind: 'rest', span };
  const startNode = nodeOf(node, 'start');
  const slice = nodeOf(node, 'sliceRest');
  if (slice === undefined) return { kind: 'at', index: expressionOf(build, startNode, piece.end), span };
  const optional = (one: CstNode | undefined): Expression | undefined =>
    one === undefined ? undefined : expressionOf(build, one, piece.end);
  const [start, stop, step] = [startNode, nodeOf(slice, 'stop'), nodeOf(slice, 'step')].map(optional);
  return { kind: 'slice', start, stop, step, span };
}
