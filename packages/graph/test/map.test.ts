import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Node, ScalarStep } from '../src/graph.ts';
import { interpretSteps } from '../src/interpret-steps.ts';
import { standInOps } from '../src/testing/stand-ins.ts';
import type { ElementType } from '../src/types.ts';
import { boxes, broadcastable, placed, shapes } from './arbitraries.ts';
import { cut, runVertex } from './vertex-harness.ts';

const f32 = 'f32' as const;
const step = (op: string, args: readonly number[], element: ElementType = f32): ScalarStep => ({
  op,
  attributes: {},
  args,
  element,
});

/** Bodies over sources f32, f32, bool. */
const bodies: readonly (readonly ScalarStep[])[] = [
  [step('add', [0, 1])],
  [step('relu', [0])],
  [step('less', [0, 1], 'bool')],
  [step('where', [2, 0, 1])],
  [
    { op: 'constant', attributes: { value: 0.5 }, args: [], element: f32 },
    step('mul', [1, 3]),
    step('sub', [0, 4]),
    step('where', [2, 5, 3]),
  ],
  [step('squash', [1]), step('mul', [3, 3]), step('add', [4, 0])],
];

const cases = shapes.chain(shape =>
  fc.record({
    steps: fc.constantFrom(...bodies),
    sources: fc
      .tuple(broadcastable(shape), broadcastable(shape), broadcastable(shape))
      .chain(([a, b, c]) => fc.tuple(placed(a, f32, 1), placed(b, f32, 2), placed(c, 'bool', 3))),
    result: placed(shape, f32, 0),
    box: boxes(shape),
    specialised: fc.boolean(),
    workers: fc.integer({ min: 1, max: 5 }),
  }),
);

test('a map stores what the oracle says, whatever the shapes, strides, box and number of workers', () => {
  fc.assert(
    fc.property(cases, ({ steps, sources, result, box, specialised, workers }) => {
      const element = steps[steps.length - 1].element;
      const type = { element, shape: result.type.shape };
      const node: Pick<Node, 'op' | 'attributes' | 'body'> = { op: 'map', attributes: {}, body: steps };
      const stored = runVertex({
        node,
        context: { operands: sources.map(source => source.type), attributes: {}, result: type },
        box,
        operands: sources,
        result: { ...result, type },
        specialised,
        workers,
      });
      expect(stored).toEqual(cut(type, interpretSteps(steps, sources, type, standInOps, Math.fround), box));
    }),
    { numRuns: 400 },
  );
});

test('the result of a map may lie over an operand of its own shape', () => {
  fc.assert(
    fc.property(
      shapes.chain(shape =>
        fc.tuple(
          placed(shape, f32, 4),
          broadcastable(shape).chain(other => placed(other, f32, 5)),
        ),
      ),
      fc.boolean(),
      ([x, y], specialised) => {
        const node = { op: 'sub', attributes: {} };
        const box = { start: x.type.shape.map(() => 0), count: x.type.shape, step: x.type.shape.map(() => 1) };
        const context = { operands: [x.type, y.type], attributes: {}, result: x.type };
        const stored = runVertex({ node, context, box, operands: [x, y], result: x, specialised, workers: 3, over: 0 });
        expect(stored).toEqual(interpretSteps([step('sub', [0, 1])], [x, y], x.type, standInOps, Math.fround));
      },
    ),
    { numRuns: 100 },
  );
});
