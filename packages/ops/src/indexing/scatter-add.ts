/**
 * Slices added up at given places of an axis: what gathering takes apart, put together again. Places outside the axis are ignored.
 *
 * Each result walks all places and adds the slices that name it, in their order: nothing is written twice, the sum has a fixed order, and
 * parts of the places can be summed apart. Whether any place names it is looked up first, four places at a time.
 */
import type {
  Box,
  KernelBuilder,
  KernelCell,
  KernelOp,
  KernelValue,
  Operand,
  Problem,
  TensorType,
  Vertex,
} from '@tessera/graph';
import { rowMajorStrides, showType, vectorOf } from '@tessera/graph';
import { readAxis, readInteger } from '../define/arguments.ts';
import { elementSets } from '../define/elementwise.ts';
import { createFields, type Fields, walk } from '../define/fields.ts';
import { arithmetic, reshaped, zero } from '../define/gradient.ts';
import { dot, forEachIndex } from '../define/indices.ts';
import { isInteger, wrap } from '../define/integers.ts';
import { emitNest } from '../define/nest.ts';
import { defineOp, type Tested } from '../define/op.ts';
import { refusedElement, shapeMismatch, wrongCount, wrongElement } from '../define/problem.ts';
import { operandStream } from '../define/stream.ts';
import { nestedLoops } from '../plane/nested-loops.ts';

type ScatterAttributes = {
  /** The result's axis that the places are on; the indices' axes stand there in the values. */
  readonly axis: number;
  /** The result's extent along it. */
  readonly extent: number;
};

const op: KernelOp<ScatterAttributes> & Tested = {
  kind: 'kernel',
  name: 'scatter_add',
  doc: {
    summary: 'zeros with slices of values added at the given places of an axis; places outside it are ignored',
    example:
      'model example(values: f32[2, 3, 4], indices: i32[2, 3]) -> f32[9, 4] {\n  scatter_add(values, indices, extent: 9)\n}\n',
  },
  parameters: [
    { name: 'values', kind: 'tensor' },
    { name: 'indices', kind: 'tensor' },
    { name: 'extent', kind: 'integer' },
    { name: 'axis', kind: 'integer', default: 0 },
  ],
  attributes: (args, operands) => {
    if (operands.length !== 2) return wrongCount('scatter_add', 'values and indices', operands.length);
    const [values, indices] = operands;
    const extent = readInteger('scatter_add', 'extent', args['extent'], 1, 2 ** 31 - 1);
    if (typeof extent !== 'number') return extent;
    const rank = values.shape.length - indices.shape.length + 1;
    if (rank < 1) return unfit(values, indices);
    // The axis is one of the result's.
    const result = { element: values.element, shape: new Array<number>(rank).fill(extent) };
    const axis = readAxis('scatter_add', args['axis'] ?? 0, result);
    return typeof axis === 'number' ? { axis, extent } : axis;
  },
  infer: (operands, { axis, extent }) => {
    if (operands.length !== 2) return wrongCount('scatter_add', 'values and indices', operands.length);
    const [values, indices] = operands;
    if (indices.element !== 'i32') return wrongElement('the indices of scatter_add', operands, 1, 'i32');
    if (values.element === 'bool') return refusedElement('scatter_add', operands, 0, elementSets.number);
    const behind = axis + indices.shape.length;
    const fits = indices.shape.every((count, i) => count === values.shape[axis + i]) && behind <= values.shape.length;
    if (!fits) return unfit(values, indices);
    return { element: values.element, shape: [...values.shape.slice(0, axis), extent, ...values.shape.slice(behind)] };
  },
  evaluate: ([values, indices], { axis, extent }, { element, shape }, round) => {
    const out = new Float64Array(shape.reduce((product, n) => product * n, 1));
    const [strides, indexStrides] = [shape, indices.type.shape].map(rowMajorStrides);
    const behind = axis + indices.type.shape.length;
    forEachIndex(values.type.shape, (index, linear) => {
      const place = indices.data[dot(index.slice(axis, behind), indexStrides)];
      if (place < 0 || place >= extent) return;
      const at = dot([...index.slice(0, axis), place, ...index.slice(behind)], strides);
      const sum = out[at] + values.data[linear];
      out[at] = isInteger(element) ? wrap(element, sum) : round(sum);
    });
    return out;
  },
  space: ({ operands: [, indices], result }) => ({
    extents: [...result.shape, ...indices.shape],
    combine: indices.shape.map(() => 'add' as const),
  }),
  regions: ({ operands, attributes }, box) => regions(operands, attributes, box),
  variants: () => [{ name: 'strided', result: 'any', operands: ['any', 'any'] }],
  overwrites: () => [],
  kernel: emitScatter,
  gradient: ({ build, operands: [, indices], upstream, attributes: { axis, extent } }) => {
    const slopes = build.op('gather', [upstream, indices], { axis });
    // Gathering moves places outside to the ends, where something stands.
    const places = build.type(indices).shape;
    const behind = build.type(slopes).shape.slice(axis + places.length);
    const { compare, where } = arithmetic(build);
    const inside = build.op('and', [compare('ge', indices, zero), compare('lt', indices, { number: extent })]);
    return [where(reshaped(build, inside, [...places, ...behind.map(() => 1)]), slopes, zero), undefined];
  },
  samples: pick => {
    const before = pick.shape(0, 1).map(n => Math.min(n, 5));
    const behind = pick.shape(0, 1);
    const places = pick.shape(0, 2).map(n => Math.min(n, 6));
    const axis = pick.chance() ? before.length : -1 - behind.length;
    const extent = pick.int(1, 9);
    return {
      operands: [
        { element: pick.one(['f32', 'f32', 'i32']), shape: [...before, ...places, ...behind] },
        { element: 'i32', shape: places },
      ],
      args: { extent, axis },
      // Some places are named often, some lie outside.
      values: [undefined, [-1, extent]],
    };
  },
  accuracy: 'sum',
};

