/** Builds the abstract tree of a file, from the innermost bracket groups outwards. */
import type { CstNode } from 'chevrotain';
import type { Item } from '../../ast.ts';
import type { Problems } from '../../problems.ts';
import type { PieceRule } from '../grammar.ts';
import type { Piece } from '../pieces.ts';
import type { Contents, Reading } from '../read.ts';
import { argumentOf, indexPartOf } from './bracketed.ts';
import { Build, type Built } from './build.ts';
import { expressionOf } from './expressions.ts';
import { itemOf, parameterOf } from './items.ts';
import { fieldOf, statementOf } from './statements.ts';
import { inputOf } from './types.ts';

type Builders = { readonly [R in PieceRule]: (build: Build, node: CstNode | undefined, piece: Piece) => Built[R] };

const builders: Builders = {
  item: itemOf,
  statement: statementOf,
  parameter: parameterOf,
  typedName: inputOf,
  argument: argumentOf,
  field: fieldOf,
  indexPart: indexPartOf,
  expression: (build, node, piece) => expressionOf(build, node, piece.end),
};

/** The items of a file that has been read. An item of which nothing could be made is left out; the parser has reported it. */
export function itemsOf(problems: Problems, reading: Reading): readonly Item[] {
  const build = new Build(problems, reading);
  for (const [group, contents] of [...reading.groups].reverse()) {
    build.finish(contents.rule, group, builtOf(build, contents.rule, contents));
  }
  return builtOf(build, 'item', reading.file);
}

function builtOf<R extends PieceRule>(build: Build, rule: R, { pieces }: Contents): readonly NonNullable<Built[R]>[] {
  const built: NonNullable<Built[R]>[] = [];
  for (const { node, piece } of pieces) {
    const one = builders[rule](build, node, piece);
    if (one !== undefined) built.push(one);
  }
  return built;
}
