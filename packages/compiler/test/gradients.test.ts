/** Gradients where differences cannot tell: at ties, kinks and ends; and what must not flow. All by hand. */
import type { Attributes, GraphBuilder, TensorType, ValueId } from '@tessera-dnn/graph';
import { createGraphBuilder, interpret } from '@tessera-dnn/graph';
import { ops } from '@tessera-dnn/ops';
import { differentiate } from '@tessera-dnn/passes';
import { describe, expect, test } from 'vitest';

type Values = { readonly [name: string]: readonly number[] };

const f32 = (...shape: number[]): TensorType => ({ element: 'f32', shape });
const i32 = (...shape: number[]): TensorType => ({ element: 'i32', shape });

/** The gradient of `Σ weight·f(inputs)` with respect to every float input, weights 1, 2, 3, …; of the ones that are asked for. */
function slopes(
  types: { readonly [name: string]: TensorType },
  values: Values,
  f: (build: GraphBuilder, inputs: { readonly [name: string]: ValueId }) => ValueId,
): Values {
  const build = createGraphBuilder(ops);
  const inputs = Object.fromEntries(Object.entries(types).map(([name, type]) => [name, build.input(name, type)]));
  const result = f(build, inputs);
  const { shape } = build.type(result);
  const count = shape.reduce((product, extent) => product * extent, 1);
  const weights = build.constant(
    build.type(result),
    Float64Array.from({ length: count }, (_, i) => i + 1),
  );
  const loss = build.op('sum', [build.op('mul', [result, weights])], { axes: shape.map((_, i) => i), keep: false });
  const floats = Object.entries(inputs).filter(([, input]) => build.type(input).element === 'f32');
  for (const [name, input] of floats) build.output(name, build.gradient(loss, input));
  const module = {
    variables: [],
    programs: [{ name: 'm', kind: 'train', graph: build.finish(), origin: {} }],
  } as const;
  const [{ graph }] = differentiate.run(module, { table: ops, strict: true }).programs;
  const data = Object.fromEntries(Object.entries(values).map(([name, list]) => [name, Float64Array.from(list)]));
  const { outputs } = interpret(graph, ops, data, []);
  return Object.fromEntries(Object.entries(outputs).map(([name, { data: list }]) => [name, Array.from(list)]));
}

/** The slopes of a single op of x. */
function slopeOf(op: string, shape: readonly number[], x: readonly number[], attributes: Attributes = {}) {
  return slopes({ x: f32(...shape) }, { x }, (build, { x: value }) => build.op(op, [value], attributes))['x'];
}

describe('of equal ones the first has the gradient', () => {
  test.each([
    ['max', [3, 1, 3], [1, 0, 0]],
    ['min', [3, 1, 1], [0, 1, 0]],
  ])('%s of a row', (op, x, wanted) => {
    expect(slopeOf(op, [3], x, { axes: [0], keep: false })).toEqual(wanted);
  });

  test('max over axes that are not neighbours, counted in their order', () => {
    // Rows over axes 0 and 2: [1, 5, 5, 2] and [7, 7, 0, 7].
    const x = [1, 5, 7, 7, 5, 2, 0, 7];
    expect(slopeOf('max', [2, 2, 2], x, { axes: [0, 2], keep: true })).toEqual([0, 1, 2, 0, 0, 0, 0, 0]);
  });

  test('max_pool, with windows that overlap', () => {
    const pool = { kernel: [3], stride: [1], padding: [[1, 1]], ceil: false };
    // Windows: (-, 2, 2), (2, 2, 1), (2, 1, 2), (1, 2, -); slopes 1, 2, 3, 4.
    expect(slopeOf('max_pool', [1, 1, 4], [2, 2, 1, 2], pool)).toEqual([3, 3, 0, 4]);
  });

  test('max_pool of a plane, row by row', () => {
    const pool = {
      kernel: [2, 2],
      stride: [2, 2],
      padding: [
        [0, 0],
        [0, 0],
      ],
      ceil: false,
    };
    expect(slopeOf('max_pool', [1, 1, 2, 4], [0, 4, 3, 1, 4, 4, 2, 3], pool)).toEqual([0, 1, 2, 0, 0, 0, 0, 0]);
  });

  test.each(['maximum', 'minimum'])('%s of two', op => {
    const both = slopes({ x: f32(1), y: f32(1) }, { x: [2], y: [2] }, (build, { x, y }) => build.op(op, [x, y]));
    expect(both).toEqual({ x: [1], y: [0] });
  });
});

test('relu and abs are flat at 0', () => {
  expect(slopeOf('relu', [4], [-1, 0, -0, 2])).toEqual([0, 0, 0, 4]);
  expect(slopeOf('abs', [3], [-1, 0, 2])).toEqual([-1, 0, 3]);
});

