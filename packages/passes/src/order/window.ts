/**
 * The exact part: the best order of a few neighbouring nodes, all before and after them staying where they are.
 *
 * What is live after a set of them has run does not depend on the order in which they ran, so the states are the sets that are closed
 * under what must come before, and the best order is a way from the empty set to the full one whose highest step is lowest: Dijkstra's
 * search with the maximum in place of the sum. A ready node that neither raises the highest step nor leaves more live after it is
 * run at once, without alternatives: moving it to the front of any order raises no step of it.
 */
import type { Flow } from '../memory/flow.ts';
import { overVariable, type Usage } from '../memory/usage.ts';
import { PriorityQueue } from './queue.ts';

/** Sets of nodes are bits of a number. */
export const widestWindow = 24;

interface Window {
  readonly nodes: readonly number[];
  /** By place in the window: the places (as bits) of the nodes that must have run before. */
  readonly before: readonly number[];
  /** Bytes that the result takes, and keeps. */
  readonly bytes: readonly number[];
  readonly values: readonly Value[];
  /** By place: the values read (by number), and those over which the result may be written. */
  readonly reads: readonly (readonly number[])[];
  readonly overwrites: readonly (readonly number[])[];
}

/** A value that dies in the window, if all of `readers` (bits) have run. */
interface Value {
  readonly node: number;
  /** Its place in the window, -1 if it is older. */
  readonly maker: number;
  readonly readers: number;
  readonly bytes: number;
}

interface State {
  readonly set: number;
  readonly live: number;
  readonly highest: number;
  readonly last: number;
  readonly previous?: State;
}

/** Places of an order, the last one not counted: `[from … to)`. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * A better order of `order[from … to)`, or undefined if there is none or `mostStates` were not enough to find one.
 * `usage` is that of `order`.
 */
export function bestInWindow(
  flow: Flow,
  order: readonly number[],
  usage: Usage,
  { from, to }: Stretch,
  mostStates: number,
): readonly number[] | undefined {
  const window = windowOf(flow, order, usage, from, to);
  const highest = usage.during.subarray(from, to).reduce((a, b) => Math.max(a, b), 0);
  const goal = search(window, usage.before[from], highest, mostStates);
  if (goal === undefined) return undefined;
  const nodes: number[] = [];
  for (let state: State | undefined = goal; state?.previous !== undefined; state = state.previous) {
    nodes.push(window.nodes[state.last]);
  }
  return [...order.slice(0, from), ...nodes.reverse(), ...order.slice(to)];
}

function windowOf(flow: Flow, order: readonly number[], usage: Usage, from: number, to: number): Window {
  const nodes = order.slice(from, to);
  const place = new Map(nodes.map((node, at) => [node, at]));
  const bitOf = (node: number) => {
    const at = place.get(node);
    return at === undefined ? 0 : 1 << at;
  };
  const bits = (list: readonly number[]) => list.reduce((set, node) => set | bitOf(node), 0);
  // A value that lies over its variable must go on doing so.
  const kept = (node: number) => (usage.over[node] === overVariable ? (flow.replaces.get(node) ?? []) : []);
  const values = dyingValues(flow, usage, nodes, place, to);
  const numberOf = new Map(values.map(({ node }, number) => [node, number]));
  const numbers = (list: readonly number[]) => list.flatMap(node => numberOf.get(node) ?? []);
  return {
    nodes,
    before: nodes.map(node => bits(flow.operands[node]) | bits(kept(node))),
    bytes: nodes.map(node => usage.held[node]),
    values,
    reads: nodes.map(node => numbers(flow.reads[node])),
    overwrites: nodes.map(node => (usage.over[node] === overVariable ? [] : numbers(flow.overwrites[node]))),
  };
}

/** Values that die in the window, with those who read them there. */
function dyingValues(
  flow: Flow,
  { diesAt, held }: Usage,
  nodes: readonly number[],
  place: ReadonlyMap<number, number>,
  to: number,
): readonly Value[] {
  const readers = new Map<number, number>(nodes.map(node => [node, 0]));
  nodes.forEach((node, at) => {
    for (const value of flow.reads[node]) readers.set(value, (readers.get(value) ?? 0) | (1 << at));
  });
  return [...readers].flatMap(([node, set]) =>
    diesAt[node] < to ? [{ maker: place.get(node) ?? -1, node, readers: set, bytes: held[node] }] : [],
  );
}

function search(window: Window, live: number, limit: number, mostStates: number): State | undefined {
  const queue = new PriorityQueue();
  const states: State[] = [];
  const best = new Map<number, number>();
  const add = (state: State) => {
    if (state.highest >= limit || state.highest >= (best.get(state.set) ?? Number.POSITIVE_INFINITY)) return;
    best.set(state.set, state.highest);
    queue.add({ node: states.length, key: state.highest, rank: -sizeOf(state.set) });
    states.push(state);
  };
  add({ set: 0, live, highest: 0, last: -1 });
  const full = 2 ** window.nodes.length - 1;
  for (let next = queue.take(); next !== undefined; next = queue.take()) {
    const state = states[next.node];
    if (state.set === full) return state;
    if (state.highest > (best.get(state.set) ?? 0)) continue;
    if (states.length > mostStates) return undefined;
    for (const successor of successors(window, state)) add(successor);
  }
  return undefined;
}

/** All ready nodes, or one alone that does no harm. */
function successors(window: Window, state: State): readonly State[] {
  const found: State[] = [];
  for (let at = 0; at < window.nodes.length; at++) {
    const ready = (state.set & (1 << at)) === 0 && (window.before[at] & ~state.set) === 0;
    if (!ready) continue;
    const next = step(window, state, at);
    if (next.highest === state.highest && next.live <= state.live) return [next];
    found.push(next);
  }
  return found;
}

function step({ values, reads, overwrites, bytes }: Window, state: State, at: number): State {
  const set = state.set | (1 << at);
  const dies = (number: number) => (values[number].readers & ~set) === 0;
  const inPlace = overwrites[at].some(number => dies(number) && values[number].bytes === bytes[at]);
  const during = state.live + (inPlace ? 0 : bytes[at]);
  const freed = reads[at].reduce((sum, number) => sum + (dies(number) ? values[number].bytes : 0), 0);
  const unread = values.some(({ maker, readers }) => maker === at && readers === 0) ? bytes[at] : 0;
  const live = state.live + bytes[at] - freed - unread;
  return { set, live, highest: Math.max(state.highest, during), last: at, previous: state };
}

function sizeOf(set: number): number {
  let size = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) size++;
  return size;
}
