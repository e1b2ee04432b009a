/**
 * What it costs all others if a trained variable settles in the layout its first reader asks for.
 *
 * A variable that programs only read is best packed for its reader. One that is trained has others: the gradient of what lies before it,
 * and its update, which is best made where the variable lies. A reader is charged the cheapest of its variants, those that ask for
 * another layout with a copy; an update that comes about in another layout two copies, of the old value and of the new one.
 */
import type { Graph, Layout, LayoutRequest, Module, Node, OpTable, RecordOptions, ValueId } from '@tessera/graph';
import { rowMajor, sameLayout, sameShape, tensorBytes } from '@tessera/graph';
import type { ChipSpec } from '@tessera/machine';
import { exchangeCycles } from './cycles.ts';
import { workOf } from './regions.ts';
import { pointCycles } from './sample.ts';

export interface SettlingContext {
  readonly chip: ChipSpec;
  readonly table: OpTable;
  readonly recording: RecordOptions;
}

/** Cycles that the others pay if the operand `variable` of `reader` settles as `request` says. */
export type SettlingCycles = (variable: Node, request: LayoutRequest, reader: Node) => number;

export function settlingCycles(module: Module, context: SettlingContext): SettlingCycles {
  const known = new Map<string, number>();
  return ({ op, attributes, type }, request, reader) => {
    if (op !== 'variable') return 0;
    const layout = request === 'any' ? rowMajor(type.shape.length) : request;
    const key = JSON.stringify([attributes['variable'], layout]);
    const cycles = known.get(key) ?? othersCycles(module, attributes['variable'] as number, layout, reader, context);
    known.set(key, cycles);
    return cycles;
  };
}

function othersCycles(
  { programs, variables }: Module,
  variable: number,
  layout: Layout,
  reader: Node,
  context: SettlingContext,
): number {
  if (!programs.some(({ kind, graph }) => kind === 'train' && graph.updates.some(u => u.variable === variable)))
    return 0;
  const copy = exchangeCycles(tensorBytes(variables[variable].type) / context.chip.tiles, context.chip);
  let cycles = 0;
  for (const { graph } of programs) {
    for (const node of graph.nodes) {
      if (node !== reader) cycles += readerCycles(graph, node, variable, layout, copy, context);
    }
    const value = graph.updates.find(update => update.variable === variable)?.value;
    const made = value === undefined ? undefined : madeIn(graph, value, context);
    if (made !== undefined && !sameLayout(made, layout)) cycles += 2 * copy;
  }
  return cycles;
}

function readerCycles(
  graph: Graph,
  node: Node,
  variable: number,
  layout: Layout,
  copy: number,
  context: SettlingContext,
): number {
  const operand = node.operands.findIndex(value => graph.nodes[value].attributes['variable'] === variable);
  if (operand < 0) return 0;
  const types = node.operands.map(value => graph.nodes[value].type);
  const work = context.table.find(node.op)?.kind === 'kernel' ? workOf(node, types, context.table) : undefined;
  if (work === undefined || operand >= work.ownOperands) return 0;
  const points = work.space.extents.reduce((product, extent) => product * extent, 1) / context.chip.tiles;
  const costs = work.variants.map(variant => {
    const request = variant.operands[operand];
    const serves = request === 'any' ? layout.block === undefined : sameLayout(request, layout);
    return points * pointCycles(work, variant, types, context) + (serves ? 0 : copy);
  });
  return Math.min(...costs);
}

/** The layout in which a value comes about: its kernel's, and elementwise work keeps that of what it works on. */
function madeIn(graph: Graph, value: ValueId, context: SettlingContext): Layout | undefined {
  const node = graph.nodes[value];
  const kind = context.table.find(node.op)?.kind;
  if (kind === 'kernel') {
    const types = node.operands.map(operand => graph.nodes[operand].type);
    const result = workOf(node, types, context.table)?.variants[0].result;
    return result === 'any' ? undefined : result;
  }
  if (kind !== 'elementwise' && node.op !== 'map') return undefined;
  for (const operand of node.operands) {
    if (!sameShape(graph.nodes[operand].type.shape, node.type.shape)) continue;
    const made = madeIn(graph, operand, context);
    if (made !== undefined) return made;
  }
  return undefined;
}
