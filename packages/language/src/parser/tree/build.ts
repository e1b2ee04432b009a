/** What all builders of the tree share: the pieces that were read, and what has been built already. */
import type * as ast from '../../ast.ts';
import { endOf, type Group } from '../../lexer/tokens.ts';
import type { Problems } from '../../problems.ts';
import type { PieceRule } from '../grammar.ts';
import type { Piece } from '../pieces.ts';
import type { Reading } from '../read.ts';

/** What a piece becomes, for each rule by which it may be read; undefined if nothing could be made of it. */
export interface Built {
  readonly item: ast.Item | undefined;
  readonly statement: ast.Statement | undefined;
  readonly parameter: ast.Parameter;
  readonly typedName: ast.Input;
  readonly argument: ast.Argument;
  readonly field: ast.RecordField;
  readonly indexPart: ast.IndexPart;
  readonly expression: ast.Expression;
}

type Finished = { readonly [R in PieceRule]: Map<Group, readonly NonNullable<Built[R]>[]> };

/** An expression with the range of its text, including parentheses around it. */
export interface Placed {
  readonly expression: ast.Expression;
  readonly start: number;
  readonly end: number;
}

/** The state of building. Groups are built from the innermost outwards, so a builder finds the contents of every group here. */
export class Build {
  readonly problems: Problems;
  readonly reading: Reading;
  private readonly finished: Finished = {
    item: new Map(),
    statement: new Map(),
    parameter: new Map(),
    typedName: new Map(),
    argument: new Map(),
    field: new Map(),
    indexPart: new Map(),
    expression: new Map(),
  };

  constructor(problems: Problems, reading: Reading) {
    this.problems = problems;
    this.reading = reading;
  }

  finish<R extends PieceRule>(rule: R, group: Group, contents: readonly NonNullable<Built[R]>[]): void {
    this.finished[rule].set(group, contents);
  }

  /** What the pieces of `group` became; an empty list if the group is missing, empty or left out. */
  contents<R extends PieceRule>(rule: R, group: Group | undefined): readonly NonNullable<Built[R]>[] {
    return (group && this.finished[rule].get(group)) ?? [];
  }
}

/** Stands for an expression that recovery did not find. */
export function missing(problems: Problems, start: number, end = start): ast.Expression {
  return { kind: 'missing', span: problems.span(start, end) };
}

/** From the beginning of a piece to the end of its last token. */
export function spanOfPiece(build: Build, piece: Piece): ast.Expression['span'] {
  const last = piece.tokens.at(-1);
  return build.problems.span(piece.start, last === undefined ? piece.end : endOf(last));
}
