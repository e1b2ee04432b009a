/** Models of TensorFlow Lite compute what LiteRT.js makes of them, where the benchmark's peers are installed. */
import { elaboratedModel, operationTable } from '@tessera-dnn/compiler';
import { narrowed } from '@tessera-dnn/machine';
import { importTflite } from '@tessera-dnn/onnx/tflite';
import { expect, it } from 'vitest';
import { weightsOf } from '../bench/contestants.ts';
import type { LiteGraph } from '../bench/litert/schema.ts';
import { dsCnn, lenet } from '../bench/networks/small.ts';
import { OnnxGraph } from '../bench/onnx/graph.ts';
import { difference, hasRuntime, interpreted } from './exported.ts';

const numbers = (count: number) =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(1 + 1.7 * i * (1 + (i % 50) / 50)));

function imported(bytes: Uint8Array) {
  const outcome = importTflite(bytes, { table: operationTable, file: 'net.tflite' });
  if (!outcome.ok) throw new Error(outcome.diagnostics.map(({ message }) => message).join('\n'));
  return outcome.value;
}

function computed(bytes: Uint8Array, x: ArrayLike<number>) {
  const { text, weights, inputs } = imported(bytes);
  const model = elaboratedModel({ name: 'net.dnn', text }, { weights });
  if (!model.ok) throw new Error(model.diagnostics.map(({ message }) => message).join('\n') + text);
  const [outputs] = interpreted(model.value, new Map([[inputs[0].name, x]])).values();
  return outputs;
}

it.skipIf(!hasRuntime).each([lenet, dsCnn])('$name', async network => {
  const [{ convert }, { encodeLite }, { createLite }] = await Promise.all([
    import('../bench/litert/convert.ts'),
    import('../bench/litert/schema.ts'),
    import('../bench/litert/peer.ts'),
  ]);
  const graph = new OnnxGraph(weightsOf(network));
  const output = network.onnx(graph);
  const bytes = encodeLite(convert(graph.content(), graph.declared(), output).graph);
  const { shape } = graph.declared()[0];
  const [n, c, ...spatial] = shape;
  const x = numbers(shape.reduce((product, extent) => product * extent, 1));
  const lite = await createLite(bytes, x, shape.length === 4 ? [n, ...spatial, c] : shape);
  const expected = new Map([['output', await lite.run()]]);
  expect(difference(expected, new Map([['output', computed(bytes, x)]]))).toBeLessThan(1e-5);
});

/** A map of one channel pair through what the benchmark's networks do not have. */
const more: LiteGraph = {
  tensors: [
    { name: 'x', shape: [1, 4, 4, 2] },
    { name: 'narrow', shape: [3, 3, 3, 2], data: narrowed('f16', numbers(54)) as Uint16Array },
    { name: 'kernel', shape: [3, 3, 3, 2] },
    { name: 'bias', shape: [3], data: numbers(3) },
    { name: 'conv', shape: [1, 2, 2, 3] },
    { name: 'swish', shape: [1, 2, 2, 3] },
    { name: 'factors', shape: [3], data: Float32Array.of(0.5, 2, -1) },
    { name: 'scaled', shape: [1, 2, 2, 3] },
    { name: 'gate', shape: [1, 2, 2, 3] },
    { name: 'both', shape: [1, 2, 2, 6] },
    { name: 'size', shape: [2], data: Int32Array.of(4, 4) },
    { name: 'large', shape: [1, 4, 4, 6] },
    { name: 'leaky', shape: [1, 4, 4, 6] },
    { name: 'y', shape: [1, 2, 2, 6] },
  ],
  nodes: [
    { operator: 'dequantize', inputs: [1], output: 2 },
    {
      operator: 'conv',
      inputs: [0, 2, 3],
      output: 4,
      options: { 0: { byte: 0 }, 1: { int: 2 }, 2: { int: 2 }, 4: { int: 1 }, 5: { int: 1 } },
    },
    { operator: 'hardSwish', inputs: [4], output: 5 },
    { operator: 'mul', inputs: [5, 6], output: 7, options: { 0: { byte: 1 } } },
    { operator: 'logistic', inputs: [7], output: 8 },
    { operator: 'concatenation', inputs: [7, 8], output: 9, options: { 0: { int: 3 } } },
    { operator: 'resizeBilinear', inputs: [9, 10], output: 11, options: { 3: { bool: true } } },
    { operator: 'leakyRelu', inputs: [11], output: 12, options: { 0: { float: 0.25 } } },
    {
      operator: 'averagePool',
      inputs: [12],
      output: 13,
      options: { 0: { byte: 0 }, 1: { int: 2 }, 2: { int: 2 }, 3: { int: 3 }, 4: { int: 3 } },
    },
  ],
  inputs: [0],
  outputs: [13],
};

/** A layer in 8 bits between levels that are made and read again. */
const levels: LiteGraph = {
  tensors: [
    { name: 'x', shape: [1, 4, 4, 2] },
    { name: 'q', shape: [1, 4, 4, 2], levels: { scales: [0.01], zeros: [3] } },
    {
      name: 'kernel',
      shape: [3, 3, 3, 2],
      data: Int8Array.from(numbers(54), value => Math.round(127 * value)),
      levels: { scales: [0.01, 0.02, 0.005], zeros: [0, 0, 0] },
    },
    {
      name: 'bias',
      shape: [3],
      data: Int32Array.of(500, -300, 100),
      levels: { scales: [0.0001, 0.0002, 0.00005], zeros: [0, 0, 0] },
    },
    { name: 'r', shape: [1, 4, 4, 3], levels: { scales: [0.05], zeros: [-100] } },
    { name: 'y', shape: [1, 4, 4, 3] },
  ],
  nodes: [
    { operator: 'quantize', inputs: [0], output: 1 },
    {
      operator: 'conv',
      inputs: [1, 2, 3],
      output: 4,
      options: { 0: { byte: 0 }, 1: { int: 1 }, 2: { int: 1 }, 3: { byte: 1 }, 4: { int: 1 }, 5: { int: 1 } },
    },
    { operator: 'dequantize', inputs: [4], output: 5 },
  ],
  inputs: [0],
  outputs: [5],
};

