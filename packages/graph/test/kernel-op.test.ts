import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Epilogue, Node, ScalarStep } from '../src/graph.ts';
import { interpretSteps } from '../src/interpret-steps.ts';
import { interpretWorkers } from '../src/kernel/interpret.ts';
import { recordKernel } from '../src/kernel/recorder.ts';
import { createSink } from '../src/kernel/sink.ts';
import type { OpContext } from '../src/op/split.ts';
import { standInOps } from '../src/testing/stand-ins.ts';
import type { TensorType } from '../src/types.ts';
import { boxes, broadcastable, placed, shapes } from './arbitraries.ts';
import { coordinatesOf, cut, readElement, runVertex, viewOf } from './vertex-harness.ts';

const f32 = 'f32' as const;
const step = (op: string, ...args: number[]): ScalarStep => ({ op, attributes: {}, args, element: f32 });
const half: ScalarStep = { op: 'constant', attributes: { value: 0.5 }, args: [], element: f32 };

const products = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 5 }))
  .chain(([m, n, inner]) =>
    fc.record({
      a: placed([m, inner], f32, 1),
      b: placed([inner, n], f32, 2),
      extra: broadcastable([m, n]).chain(shape => placed(shape, f32, 3)),
      result: placed([m, n], f32, 0),
      box: boxes([m, n]).map(({ start, count }) => ({
        start: [...start, 0],
        count: [...count, inner],
        step: [1, 1, 1],
      })),
      specialised: fc.boolean(),
      workers: fc.integer({ min: 1, max: 3 }),
    }),
  );

test('a kernel op stores through its epilogue', () => {
  fc.assert(
    fc.property(products, ({ a, b, extra, result, box, specialised, workers }) => {
      const epilogue: Epilogue = {
        base: result.type,
        firstOperand: 2,
        steps: [step('add', 0, 1), half, step('mul', 2, 3)],
      };
      const node: Pick<Node, 'op' | 'attributes' | 'epilogue'> = { op: 'product', attributes: {}, epilogue };
      const context: OpContext = { operands: [a.type, b.type, extra.type], attributes: {}, result: result.type };
      const stored = runVertex({ node, context, box, operands: [a, b, extra], result, specialised, workers });
      const def = standInOps.find('product')!;
      const raw = { type: result.type, data: def.evaluate([a, b], {}, result.type, Math.fround) };
      const wanted = interpretSteps(epilogue.steps, [raw, extra], result.type, standInOps, Math.fround);
      expect(stored).toEqual(
        cut(result.type, wanted, { start: box.start.slice(0, 2), count: box.count.slice(0, 2), step: [1, 1] }),
      );
    }),
    { numRuns: 200 },
  );
});

const sinks = shapes
  .filter(shape => shape.length > 0)
  .chain(shape =>
    fc.record({
      result: placed(shape, f32, 0),
      extras: fc
        .tuple(broadcastable(shape), broadcastable(shape))
        .chain(([a, c]) => fc.tuple(placed(a, f32, 1), placed(c, 'bool', 2))),
      specialised: fc.boolean(),
    }),
  );

test('a sink stores whole vectors and parts of them, and its operands are read at the same coordinates', () => {
  fc.assert(
    fc.property(sinks, ({ result, extras, specialised }) => {
      const shape = result.type.shape;
      const steps = [step('add', 0, 1), step('where', 2, 3, 0)];
      const views = [...extras, result].map(viewOf);
      const box = { start: shape.map(() => 0), count: shape, step: shape.map(() => 1) };
      let axis = -1;
      const recorded = recordKernel({ specialised }, k => {
        const sink = createSink(k, standInOps, {
          box,
          element: f32,
          result: views[2],
          resultSlot: 2,
          layout: 'any',
          epilogue: { base: result.type, firstOperand: 0, steps },
          operands: views.slice(0, 2),
        });
        axis = sink.vectorAxis;
        const lanes = axis < 0 ? 1 : 4;
        const vectors = { ...box, count: shape.map((extent, i) => (i === axis ? Math.ceil(extent / lanes) : extent)) };
        for (const at of coordinatesOf(vectors)) {
          const first = at.map((c, i) => (i === axis ? c * lanes : c));
          const left = axis < 0 ? 1 : Math.min(4, shape[axis] - first[axis]);
          const value = axis < 0 ? k.f32(2) : k.constant('f32x4', 2);
          // Half of each coordinate by the cursor, half by a constant offset.
          const cursor = sink.at(first.map(c => (c > 1 ? k.field(c - 1) : c)));
          cursor.store(
            value,
            first.flatMap((c, i) => (c > 1 ? [[i, 1] as const] : [])),
            left,
          );
        }
      });
      const slots = [64, 64 + 8192, 64 + 16384];
      const memory = new ArrayBuffer(64 + 3 * 8192);
      extras.forEach((extra, i) => {
        write(memory, slots[i], views[i], extra);
      });
      interpretWorkers(recorded.code, { memory, fields: recorded.fields, slots }, 1);
      const raw = { type: result.type, data: new Float64Array(shape.reduce((a, b) => a * b, 1)).fill(2) };
      const wanted = interpretSteps(steps, [raw, ...extras], result.type, standInOps, Math.fround);
      const stored = [...coordinatesOf(box)].map(c =>
        readElement(memory, slots[2] + place(views[2].strides, c) * 4, f32),
      );
      expect(stored).toEqual([...wanted]);
    }),
    { numRuns: 200 },
  );
});

