/**
 * Winograd's kernels of convolutions and transposed convolutions, held against sums of 64 bits: results differ by no more than 1e-4 of the
 * largest, whatever the shapes, parts and layouts; and nothing but results is written.
 */
import { type Box, elementCount, fullBox, resultPart, type TensorType } from '@tessera-dnn/graph';
import type { Overwrite, Tensor } from '@tessera-dnn/graph/op';
import { expect, test } from 'vitest';
import { createPick, ops, type Pick } from '../../src/index.ts';
import type { Instance } from '../../src/testing/index.ts';
import {
  computedBy,
  createInstance,
  elementsOf,
  overwritesOf,
  placeRegion,
  recordPart,
  runPart,
} from '../../src/testing/index.ts';

const tolerance = 1e-4;
const variants = ['winograd-2', 'winograd-4'] as const;
const operations = ['conv', 'conv_transpose'] as const;

/** How the numbers of an operand are drawn: also equal ones, and very large ones. */
const drawings: readonly ((pick: Pick, i: number) => number)[] = [
  pick => pick.real() * 2 - 1,
  pick => Math.max(0, pick.real() * 2 - 1),
  () => 1,
  pick => (pick.real() - 0.5) * 1e15,
];

interface Extents {
  readonly images: number;
  readonly channels: number;
  readonly outputs: number;
  readonly height: number;
  readonly width: number;
}

function drawExtents(pick: Pick): Extents {
  return {
    images: pick.int(1, 3),
    channels: pick.one([8, 9, 11, 14, 16, 21]),
    outputs: pick.one([8, 9, 13, 16, 20]),
    height: pick.int(1, 13),
    width: pick.int(1, 13),
  };
}

type Drawing = (typeof drawings)[number];

function instanceOf(
  name: string,
  extents: Extents,
  padding: readonly (readonly number[])[],
  pick: Pick,
  drawing?: Drawing,
): Instance {
  const { images, channels, outputs, height, width } = extents;
  const weights = name === 'conv' ? [outputs, channels, 3, 3] : [channels, outputs, 3, 3];
  const typeOf = (shape: readonly number[]): TensorType => ({ element: 'f32', shape });
  const types = [typeOf([images, channels, height, width]), typeOf(weights)];
  const sample = createInstance(ops.all.find(op => op.name === name)!, 1);
  const attributes = sample.op.attributes({ padding }, types) as Instance['context']['attributes'];
  const result = sample.op.infer(types, attributes) as TensorType;
  const operands = types.map((type): Tensor => {
    const draw = drawing ?? pick.one(drawings);
    const data = Float64Array.from({ length: elementCount(type.shape) }, (_, i) => Math.fround(draw(pick, i)));
    return { type, data };
  });
  const data = sample.op.evaluate(operands, attributes, result, x => x);
  return { ...sample, context: { operands: types, attributes, result }, operands, answer: { type: result, data } };
}

/** Padding that leaves something of the result. */
function drawPadding(name: string, { height, width }: Extents, pick: Pick): readonly (readonly number[])[] {
  return [height, width].map(extent => {
    const least = name === 'conv' ? Math.max(0, 3 - extent) : 0;
    const most = name === 'conv' ? 4 : extent + 1;
    const low = pick.int(Math.max(0, least - 2), Math.min(2, most));
    return [low, pick.int(Math.max(0, least - low), Math.max(0, Math.min(2, most - low)))];
  });
}

function partOf(instance: Instance, variant: string, box: Box, partial = false) {
  const { op, context } = instance;
  const work = computedBy(op, context)!;
  const { operands, result } = work.variants.find(({ name }) => name === variant)!;
  const region = resultPart(box, 4);
  if (result === 'any' || operands.includes('any')) throw new Error('these kernels have layouts');
  return {
    variant,
    box,
    operands: work.regions(box).map((own, i) => placeRegion(context.operands[i], own, operands[i] as typeof result)),
    result: placeRegion(context.result, region, result),
    partial,
    specialised: true,
    ordered: true,
  };
}

function largestOf(data: Float64Array): number {
  return data.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
}

/** The largest difference between what a part has computed and the answer. */
function largestError(got: Float64Array, { answer }: Instance, region: Box): number {
  const expected = elementsOf(region, answer.type.shape).map(i => answer.data[i]);
  return largestOf(got.map((x, i) => x - expected[i]));
}

function expectClose(got: Float64Array, instance: Instance, region: Box, what: string): void {
  const error = largestError(got, instance, region);
  expect(error, what).toBeLessThanOrEqual(tolerance * largestOf(instance.answer.data));
}

