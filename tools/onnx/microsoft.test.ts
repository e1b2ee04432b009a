/** The operators of onnxruntime's own domain compute what onnxruntime-web makes of them, where it is installed; and all of them are tried. */
import { microsoftOperators } from '@tessera-dnn/onnx/microsoft';
import { expect, it } from 'vitest';
import { modelBytes, type TestNode, type TestTensor } from '../../packages/onnx/test/support/model.ts';
import { difference, hasRuntime, throughImporter, throughRuntime } from './exported.ts';

/** A node over inputs `x` and `y` of a shape, of floats; what begins with `q` is levels of these, with a scale and a zero point. */
interface Case {
  readonly op: string;
  readonly shape: readonly number[];
  readonly inputs: readonly string[];
  readonly attributes?: TestNode['attributes'];
  readonly weights?: readonly TestTensor[];
  /** Whether the result is levels, which become floats again. */
  readonly levels?: boolean;
  readonly domain?: string;
}

const scalar = (name: string, type: TestTensor['type'], value: number): TestTensor => ({
  name,
  type,
  shape: [],
  data: [value],
});
const common = [
  scalar('s', 'f32', 0.02),
  scalar('z', 'u8', 120),
  scalar('t', 'f32', 0.03),
  scalar('w', 'u8', 128),
  scalar('small', 'f32', 1 / 256),
  scalar('zero', 'u8', 0),
];
/** Numbers from -1 to 1, the same every time. */
const numbers = (count: number, seed = 1) =>
  Array.from({ length: count }, (_, i) => Math.sin(seed + 1.7 * i * (1 + i / 50)));
const floats = (name: string, shape: readonly number[], seed = 2): TestTensor => ({
  ...{ name, type: 'f32', shape },
  data: numbers(
    shape.reduce((product, extent) => product * extent, 1),
    seed,
  ),
});
const steps = (name: string, type: 'i8' | 'u8' | 'i32', shape: readonly number[], most: number): TestTensor => ({
  ...{ name, type, shape },
  data: numbers(
    shape.reduce((product, extent) => product * extent, 1),
    3,
  ).map(value => Math.round(Math.abs(value) * most)),
});
const one = ['qx', 's', 'z', 't', 'w'];
const two = ['qx', 's', 'z', 'qy', 's', 'z', 't', 'w'];
const map = [1, 2, 4, 4];
const tokens = [1, 3, 4];
const norms = [floats('g', [4]), floats('b', [4], 5), floats('c', [4], 7)];