test('a product with a zero, with two, with none', () => {
  const x = [2, 0, 3, 0, 0, 5, 2, 3, 4];
  expect(slopeOf('prod', [3, 3], x, { axes: [1], keep: false })).toEqual([0, 6, 0, 0, 0, 0, 36, 24, 18]);
});

test('powers of 0 have PyTorch’s slopes', () => {
  const at = (x: number, y: number) =>
    slopes({ x: f32(1), y: f32(1) }, { x: [x], y: [y] }, (build, { x: base, y: exponent }) =>
      build.op('pow', [base, exponent]),
    );
  expect(at(0, 0)).toEqual({ x: [0], y: [0] });
  expect(at(0, 1)).toEqual({ x: [1], y: [0] });
  expect(at(0, 2)).toEqual({ x: [0], y: [0] });
  expect(at(-3, 2)['x']).toEqual([-6]);
});

test('a gradient may be taken by numbers that are drawn, which have none themselves', () => {
  const got = slopes({ i: i32(), x: f32(2) }, { i: [3], x: [1, 1] }, (build, { i, x }) => {
    const drawn = build.op('random_uniform', [i, i], { shape: [2], place: 1 });
    const loss = build.op('sum', [build.op('mul', [drawn, drawn])], { axes: [0], keep: false });
    return build.op('mul', [build.op('div', [build.gradient(loss, drawn), drawn]), x]);
  });
  expect(got).toEqual({ x: [2, 4] });
});

test('nothing flows through stop_gradient, integers and truth values', () => {
  const through = (build: GraphBuilder, x: ValueId): ValueId => {
    const whole = build.op('cast', [build.op('cast', [x], { element: 'i32' })], { element: 'f32' });
    const choice = build.op('where', [build.op('gt', [x, whole]), x, build.op('stop_gradient', [x])]);
    return build.op('add', [choice, whole]);
  };
  expect(slopes({ x: f32(2) }, { x: [1.5, 2] }, (build, { x }) => through(build, x))['x']).toEqual([1, 0]);
});

test('fake_quantize lets the slope pass where x is not cut off, the ends included, and none to the scale', () => {
  const types = { x: f32(5), scale: f32() };
  const values = { x: [-0.6, -0.5, 0.3, 127, 127.1], scale: [0.5] };
  const got = slopes(types, values, (build, { x, scale }) => {
    const zero = build.constant({ element: 'u8', shape: [] }, 1);
    return build.op('fake_quantize', [x, scale, zero], { element: 'u8' });
  });
  expect(got).toEqual({ x: [0, 2, 3, 4, 0], scale: [0] });
});

test('dequantize gives its scales the slopes of a product', () => {
  const types = { x: { element: 'i8', shape: [2, 2] }, scale: f32(2) } as const;
  const got = slopes(types, { x: [1, 2, 3, -128], scale: [0.5, 2] }, (build, { x, scale }) => {
    const zero = build.constant({ element: 'i8', shape: [] }, 127);
    return build.op('dequantize', [x, scale, zero], { axis: 1 });
  });
  expect(got).toEqual({ scale: [1 * (1 - 127) + 3 * (3 - 127), 2 * (2 - 127) + 4 * (-128 - 127)] });
});

describe('gather and scatter_add', () => {
  test('places that are named twice collect, those outside count at the nearest end, as they are gathered', () => {
    const types = { x: f32(3, 1), at: i32(5) };
    const values = { x: [1, 2, 3], at: [2, 0, 2, -4, 9] };
    const got = slopes(types, values, (build, { x, at }) => build.op('gather', [x, at], { axis: 0 }));
    expect(got['x']).toEqual([2 + 4, 0, 1 + 3 + 5]);
  });

  test('what scattering ignores has no slope', () => {
    const types = { x: f32(4), at: i32(4) };
    const values = { x: [1, 1, 1, 1], at: [1, -1, 2, 1] };
    const got = slopes(types, values, (build, { x, at }) => build.op('scatter_add', [x, at], { axis: 0, extent: 2 }));
    expect(got['x']).toEqual([2, 0, 0, 2]);
  });
});

test('an operand that is used twice, and broadcast, gets one sum', () => {
  const got = slopes({ x: f32(2, 2), y: f32(2) }, { x: [1, 2, 3, 4], y: [5, 6] }, (build, { x, y }) =>
    build.op('mul', [build.op('add', [x, y]), y]),
  );
  // d/dy of Σ wᵢⱼ (xᵢⱼ + yⱼ)·yⱼ is Σᵢ wᵢⱼ (xᵢⱼ + 2·yⱼ).
  expect(got).toEqual({ x: [5, 12, 15, 24], y: [1 * 11 + 3 * 13, 2 * 14 + 4 * 16] });
});
