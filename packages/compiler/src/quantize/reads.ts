/**
 * Finds out what of a program is to have 8 bits: the layers whose weights can, and the values that lie in memory between operations. A value
 * lies in memory if an operation reads it that is fused with nothing before it: a contraction, a pool, an average. What is elementwise is fused
 * with what makes its operands; of two contractions whose sum is taken, one is kept, so both are put on levels. What only carries numbers shares
 * the scale of what it carries.
 */
import { type Graph, isFloat, type Module, type ValueId, type Variable } from '@tessera-dnn/graph';
import type { OpTable } from '@tessera-dnn/graph/op';
import { channelAxis, type Role, roleOf, transposedAxes } from './roles.ts';
import { isPrelude } from './syntax.ts';

/** A contraction with weights. */
export interface Layer {
  readonly node: ValueId;
  /** The labels around it, `features.0.conv`, if it is one of the prelude; the path of its weights if the user's text declares them. */
  readonly path: string;
  readonly weight: Variable;
  /** The axis of the weights along which output channels lie. */
  readonly axis: number;
}

/** A graph with what is known of its values. */
export interface Flow {
  readonly graph: Graph;
  readonly roles: readonly Role[];
  /** 1 for floats that depend on an input of the program, and so differ from sample to sample. */
  readonly fed: Uint8Array;
  /** Of each value, the nodes that read it. */
  readonly readers: readonly (readonly ValueId[])[];
}

/** What is known of a graph's values. */
export function flowOf(graph: Graph, table: OpTable): Flow {
  const depends = new Uint8Array(graph.nodes.length);
  const readers: ValueId[][] = graph.nodes.map(() => []);
  for (const [id, node] of graph.nodes.entries()) {
    for (const operand of new Set(node.operands)) readers[operand].push(id as ValueId);
    if (node.kind === 'input' || node.operands.some(operand => depends[operand] === 1)) depends[id] = 1;
  }
  const fed = depends.map((yes, id) => (isFloat(graph.nodes[id].type.element) ? yes : 0));
  return { graph, roles: graph.nodes.map(node => roleOf(node, table)), fed, readers };
}

/** The layers of a program: contractions of one value that differs from sample to sample with a variable, perhaps transposed. */
export function layersOf({ graph, roles, fed }: Flow, { variables }: Module): readonly Layer[] {
  return graph.nodes.flatMap((node, id) => {
    const { operands } = node;
    if (roles[id] !== 'contracts' || operands.filter(operand => fed[operand] === 1).length !== 1) return [];
    const at = operands.findIndex(operand => fed[operand] === 0);
    const axis = channelAxis(node, at, graph.nodes[operands[at]].type.shape.length);
    const axes = transposedAxes(graph.nodes[operands[at]]);
    const read = graph.nodes[axes === undefined ? operands[at] : graph.nodes[operands[at]].operands[0]];
    if (read.kind !== 'variable' || axis === undefined) return [];
    const weight = variables[read.attributes.variable];
    if (weight.kind !== 'param' || !isFloat(weight.type.element)) return [];
    return [{ node: id as ValueId, path: layerPath(weight), weight, axis: axes?.[axis] ?? axis }];
  });
}

function layerPath({ path, origin: { span } }: Variable): string {
  const labels = path.slice(0, Math.max(0, path.lastIndexOf('.')));
  return span !== undefined && isPrelude(span.source) ? labels : path;
}

/** A value that is to lie on levels. */
export interface StoredValue {
  /** The value, and what it is carried to before it is read; each of them may be put on levels instead of the first. */
  readonly way: readonly ValueId[];
  /** The sum whose operand it is, where that is why it is stored: elsewhere it may be fused. */
  readonly summand?: { readonly sum: ValueId; readonly side: 0 | 1 };
}

/** What is to lie on levels. `isIn8Bits` says whether a contraction is one of 8 bits. */
export function storedValues(flow: Flow, isIn8Bits: (node: ValueId) => boolean): readonly StoredValue[] {
  const ways = new Map<ValueId, StoredValue>();
  const want = (value: ValueId, summand?: StoredValue['summand']): void => {
    const way = carriedFrom(flow, value);
    if (flow.fed[value] === 1 && !ways.has(way[0])) ways.set(way[0], { way, summand });
  };
  for (const [id, { operands, op }] of flow.graph.nodes.entries()) {
    const role = flow.roles[id];
    if (flow.fed[id] === 0) continue;
    const reads =
      role === 'contracts'
        ? isIn8Bits(id as ValueId)
        : role === 'averages' || op === 'max_pool' || (role === 'totals' && isAverage(flow, id as ValueId));
    if (reads) for (const operand of operands) want(operand);
  }
  const roots = rootsOf(flow, ways);
  for (const [id, { operands }] of flow.graph.nodes.entries()) {
    if (flow.roles[id] !== 'adds' || operands.some(operand => flow.fed[operand] === 0)) continue;
    const [left, right] = operands.map(operand => [...roots(operand)].filter(root => isIn8Bits(root)));
    // What others read too lies in memory in floats, and the other operand is fused.
    if (operands.some(operand => flow.readers[operand].length > 1)) continue;
    const apart = left.some(root => !right.includes(root)) && right.some(root => !left.includes(root));
    if (apart) for (const side of [0, 1] as const) want(operands[side], { sum: id as ValueId, side });
  }
  return [...ways.values()].sort((a, b) => a.way[0] - b.way[0]);
}

/** The values from the one that `value` has its elements from to `value` itself. */
function carriedFrom({ graph, roles }: Flow, value: ValueId): readonly ValueId[] {
  const way = [value];
  while (roles[way[0]] === 'carries') way.unshift(graph.nodes[way[0]].operands[0]);
  return way;
}

/**
 * Whether a sum is that of a mean over places, as a classifier takes it, and not part of a norm or a softmax, which go on with the summed elements
 * themselves, nor a loss, which ends in one number.
 */
export function isAverage({ graph, roles, readers }: Flow, id: ValueId): boolean {
  const { type, operands } = graph.nodes[id];
  if (type.shape.length === 0) return false;
  const open = [...readers[id]];
  const summed = graph.nodes[operands[0]].type.shape;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (roles[next] === 'contracts') return true;
    const fused = roles[next] === 'maps' || roles[next] === 'adds' || roles[next] === 'carries';
    const grows =
      graph.nodes[next].type.shape.length > type.shape.length || sameExtents(graph.nodes[next].type.shape, summed);
    if (fused && !grows) open.push(...readers[next]);
  }
  return false;
}

function sameExtents(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/** The values, not on levels and made by no elementwise operation, from which a value is computed by elementwise ones alone. */
function rootsOf(flow: Flow, ways: ReadonlyMap<ValueId, unknown>): (value: ValueId) => ReadonlySet<ValueId> {
  const { graph, roles, fed } = flow;
  const known: ReadonlySet<ValueId>[] = [];
  for (const [at, { operands }] of graph.nodes.entries()) {
    const id = at as ValueId;
    const passes = roles[id] === 'maps' || roles[id] === 'adds' || roles[id] === 'carries';
    if (fed[id] === 0 || ways.has(id)) known.push(new Set());
    else if (!passes) known.push(new Set([id]));
    else known.push(new Set(operands.flatMap(operand => [...known[operand]])));
  }
  return value => known[value];
}
