/** The oracles against answers of NumPy and PyTorch, worked out by hand: what the laws compare kernels with must itself be right. */
import { readFileSync } from 'node:fs';
import type { ElementType, TensorType } from '@tessera-dnn/graph';
import { elementCount, roundingOf } from '@tessera-dnn/graph';
import type { Arguments } from '@tessera-dnn/graph/op';
import { isProblem } from '@tessera-dnn/graph/op';
import { describe, expect, it } from 'vitest';
import { ops } from '../../src/index.ts';

/** A tensor as nested lists, as in NumPy; they show its shape. */
type Nested = number | readonly Nested[];

interface Answer {
  readonly op: string;
  readonly operands: readonly (Nested | readonly [ElementType, Nested])[];
  readonly args?: Arguments;
  readonly is: Nested;
  readonly element?: ElementType;
}

// biome-ignore format: a row a line
const answers: Readonly<Record<string, readonly Answer[]>> = {
  'floor division and remainder follow Python': [
    { op: 'div', operands: [['i32', [7, -7, 7, -7, 5]], ['i32', [2, 2, -2, -2, 0]]], is: [3, -4, -4, 3, 0], element: 'i32' },
    { op: 'rem', operands: [['i32', [7, -7, 7, -7, 5]], ['i32', [3, 3, -3, -3, 0]]], is: [1, 2, -2, -1, 0], element: 'i32' },
    { op: 'rem', operands: [[7.5, -7.5, 7.5, -7.5], [2, 2, -2, -2]], is: [1.5, 0.5, -0.5, -1.5] },
    { op: 'rem', operands: [[1e30, 5, -5, 1], [3, Infinity, Infinity, 0]], is: [Math.fround(1e30) % 3, 5, Infinity, NaN] },
  ],
  'integers of 32 bits wrap, those of 8 bits saturate, and their sums have 32 bits': [
    { op: 'add', operands: [['i32', [2147483647]], ['i32', [1]]], is: [-2147483648], element: 'i32' },
    { op: 'mul', operands: [['i32', [65537]], ['i32', [65537]]], is: [131073], element: 'i32' },
    { op: 'add', operands: [['i8', [127]], ['i8', [1]]], is: [127], element: 'i8' },
    { op: 'sub', operands: [['u8', [0]], ['u8', [1]]], is: [0], element: 'u8' },
    { op: 'sum', operands: [['u8', [200, 100]]], is: 300, element: 'i32' },
    { op: 'matmul', operands: [['u8', [200, 100]], ['i8', [-128, 127]]], is: -12900, element: 'i32' },
    { op: 'cast', operands: [['i32', [-129, 128, 300]]], args: { element: 'i8' }, is: [127, -128, 44], element: 'i8' },
    { op: 'cast', operands: [[-129.5, 128, NaN]], args: { element: 'i8' }, is: [-128, 127, 0], element: 'i8' },
  ],
  'whole powers hold for negative bases': [
    { op: 'pow', operands: [[-2, -2, -2, 0, -8], [3, 2, -1, 0, 0.5]], is: [-8, 4, -0.5, 1, NaN] },
    { op: 'pow', operands: [['i32', [-2, 3, 2, -1]], ['i32', [3, 4, -1, -3]]], is: [-8, 81, 0, -1], element: 'i32' },
  ],
  'noise decides between the two neighbours of 16 bits': [
    { op: 'stochastic_round', operands: [[1.001953125, 1.001953125, -3, 0], [0.74, 0.76, 0.99, 0.99]], args: { type: 'bf16' }, is: [1, 1.0078125, -3, 0] },
    { op: 'stochastic_round', operands: [[2 ** -25, 2 ** -25, -(2 ** -25), 65519], [0.4, 0.5, 0.6, 0]], args: { type: 'f16' }, is: [0, 2 ** -24, -(2 ** -24), 65504] },
  ],
  'NaN propagates through maxima, and not through comparisons': [
    { op: 'maximum', operands: [[NaN, 1, -1], [1, NaN, -2]], is: [NaN, NaN, -1] },
    { op: 'max', operands: [[1, NaN, 3]], is: NaN },
    { op: 'relu', operands: [[NaN, -1, 2]], is: [NaN, 0, 2] },
    { op: 'lt', operands: [[NaN, 1], [1, 2]], is: [0, 1], element: 'bool' },
    { op: 'ne', operands: [[NaN, 1], [NaN, 1]], is: [1, 0], element: 'bool' },
    { op: 'sign', operands: [[NaN, -2, 0, 3]], is: [0, -1, 0, 1] },
  ],
  'elements are rounded, turned and cut as in NumPy': [
    { op: 'neg', operands: [[1, -2, 0]], is: [-1, 2, -0] },
    { op: 'abs', operands: [[-1.5, 0, -Infinity]], is: [1.5, 0, Infinity] },
    { op: 'floor', operands: [[1.5, -1.5, -0]], is: [1, -2, -0] },
    { op: 'round', operands: [[0.5, 1.5, 2.5, -0.5, -2.6, 8388609, NaN, Infinity]], is: [0, 2, 2, -0, -3, 8388609, NaN, Infinity] },
    { op: 'round', operands: [['i32', [-3, 4]]], is: [-3, 4], element: 'i32' },
    { op: 'minimum', operands: [[NaN, 1, -1], [1, NaN, -2]], is: [NaN, NaN, -2] },
    { op: 'stop_gradient', operands: [[1, NaN]], is: [1, NaN] },
    { op: 'straight_through', operands: [[1, 2], [8, 9]], is: [1, 2] },
    { op: 'in_full', operands: [[1 + 2 ** -23, NaN]], is: [1 + 2 ** -23, NaN] },
  ],
  'functions have their known values': [
    { op: 'exp', operands: [[0, 1, -Infinity, NaN]], is: [1, Math.E, 0, NaN] },
    { op: 'expm1', operands: [[0, 1e-10, -Infinity]], is: [0, 1e-10, -1] },
    { op: 'log', operands: [[1, 2, 0, -1]], is: [0, Math.LN2, -Infinity, NaN] },
    { op: 'log1p', operands: [[0, 1e-10, -1]], is: [0, 1e-10, -Infinity] },
    { op: 'sqrt', operands: [[4, 2, 0, -1]], is: [2, Math.SQRT2, 0, NaN] },
    { op: 'rsqrt', operands: [[4, 0.25, 0]], is: [0.5, 2, Infinity] },
    { op: 'sin', operands: [[0, 0.5, Infinity]], is: [0, 0.479425538604203, NaN] },
    { op: 'cos', operands: [[0, 0.5, Infinity]], is: [1, 0.8775825618903728, NaN] },
    { op: 'tanh', operands: [[0, 0.5, 100]], is: [0, 0.4621171572600097, 1] },
    { op: 'sigmoid', operands: [[0, 100, -Infinity]], is: [0.5, 1, 0] },
    { op: 'erf', operands: [[0, 1, 10]], is: [0, 0.8427007929497149, 1] },
  ],
  'sums of products, as letters say': [
    { op: 'einsum', operands: [[[1, 2], [3, 4]], [[5, 6], [7, 8]]], args: { equation: 'ij,jk->ik' }, is: [[19, 22], [43, 50]] },
    { op: 'einsum', operands: [[[1, 2], [3, 4]]], args: { equation: 'ii' }, is: 5 },
    { op: 'einsum', operands: [[[1, 2], [3, 4]], [10, 100]], args: { equation: '...j,j' }, is: [210, 430] },
    { op: 'einsum', operands: [['i32', [[1, 2], [3, 4]]]], args: { equation: 'ba' }, is: [[1, 3], [2, 4]], element: 'i32' },
  ],
  'bits of whole numbers': [
    { op: 'bitwise_and', operands: [['i32', [12, -1, 7]], ['i32', [10, 5, -8]]], is: [8, 5, 0], element: 'i32' },
    { op: 'bitwise_or', operands: [['i32', [12, -8]], ['i32', [10, 3]]], is: [14, -5], element: 'i32' },
    { op: 'bitwise_xor', operands: [['u8', [12, 255]], ['u8', [10, 1]]], is: [6, 254], element: 'u8' },
  ],
  'comparisons and truth values': [
    { op: 'eq', operands: [[NaN, 1, 2], [NaN, 1, 1]], is: [0, 1, 0], element: 'bool' },
    { op: 'le', operands: [[NaN, 1, 2], [1, 1, 1]], is: [0, 1, 0], element: 'bool' },
    { op: 'gt', operands: [[NaN, 1, 2], [1, 1, 1]], is: [0, 0, 1], element: 'bool' },
    { op: 'ge', operands: [[NaN, 1, 2], [1, 1, 1]], is: [0, 1, 1], element: 'bool' },
    { op: 'and', operands: [['bool', [0, 0, 1, 1]], ['bool', [0, 1, 0, 1]]], is: [0, 0, 0, 1], element: 'bool' },
    { op: 'or', operands: [['bool', [0, 0, 1, 1]], ['bool', [0, 1, 0, 1]]], is: [0, 1, 1, 1], element: 'bool' },
    { op: 'not', operands: [['bool', [0, 1]]], is: [1, 0], element: 'bool' },
  ],
  'operands broadcast at their last axes': [
    { op: 'add', operands: [[[1], [2]], [10, 20, 30]], is: [[11, 21, 31], [12, 22, 32]] },
    { op: 'where', operands: [['bool', [1, 0]], [[1, 2], [3, 4]], 9], is: [[1, 9], [3, 9]] },
  ],
  'casts round towards zero and saturate': [
    { op: 'cast', operands: [[2.9, -2.9, NaN, 3e9, -3e9]], args: { element: 'i32' }, is: [2, -2, 0, 2147483647, -2147483648], element: 'i32' },
    { op: 'cast', operands: [['i32', [300, -1]]], args: { element: 'u8' }, is: [44, 255], element: 'u8' },
    { op: 'cast', operands: [[0.1]], args: { element: 'bf16' }, is: [0.10009765625], element: 'bf16' },
    { op: 'cast', operands: [[0.1, 70000]], args: { element: 'f16' }, is: [0.0999755859375, Infinity], element: 'f16' },
    { op: 'cast', operands: [[0.5, 0, NaN]], args: { element: 'bool' }, is: [1, 0, 1], element: 'bool' },
  ],
  'quantising divides, rounds half to even, and saturates; NaN has the level of 0': [
    { op: 'quantize', operands: [[0.5, 1.5, 2.5, -0.5, -1.5], 1], is: [0, 2, 2, 0, -2], element: 'i8' },
    { op: 'quantize', operands: [[1000, -1000, Infinity, -Infinity, NaN, 1e30, -1e30], 2, ['i8', 3]], is: [127, -128, 127, -128, 3, 127, -128], element: 'i8' },
    { op: 'quantize', operands: [[-1, 0, 254.5, 300], 1], args: { type: 'u8' }, is: [0, 0, 254, 255], element: 'u8' },
    // Multiplied by 1 / 0.3 as an f32, it would be 8.
    { op: 'quantize', operands: [[2.25], 0.3], is: [7], element: 'i8' },
    { op: 'quantize', operands: [[1, 0], 0, ['i8', -3]], is: [127, -3], element: 'i8' },
    { op: 'quantize', operands: [[[1, 2], [3, 4]], [0.5, 2]], args: { axis: 0 }, is: [[2, 4], [2, 2]], element: 'i8' },
    { op: 'quantize', operands: [[[1, 2], [3, 4]], 0.5, ['u8', [10, 100]]], args: { type: 'u8', axis: -1 }, is: [[12, 104], [16, 108]], element: 'u8' },
    { op: 'quantize_broadcast', operands: [[[1, 2], [3, 4]], [[0.5], [2]], ['u8', [10, 100]]], args: { type: 'u8' }, is: [[12, 104], [12, 102]], element: 'u8' },
    { op: 'dequantize', operands: [['u8', [0, 128, 255]], 2, ['u8', 128]], is: [-256, 0, 254] },
    { op: 'dequantize', operands: [['i32', [16777217, -3]], 0.5], is: [8388608, -1.5] },
    { op: 'dequantize', operands: [['i8', [[1, 2], [3, -128]]], [0.5, 2], ['i8', [1, 127]]], args: { axis: 1 }, is: [[0, -250], [1, -510]] },
    { op: 'dequantize_broadcast', operands: [['i8', [[1, 2], [3, 4]]], [[0.5], [2]], ['i8', [1, 2]]], is: [[0, 0], [4, 4]] },
    { op: 'rescale', operands: [['i32', [[1, 2], [3, -4]]], [[0.5], [2]], [1, -1]], is: [[1.5, 0], [7, -9]] },
    { op: 'fake_quantize', operands: [[0.26, -100, 100, NaN], 0.5], is: [0.5, -64, 63.5, 0] },
    { op: 'fake_quantize', operands: [[-1, 0.3, 300], 0.5, ['u8', 1]], args: { type: 'u8' }, is: [-0.5, 0.5, 127] },
  ],
  'reductions take axes from the end, keep them, and count truth values': [
    { op: 'sum', operands: [[[1, 2, 3], [4, 5, 6]]], args: { axis: -1 }, is: [6, 15] },
    { op: 'sum', operands: [[[1, 2, 3], [4, 5, 6]]], args: { axis: [0], keep: true }, is: [[5, 7, 9]] },
    { op: 'sum', operands: [['bool', [1, 0, 1]]], is: 2 },
    { op: 'mean', operands: [['bool', [1, 0, 1, 1]]], is: 0.75 },
    { op: 'mean', operands: [[[[1, 2], [3, 4]]]], args: { axis: [1, 2] }, is: [2.5] },
    { op: 'prod', operands: [[[2, 3], [4, 5]]], args: { axis: 0 }, is: [8, 15] },
    { op: 'min', operands: [['i32', [[2, -3], [4, 5]]]], is: -3, element: 'i32' },
    { op: 'cumsum', operands: [[[1, 2, 3], [4, 5, 6]]], args: { axis: 1 }, is: [[1, 3, 6], [4, 9, 15]] },
    { op: 'cumsum', operands: [[[1, 2, 3], [4, 5, 6]]], args: { axis: 0 }, is: [[1, 2, 3], [5, 7, 9]] },
  ],
  'ties take the first, and NaN wins': [
    { op: 'argmax', operands: [[[1, 5, 5], [7, 2, 7]]], args: { axis: 1 }, is: [1, 0], element: 'i32' },
    { op: 'argmin', operands: [[3, 1, 1]], args: { axis: 0, keep: true }, is: [1], element: 'i32' },
    { op: 'argmax', operands: [[1, NaN, 9, NaN]], args: { axis: 0 }, is: 1, element: 'i32' },
  ],
  'movement numbers elements as NumPy does': [
    { op: 'reshape', operands: [[[1, 2, 3], [4, 5, 6]]], args: { shape: [3, -1] }, is: [[1, 2], [3, 4], [5, 6]] },
    { op: 'transpose', operands: [[[1, 2, 3], [4, 5, 6]]], is: [[1, 4], [2, 5], [3, 6]] },
    { op: 'transpose', operands: [[[[1, 2]], [[3, 4]], [[5, 6]]]], args: { axes: [2, 0, 1] }, is: [[[1], [3], [5]], [[2], [4], [6]]] },
    { op: 'pad', operands: [[1, 2]], args: { padding: [[1, 2]], value: 9 }, is: [9, 1, 2, 9, 9] },
    { op: 'pad', operands: [[[1]]], args: { padding: 1 }, is: [[0, 0, 0], [0, 1, 0], [0, 0, 0]] },
    { op: 'concat', operands: [[[1], [2]], [[3, 4], [5, 6]]], args: { axis: -1 }, is: [[1, 3, 4], [2, 5, 6]] },
    { op: 'stack', operands: [[1, 2], [3, 4]], args: { axis: -1 }, is: [[1, 3], [2, 4]] },
    { op: 'slice', operands: [[0, 1, 2, 3, 4, 5]], args: { start: [5], count: [3], step: [-2] }, is: [5, 3, 1] },
    { op: 'broadcast_to', operands: [[[1], [2]]], args: { shape: [2, 2, 3] }, is: [[[1, 1, 1], [2, 2, 2]], [[1, 1, 1], [2, 2, 2]]] },
  ],
  'indices out of range stay inside': [
    { op: 'gather', operands: [[[1, 2], [3, 4]], ['i32', [1, -5, 9]]], is: [[3, 4], [1, 2], [3, 4]] },
    { op: 'gather', operands: [[[1, 2], [3, 4]], ['i32', [[1, 0]]]], args: { axis: 1 }, is: [[[2, 1]], [[4, 3]]] },
    { op: 'gather', operands: [[5, 6, 7], ['i32', 2]], is: 7 },
    { op: 'one_hot', operands: [['i32', [1, 3, -1]]], args: { depth: 3 }, is: [[0, 1, 0], [0, 0, 0], [0, 0, 0]] },
    { op: 'update', operands: [[[1, 2], [3, 4]], [[9]], ['i32', 1], ['i32', 0]], is: [[1, 2], [9, 4]] },
    { op: 'update', operands: [[1, 2, 3], [8, 9], ['i32', 7]], is: [1, 8, 9] },
    { op: 'iota', operands: [], args: { shape: [2, 3], axis: 0 }, is: [[0, 0, 0], [1, 1, 1]], element: 'i32' },
  ],
};