const cases: readonly Case[] = [
  { op: 'QuantizeLinear', shape: [2, 3], inputs: ['x', 't', 'w'], levels: true },
  { op: 'DequantizeLinear', shape: [2, 3], inputs: ['qx', 's', 'z'] },
  { op: 'QLinearAdd', shape: [2, 3], inputs: two, levels: true },
  { op: 'QLinearMul', shape: [2, 3], inputs: two, levels: true },
  {
    op: 'QLinearConcat',
    shape: [2, 3],
    inputs: ['t', 'w', 'qx', 's', 'z', 'qy', 's', 'z'],
    attributes: { axis: 1 },
    levels: true,
  },
  { op: 'QLinearSigmoid', shape: [2, 3], inputs: ['qx', 's', 'z', 'small', 'zero'], levels: true },
  { op: 'QLinearLeakyRelu', shape: [2, 3], inputs: one, attributes: { alpha: { f: 0.2 } }, levels: true },
  {
    op: 'QLinearSoftmax',
    shape: [2, 3],
    inputs: ['qx', 's', 'z', 'small', 'zero'],
    attributes: { opset: 13, axis: 1 },
    levels: true,
  },
  { op: 'QLinearGlobalAveragePool', shape: map, inputs: one, levels: true },
  {
    op: 'QLinearAveragePool',
    shape: map,
    inputs: one,
    attributes: { kernel_shape: [2, 2], strides: [2, 2] },
    levels: true,
  },
  {
    ...{
      op: 'QGemm',
      shape: [2, 3],
      inputs: ['qx', 's', 'z', 'm', 't', 'n', 'c', 't', 'w'],
      attributes: { transB: 1 },
      levels: true,
    },
    weights: [steps('m', 'i8', [4, 3], 100), scalar('n', 'i8', 10), steps('c', 'i32', [4], 900)],
  },
  {
    ...{ op: 'MatMulIntegerToFloat', shape: [2, 3], inputs: ['qx', 'm', 's', 't', 'z', 'w', 'c'] },
    weights: [steps('m', 'u8', [3, 4], 200), floats('c', [4])],
  },
  {
    ...{ op: 'DynamicQuantizeMatMul', shape: [2, 3], inputs: ['x', 'm', 't', 'w', 'c'] },
    weights: [steps('m', 'u8', [3, 4], 200), floats('c', [4])],
  },
  {
    ...{
      op: 'FusedConv',
      shape: map,
      inputs: ['x', 'k', 'b', 'y'],
      attributes: { activation: 'Relu', pads: [1, 1, 1, 1] },
    },
    weights: [floats('k', [2, 2, 3, 3]), floats('b', [2])],
  },
  {
    ...{
      op: 'FusedConv',
      shape: map,
      inputs: ['x', 'k'],
      attributes: { activation: 'Clip', activation_params: { floats: [-0.5, 0.7] } },
    },
    weights: [floats('k', [2, 2, 3, 3])],
  },
  { op: 'FusedMatMul', shape: [2, 3, 4], inputs: ['x', 'y'], attributes: { transB: 1, alpha: { f: 0.5 } } },
  {
    ...{
      op: 'FusedGemm',
      shape: [2, 3],
      inputs: ['x', 'm', 'c'],
      attributes: { activation: 'LeakyRelu', activation_alpha: { f: 0.1 } },
    },
    weights: [floats('m', [3, 4]), floats('c', [4])],
  },
  { op: 'Gelu', shape: [2, 3], inputs: ['x'] },
  { op: 'BiasGelu', shape: [2, 4], inputs: ['x', 'b'], weights: [floats('b', [4])] },
  { op: 'FastGelu', shape: [2, 4], inputs: ['x', 'b'], weights: [floats('b', [4])] },
  { op: 'QuickGelu', shape: [2, 3], inputs: ['x'], attributes: { alpha: { f: 1.5 } } },
  { op: 'LayerNormalization', shape: tokens, inputs: ['x', 'g', 'b'], weights: norms, domain: '' },
  { op: 'SimplifiedLayerNormalization', shape: tokens, inputs: ['x', 'g'], weights: norms, domain: '' },
  {
    op: 'SkipLayerNormalization',
    shape: tokens,
    inputs: ['x', 'y', 'g', 'b', 'c'],
    attributes: { epsilon: { f: 1e-3 } },
    weights: norms,
  },
  {
    op: 'SkipSimplifiedLayerNormalization',
    shape: tokens,
    inputs: ['x', 'y', 'g'],
    attributes: { epsilon: { f: 1e-3 } },
    weights: norms,
  },
  {
    ...{
      op: 'Attention',
      shape: tokens,
      inputs: ['x', 'm', 'c', 'mask'],
      attributes: { num_heads: 2, unidirectional: 1 },
    },
    weights: [floats('m', [4, 12]), floats('c', [12]), { name: 'mask', type: 'i32', shape: [1, 3], data: [1, 1, 0] }],
  },
];

function modelOf({ op, shape, inputs, attributes, weights = [], levels, domain = 'com.microsoft' }: Case): Uint8Array {
  const given = ['x', 'y'].filter(name => inputs.includes(name) || inputs.includes(`q${name}`));
  const nodes: TestNode[] = given
    .filter(name => inputs.includes(`q${name}`))
    .map(name => ({ op: 'QuantizeLinear', inputs: [name, 's', 'z'], outputs: [`q${name}`] }));
  nodes.push({ op, inputs, outputs: [levels ? 'l' : 'result'], domain, ...(attributes && { attributes }) });
  const [scale, zero] = inputs.includes('small') ? ['small', 'zero'] : ['t', 'w'];
  if (levels) nodes.push({ op: 'DequantizeLinear', inputs: ['l', scale, zero], outputs: ['result'] });
  const read = new Set(nodes.flatMap(node => node.inputs));
  return modelBytes({
    opset: 16,
    nodes,
    inputs: Object.fromEntries(given.map(name => [name, shape])),
    outputs: ['result'],
    weights: [...common, ...weights].filter(({ name }) => name !== undefined && read.has(name)),
  });
}

it.each(cases)('$op', async one => {
  const bytes = modelOf(one);
  const count = one.shape.reduce((product, extent) => product * extent, 1);
  const inputs = new Map([
    ['x', numbers(count)],
    ['y', numbers(count, 4)],
  ]);
  const found = throughImporter({ inputs }, { bytes });
  expect(found.get('result')?.length).toBeGreaterThan(0);
  if (!hasRuntime) return;
  const type = { element: 'f32', shape: one.shape } as const;
  const given = ['x', 'y'].filter(name => one.inputs.some(input => input === name || input === `q${name}`));
  const expected = await throughRuntime({ inputs }, { bytes, inputs: given.map(name => ({ name, type })) });
  expect(difference(expected, found)).toBeLessThan(1e-5);
});

it('tries every operator', () => {
  const tried = cases.map(({ op }) => op);
  // Another name for FusedMatMul, which onnxruntime-web does not have any more.
  expect(microsoftOperators.map(({ name }) => name).filter(name => !tried.includes(name))).toEqual(['TransposeMatMul']);
});
