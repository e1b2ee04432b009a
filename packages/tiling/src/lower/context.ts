/**
 * What the functions of lowering are given, and what they give.
 *
 * They share registries only: tables that number what is put into them and find equal things again, so that it does not matter who asks
 * first. What happens in time, phases and homes, they return; `timeline.ts` alone puts phases in order.
 */
import type { OpTable } from '@tessera-dnn/graph/op';
import type { ChipSpec } from '@tessera-dnn/machine';
import type { Home } from '../geometry/home.ts';
import type { Moved, Phase } from '../program.ts';
import type { Buffers } from './buffers.ts';
import type { Codes } from './codes.ts';
import type { Recorders } from './record.ts';

export interface Registries {
  readonly chip: ChipSpec;
  readonly table: OpTable;
  readonly buffers: Buffers;
  readonly codes: Codes;
  readonly recorders: Recorders;
}

/** About the node that is lowered. */
export interface NodeContext {
  readonly registries: Registries;
  /** The node's path and op, which its phases and buffers are named after. */
  readonly name: string;
  /** How its result lies in the plan that is followed. */
  readonly decided?: Home;
}

export interface ResultContext extends NodeContext {
  /** The home of the variable whose new value the result is, where nothing reads the old one after this node. */
  readonly old?: Home;
}

export interface ComputeContext extends ResultContext {
  /** Where the result belongs inside another, if that is so. */
  readonly part?: Home;
  /** An estimate of the bytes that each tile's table takes so far. */
  readonly tableBytes: Float64Array;
}

/**
 * The result of lowering something, usually where a value lies; the phases that have to run for it, in this order; and what these move, and
 * why.
 */
export interface Lowered<Result = Home> {
  readonly result: Result;
  readonly phases: readonly Phase[];
  readonly moves: readonly Moved[];
}

/** What is there without doing anything. */
export function atOnce<Result>(result: Result): Lowered<Result> {
  return { result, phases: [], moves: [] };
}

/** Several in this order, as one. */
export function inOrder<Result>(all: readonly Lowered<Result>[]): Lowered<readonly Result[]> {
  return {
    result: all.map(({ result }) => result),
    phases: all.flatMap(({ phases }) => phases),
    moves: all.flatMap(({ moves }) => moves),
  };
}
