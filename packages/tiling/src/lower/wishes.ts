/** How the results of movement best lie: in the layout that their first reader asks for. */
import {
  type Graph,
  type Layout,
  type Node,
  operandTypes,
  type Program,
  type ValueId,
  workOf,
} from '@tessera-dnn/graph';
import type { OpTable } from '@tessera-dnn/graph/op';

/** By value, the first node that reads it. */
export type Readers = ReadonlyMap<ValueId, Node>;

/** Finds the first reader of each value, in the order of nodes; values that nobody reads are not in it. */
export function firstReaders({ nodes }: Graph): Readers {
  const readers = new Map<ValueId, Node>();
  for (const node of nodes) {
    for (const operand of node.operands) if (!readers.has(operand)) readers.set(operand, node);
  }
  return readers;
}

/** The layout the first reader of a value asks for. */
export function wishOf(program: Program, reader: Node | undefined, value: ValueId, table: OpTable): Layout | undefined {
  if (!reader) return undefined;
  const types = operandTypes(program.graph, reader);
  const def = table.find(reader.op);
  const work = def?.kind === 'kernel' ? workOf(reader, types, table) : undefined;
  const request = work?.variants[0].operands[reader.operands.indexOf(value)];
  return request === 'any' ? undefined : request;
}