test('a part of a vector reads nothing behind the last element of an operand', () => {
  const type: TensorType = { element: f32, shape: [6] };
  const whole = { start: [0], count: [6], step: [1] };
  const view = viewOf({ type, data: new Float64Array(6), placement: { order: [0], padding: [0] } });
  const { code, fields } = recordKernel({ specialised: false }, k => {
    const epilogue = { base: type, firstOperand: 0, steps: [step('add', 0, 1)] };
    const spec = {
      box: whole,
      element: f32,
      result: view,
      resultSlot: 1,
      layout: 'any',
      epilogue,
      operands: [view],
    } as const;
    const cursor = createSink(k, standInOps, spec).at([0]);
    cursor.store(k.constant('f32x4', 1));
    cursor.store(k.constant('f32x4', 2), [[0, 4]], 2);
  });
  // The operand ends where the memory ends; a read after it throws.
  const memory = new ArrayBuffer(48);
  new Float32Array(memory, 24).set([0, 1, 2, 3, 4, 5]);
  interpretWorkers(code, { memory, fields, slots: [24, 0] }, 1);
  expect([...new Float32Array(memory, 0, 6)]).toEqual([1, 2, 3, 4, 6, 7]);
});

function place(strides: readonly number[], coordinates: readonly number[]): number {
  return strides.reduce((sum, s, axis) => sum + s * coordinates[axis], 0);
}

function write(
  memory: ArrayBuffer,
  slot: number,
  view: ReturnType<typeof viewOf>,
  tensor: { readonly type: TensorType; readonly data: Float64Array },
): void {
  const data = new DataView(memory);
  [...coordinatesOf(view.region)].forEach((coordinates, i) => {
    if (tensor.type.element === 'bool') data.setUint8(slot + place(view.strides, coordinates), tensor.data[i]);
    else data.setFloat32(slot + place(view.strides, coordinates) * 4, tensor.data[i], true);
  });
}

const parts = shapes.chain(shape =>
  fc.record({
    parts: fc.integer({ min: 1, max: 4 }).chain(count => placed([count, ...shape], f32, 1)),
    extra: broadcastable(shape).chain(other => placed(other, f32, 2)),
    result: placed(shape, f32, 0),
    box: boxes(shape),
    combine: fc.constantFrom('add' as const, 'max' as const),
    specialised: fc.boolean(),
    workers: fc.integer({ min: 1, max: 3 }),
  }),
);

test('combine adds up the parts in order, then applies the epilogue', () => {
  fc.assert(
    fc.property(parts, ({ parts, extra, result, box, combine, specialised, workers }) => {
      const epilogue: Epilogue = { base: result.type, firstOperand: 1, steps: [step('mul', 0, 1)] };
      const node: Pick<Node, 'op' | 'attributes' | 'epilogue'> = { op: 'combine', attributes: { combine }, epilogue };
      const context: OpContext = { operands: [parts.type, extra.type], attributes: { combine }, result: result.type };
      const stored = runVertex({ node, context, box, operands: [parts, extra], result, specialised, workers });
      const each = result.type.shape.reduce((a, b) => a * b, 1);
      const raw = parts.data.slice(0, each);
      for (let p = 1; p < parts.type.shape[0]; p++) {
        for (let i = 0; i < each; i++) {
          const part = parts.data[p * each + i];
          raw[i] = combine === 'add' ? raw[i] + part : Math.max(raw[i], part);
        }
      }
      const wanted = interpretSteps(
        epilogue.steps,
        [{ type: result.type, data: raw }, extra],
        result.type,
        standInOps,
        Math.fround,
      );
      expect(stored).toEqual(cut(result.type, wanted, box));
    }),
    { numRuns: 200 },
  );
});
