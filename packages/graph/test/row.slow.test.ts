import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BodyStep, Node, RowNode, RowReduction, ScalarStep } from '../src/graph.ts';
import { reduceSteps } from '../src/interpret-steps.ts';
import { recordVertex } from '../src/record-vertex.ts';
import { planRow } from '../src/structural/row-plan.ts';
import { standInOps } from '../src/testing/stand-ins.ts';
import type { TensorType } from '../src/types.ts';
import { boxes, placed } from './arbitraries.ts';
import { cut, runVertex, viewOf } from './vertex-harness.ts';

const f32 = 'f32' as const;
const step = (op: string, ...args: number[]): ScalarStep => ({ op, attributes: {}, args, element: f32 });
const reduce = (combine: RowReduction['combine'], arg: number): RowReduction => ({ combine, arg, element: f32 });

interface Body {
  readonly steps: readonly BodyStep[];
  /** Whether the result is one number per row. */
  readonly perRow: boolean;
}

/** Sources: $0 varies along the row, $1 is a number per row, $2 has the row's shape only. All sums are exact on the test's numbers. */
const bodies: readonly Body[] = [
  { steps: [step('mul', 0, 2), reduce('max', 3), step('add', 4, 1)], perRow: true },
  { steps: [reduce('add', 0), step('sub', 0, 3), reduce('max', 4), step('mul', 4, 5)], perRow: false },
  {
    steps: [reduce('min', 0), reduce('max', 0), step('sub', 4, 3), step('add', 0, 5), step('mul', 6, 2)],
    perRow: false,
  },
  { steps: [reduce('add', 1), step('add', 0, 3)], perRow: false },
  {
    steps: [reduce('max', 0), step('sub', 0, 3), step('hinge', 4), reduce('add', 5), step('mul', 5, 6)],
    perRow: false,
  },
];

const cases = fc
  .tuple(
    fc.oneof(
      fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }),
      fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 30, max: 40 })),
      fc.tuple(fc.integer({ min: 30, max: 40 }), fc.integer({ min: 1, max: 9 })),
    ),
    fc.constantFrom(...bodies),
  )
  .chain(([shape, body]) =>
    fc
      .subarray(
        shape.map((_, axis) => axis),
        { minLength: 1 },
      )
      .chain(axes => {
        const isRow = (axis: number): boolean => axes.includes(axis);
        const perRow = shape.map((extent, axis) => (isRow(axis) ? 1 : extent));
        const row = shape.map((extent, axis) => (isRow(axis) ? extent : 1));
        const resultShape = body.perRow ? perRow : shape;
        return fc.record({
          body: fc.constant(body),
          axes: fc.constant(axes),
          shape: fc.constant(shape),
          sources: fc.tuple(placed(shape, f32, 1), placed(perRow, f32, 2), placed(row, f32, 3)),
          result: placed(resultShape, f32, 0),
          box: boxes(resultShape).map(box => ({
            ...box,
            start: box.start.map((start, axis) => (isRow(axis) ? 0 : start)),
            count: box.count.map((count, axis) => (isRow(axis) ? resultShape[axis] : count)),
          })),
          specialised: fc.boolean(),
          workers: fc.integer({ min: 1, max: 4 }),
        });
      }),
  );

test('a row stores what the oracle says, along rows, across rows and element by element', () => {
  fc.assert(
    fc.property(cases, ({ body, axes, shape, sources, result, box, specialised, workers }) => {
      const node: Node = {
        kind: 'row',
        op: 'row',
        operands: [],
        attributes: { axes, shape },
        type: result.type,
        body: body.steps,
        origin: {},
      };
      const context = { operands: sources.map(s => s.type), attributes: node.attributes, result: result.type };
      const stored = runVertex({ node, context, box, operands: sources, result, specialised, workers });
      expect(stored).toEqual(cut(result.type, reduceSteps(node, sources, standInOps, Math.fround), box));
    }),
    { numRuns: 500 },
  );
});