/** Operations whose answers are held against something else, and what that is. */
const answeredElsewhere: Readonly<Record<string, string>> = {
  scatter_add: 'scatter-add.test.ts adds by hand',
  conv_weight_gradient:
    'the law of gradients holds conv against differences of its oracle, and PyTorch trains the same networks',
  max_pool_gradient: 'the law of gradients holds max_pool against differences of its oracle',
  avg_pool_gradient: 'the law of gradients holds avg_pool against differences of its oracle',
  random_uniform: 'packages/compiler/test/random.slow.test.ts holds the numbers against the distribution',
  random_normal: 'packages/compiler/test/random.slow.test.ts holds the numbers against the distribution',
};

it('every operation has an answer that its oracle is held against', () => {
  const cases: readonly { readonly op: string }[] = JSON.parse(
    readFileSync(new URL('./pytorch-cases.json', import.meta.url), 'utf8'),
  );
  const answered = new Set([...Object.values(answers).flat(), ...cases].map(({ op }) => op));
  const names = ops.all.map(({ name }) => name);
  const missing = names.filter(name => !answered.has(name) && !(name in answeredElsewhere));
  expect(missing, 'operations without a row in `answers`, worked out by hand').toEqual([]);
  expect(Object.keys(answeredElsewhere).filter(name => answered.has(name) || !names.includes(name))).toEqual([]);
});

