/**
 * The structural op `combine`: operand 0 has shape `[P, …result]` and holds the partial results of a summed axis that was cut into
 * P parts; `attributes.combine` says how they add up, always in the order 0 … P-1. The node's epilogue follows.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { Attributes } from '../graph.ts';
import type { Combine } from '../op/split.ts';

const combines: ReadonlySet<unknown> = new Set<Combine>(['add', 'max', 'min', 'mul']);

/** How a `combine` node's parts are combined. */
export function combineOf(attributes: Attributes): Combine {
  const combine = attributes['combine'];
  if (!combines.has(combine)) throw new InternalError('combine', `unknown combination ${combine}`);
  return combine as Combine;
}
