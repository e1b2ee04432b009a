/**
 * Segments (Chen et al. 2016, algorithm 3): the early nodes are walked in order, and wherever the values that would be dropped add up to
 * the budget, what the rest of the walk reads is kept. Of the places where that may be, up to twice the budget, the one is taken where
 * least has to be kept.
 */
import type { Flow } from '../memory/flow.ts';
import type { Crossing } from './turn.ts';

/** At each step before the turn: the bytes, and the values, that later nodes before the turn still read. */
export interface Frontiers {
  /** The early nodes (those before the turn) in their order. */
  readonly nodes: readonly number[];
  /** By step: bytes of what was made up to it and is read by early nodes after it. */
  readonly bytes: Float64Array;
  /** By node: the last early step that reads it; -1 for late nodes and those nobody early reads. */
  readonly readUntil: Int32Array;
}

/** For each step before the turn, the values that later steps before the turn still read, and their bytes. */
export function frontiersOf(flow: Flow, { order, early }: Crossing): Frontiers {
  const nodes = order.filter(node => early[node] === 1);
  const readUntil = new Int32Array(flow.bytes.length).fill(-1);
  nodes.forEach((node, step) => {
    for (const value of flow.reads[node]) readUntil[value] = step;
  });
  const change = new Float64Array(nodes.length + 1);
  nodes.forEach((node, step) => {
    if (readUntil[node] <= step) return;
    change[step] += flow.bytes[node];
    change[readUntil[node]] -= flow.bytes[node];
  });
  let live = 0;
  return { nodes, bytes: change.slice(0, nodes.length).map(by => (live += by)), readUntil };
}

/** 1 per value that is kept because a segment begins after it. */
export function keptBySegments(
  flow: Flow,
  { crosses }: Crossing,
  frontiers: Frontiers,
  budgetBytes: number,
): Uint8Array {
  const kept = new Uint8Array(flow.bytes.length);
  let dropped = 0;
  let cut = -1;
  frontiers.nodes.forEach((node, step) => {
    if (crosses[node] === 1) dropped += flow.bytes[node];
    if (dropped < budgetBytes) return;
    if (cut < 0 || frontiers.bytes[step] < frontiers.bytes[cut]) cut = step;
    if (dropped < 2 * budgetBytes) return;
    keepFrontier(flow, frontiers, cut, kept);
    dropped = droppedBetween(flow, crosses, frontiers, cut, step);
    cut = -1;
  });
  return kept;
}

function keepFrontier(flow: Flow, { nodes, readUntil }: Frontiers, cut: number, kept: Uint8Array): void {
  for (let step = 0; step <= cut; step++) {
    const node = nodes[step];
    if (readUntil[node] > cut && flow.bytes[node] > 0) kept[node] = 1;
  }
}

function droppedBetween(flow: Flow, crosses: Uint8Array, { nodes }: Frontiers, cut: number, step: number): number {
  let bytes = 0;
  for (let at = cut + 1; at <= step; at++) if (crosses[nodes[at]] === 1) bytes += flow.bytes[nodes[at]];
  return bytes;
}
