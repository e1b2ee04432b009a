/** Rows that end in their reductions: any part of any rows, several results, epilogues. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Box } from '../src/box.ts';
import type { Attributes, BodyStep, RowReduction, ScalarStep } from '../src/graph.ts';
import { reduceSteps } from '../src/interpret-steps.ts';
import type { Tensor } from '../src/op/op.ts';
import { standInOps } from '../src/testing/stand-ins.ts';
import { boxes, placed } from './arbitraries.ts';
import { cut, type PlacedTensor, runVertex } from './vertex-harness.ts';

const f32 = 'f32' as const;
const step = (op: string, ...args: number[]): ScalarStep => ({ op, attributes: {}, args, element: f32 });
const reduce = (combine: RowReduction['combine'], arg: number): RowReduction => ({ combine, arg, element: f32 });

const stackedSums = [step('mul', 0, 2), reduce('add', 0), reduce('add', 3)];

/** Sources: $0 varies along the row, $1 is a number per row, $2 has the row's shape only. */
const sums: readonly (readonly BodyStep[])[] = [
  [reduce('add', 0)],
  [step('mul', 0, 2), step('add', 3, 1), reduce('add', 4)],
  [step('hinge', 0), reduce('max', 3)],
  stackedSums,
];

const partsOfRows = fc
  .record({
    shape: fc.oneof(
      fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }),
      fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 30, max: 40 })),
      fc.tuple(fc.integer({ min: 30, max: 40 }), fc.integer({ min: 1, max: 9 })),
    ),
    steps: fc.constantFrom(...sums),
    drops: fc.boolean(),
    finishes: fc.boolean(),
  })
  .chain(given => {
    const every = given.shape.map((_, axis) => axis);
    const cuts = fc.record({ axes: fc.subarray(every, { minLength: 1 }), part: boxes(given.shape) });
    return cuts.map(chosen => ({ ...given, ...chosen }));
  })
  .chain(given => {
    const { shape, axes, drops, steps } = given;
    const results = steps.filter(step => 'combine' in step).length;
    const perRow = shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
    const row = shape.map((extent, axis) => (axes.includes(axis) ? extent : 1));
    const rest = drops ? shape.filter((_, axis) => !axes.includes(axis)) : perRow;
    const result = results > 1 ? [results, ...rest] : rest;
    return fc.record({
      given: fc.constant(given),
      sources: fc.tuple(placed(shape, f32, 1), placed(perRow, f32, 2), placed(row, f32, 3), placed(result, f32, 4)),
      result: placed(result, f32, 0),
      specialised: fc.boolean(),
      workers: fc.integer({ min: 1, max: 4 }),
      inPlace: fc.boolean(),
    });
  });

test('a row that ends in its one reduction computes any part of any rows, and its epilogue over all of them, in place too', () => {
  fc.assert(
    fc.property(partsOfRows, ({ given, sources, result: apart, specialised, workers, inPlace }) => {
      const { shape, axes, part, steps, drops } = given;
      const finishes = given.finishes && steps !== stackedSums;
      // Over the epilogue's operand: lies as it does, in its memory.
      const over = finishes && inPlace ? 3 : undefined;
      const result = over === undefined ? apart : { ...apart, placement: sources[over].placement };
      const kept = shape.flatMap((_, axis) => (axes.includes(axis) ? (drops ? [] : [-1]) : [axis]));
      const take = (list: readonly number[], one: number) => [
        ...kept.map(axis => (axis < 0 ? one : list[axis])),
        ...axes.map(axis => list[axis]),
      ];
      const results = steps.filter(step => 'combine' in step).length;
      const stack: Attributes = results > 1 ? { stack: results } : {};
      const stacked = (list: readonly number[], one: number, all = one) => [
        ...(results > 1 ? [all] : []),
        ...take(list, one),
      ];
      const box = {
        start: stacked(part.start, 0),
        count: stacked(part.count, 1, results),
        step: stacked(part.step, 1),
      };
      const base = result.type;
      const epilogue = { base, firstOperand: 3, steps: [step('add', 0, 1), step('add', 2, 0)] };
      const node = { op: 'row', attributes: { axes, shape, ...stack }, body: steps, ...(finishes ? { epilogue } : {}) };
      const operands = finishes ? sources : sources.slice(0, 3);
      const context = { operands: operands.map(s => s.type), attributes: node.attributes, result: base };
      // A part that has no epilogue may add to what others have left in its place.
      const adds = !finishes && inPlace ? combineOfLast(steps) : undefined;
      const stored = runVertex({ node, context, box, operands, result, specialised, workers, over, adds });
      const whole = { ...node, epilogue: undefined, operands: [], origin: {} };
      const inside = operands.map(source => partOf(source, part));
      const attributes = { axes, shape: part.count, ...stack };
      const type = { element: f32, shape: box.count.slice(0, base.shape.length) };
      const sum = reduceSteps({ ...whole, attributes, type }, inside.slice(0, 3), standInOps, Math.fround);
      const added = partOf(sources[3], { ...box, start: box.start.slice(0, base.shape.length), count: type.shape });
      const own = { ...box, start: box.start.slice(0, base.shape.length), count: type.shape };
      const before = cut(base, result.data, { ...own, step: own.step.slice(0, base.shape.length) });
      const alone = adds === 'max' ? sum.map((x, i) => Math.max(before[i], x)) : sum.map((x, i) => before[i] + x);
      if (finishes) expect(stored).toEqual(sum.map((x, i) => x + added.data[i] + x));
      else expect(stored).toEqual(adds ? alone : sum);
    }),
    { numRuns: 500 },
  );
});

function combineOfLast(steps: readonly BodyStep[]): RowReduction['combine'] {
  const last = steps[steps.length - 1];
  return 'combine' in last ? last.combine : 'add';
}

/** The part of an operand that lies in a box of the full shape. */
function partOf({ type, data }: PlacedTensor, box: Box): Tensor {
  const take = (list: readonly number[], one: number) =>
    type.shape.map((extent, axis) => (extent === 1 ? one : list[axis]));
  const own = { start: take(box.start, 0), count: take(box.count, 1), step: take(box.step, 1) };
  return { type: { element: type.element, shape: own.count }, data: cut(type, data, own) };
}