test.each(operations)('%s', name => {
  for (let seed = 0; seed < 12; seed++) {
    const pick = createPick(seed);
    const extents = drawExtents(pick);
    const instance = instanceOf(name, extents, drawPadding(name, extents, pick), pick);
    for (const variant of variants) {
      const box = fullBox(computedBy(instance.op, instance.context)!.space.extents);
      const part = partOf(instance, variant, box);
      expect(recordPart(instance, ops, part).scratchBytes, 'the kernel is the one meant').toBeGreaterThan(0);
      const got = runPart(instance, ops, part, 1);
      // The interpreter runs workers one after the other, so that they may have the same scratch memory.
      expect(runPart(instance, ops, part, 3), 'the same for three workers').toEqual(got);
      expectClose(got, instance, resultPart(box, 4), `${seed} ${variant} ${JSON.stringify(instance.context)}`);
    }
  }
});

test.each(operations)('parts of %s', name => {
  for (let seed = 0; seed < 10; seed++) {
    const pick = createPick(seed);
    const extents = { ...drawExtents(pick), outputs: 24, height: 11, width: 9 };
    const instance = instanceOf(name, extents, drawPadding(name, extents, pick), pick);
    const variant = pick.one(variants);
    const whole = fullBox(computedBy(instance.op, instance.context)!.space.extents);
    const [start, count] = [[...whole.start], [...whole.count]];
    const cut = (axis: number, quantum: number): void => {
      start[axis] = quantum * pick.int(0, Math.floor((count[axis] - 1) / quantum));
      count[axis] = Math.min(count[axis] - start[axis], quantum * pick.int(1, 2));
    };
    cut(1, 8);
    cut(2, 4);
    cut(3, 4);
    const box = { ...whole, start, count };
    const part = partOf(instance, variant, box);
    const got = runPart(instance, ops, part, 1);
    expectClose(got, instance, resultPart(box, 4), `${seed} ${variant} ${JSON.stringify(instance.context)}`);
  }
});

test('sums of parts of the channels', () => {
  const pick = createPick(1);
  const extents = { images: 1, channels: 20, outputs: 8, height: 6, width: 7 };
  const padding = [
    [1, 1],
    [1, 1],
  ];
  const instance = instanceOf('conv', extents, padding, pick);
  const whole = fullBox(computedBy(instance.op, instance.context)!.space.extents);
  const parts = [0, 12].map((first, i) => ({
    ...whole,
    start: whole.start.with(4, first),
    count: whole.count.with(4, i === 0 ? 12 : 8),
  }));
  const sums = parts.map(box => runPart(instance, ops, partOf(instance, 'winograd-4', box, true), 1));
  expectClose(
    sums[0].map((x, i) => x + sums[1][i]),
    instance,
    resultPart(whole, 4),
    'both parts',
  );
});

test('a result behind the reads of its operand', () => {
  for (let seed = 0; seed < 10; seed++) {
    const pick = createPick(seed);
    const extents = { ...drawExtents(pick), images: pick.int(1, 2) };
    const instance = instanceOf('conv', extents, drawPadding('conv', extents, pick), pick);
    const [over] = overwritesOf(instance) as readonly [Overwrite];
    for (const variant of variants) {
      const box = fullBox(computedBy(instance.op, instance.context)!.space.extents);
      const got = runPart(instance, ops, partOf(instance, variant, box), 1, over);
      expectClose(got, instance, resultPart(box, 4), `${seed} ${variant} ${JSON.stringify(instance.context)}`);
    }
  }
});

test('what nearly cancels, and few large numbers among small ones', () => {
  const pick = createPick(2);
  const extents = { images: 1, channels: 64, outputs: 8, height: 8, width: 7 };
  const wild: readonly Drawing[] = [
    (_, i) => (i % 2 === 0 ? 1 : -1) * (1 + pick.real() * 1e-3),
    () => (pick.chance(0.02) ? 1e4 : 1) * (pick.real() - 0.5),
  ];
  for (const drawing of wild) {
    const instance = instanceOf(
      'conv',
      extents,
      [
        [1, 1],
        [1, 1],
      ],
      pick,
      drawing,
    );
    const whole = fullBox(computedBy(instance.op, instance.context)!.space.extents);
    const [x, weight] = instance.operands.map(({ data }) => largestOf(data));
    for (const variant of variants) {
      const got = runPart(instance, ops, partOf(instance, variant, whole), 1);
      const error = largestError(got, instance, resultPart(whole, 4));
      // No result need be so large as the products of which it is made.
      expect(error, variant).toBeLessThan(1e-6 * 9 * extents.channels * x * weight);
    }
  }
});

test('many channels: the error grows with their root', () => {
  const pick = createPick(3);
  const padding = [
    [1, 1],
    [1, 1],
  ];
  const extents = { images: 1, channels: 1100, outputs: 8, height: 4, width: 4 };
  const instance = instanceOf('conv', extents, padding, pick);
  const whole = fullBox(computedBy(instance.op, instance.context)!.space.extents);
  for (const variant of variants) {
    expectClose(runPart(instance, ops, partOf(instance, variant, whole), 1), instance, resultPart(whole, 4), variant);
  }
});
