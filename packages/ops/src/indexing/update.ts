/**
 * The op `update`: a tensor in which a block is replaced. Where the block begins is known only when the program runs; a block that would
 * reach outside of the tensor is moved inside.
 */
import type { TensorType } from '@tessera-dnn/graph';
import { rowMajorStrides, showType } from '@tessera-dnn/graph';
import type { KernelBuilder, KernelValue, Operand } from '@tessera-dnn/graph/kernel';
import { KernelNumbers, vectorOf } from '@tessera-dnn/graph/kernel';
import type { KernelOp, Problem, Vertex } from '@tessera-dnn/graph/op';
import { pickElement } from '../define/element-sets.ts';
import { dot, forEachIndex } from '../define/indices.ts';
import { emitNest, type NestPlace } from '../define/nest.ts';
import { defineOp, type Tested } from '../define/op.ts';
import { mixedElements, shapeMismatch, wrongCount, wrongElement } from '../define/problem.ts';
import { type OperandStream, operandStream } from '../define/stream.ts';
import { updateGradient } from './update-gradient.ts';

const op: KernelOp & Tested = {
  kind: 'kernel',
  name: 'update',
  doc: {
    summary: 'x with a block replaced by value, from the given starts on, one for each axis',
    example:
      'model example(x: f32[8, 4], value: f32[1, 4], at: i32[]) -> f32[8, 4] {\n  update(x, value, [at, 0])\n}\n',
  },
  parameters: [
    { name: 'x', kind: 'tensor' },
    { name: 'value', kind: 'tensor' },
    { name: 'starts', kind: 'tensors' },
  ],
  attributes: () => ({}),
  infer: operands => infer(operands),
  evaluate: ([x, value, ...starts]) => {
    const out = Float64Array.from(x.data);
    const strides = rowMajorStrides(x.type.shape);
    const first = x.type.shape.map((extent, axis) =>
      Math.min(Math.max(starts[axis].data[0], 0), extent - value.type.shape[axis]),
    );
    forEachIndex(value.type.shape, (index, linear) => {
      out[dot(first, strides) + dot(index, strides)] = value.data[linear];
    });
    return out;
  },
  space: ({ result }) => ({ extents: result.shape, combine: [] }),
  // Any box of the result may contain any part of the block.
  regions: ({ operands }, box) => [
    box,
    ...operands.slice(1).map(({ shape }) => ({
      start: shape.map(() => 0),
      count: shape,
      step: shape.map(() => 1),
    })),
  ],
  variants: ({ operands }) => [{ name: 'strided', result: 'any', operands: operands.map(() => 'any' as const) }],
  overwrites: () => [{ operand: 0, distanceBytes: 0 }],
  carries: true,
  kernel: emitUpdate,
  gradient: updateGradient,
  samples: pick => {
    const shape = pick.shape(0, 3);
    const element = pickElement(pick, 'any');
    const block = shape.map(extent => pick.int(1, extent));
    const starts = shape.map((): TensorType => ({ element: 'i32', shape: [] }));
    return {
      operands: [{ element, shape }, { element, shape: block }, ...starts],
      args: {},
      values: [undefined, undefined, ...shape.map(() => [-2, 12] as const)],
    };
  },
  accuracy: 'exact',
};

export const update = defineOp(op);

function infer(operands: readonly TensorType[]): TensorType | Problem {
  if (operands.length < 2) return wrongCount('update', 'a tensor, a value and starts', operands.length);
  const [x, value, ...starts] = operands;
  if (value.element !== x.element) return mixedElements('update', operands, 0, 1);
  const rank = x.shape.length;
  const fits = value.shape.length === rank && value.shape.every((extent, axis) => extent <= x.shape[axis]);
  if (!fits) {
    return shapeMismatch(`update cannot put ${showType(value)} into ${showType(x)}`, [
      { operand: 0, message: `is ${showType(x)}` },
      { operand: 1, message: `is ${showType(value)}` },
    ]);
  }
  if (starts.length !== rank) {
    return shapeMismatch(`update needs a start for each of the ${rank} axes of ${showType(x)}, not ${starts.length}`, [
      { operand: 0, message: `has ${rank} axes` },
    ]);
  }
  const wrong = starts.findIndex(({ element, shape }) => element !== 'i32' || shape.length > 0);
  if (wrong < 0) return x;
  const given = starts[wrong];
  if (given.element !== 'i32') return wrongElement('a start of update', operands, 2 + wrong, 'i32');
  return shapeMismatch(`a start of update is one number, not ${showType(given)}`, [
    { operand: 2 + wrong, message: `has ${given.shape.length} axes` },
  ]);
}

