/** Exported models compute what the programs do: asked of our importer, and of onnxruntime-web where the benchmark's peers are installed. */
import { elaboratedModel, operations, operationTable } from '@tessera-dnn/compiler';
import { importOnnx } from '@tessera-dnn/onnx';
import { exportedOperations, exportOnnx } from '@tessera-dnn/onnx/export';
import { describe, expect, it } from 'vitest';
import { difference, drawn, exported, hasRuntime, type Subject, throughImporter, throughRuntime } from './exported.ts';

if (!hasRuntime)
  console.warn(
    'skipped: exported models are not run by onnxruntime-web, which is not installed: npm ci --prefix tools/bench',
  );

/** In parts of the largest number of an output. */
const tolerance = 1e-5;

/** What has no form in ONNX: random numbers, which keep a count from run to run, and gradients, which models do without. */
const without = [
  'avg_pool_gradient',
  'conv_weight_gradient',
  'max_pool_gradient',
  'random_normal',
  'random_uniform',
  'stochastic_round',
];

async function expectAlike(subject: Subject): Promise<void> {
  const model = exported(subject);
  expect(difference(subject.expected, throughImporter(subject, model))).toBeLessThan(tolerance);
  if (hasRuntime) expect(difference(subject.expected, await throughRuntime(subject, model))).toBeLessThan(tolerance);
}

describe('operations', () => {
  it('are written, but for those that say why not', () => {
    const composite = operations.filter(({ name }) => operationTable.find(name)?.kind === 'composite');
    const names = operations.filter(op => !composite.includes(op)).map(({ name }) => name);
    expect(names.filter(name => !exportedOperations.includes(name)).sort()).toEqual(without);
    expect(exportedOperations.filter(name => !names.includes(name))).toEqual([]);
  });

  it.each(operations.filter(({ name }) => !without.includes(name)))('$name', ({ name, doc: { example } }) =>
    expectAlike(drawn({ name: `${name}.dnn`, text: example })),
  );

  it('keeps the digits of expm1 and log1p near 0', async () => {
    const x = Float32Array.of(
      0,
      1e-30,
      1e-8,
      -1e-8,
      3e-5,
      -2e-4,
      0.01,
      -0.3,
      0.499,
      0.5,
      -0.5,
      -0.9,
      7,
      Infinity,
      -1,
      NaN,
    );
    const { model } = drawn({
      name: 'net.dnn',
      text: `model m(x: f32[${x.length}]) -> { e: f32[${x.length}], l: f32[${x.length}] } { return { e: expm1(x), l: log1p(x) } }`,
    });
    const subject = { model, inputs: new Map([['x', x]]), expected: new Map() };
    const file = exported(subject);
    for (const through of hasRuntime ? [throughImporter, throughRuntime] : [throughImporter]) {
      const found = await through(subject, file);
      for (const [name, exact] of [
        ['e', Math.expm1],
        ['l', Math.log1p],
      ] as const) {
        for (const [i, value] of x.entries()) {
          const [wanted, got] = [exact(value), found.get(name)![i]];
          const isNear = Object.is(Math.fround(wanted), got) || Math.abs(got - wanted) <= 1e-6 * Math.abs(wanted);
          expect(isNear, `${through.name} ${name} of ${value}: ${got}, not ${wanted}`).toBe(true);
        }
      }
    }
  });

  it('gives whole quotients, remainders and places outside of a tensor as here', () =>
    expectAlike(
      drawn({
        name: 'corners.dnn',
        text: `model m(a: i32[4], b: i32[4], x: f32[4], y: f32[4], t: f32[3, 2], i: i32[2, 2]) {
  let p = a - 2
  let q = b - 1
  let pooled = avg_pool(reshape(t, [1, 2, 3]), 2, stride: 2, padding: 1, ceil: true, count_padding: true)
  return { quotient: p / q, rest: p % q, by: p / 3, floats: x % y, places: gather(t, 3 * i - 1), sums: scatter_add(x, b - 1, 2), pooled }
}`,
      }),
    ));
});

