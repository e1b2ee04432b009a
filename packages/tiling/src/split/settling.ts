/**
 * What it costs all others if a trained variable settles in the layout its first reader asks for.
 *
 * A variable that programs only read is best packed for its reader. One that is trained has others: the gradient of what lies before it,
 * and its update, which is best made where the variable lies. A reader is charged the cheapest of its variants, those that ask for
 * another layout with a copy; an update that comes about in another layout two copies, of the old value and of the new one.
 */
import {
  elementCount,
  type Graph,
  type Layout,
  type Module,
  type Node,
  operandTypes,
  rowMajor,
  sameLayout,
  sameShape,
  tensorBytes,
  workOf,
} from '@tessera-dnn/graph';
import type { LayoutRequest, OpTable } from '@tessera-dnn/graph/op';
import type { ChipSpec } from '@tessera-dnn/machine';
import { exchangeCycles } from './cycles.ts';
import { sampleOf } from './sample.ts';
import { type Reader, trainedVariables, variableUses } from './variable-uses.ts';
import { type Choosing, choosable } from './variants.ts';

export interface SettlingContext extends Choosing {
  readonly chip: ChipSpec;
  readonly table: OpTable;
}

/** Cycles that the others pay if the operand `variable` of `reader` settles as `request` says. */
export type SettlingCycles = (variable: Node, request: LayoutRequest, reader: Node) => number;

/**
 * A function that knows the other readers of the module's trained variables, and remembers what it has answered. Untrained variables cost
 * nothing.
 */
export function settlingCycles(module: Module, context: SettlingContext): SettlingCycles {
  const known = new Map<string, number>();
  const others = new Others(module, context);
  return (node, request, reader) => {
    if (node.kind !== 'variable' || !others.concern(node.attributes.variable)) return 0;
    const { attributes, type } = node;
    const layout = request === 'any' ? rowMajor(type.shape.length) : request;
    const key = JSON.stringify([attributes.variable, layout]);
    const cycles = known.get(key) ?? others.cycles(attributes.variable, layout, reader);
    known.set(key, cycles);
    return cycles;
  };
}

/** Who else reads or updates each variable: found in one walk, since a network has as many variables as layers. */
class Others {
  readonly #module: Module;
  readonly #context: SettlingContext;
  readonly #uses: ReturnType<typeof variableUses>;
  readonly #trained: ReadonlySet<number>;
  /** By graph: the layouts in which its values come about. */
  readonly #made = new Map<Graph, readonly (Layout | undefined)[]>();

  constructor(module: Module, context: SettlingContext) {
    this.#module = module;
    this.#context = context;
    this.#uses = variableUses(module);
    this.#trained = trainedVariables(module);
  }

  /** Whether other readers care how the variable lies. */
  concern(variable: number): boolean {
    return this.#trained.has(variable);
  }

  cycles(variable: number, layout: Layout, reader: Node): number {
    const { chip } = this.#context;
    const copy = exchangeCycles(tensorBytes(this.#module.variables[variable].type) / chip.tiles, chip);
    let cycles = 0;
    for (const { graph, readers, value } of this.#uses.get(variable) ?? []) {
      for (const other of readers) {
        if (other.node !== reader) cycles += readerCycles(graph, other, layout, copy, this.#context);
      }
      const made = value === undefined ? undefined : this.#madeIn(graph)[value];
      if (made !== undefined && !sameLayout(made, layout)) cycles += 2 * copy;
    }
    return cycles;
  }

  #madeIn(graph: Graph): readonly (Layout | undefined)[] {
    const made = this.#made.get(graph) ?? layoutsMade(graph, this.#context.table);
    this.#made.set(graph, made);
    return made;
  }
}

function readerCycles(
  graph: Graph,
  { node, operand }: Reader,
  layout: Layout,
  copy: number,
  context: SettlingContext,
): number {
  const types = operandTypes(graph, node);
  const work = context.table.find(node.op)?.kind === 'kernel' ? workOf(node, types, context.table) : undefined;
  if (work === undefined || operand >= work.ownOperands) return 0;
  const points = elementCount(work.space.extents) / context.chip.tiles;
  const costs = choosable(work, context).variants.map(variant => {
    const request = variant.operands[operand];
    const serves = request === 'any' ? layout.block === undefined : sameLayout(request, layout);
    return points * sampleOf(work, variant, types, context).pointCycles + (serves ? 0 : copy);
  });
  return Math.min(...costs);
}

/** By value, the layout in which it comes about: its kernel's, and elementwise work keeps that of what it works on. */
function layoutsMade(graph: Graph, table: OpTable): readonly (Layout | undefined)[] {
  const { nodes } = graph;
  const made: (Layout | undefined)[] = [];
  for (const node of nodes) {
    const kind = table.find(node.op)?.kind;
    if (kind === 'kernel') {
      const result = workOf(node, operandTypes(graph, node), table)?.variants[0].result;
      made.push(result === 'any' ? undefined : result);
    } else if (kind === 'elementwise' || node.kind === 'map') {
      const alike = node.operands.filter(operand => sameShape(nodes[operand].type.shape, node.type.shape));
      made.push(alike.map(operand => made[operand]).find(layout => layout !== undefined));
    } else made.push(undefined);
  }
  return made;
}