interface UpdateWriter {
  readonly k: KernelBuilder;
  readonly numbers: KernelNumbers;
  readonly x: OperandStream;
  /** Where the block begins on each axis, counted from the start of the vertex's box. */
  readonly starts: readonly KernelValue[];
  readonly block: readonly number[];
  readonly vectorAxis: number;
  readonly sink: Vertex['sink'];
}

function emitUpdate(k: KernelBuilder, { box, context, operands, sink }: Vertex): void {
  const [xType, { shape: block }] = context.operands;
  const numbers = new KernelNumbers(k);
  const x = operandStream(k, numbers, 0, operands[0], box.start);
  const value = operandStream(
    k,
    numbers,
    1,
    operands[1],
    block.map(() => 0),
  );
  const starts = block.map((extent, axis) => {
    const given = k.load('i32', operandStream(k, numbers, 2 + axis, operands[2 + axis], []).address);
    const inside = k.min(k.max(given, 0), numbers.field(`last start ${axis}`, xType.shape[axis] - extent));
    return k.sub(inside, numbers.field(`box start ${axis}`, box.start[axis]));
  });
  // The address that the first element of the box would have in the value, if the value extended so far.
  const origin = starts.reduce(
    (address, start, axis) => k.sub(address, k.mul(start, numbers.field(`value stride ${axis}`, value.strides[axis]))),
    value.address,
  );
  const streams = [
    { address: x.address, strides: x.strides },
    { address: origin, strides: value.strides },
  ];
  const { vectorAxis } = sink;
  const inVectors = vectorAxis >= 0 && [x, value].every(({ strides, bytes }) => strides[vectorAxis] === bytes);
  const writer: UpdateWriter = { k, numbers, x, starts, block, vectorAxis: inVectors ? vectorAxis : -1, sink };
  const nest = { count: box.count, streams, vectorAxis: writer.vectorAxis, widths: [4] };
  emitNest(k, numbers, nest, place => (place.width === 4 ? copyVector(writer, place) : copyOne(writer, place)));
}

function copyOne(writer: UpdateWriter, { coordinates, addresses }: NestPlace): void {
  const { k, x, sink } = writer;
  const inside = insideOf(writer, coordinates, -1);
  sink.at(coordinates).store(k.load(x.type, k.select(inside, addresses[1], addresses[0])));
}

/** Four neighbours, all from the tensor or all from the block; or lane by lane, if the block begins or ends among them. */
function copyVector(writer: UpdateWriter, { coordinates, addresses }: NestPlace): void {
  const { k, numbers, x, starts, block, vectorAxis, sink } = writer;
  const others = insideOf(writer, coordinates, vectorAxis);
  const from = k.sub(coordinates[vectorAxis], starts[vectorAxis]);
  const extent = numbers.field(`extent ${vectorAxis}`, block[vectorAxis]);
  const whole = k.and(others, k.and(k.ge(from, 0), k.le(from, k.sub(extent, 4))));
  const none = k.not(k.and(others, k.and(k.gt(from, -4), k.lt(from, extent))));
  const cursor = sink.at(coordinates);
  k.when(
    k.or(whole, none),
    () => cursor.store(k.load(vectorOf(x.type), k.select(whole, addresses[1], addresses[0]))),
    () => {
      const lane = (i: number): KernelValue => {
        const address = k.select(k.ltu(k.add(from, i), extent), addresses[1], addresses[0]);
        // The distance is part of the address and not of the load: if the block begins among the four, the address of lane 0 would be before
        // the value, and so perhaps before the memory.
        return k.load(x.type, k.add(address, i * x.bytes));
      };
      cursor.store([1, 2, 3].reduce((vector, i) => k.replace(vector, i, lane(i)), k.splat(lane(0))));
    },
  );
}

/** Whether the coordinates lie in the block on all axes but `except`. */
function insideOf(
  { k, numbers, starts, block }: UpdateWriter,
  coordinates: readonly Operand[],
  except: number,
): KernelValue {
  return coordinates.reduce<KernelValue>(
    (inside, coordinate, axis) => {
      if (axis === except) return inside;
      // One unsigned comparison does for both ends: before the block the difference is negative, which is huge as an unsigned number.
      const own = k.ltu(k.sub(coordinate, starts[axis]), numbers.field(`extent ${axis}`, block[axis]));
      return k.and(inside, own);
    },
    k.constant('bool', 1),
  );
}