describe('networks', () => {
  const block = `model m(x: f32[1, 8, 6, 6]) {
  let y = x |> conv2d(16, kernel: 1, bias: false) as expand |> batch_norm as bn1 |> relu6
    |> depthwise_conv2d(3, padding: 1, bias: false) as depthwise |> batch_norm as bn2 |> relu6
    |> conv2d(8, kernel: 1, bias: false) as project |> batch_norm as bn3
  return x + y |> conv_transpose2d(4, kernel: 2, stride: 2) as up |> max_pool(2) |> upsample(2, mode: "bilinear") |> global_avg_pool |> flatten |> dense(3) as fc
}`;
  const transformer = `model m(ids: i32[1, 5]) {
  let x = embedding(ids, 9, 8) as words + sinusoidal(5, 8)
  return x |> transformer_encoder_layer(2, feedforward: 16, activation: "gelu", causal: true) as layer |> layer_norm as norm |> dense(4) as head |> softmax
}`;
  const recurrent = `model m(x: f32[2, 3, 4], lengths: i32[2]) {
  let read = lstm(x, 4, bidirectional: true, lengths: lengths) as lstm
  return read |> gru(3) as gru |> quantized as levels |> dense(2, weights: i8) as out
}`;

  it.each([
    ['a block of MobileNetV2 with what makes maps larger', block],
    ['a transformer', transformer],
    ['an LSTM and a GRU', recurrent],
  ])('%s', (_, text) => expectAlike(drawn({ name: 'net.dnn', text })));

  it('have the operators of layers', () => {
    const text =
      'model m(x: f32[2, 3, 4]) {\n  x |> conv1d(4, kernel: 3) as conv |> batch_norm as bn |> flatten |> dense(5) as fc |> batch_norm as last\n}';
    const subject = drawn({ name: 'net.dnn', text });
    const model = exported(subject);
    const expected = { Conv: 1, BatchNormalization: 2, Reshape: 1, Gemm: 1 };
    expect(Object.fromEntries(model.operators)).toEqual(expected);
    return expectAlike(subject);
  });

  it('give a value that goes by several names under each of them', () =>
    expectAlike(
      drawn({
        name: 'net.dnn',
        text: 'model m(x: f32[3]) {\n  let a = relu(x)\n  return { a, b: stop_gradient(a), c: a + 1, d: a }\n}',
      }),
    ));

  it('give a value the extents of what only its gradient goes to', () =>
    expectAlike(drawn({ name: 'net.dnn', text: 'model m(x: f32[1], y: f32[2, 3]) { straight_through(x, y) }' })));

  it('keep the names of weights, inputs and outputs', () => {
    const subject = drawn({
      name: 'net.dnn',
      text: 'model m(image: f32[1, 4]) {\n  let shown = image |> dense(3) as "layers.0"\n  return { shown, again: shown }\n}',
    });
    const { bytes, inputs, outputs } = exported(subject);
    expect([...inputs, ...outputs].map(({ name }) => name)).toEqual(['image', 'shown', 'again']);
    const imported = importOnnx(bytes, { table: operationTable, file: 'net.onnx' });
    expect(imported.ok && [...imported.value.weights.keys()]).toEqual(['layers.0.weight', 'layers.0.bias']);
  });
});

describe('what is refused', () => {
  const refusals = (text: string, programs?: readonly string[]) => {
    const model = elaboratedModel({ name: 'net.dnn', text }, { programs });
    return (model.ok ? exportOnnx(model.value) : model).diagnostics.map(({ code, message }) => `${code}: ${message}`);
  };

  it('is told at once', () => {
    const text =
      'model m(x: f32[2]) {\n  param w: f32[2] = he_normal\n  state count: f32[2] = zeros\n  count := count + x\n  return x * w + random_uniform([2])\n}';
    expect(refusals(text)).toEqual([
      'unsupported-export: m gives count a new value, and a model of ONNX keeps nothing',
      'unsupported-export: m gives $step a new value, and a model of ONNX keeps nothing',
      'unsupported-export: w has no values, and a model of ONNX holds all of them',
      'unsupported-export: random_uniform, which gives f32[2], has no form in ONNX',
    ]);
  });

  it('is a training, and a file with several models', () => {
    const text =
      'model a(x: f32[2]) { x |> dense(1) as fc }\nmodel b(x: f32[2]) { x }\ntrain t(x: f32[2]) { minimize sum(a(x)) using sgd(rate: 0.1) }\n';
    expect(refusals(text)).toEqual(['several-models: net.dnn has several models: a, b']);
    expect(refusals(text, ['t'])).toContain('unsupported-export: t is a training, and ONNX has models only');
    expect(refusals('model m(x: f32[2]) { let x2 = x + 1\n return { x: x2 } }')).toEqual([
      'unsupported-export: the output x is called like an input, and has another value',
    ]);
  });
});