describe.each(Object.entries(answers))('%s', (_title, list) => {
  it.each(list)('$op of $operands is $is', ({ op: name, operands, args = {}, is, element = 'f32' }) => {
    const op = ops.find(name)!;
    const tensors = operands.map(given => (isTyped(given) ? tensor(given[0], given[1]) : tensor('f32', given)));
    const types = tensors.map(({ type }) => type);
    const attributes = op.attributes(args, types);
    if (isProblem(attributes)) throw new Error(attributes.message);
    const expected = tensor(element, is);
    const result = op.infer(types, attributes);
    expect(result).toEqual(expected.type);
    const data = op.evaluate(tensors, attributes, expected.type, roundingOf(element, Math.fround));
    expect([...data]).toEqual([...expected.data]);
  });
});

function isTyped(given: Answer['operands'][number]): given is readonly [ElementType, Nested] {
  return Array.isArray(given) && typeof given[0] === 'string';
}

function tensor(element: ElementType, nested: Nested): { readonly type: TensorType; readonly data: Float64Array } {
  const shape: number[] = [];
  for (let level = nested; typeof level === 'object'; level = level[0]) shape.push(level.length);
  const flat = typeof nested === 'number' ? [nested] : (nested.flat(9) as number[]);
  expect(flat.length).toBe(elementCount(shape));
  return { type: { element, shape }, data: Float64Array.from(flat, x => (element === 'f32' ? Math.fround(x) : x)) };
}
