/**
 * Makes ops that give random numbers. The number at row-major index i depends on nothing but the seed, the step, the place (a number for
 * each call in the program) and i, however the result is cut. It is a hash whose key is seed and step, and whose counter is i and place.
 */
import type { TensorType } from '@tessera-dnn/graph';
import { rowMajorStrides, showType } from '@tessera-dnn/graph';
import type { KernelBuilder, KernelValue } from '@tessera-dnn/graph/kernel';
import { KernelNumbers } from '@tessera-dnn/graph/kernel';
import type { KernelOp, OpDoc, Problem, Round, Vertex } from '@tessera-dnn/graph/op';
import { isProblem } from '@tessera-dnn/graph/op';
import { readInteger, readShape } from '../define/arguments.ts';
import { dot } from '../define/indices.ts';
import { laneNumbers } from '../define/lane-numbers.ts';
import { emitNest } from '../define/nest.ts';
import { type Accuracy, type DefinedOp, defineOp, type Tested } from '../define/op.ts';
import { shapeMismatch, wrongCount, wrongElement } from '../define/problem.ts';
import { operandStream } from '../define/stream.ts';
import { threefry, threefryOf } from './threefry.ts';

/** The compile-time arguments. */
export type RandomAttributes = { readonly shape: readonly number[]; readonly place: number };

/** What such an op has to say of itself. */
export interface RandomSpec {
  readonly name: string;
  readonly doc: OpDoc;
  /** The oracle: the number made of 64 random bits, which are given as two unsigned words. */
  readonly number: (words: readonly [number, number], round: Round) => number;
  /** The same with registers of one or four lanes. */
  readonly expression: (k: KernelBuilder, words: readonly [KernelValue, KernelValue]) => KernelValue;
  readonly accuracy: Accuracy;
}

/** The op that `spec` describes, ready for the table. Its result is f32. */
export function random(spec: RandomSpec): DefinedOp {
  const { name } = spec;
  const op: KernelOp<RandomAttributes> & Tested = {
    kind: 'kernel',
    name,
    doc: spec.doc,
    // Programs give the shape; the language supplies the other arguments.
    parameters: [
      { name: 'shape', kind: 'list' },
      { name: 'place', kind: 'integer' },
      { name: 'seed', kind: 'tensor' },
      { name: 'step', kind: 'tensor' },
    ],
    attributes: args => {
      const shape = readShape(name, args['shape']);
      if (isProblem(shape)) return shape;
      const place = readInteger(name, 'place', args['place'], -(2 ** 31), 2 ** 31 - 1);
      return typeof place === 'number' ? { shape, place } : place;
    },
    infer: (operands, { shape }) => checkOperands(name, operands) ?? { element: 'f32', shape },
    evaluate: ([seed, step], { place }, { shape }, round) => {
      const count = shape.reduce((product, extent) => product * extent, 1);
      const key = [seed.data[0], step.data[0]] as const;
      return Float64Array.from({ length: count }, (_, i) => spec.number(threefryOf(key, [i, place]), round));
    },
    space: ({ result }) => ({ extents: result.shape, combine: [] }),
    regions: () => [0, 1].map(() => ({ start: [], count: [], step: [] })),
    variants: () => [{ name: 'strided', result: 'any', operands: ['any', 'any'] }],
    overwrites: () => [],
    kernel: (k, vertex) => emitRandom(k, vertex, spec.expression),
    samples: pick => ({
      operands: [0, 1].map((): TensorType => ({ element: 'i32', shape: [] })),
      args: { shape: pick.shape(0, 4), place: pick.int(-(2 ** 31), 2 ** 31 - 1) },
      values: [0, 1].map(() => [-(2 ** 31), 2 ** 31 - 1] as const),
    }),
    accuracy: spec.accuracy,
  };
  return defineOp(op);
}

function checkOperands(name: string, operands: readonly TensorType[]): Problem | undefined {
  if (operands.length !== 2) return wrongCount(name, 'a seed and a step', operands.length);
  const wrong = operands.findIndex(({ element }) => element !== 'i32');
  if (wrong >= 0) return wrongElement(`the ${wrong === 0 ? 'seed' : 'step'} of ${name}`, operands, wrong, 'i32');
  const list = operands.findIndex(({ shape }) => shape.length > 0);
  if (list < 0) return undefined;
  return shapeMismatch(`the seed and the step of ${name} are single numbers`, [
    { operand: list, message: `is ${showType(operands[list])}` },
  ]);
}

function emitRandom(k: KernelBuilder, vertex: Vertex<RandomAttributes>, expression: RandomSpec['expression']): void {
  const { box, context, operands, sink } = vertex;
  const numbers = new KernelNumbers(k);
  const [seed, step] = operands.map((view, slot) => k.load('i32', operandStream(k, numbers, slot, view, []).address));
  const place = numbers.field('place', context.attributes.place);
  // The loops advance the row-major index just as they advance addresses.
  const strides = rowMajorStrides(context.result.shape);
  const index = { address: numbers.field('first index', dot(box.start, strides)), strides };
  const { vectorAxis } = sink;
  const nest = { count: box.count, streams: [index], vectorAxis, widths: [4] };
  emitNest(k, numbers, nest, ({ coordinates, addresses: [first], width }) => {
    const draw = (i: KernelValue): KernelValue => expression(k, threefry(k, [seed, step], [i, place]));
    const cursor = sink.at(coordinates);
    if (width === 1) cursor.store(draw(first));
    else cursor.store(draw(k.add(k.mul(laneNumbers(k), numbers.field('neighbour', strides[vectorAxis])), first)));
  });
}