it.skipIf(!hasRuntime).each([
  ['weights in 16 bits, and what the networks do not have', more, 1e-5],
  // A level, where a sum lies half way between two.
  ['a layer in 8 bits', levels, 0.05 / 4],
])('%s', async (_, graph, tolerance) => {
  const [{ encodeLite }, { createLite }] = await Promise.all([
    import('../bench/litert/schema.ts'),
    import('../bench/litert/peer.ts'),
  ]);
  const bytes = encodeLite(graph);
  const x = numbers(32);
  const lite = await createLite(bytes, x, [1, 4, 4, 2]);
  const expected = new Map([['output', await lite.run()]]);
  expect(difference(expected, new Map([['output', computed(bytes, x)]]))).toBeLessThan(tolerance);
});

it.skipIf(!hasRuntime)('keeps constants apart that have one name', async () => {
  const { encodeLite } = await import('../bench/litert/schema.ts');
  const twice: LiteGraph = {
    tensors: [
      { name: 'x', shape: [1, 2] },
      { name: 'c', shape: [2], data: Float32Array.of(1, 2) },
      { name: 'sum', shape: [1, 2] },
      { name: 'c', shape: [2], data: Float32Array.of(10, 20) },
      { name: 'y', shape: [1, 2] },
    ],
    nodes: [
      { operator: 'add', inputs: [0, 1], output: 2, options: {} },
      { operator: 'add', inputs: [2, 3], output: 4, options: {} },
    ],
    inputs: [0],
    outputs: [4],
  };
  expect(Array.from(computed(encodeLite(twice), Float32Array.of(100, 200)))).toEqual([111, 222]);
});

it.skipIf(!hasRuntime)('takes no levels of 16 bits for numbers', async () => {
  const { encodeLite } = await import('../bench/litert/schema.ts');
  const wide: LiteGraph = {
    tensors: [
      { name: 'x', shape: [2] },
      { name: 'c', shape: [2], data: Int16Array.of(1000, 2000), levels: { scales: [0.001], zeros: [0] } },
      { name: 'made', shape: [2] },
      { name: 'y', shape: [2] },
    ],
    nodes: [
      { operator: 'dequantize', inputs: [1], output: 2 },
      { operator: 'add', inputs: [0, 2], output: 3 },
    ],
    inputs: [0],
    outputs: [3],
  };
  const outcome = importTflite(encodeLite(wide), { table: operationTable, file: 'a.tflite', narrow: ['i16'] });
  expect(outcome.diagnostics.map(({ message }) => message)).toEqual([
    'a.tflite cannot be imported: tensor c has levels of 16 bits or more, and those of 8 are taken',
  ]);
});

it.skipIf(!hasRuntime)('never throws for a changed file', async () => {
  const { encodeLite } = await import('../bench/litert/schema.ts');
  const all = [more, levels].map(encodeLite);
  for (const bytes of all) {
    for (let at = 0; at < bytes.length; at += 41) {
      for (const change of [1, 0x80, 0xff]) {
        const changed = bytes.map((byte, i) => (i === at ? byte ^ change : byte));
        const { ok, diagnostics } = importTflite(changed, { table: operationTable });
        expect(ok || diagnostics.length > 0).toBe(true);
      }
    }
    expect(importTflite(bytes.subarray(0, 100), { table: operationTable }).ok).toBe(false);
  }
});

it('reads no list again and again', () => {
  const { diagnostics } = importTflite(sharing(1000), { table: operationTable, file: 'a.tflite' });
  expect(diagnostics[0].message).toContain('again and again');
});

/** A file of one graph, and of operators' codes that are all one table, whose name is as long as there are codes. */
function sharing(count: number): Uint8Array {
  const [root, graphs, codes] = [18, 30, 38];
  const code = codes + 4 + 4 * count + 8;
  const bytes = new Uint8Array(code + 12 + count);
  const view = new DataView(bytes.buffer);
  const lead = (from: number, to: number): void => view.setUint32(from, to - from, true);
  // Before a table the sizes of its list of fields and of itself, and where its fields are: there is no first one.
  const tableAt = (at: number, targets: readonly number[]): void => {
    const sizes = [6 + 2 * targets.length, 4 + 4 * targets.length, 0, ...targets.map((_, i) => 4 + 4 * i)];
    for (const [i, value] of sizes.entries()) view.setUint16(at - 2 * (sizes.length - i), value, true);
    view.setInt32(at, 2 * sizes.length, true);
    for (const [i, target] of targets.entries()) lead(at + 4 + 4 * i, target);
  };
  lead(0, root);
  bytes.set(new TextEncoder().encode('TFL3'), 4);
  tableAt(root, [codes, graphs]);
  tableAt(code, [code + 8]);
  view.setUint32(graphs, 1, true);
  lead(graphs + 4, code);
  view.setUint32(codes, count, true);
  for (let i = 0; i < count; i++) lead(codes + 4 + 4 * i, code);
  view.setUint32(code + 8, count, true);
  return bytes;
}

it('says what cannot be imported', async () => {
  const refused = importTflite(new Uint8Array(9), { table: operationTable, file: 'a.tflite' });
  expect(refused.diagnostics[0].message).toBe('a.tflite cannot be imported: it does not begin as such a model');
});
