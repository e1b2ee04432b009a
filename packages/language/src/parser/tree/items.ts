/** Builds the items of a file. */
import type { CstNode } from 'chevrotain';
import {
  type Block,
  type Body,
  type Const,
  type Entry,
  elementTypes,
  type Import,
  type Item,
  type Optimizer,
  type Parameter,
  type Precision,
} from '../../ast.ts';
import { endOf } from '../../lexer/tokens.ts';
import { nodeOf, tokenOf } from '../cst.ts';
import type { Piece } from '../pieces.ts';
import { bodyOf, emptyBody } from './bodies.ts';
import { type Build, spanOfPiece } from './build.ts';
import { expressionOf } from './expressions.ts';
import { stringOf } from './literals.ts';
import { nameOf } from './names.ts';
import { resultTypeOf } from './types.ts';

/** The item on a line of the file; undefined if nothing could be made of it. */
export function itemOf(build: Build, tree: CstNode | undefined, piece: Piece): Item | undefined {
  const [node] = Object.values(tree?.children ?? {}).flat();
  if (node === undefined || !('children' in node)) return undefined;
  switch (node.name) {
    case 'importItem':
      return importOf(build, node, piece);
    case 'precisionItem':
      return precisionItemOf(build, node, piece);
    case 'constItem':
      return constOf(build, node, piece);
    case 'blockItem':
      return blockOf(build, node, piece);
    default:
      return entryOf(build, node, piece);
  }
}

function importOf(build: Build, node: CstNode, piece: Piece): Import | undefined {
  const token = tokenOf(node, 'String');
  if (token === undefined) return undefined;
  const { parts, span } = stringOf(build, token);
  if (parts.some(part => part.kind === 'interpolation')) {
    build.problems.error('computed-import', span, 'the path of an import cannot be computed');
    return undefined;
  }
  const path = parts.map(part => (part.kind === 'text' ? part.value : '')).join('');
  return {
    kind: 'import',
    path,
    pathSpan: build.problems.span(token.startOffset, endOf(token)),
    span: spanOfPiece(build, piece),
  };
}

function precisionItemOf(build: Build, node: CstNode, piece: Piece): Precision | undefined {
  const token = tokenOf(node, 'ElementType');
  const element = elementTypes.find(type => type === token?.image);
  if (token === undefined || element === undefined) return undefined;
  const elementSpan = build.problems.span(token.startOffset, endOf(token));
  return { kind: 'precision', element, elementSpan, span: spanOfPiece(build, piece) };
}

function constOf(build: Build, node: CstNode, piece: Piece): Const {
  return {
    kind: 'const',
    name: nameOf(build, nodeOf(node, 'name'), piece.end),
    value: expressionOf(build, nodeOf(node, 'expression'), piece.end),
    span: spanOfPiece(build, piece),
  };
}

function blockOf(build: Build, node: CstNode, piece: Piece): Block | Optimizer {
  return {
    kind: tokenOf(node, 'keyword')?.image === 'optimizer' ? 'optimizer' : 'block',
    name: nameOf(build, nodeOf(node, 'name'), piece.end),
    parameters: build.contents('parameter', tokenOf(node, 'Parens')?.group),
    body: itemBody(build, node, piece),
    span: spanOfPiece(build, piece),
  };
}

function entryOf(build: Build, node: CstNode, piece: Piece): Entry {
  const result = nodeOf(node, 'resultType');
  return {
    kind: tokenOf(node, 'keyword')?.image === 'train' ? 'train' : 'model',
    name: nameOf(build, nodeOf(node, 'name'), piece.end),
    dimensions: build.contents('parameter', tokenOf(node, 'Brackets')?.group),
    inputs: build.contents('typedName', tokenOf(node, 'Parens')?.group),
    result: result && resultTypeOf(build, result, piece.end),
    body: itemBody(build, node, piece),
    span: spanOfPiece(build, piece),
  };
}

/** A parameter of a block or optimiser, or a dimension of an entry point. */
export function parameterOf(build: Build, node: CstNode | undefined, piece: Piece): Parameter {
  const value = nodeOf(node, 'expression');
  return {
    name: nameOf(build, nodeOf(node, 'name'), piece.end),
    default: value && expressionOf(build, value, piece.end),
    span: spanOfPiece(build, piece),
  };
}

function itemBody(build: Build, node: CstNode, piece: Piece): Body {
  const braces = tokenOf(node, 'Braces');
  return braces === undefined ? emptyBody(build.problems, piece.end) : bodyOf(build, braces);
}