export const scatterAdd = defineOp(op);

function unfit(values: TensorType, indices: TensorType): Problem {
  return shapeMismatch(`scatter_add needs a slice of ${showType(values)} for each of ${showType(indices)}`, [
    { operand: 0, message: `is ${showType(values)}` },
    { operand: 1, message: `is ${showType(indices)}` },
  ]);
}

/** The space: the result's axes, then those of the indices, which stand in the values in place of the result's axis. */
function regions([values, indices]: readonly TensorType[], { axis }: ScatterAttributes, box: Box): readonly Box[] {
  const places = indices.shape.length;
  const rank = values.shape.length - places + 1;
  const ofValues = [
    ...Array.from({ length: axis }, (_, i) => i),
    ...Array.from({ length: places }, (_, i) => rank + i),
    ...Array.from({ length: rank - axis - 1 }, (_, i) => axis + 1 + i),
  ];
  const take = (axes: readonly number[]): Box => ({
    start: axes.map(from => box.start[from]),
    count: axes.map(from => box.count[from]),
    step: axes.map(from => box.step[from]),
  });
  return [take(ofValues), take(indices.shape.map((_, i) => rank + i))];
}

function emitScatter(k: KernelBuilder, { box, context, operands, sink }: Vertex<ScatterAttributes>): void {
  const { axis } = context.attributes;
  const rank = context.result.shape.length;
  const places = context.operands[1].shape.length;
  const fields = createFields(k);
  const boxes = regions(context.operands, context.attributes, box);
  const [values, indices] = operands.map((view, slot) => operandStream(k, fields, slot, view, boxes[slot].start));
  const strides = [...values.strides.slice(0, axis), 0, ...values.strides.slice(axis + places)];
  const { vectorAxis } = sink;
  const inVectors = vectorAxis >= 0 && strides[vectorAxis] === values.bytes;
  const first = fields('first place', box.start[axis]);
  const turns = indices.strides.map((_, i) => fields(`places ${i}`, box.count[rank + i]));
  const walked = (base: KernelValue, at: readonly Operand[], along: readonly number[], role: string): KernelValue =>
    at.reduce<KernelValue>((address, turn, i) => walk(k, fields, address, turn, `${role} ${i}`, along[i]), base);
  const nest = {
    count: box.count.slice(0, rank),
    streams: [{ address: values.address, strides }],
    vectorAxis: inVectors ? vectorAxis : -1,
    widths: [32, 4],
  };
  emitNest(k, fields, nest, ({ coordinates, addresses, width }) => {
    const type = width === 1 ? values.type : vectorOf(values.type);
    const sums = Array.from({ length: Math.ceil(width / 4) }, (): KernelCell => k.cell(k.constant(type, 0)));
    const own = k.add(first, coordinates[axis]);
    const addSlices = (): void =>
      nestedLoops(k, turns, at => {
        const named = k.load('i32', walked(indices.address, at, indices.strides, 'index stride'));
        k.when(k.eq(named, own), () => {
          const address = walked(addresses[0], at, values.strides.slice(axis, axis + places), 'slice stride');
          sums.forEach((sum, i) => {
            k.set(sum, k.add(k.get(sum), k.load(type, address, 4 * i * values.bytes)));
          });
        });
      });
    const line = places > 0 && indices.strides[places - 1] === 4 ? box.count[rank + places - 1] : 0;
    if (line < 4) addSlices();
    else {
      const outer = (at: readonly Operand[]) => walked(indices.address, at, indices.strides, 'index stride');
      k.when(k.gt(countNamed(k, turns.slice(0, -1), outer, fields, line, own), 0), addSlices);
    }
    const cursor = sink.at(coordinates);
    sums.forEach((sum, i) => {
      cursor.store(k.get(sum), i === 0 ? [] : [[vectorAxis, 4 * i]]);
    });
  });
}

/** How many places name `own`, four at a time: of a large table most rows are named by none. */
function countNamed(
  k: KernelBuilder,
  outer: readonly Operand[],
  lineAt: (at: readonly Operand[]) => KernelValue,
  fields: Fields,
  line: number,
  own: KernelValue,
): KernelValue {
  const four = k.cell(k.constant('i32x4', 0));
  const single = k.cell(k.i32(0));
  const [whole, end] = [fields('index vectors', 4 * (line - (line % 4))), fields('index bytes', 4 * line)];
  const count = (cell: KernelCell, address: KernelValue): void =>
    k.set(cell, k.add(k.get(cell), k.widen(k.eq(k.load(cell.type, address), own))));
  nestedLoops(k, outer, at => {
    const start = lineAt(at);
    k.loop(0, whole, distance => count(four, k.add(start, distance)), 16);
    if (line % 4 > 0) k.loop(whole, end, distance => count(single, k.add(start, distance)), 4);
  });
  const lanes = k.get(four);
  return [0, 1, 2, 3].reduce((sum, lane) => k.add(sum, k.extract(lanes, lane)), k.get(single));
}