describe('the costly intermediate of a softmax', () => {
  const x = { element: f32, varies: true, covered: true };
  const softmax = [reduce('max', 0), step('sub', 0, 1), step('hinge', 2), reduce('add', 3), step('mul', 3, 4)];

  test('is kept in the result when later passes read nothing the result may lie over', () => {
    const plan = planRow({ steps: softmax, sources: [x], full: true, results: 1, element: f32 }, standInOps);
    expect(plan.passes).toEqual([[1], [4]]);
    expect(plan.kept).toEqual({ value: 3, pass: 1 });
  });

  test('is computed again when the last pass still reads the operand', () => {
    const steps = [...softmax, step('add', 5, 0)];
    expect(planRow({ steps, sources: [x], full: true, results: 1, element: f32 }, standInOps).kept).toBeUndefined();
  });

  test('is computed again when the result has one number per row', () => {
    const steps = [...softmax, reduce('max', 5)];
    expect(planRow({ steps, sources: [x], full: false, results: 1, element: f32 }, standInOps).kept).toBeUndefined();
  });
});

/** A node whose rows run along the last axis of a matrix. */
function rowOver(type: TensorType, body: RowNode['body']): RowNode {
  return { kind: 'row', op: 'row', operands: [], attributes: { axes: [1], shape: type.shape }, type, body, origin: {} };
}

test('a row node over its own operand keeps its answer', () => {
  const type: TensorType = { element: f32, shape: [5, 12] };
  const steps = bodies[4].steps.map(step => shift(step));
  fc.assert(
    fc.property(placed(type.shape, f32, 7), x => {
      const node = rowOver(type, steps);
      const box = { start: [0, 0], count: [5, 12], step: [1, 1] };
      const context = { operands: [type], attributes: node.attributes, result: type };
      const run = { node, context, box, operands: [x], result: x, specialised: false, workers: 2, over: 0 };
      expect(runVertex(run)).toEqual(reduceSteps(node, [x], standInOps, Math.fround));
    }),
    { numRuns: 30 },
  );
});

test('a row node over either of two operands keeps its answer, though it keeps a value while it still reads the other', () => {
  const type: TensorType = { element: f32, shape: [5, 12] };
  const steps = [
    reduce('max', 0),
    step('sub', 0, 2),
    step('hinge', 3),
    reduce('add', 4),
    step('mul', 4, 1),
    reduce('add', 6),
    step('mul', 4, 5),
    step('add', 8, 7),
  ];
  const covered = { element: f32, varies: true, covered: true };
  expect(
    planRow({ steps, sources: [covered, covered], full: true, results: 1, element: f32 }, standInOps).kept,
  ).toBeDefined();
  const node = rowOver(type, steps);
  const box = { start: [0, 0], count: [5, 12], step: [1, 1] };
  const context = { operands: [type, type], attributes: node.attributes, result: type };
  fc.assert(
    fc.property(placed(type.shape, f32, 7), placed(type.shape, f32, 8), fc.constantFrom(0, 1), (x, y, over) => {
      const alike = { ...y, placement: x.placement };
      const run = { node, context, box, operands: [x, alike], result: x, specialised: false, workers: 2, over };
      expect(runVertex(run)).toEqual(reduceSteps(node, [x, alike], standInOps, Math.fround));
    }),
    { numRuns: 60 },
  );
});

/** The steps of a body with three sources over the first source alone. */
function shift(step: BodyStep): BodyStep {
  const move = (arg: number): number => (arg < 3 ? arg : arg - 2);
  return 'combine' in step ? { ...step, arg: move(step.arg) } : { ...step, args: step.args.map(move) };
}

test('vertices of one structure share their code whatever their numbers', () => {
  const code = (rows: number, length: number): string => {
    const type: TensorType = { element: f32, shape: [rows, length] };
    const placement = { order: [0, 1], padding: [0, 0] };
    const view = viewOf({ type, data: new Float64Array(), placement });
    const node = {
      op: 'row',
      attributes: { axes: [1], shape: [rows, length] },
      body: [reduce('max', 0), step('sub', 0, 1)],
    };
    const spec = {
      node,
      context: { operands: [type], attributes: node.attributes, result: type },
      variant: '',
      partial: false,
    };
    const box = { start: [0, 0], count: [rows, length], step: [1, 1] };
    return JSON.stringify(
      recordVertex({ ...spec, box, operands: [view], result: view }, standInOps, { specialised: false }).code,
    );
  };
  expect(code(40, 64)).toBe(code(96, 128));
});
