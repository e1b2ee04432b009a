/**
 * The op `scatter_add`: zeros to which slices are added at given indices of an axis, as the gradient of `gather` needs it. Indices outside of
 * the axis are ignored. Here a *place* is an element of the indices, and a *row* the results with one coordinate on the axis.
 *
 * The kernel sets the results to zero. Then it goes through all places once, and adds the slice of each to its row if that is in the box. So
 * the time is in proportion to the number of places plus the number of results, and not to their product. The workers divide the rows: each
 * goes through all places, and adds those slices that belong to its own rows. So every result is summed in the order of the places, however
 * many workers there are.
 */
import type { Box, TensorType } from '@tessera-dnn/graph';
import { isInteger, rowMajorStrides, showType, wideElement } from '@tessera-dnn/graph';
import type { KernelBuilder, KernelValue, Operand } from '@tessera-dnn/graph/kernel';
import { KernelNumbers, vectorOf } from '@tessera-dnn/graph/kernel';
import type { KernelOp, Problem, Vertex } from '@tessera-dnn/graph/op';
import { readAxis, readInteger } from '../define/arguments.ts';
import { elementSets, pickElement } from '../define/element-sets.ts';
import { arithmetic, castTo, reshaped, zero } from '../define/gradient.ts';
import { dot, forEachIndex } from '../define/indices.ts';
import { asInteger } from '../define/integers.ts';
import { emitNest } from '../define/nest.ts';
import { defineOp, type Tested } from '../define/op.ts';
import { refusedElement, shapeMismatch, wrongCount, wrongElement } from '../define/problem.ts';
import { type OperandStream, operandStream } from '../define/stream.ts';
import { nestedLoops } from '../plane/nested-loops.ts';

type ScatterAttributes = {
  /** The axis of the result to which the indices refer. In its place, the values have the axes of the indices. */
  readonly axis: number;
  /** The extent of the result on that axis. */
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
    // The axis is counted in the result, whose other extents do not matter here.
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
    // The sums lie in the result while they grow, so that has 32 bits.
    return {
      element: wideElement(values.element),
      shape: [...values.shape.slice(0, axis), extent, ...values.shape.slice(behind)],
    };
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
      out[at] = isInteger(element) ? asInteger(element, sum) : round(sum);
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
  accumulates: true,
  kernel: emitScatter,
  gradient: ({ build, operands: [values, indices], upstream, attributes: { axis, extent } }) => {
    const slopes = castTo(build, build.op('gather', [upstream, indices], { axis }), build.type(values).element);
    // `gather` moves indices outside of the axis to its ends, but what they add is ignored: their derivatives are made zero.
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
        { element: pickElement(pick, 'number'), shape: [...before, ...places, ...behind] },
        { element: 'i32', shape: places },
      ],
      args: { extent, axis },
      // Some indices occur often, and some are outside of the axis.
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

/** The space has the axes of the result and then those of the indices. The values have the axes of the indices in place of `axis`. */
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
  const numbers = new KernelNumbers(k);
  const boxes = regions(context.operands, context.attributes, box);
  const [values, indices] = operands.map((view, slot) => operandStream(k, numbers, slot, view, boxes[slot].start));
  const kernel: ScatterWriter = { k, numbers, axis, count: box.count.slice(0, rank), sink, values };
  const first = numbers.field('first place', box.start[axis]);
  const turns = box.count.slice(rank).map((count, i) => numbers.field(`places ${i}`, count));
  k.share(numbers.field('rows', box.count[axis]), (from, to) => {
    if (!sink.begun) k.loop(from, to, row => clear(kernel, row));
    const own = k.sub(to, from);
    nestedLoops(k, turns, at => {
      const row = k.sub(k.load('i32', walked(kernel, indices.address, at, indices.strides, 'index stride')), first);
      // One unsigned comparison does for both ends: a row before the part gives a negative difference, which is huge as an unsigned number.
      k.when(k.ltu(k.sub(row, from), own), () => addSlice(kernel, row, at));
    });
  });
}

interface ScatterWriter {
  readonly k: KernelBuilder;
  readonly numbers: KernelNumbers;
  readonly axis: number;
  /** The extents of the box of results. */
  readonly count: readonly number[];
  readonly sink: Vertex['sink'];
  readonly values: OperandStream;
}

const widths = [16, 4];

/** Stores zeros in a row. */
function clear({ k, numbers, axis, count, sink, values }: ScatterWriter, row: KernelValue): void {
  // These loops have fields of their own, since their vectors may run along another axis than those that add slices.
  const own = numbers.under('cleared');
  const vectorAxis = sink.vectorAxis === axis ? -1 : sink.vectorAxis;
  const nest = { count, streams: [], vectorAxis, widths, walked: axis, undivided: true };
  emitNest(k, own, nest, ({ coordinates, width }) => {
    const cursor = sink.at(coordinates.with(axis, row));
    const zeros = k.constant(width === 1 ? values.type : vectorOf(values.type), 0);
    forVectors(width, i => cursor.store(zeros, offset(vectorAxis, i)));
  });
}

/** Adds the slice of the place with index `at` to a row. */
function addSlice(kernel: ScatterWriter, row: KernelValue, at: readonly Operand[]): void {
  const { k, numbers, axis, count, sink, values } = kernel;
  const behind = axis + at.length;
  const strides = [...values.strides.slice(0, axis), 0, ...values.strides.slice(behind)];
  const address = walked(kernel, values.address, at, values.strides.slice(axis, behind), 'slice stride');
  const inVectors = sink.vectorAxis >= 0 && strides[sink.vectorAxis] === values.bytes;
  const vectorAxis = inVectors ? sink.vectorAxis : -1;
  const nest = { count, streams: [{ address, strides }], vectorAxis, widths, walked: axis, undivided: true };
  emitNest(k, numbers, nest, ({ coordinates, addresses, width }) => {
    const cursor = sink.at(coordinates.with(axis, row));
    const type = width === 1 ? values.type : vectorOf(values.type);
    forVectors(width, i => {
      const value = k.load(type, addresses[0], 4 * i * values.bytes);
      const place = offset(vectorAxis, i);
      cursor.store(k.add(cursor.load(type, place), value), place);
    });
  });
}

/** The address `base`, moved to index `at`. */
function walked(
  { numbers }: ScatterWriter,
  base: KernelValue,
  at: readonly Operand[],
  along: readonly number[],
  role: string,
): KernelValue {
  return at.reduce<KernelValue>((address, turn, i) => numbers.step(address, turn, `${role} ${i}`, along[i]), base);
}

function forVectors(width: number, body: (i: number) => void): void {
  for (let i = 0; i < Math.ceil(width / 4); i++) body(i);
}

function offset(vectorAxis: number, i: number): readonly (readonly [number, number])[] {
  return i === 0 ? [] : [[vectorAxis, 4 * i]];
}
