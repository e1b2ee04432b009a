/** How the host reads, writes and initialises variables: copies between their homes and a dense tensor in the transfer area. */
import { InternalError } from '@tessera-dnn/diagnostics';
import {
  elementBytes,
  elementCount,
  fullBox,
  layoutStrides,
  type Node,
  operandTypes,
  type Program,
  rowMajor,
  tensorBytes,
  type ValueId,
  workOf,
} from '@tessera-dnn/graph';
import type { View } from '@tessera-dnn/graph/op';
import { recordVertex } from '@tessera-dnn/graph/structural';
import { cellBox } from '../geometry/grid.ts';
import { type Home, hostHome } from '../geometry/home.ts';
import { copyNests, normalise } from '../geometry/nest.ts';
import type { BufferId, TiledVariable, TransferStep } from '../program.ts';
import { tileStage } from '../stages.ts';
import type { Lowering } from './lowering.ts';
import { variableCells } from './resident-homes.ts';

/**
 * What the host needs of each variable but the prepared ones: where it lies, and the steps that read, write and first fill it. Weights at
 * hand are embedded; `init` computes the first values of others.
 */
export function tileVariables(lowering: Lowering, init: Program | undefined): TiledVariable[] {
  const { module, registries, residents, options } = lowering;
  const tiled: TiledVariable[] = [];
  const firsts = init && new FirstValues(init);
  module.variables.forEach((variable, id) => {
    if (variable.kind === 'prepared') return;
    const home = residents.variable(id);
    registries.buffers.enlarge(lowering.transfer, tensorBytes(variable.type));
    const weights = options.weights.get(variable.path);
    if (weights)
      residents.addContents({ buffer: home.buffer, type: variable.type, cells: variableCells(home), data: weights });
    tiled.push({
      index: tiled.length,
      path: variable.path,
      kind: variable.kind,
      type: variable.type,
      buffer: home.buffer,
      embedded: weights !== undefined,
      read: transferSteps(home, lowering, 'read'),
      write: transferSteps(home, lowering, 'write'),
      first: weights || !firsts ? [] : firstValue(firsts, id, lowering),
      cells: variableCells(home),
    });
  });
  return tiled;
}

function transferSteps(home: Home, lowering: Lowering, direction: 'read' | 'write'): TransferStep[] {
  const bytes = elementBytes[home.type.element];
  const area = hostHome(home.type, lowering.transfer).cell(0);
  const steps: TransferStep[] = [];
  for (let cell = 0; cell < home.grid.tileOf.length; cell++) {
    const view = home.cell(cell);
    const nests =
      direction === 'read'
        ? copyNests(fullBox(home.type.shape), view, area, bytes)
        : copyNests(cellBox(home.grid.cuts, cell), area, view, bytes);
    for (const nest of nests) {
      const tile = home.grid.tileOf[cell];
      const [inHome, inArea] = direction === 'read' ? [nest.from, nest.to] : [nest.to, nest.from];
      const homeSlot = { buffer: home.buffer, tile, offset: inHome };
      const areaSlot = { buffer: lowering.transfer, tile: 0, offset: inArea };
      steps.push({
        class: lowering.registries.codes.copyClass(nest.loops, bytes),
        slots: direction === 'read' ? [homeSlot, areaSlot] : [areaSlot, homeSlot],
      });
    }
  }
  return steps;
}

/** What the program `init` makes, found once for all variables: it has as many values as they are. */
class FirstValues {
  readonly nodes: readonly Node[];
  readonly #values: ReadonlyMap<number, ValueId>;
  readonly #inputs: ReadonlySet<number>;

  constructor({ graph }: Program) {
    this.nodes = graph.nodes;
    this.#values = new Map(graph.updates.map(({ variable, value }) => [variable, value]));
    this.#inputs = new Set(graph.inputs.map(({ value }) => value));
  }

