/** Items of a file. */
import type { CstNode } from 'chevrotain';
import type { Block, Body, Const, Entry, Import, Item, Optimizer, Parameter } from '../../ast.ts';
import { endOf } from '../../lexer/lex.ts';
import type { Group } from '../../lexer/tokens.ts';
import { nodeOf, tokenOf } from '../cst.ts';
import { type Build, elementsOf, type Piece, parsePiece } from '../pieces.ts';
import { emptyBody, expressionOf, nameOf } from './expressions.ts';
import { stringOf } from './literals.ts';
import { spanOfPiece } from './postfix.ts';
import { bodyOf } from './statements.ts';
import { inputsOf, resultTypeOf } from './types.ts';

export function itemOf(build: Build, piece: Piece): Item | undefined {
  const [node] = Object.values(parsePiece(build, 'item', piece)?.children ?? {}).flat();
  if (node === undefined || !('children' in node)) return undefined;
  switch (node.name) {
    case 'importItem':
      return importOf(build, node, piece);
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
    parameters: parametersOf(build, tokenOf(node, 'Parens')?.group, ')'),
    body: itemBody(build, node, piece),
    span: spanOfPiece(build, piece),
  };
}

function entryOf(build: Build, node: CstNode, piece: Piece): Entry {
  const result = nodeOf(node, 'resultType');
  return {
    kind: tokenOf(node, 'keyword')?.image === 'train' ? 'train' : 'model',
    name: nameOf(build, nodeOf(node, 'name'), piece.end),
    dimensions: parametersOf(build, tokenOf(node, 'Brackets')?.group, ']'),
    inputs: inputsOf(build, tokenOf(node, 'Parens')?.group, ')'),
    result: result && resultTypeOf(build, result, piece.end),
    body: itemBody(build, node, piece),
    span: spanOfPiece(build, piece),
  };
}

function parametersOf(build: Build, group: Group | undefined, closing: string): readonly Parameter[] {
  if (group === undefined || group.cut) return [];
  return elementsOf(group, closing).map(piece => parameterOf(build, piece));
}

function parameterOf(build: Build, piece: Piece): Parameter {
  const node = parsePiece(build, 'parameter', piece);
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
