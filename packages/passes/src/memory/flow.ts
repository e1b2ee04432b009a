/**
 * A graph as memory sees it: what each node's result takes, whose memory it may take instead, and who reads it. Only facts of ops are used.
 *
 * - Leaves take nothing: inputs lie in the host window, variables and constants are always live.
 * - A movement op with one operand is a view of it, as long as it only carries elements: it takes nothing, and whoever reads it reads
 *   the node whose memory it is a view of.
 * - A result may take the memory of an operand that is read for the last time, where the node says that each element is read before the
 *   result's is written (`overwritesOf`, which tiling asks too), as long as it is as large and nothing else in the node reads it.
 * - The new value of a variable lies over the old one, if whoever else reads the old one has done so.
 */
import type { Graph, Node, TensorType, ValueId, VariableId } from '@tessera-dnn/graph';
import {
  contextOf,
  elementBytes,
  isLeaf,
  operandTypes,
  overwritesOf,
  sameShape,
  tensorBytes,
} from '@tessera-dnn/graph';
import type { OpTable } from '@tessera-dnn/graph/op';
import { movesNothing } from '../moves-nothing.ts';

/** All lists are by node, in the order of the graph. */
export interface Flow {
  /** Bytes of the result; 0 for leaves and views. */
  readonly bytes: Float64Array;
  /** For views, the node whose memory they are a view of; else the node itself. */
  readonly memoryOf: readonly number[];
  /** The nodes that must run before this one, each once; no leaves, which are there from the start. */
  readonly operands: readonly (readonly number[])[];
  /** The values whose memory the node reads, each once: for a view, what it is a view of; never what is always live. */
  readonly reads: readonly (readonly number[])[];
  /** Those of `reads` over which the result may be written where they are read for the last time. */
  readonly overwrites: readonly (readonly number[])[];
  /** 1 for values that are read when the program ends, as an output or as the new value of a variable. */
  readonly lasts: Uint8Array;
  /** For values that may be written over a variable: the other nodes that read its old value. */
  readonly replaces: ReadonlyMap<number, readonly number[]>;
}

/** `idle`: 1 per node that is computed beforehand and takes nothing, as leaves do. */
export function flowOf(graph: Graph, table: OpTable, idle?: Uint8Array): Flow {
  const memoryOf = graph.nodes.map((_, id) => id);
  const same = new Uint8Array(graph.nodes.length).fill(1);
  graph.nodes.forEach((node, id) => {
    if (!isView(graph, node, table)) return;
    const [operand] = node.operands;
    memoryOf[id] = memoryOf[operand];
    same[id] = same[operand] === 1 && movesNothing(node, operandTypes(graph, node), table) ? 1 : 0;
  });
  const takes = graph.nodes.map((node, id) => !isLeaf(node) && memoryOf[id] === id && idle?.[id] !== 1);
  const reads = graph.nodes.map((node, id) =>
    takes[id] ? distinct(node.operands.map(operand => memoryOf[operand])).filter(value => takes[value]) : [],
  );
  const overwritable = graph.nodes.map((node, id) => {
    const places = takes[id] ? overwritableOperands(node, operandTypes(graph, node), table) : [];
    const fits = (operand: ValueId, place: number) => places.includes(place) && same[operand] === 1;
    // What is read a second time must be overwritten there too: a sum of a matrix and its transpose reads it in another order.
    const isFree = (value: ValueId) =>
      node.operands.every((operand, place) => memoryOf[operand] !== memoryOf[value] || fits(operand, place));
    return places.map(place => node.operands[place]).filter(isFree);
  });
  return {
    bytes: Float64Array.from(graph.nodes, ({ type }, id) => (takes[id] ? tensorBytes(type) : 0)),
    memoryOf,
    operands: graph.nodes.map(node => distinct(node.operands).filter(operand => !isLeaf(graph.nodes[operand]))),
    reads,
    overwrites: overwritable.map(list => distinct(list.map(value => memoryOf[value])).filter(value => takes[value])),
    lasts: lastingValues(graph, memoryOf),
    replaces: replacements(graph, memoryOf, overwritable, takes),
  };
}

/** Movement of one operand's elements and nothing else: no padding, no second operand. */
function isView(graph: Graph, node: Node, table: OpTable): boolean {
  const def = table.find(node.op);
  if (def?.kind !== 'movement' || node.operands.length !== 1) return false;
  return def.moves(contextOf(node, operandTypes(graph, node))).every(({ source }) => 'operand' in source);
}

/** The operands, by index, that the result may be written over element for element. */
function overwritableOperands(node: Node, operands: readonly TensorType[], table: OpTable): readonly number[] {
  const covers = ({ shape, element }: TensorType) =>
    sameShape(shape, node.type.shape) && elementBytes[element] === elementBytes[node.type.element];
  return overwritesOf(node, operands, table).flatMap(({ operand, distanceBytes }) =>
    distanceBytes === 0 && covers(operands[operand]) ? [operand] : [],
  );
}

function lastingValues({ nodes, outputs, updates }: Graph, memoryOf: readonly number[]): Uint8Array {
  const lasts = new Uint8Array(nodes.length);
  for (const { value } of [...outputs, ...updates]) lasts[memoryOf[value]] = 1;
  return lasts;
}

/** New values of variables, each over the first variable that takes it, with those that must have read the old one. */
function replacements(
  graph: Graph,
  memoryOf: readonly number[],
  overwritable: readonly (readonly ValueId[])[],
  takes: readonly boolean[],
): ReadonlyMap<number, readonly number[]> {
  const readers = readersOfVariables(graph, memoryOf);
  const result = new Map<number, readonly number[]>();
  for (const { variable, value } of graph.updates) {
    const all = readers.get(variable) ?? [];
    const own = overwritable[value].some(operand => isVariable(graph.nodes[memoryOf[operand]], variable));
    if (!takes[value] || result.has(value) || (all.includes(value) && !own)) continue;
    result.set(
      value,
      all.filter(reader => reader !== value),
    );
  }
  return result;
}

function readersOfVariables(graph: Graph, memoryOf: readonly number[]): ReadonlyMap<VariableId, readonly number[]> {
  const updated = new Set(graph.updates.map(({ variable }) => variable));
  const readers = new Map<VariableId, number[]>([...updated].map(variable => [variable, []]));
  graph.nodes.forEach((node, id) => {
    for (const operand of distinct(node.operands)) {
      const read = graph.nodes[memoryOf[operand]];
      if (read.kind === 'variable') readers.get(read.attributes.variable)?.push(id);
    }
  });
  return readers;
}

function isVariable(node: Node, variable: VariableId): boolean {
  return node.kind === 'variable' && node.attributes.variable === variable;
}

/** The values in order of first appearance, each once. */
export function distinct(values: readonly number[]): readonly number[] {
  return values.length < 2 ? values : [...new Set(values)];
}