  /** Undefined for a variable that has none. */
  of(variable: number): ValueId | undefined {
    return this.#values.get(variable);
  }

  /** Whether a value is the seed: `init` has no other input. */
  isSeed(value: ValueId): boolean {
    return this.#inputs.has(value);
  }
}

/**
 * The steps that make a variable's first value in the transfer area: a fill, a copy of a constant or of the seed, or one vertex over the
 * whole tensor.
 */
function firstValue(firsts: FirstValues, variable: number, lowering: Lowering): TransferStep[] {
  const { codes } = lowering.registries;
  const value = firsts.of(variable);
  if (value === undefined) return [];
  const node = firsts.nodes[value];
  const area = { buffer: lowering.transfer, tile: 0, offset: 0 };
  const count = elementCount(node.type.shape);
  const size = elementBytes[node.type.element];
  const dense = normalise([{ count, from: size, to: size }]);
  const isSeed = firsts.isSeed(value);
  if (node.kind !== 'constant' && !isSeed) return [wholeVertex(firsts, value, lowering)];
  if (typeof node.data === 'number') {
    return [{ class: codes.fillClass(dense, node.type, node.data), slots: [area] }];
  }
  const source = { buffer: isSeed ? lowering.seed : hostConstant(node, lowering), tile: 0, offset: 0 };
  return [{ class: codes.copyClass(dense, size), slots: [source, area] }];
}

function wholeVertex(firsts: FirstValues, value: ValueId, lowering: Lowering): TransferStep {
  const { codes, table } = lowering.registries;
  const { nodes } = firsts;
  const node = nodes[value];
  const work = workOf(node, operandTypes({ nodes }, node), table);
  if (!work) throw new InternalError(tileStage.name, 'a first value must be one vertex or a constant', node.op);
  const box = fullBox(work.space.extents);
  const regions = work.regions(box);
  const slots = node.operands.map(operand => {
    const leaf = nodes[operand];
    const isSeed = firsts.isSeed(operand);
    if (!isSeed && leaf.kind !== 'constant')
      throw new InternalError(tileStage.name, 'a first value depends on a value', leaf.op);
    return { buffer: isSeed ? lowering.seed : hostConstant(leaf, lowering), tile: 0, offset: 0 };
  });
  const operands = regions.map((region, i): View => {
    const { type, data } = nodes[node.operands[i]];
    const layout = rowMajor(type.shape.length);
    const strides = typeof data === 'number' ? type.shape.map(() => 0) : layoutStrides(layout, region.count).axes;
    return { type, region, layout, strides };
  });
  const layout = rowMajor(node.type.shape.length);
  const result: View = {
    type: node.type,
    region: fullBox(node.type.shape),
    layout,
    strides: layoutStrides(layout, node.type.shape).axes,
  };
  const spec = { node, context: work.context, variant: work.variants[0].name, box, operands, result, partial: false };
  // First values are made once: one codelet that reads its numbers serves all of them, where one for each would cost more code than it saves time.
  const recorded = recordVertex(spec, table, { ...codes.recording, specialised: false });
  return {
    class: codes.classOf({ recorded, slots: slots.length + 1, name: node.op }),
    slots: [...slots, { buffer: lowering.transfer, tile: 0, offset: 0 }],
  };
}

/** A constant in the host window: row-major, or one element for a splat. */
function hostConstant(node: Node, { registries, residents }: Lowering): BufferId {
  const single = typeof node.data === 'number';
  const bytes = Float64Array.of(single ? elementBytes[node.type.element] : tensorBytes(node.type));
  const { type: whole, origin } = node;
  const buffer = registries.buffers.add({ name: 'constant', kind: 'host', type: whole, bytes, origin });
  const type = single ? { element: node.type.element, shape: [] } : node.type;
  residents.addContents({ buffer, type, cells: variableCells(hostHome(type, buffer)), data: node.data ?? 0 });
  return buffer;
}
