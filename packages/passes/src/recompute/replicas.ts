/**
 * A flow in which late readers read copies. Before: a flow, an order, and the values that are not to be kept over a turn of that
 * order. After: a larger flow, whose first nodes are the old ones and whose others are the copies, and an order of all of it.
 *
 * Whoever comes after the turn and reads a dropped value reads a copy of it, which is computed from other copies where its operands were
 * dropped as well, from the originals where they are kept. Every node is copied once at most. A copy runs just before its first reader.
 */
import { distinct, type Flow } from '../memory/flow.ts';
import { onDemand } from '../order/heuristics.ts';

export interface Turn {
  readonly order: readonly number[];
  /** 1 per node that runs before the turn. */
  readonly early: Uint8Array;
}

export interface Replicated {
  readonly flow: Flow;
  readonly order: readonly number[];
  /** The old nodes that were copied: node `old + i` is a copy of `copied[i]`. */
  readonly copied: readonly number[];
}

/** `dropped` has a 1 for values that are computed again; all of them are early, and none are leaves. */
export function replicate(flow: Flow, turn: Turn, dropped: Uint8Array): Replicated {
  const { copied, copyOf } = copiedNodes(flow, turn, dropped);
  const late = (node: number) => copyOf[node] ?? node;
  const through = (list: readonly number[]) => list.map(late);
  const extended = (lists: readonly (readonly number[])[]): readonly (readonly number[])[] => [
    ...lists.map((list, node) => (turn.early[node] === 1 ? list : through(list))),
    ...copied.map(node => through(lists[node])),
  ];
  const larger: Flow = {
    bytes: extend(flow.bytes, copied, node => flow.bytes[node]),
    memoryOf: [
      ...flow.memoryOf.map((value, node) => (turn.early[node] === 1 ? value : late(value))),
      ...copied.map(node => late(flow.memoryOf[node])),
    ],
    operands: extended(flow.operands),
    reads: extended(flow.reads),
    overwrites: extended(flow.overwrites),
    lasts: Uint8Array.from(extend(flow.lasts, copied, () => 0)),
    replaces: new Map([...flow.replaces].map(([value, readers]) => [value, withCopies(readers, copyOf)])),
  };
  return { flow: larger, order: onDemand(larger.operands, turn.order), copied };
}

interface Copies {
  readonly copied: readonly number[];
  /** By old node: its copy, if it has one. */
  readonly copyOf: readonly (number | undefined)[];
}

/** The nodes that late ones need copies of, directly or through other copies; operands before their readers. */
function copiedNodes(flow: Flow, { order, early }: Turn, dropped: Uint8Array): Copies {
  const isDropped = (node: number) => early[node] === 1 && dropped[flow.memoryOf[node]] === 1;
  const needs = flow.operands.map(list => list.filter(isDropped));
  const wanted = order.filter(node => early[node] === 0).flatMap(node => needs[node]);
  const copied = onDemand(needs, wanted);
  const copyOf: (number | undefined)[] = new Array(flow.bytes.length).fill(undefined);
  copied.forEach((node, i) => {
    copyOf[node] = flow.bytes.length + i;
  });
  return { copied, copyOf };
}

/** Copies read the old value of a variable as their originals do. */
function withCopies(readers: readonly number[], copyOf: Copies['copyOf']): readonly number[] {
  return distinct(readers.flatMap(reader => [reader, copyOf[reader] ?? reader]));
}

function extend(
  list: Float64Array | Uint8Array,
  copied: readonly number[],
  value: (node: number) => number,
): Float64Array {
  const result = new Float64Array(list.length + copied.length);
  result.set(list);
  copied.forEach((node, i) => {
    result[list.length + i] = value(node);
  });
  return result;
}
