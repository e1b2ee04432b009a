/**
 * How the host makes the first values of variables: each in the transfer area, from where it goes the way of a write. Most are a fill, a copy of a
 * constant or of the seed, or one vertex over the whole tensor. One that is computed of others is made of several steps, and what lies between
 * them gets memory in the host window.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import {
  contextOf,
  elementBytes,
  elementCount,
  fullBox,
  layoutStrides,
  type Node,
  operandTypes,
  type Program,
  rowMajor,
  rowMajorStrides,
  tensorBytes,
  type ValueId,
  workOf,
} from '@tessera-dnn/graph';
import type { Move, View } from '@tessera-dnn/graph/op';
import { recordVertex } from '@tessera-dnn/graph/structural';
import { hostHome } from '../geometry/home.ts';
import { type NestLoop, normalise } from '../geometry/nest.ts';
import type { BufferId, TransferStep } from '../program.ts';
import { tileStage } from '../stages.ts';
import type { Lowering } from './lowering.ts';
import { variableCells } from './resident-homes.ts';

/** What the program `init` makes, found once for all variables: it has as many values as they are. */
export class FirstValues {
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

/** The steps that make a variable's first value in the transfer area. */
export function firstValue(firsts: FirstValues, variable: number, lowering: Lowering): TransferStep[] {
  const value = firsts.of(variable);
  if (value === undefined) return [];
  const node = firsts.nodes[value];
  const area = { buffer: lowering.transfer, tile: 0, offset: 0 };
  const isSeed = firsts.isSeed(value);
  if (node.kind !== 'constant' && !isSeed) return computedSteps(firsts, value, lowering);
  const { codes } = lowering.registries;
  const count = elementCount(node.type.shape);
  const size = elementBytes[node.type.element];
  const dense = normalise([{ count, from: size, to: size }]);
  if (typeof node.data === 'number') {
    return [{ class: codes.fillClass(dense, node.type, node.data), slots: [area] }];
  }
  const source = { buffer: isSeed ? lowering.seed : hostConstant(node, lowering), tile: 0, offset: 0 };
  return [{ class: codes.copyClass(dense, size), slots: [source, area] }];
}

/** The steps for a value and all that it is computed of, operands first. */
function computedSteps(firsts: FirstValues, value: ValueId, lowering: Lowering): TransferStep[] {
  const { nodes } = firsts;
  const places = new Map<ValueId, BufferId>();
  const steps: TransferStep[] = [];
  for (const id of neededFor(firsts, value)) {
    const node = nodes[id];
    if (firsts.isSeed(id)) places.set(id, lowering.seed);
    else if (node.kind === 'constant') places.set(id, hostConstant(node, lowering));
    else {
      const target = id === value ? lowering.transfer : hostBuffer(node, lowering);
      places.set(id, target);
      const operands = node.operands.map(operand => places.get(operand) ?? target);
      steps.push(...stepsOf(firsts, id, { operands, target }, lowering));
    }
  }
  return steps;
}

/** The value and what it is computed of, in the order of the graph. */
function neededFor({ nodes }: FirstValues, value: ValueId): readonly ValueId[] {
  const needed = new Set<ValueId>([value]);
  const open = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const operand of nodes[next].operands) {
      if (needed.has(operand)) continue;
      needed.add(operand);
      open.push(operand);
    }
  }
  return [...needed].sort((a, b) => a - b);
}

/** Where the operands of a node lie, and where its result goes: row-major, in the host window. */
interface Places {
  readonly operands: readonly BufferId[];
  readonly target: BufferId;
}

function stepsOf(firsts: FirstValues, id: ValueId, places: Places, lowering: Lowering): TransferStep[] {
  const node = firsts.nodes[id];
  const def = lowering.registries.table.find(node.op);
  if (def?.kind !== 'movement') return [wholeVertex(firsts, node, places, lowering)];
  const moves = def.moves(contextOf(node, operandTypes(firsts, node)));
  return moves.map(move => moveStep(firsts, node, move, places, lowering));
}

/** One move of a movement operation, as a copy or a fill between dense tensors. */
function moveStep(
  firsts: FirstValues,
  { type, operands }: Node,
  { source, to, loops }: Move,
  places: Places,
  { registries: { codes } }: Lowering,
): TransferStep {
  const size = elementBytes[type.element];
  const into = rowMajorStrides(type.shape);
  const at = (start: readonly number[], strides: readonly number[]) =>
    start.reduce((sum, index, axis) => sum + index * strides[axis] * size, 0);
  const target = { buffer: places.target, tile: 0, offset: at(to, into) };
  const nest = (from: readonly number[] | undefined): NestLoop[] =>
    normalise(
      loops.map(loop => ({
        count: loop.count,
        from: loop.from === undefined || from === undefined ? 0 : loop.from.step * from[loop.from.axis] * size,
        to: loop.to.step * into[loop.to.axis] * size,
      })),
    );
  if (!('operand' in source)) return { class: codes.fillClass(nest(undefined), type, source.value), slots: [target] };
  const strides = stridesOf(firsts.nodes[operands[source.operand]]);
  const origin = { buffer: places.operands[source.operand], tile: 0, offset: at(source.start, strides) };
  return { class: codes.copyClass(nest(strides), size), slots: [origin, target] };
}

/** The strides of a tensor in the host window: a constant of one number has one element for all. */
function stridesOf({ type, data }: Node): readonly number[] {
  return typeof data === 'number' ? type.shape.map(() => 0) : rowMajorStrides(type.shape);
}

function wholeVertex(
  firsts: FirstValues,
  node: Node,
  { operands: sources, target }: Places,
  lowering: Lowering,
): TransferStep {
  const { codes, table } = lowering.registries;
  const { nodes } = firsts;
  const work = workOf(node, operandTypes({ nodes }, node), table);
  if (!work) throw new InternalError(tileStage.name, 'a first value is made of vertices, moves and constants', node.op);
  const box = fullBox(work.space.extents);
  const regions = work.regions(box);
  const slots = sources.map(buffer => ({ buffer, tile: 0, offset: 0 }));
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
    slots: [...slots, { buffer: target, tile: 0, offset: 0 }],
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

/** Memory in the host window for a value that others are computed of. */
function hostBuffer({ type, origin }: Node, { registries }: Lowering): BufferId {
  const bytes = Float64Array.of(tensorBytes(type));
  return registries.buffers.add({ name: 'first value', kind: 'host', type, bytes, origin });
}
