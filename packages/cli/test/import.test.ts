/** `tessera import`, and commands that are given a model of ONNX instead of a text. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { npy, place } from './command.ts';

const model = readFileSync(new URL('./fixtures/mlp.onnx', import.meta.url));
const here = () => place({ 'mlp.onnx': model, 'x.npy': npy([1, 2], [1, 2]) });

it('writes a text and weights, and tells what the model is', async () => {
  const folder = here();
  const { code, out } = await folder.tessera('import', 'mlp.onnx', '--name', 'net');
  expect(code).toBe(0);
  expect(out).toContain('opset 17');
  expect(out).toContain('3 nodes, 0 of them computed: MatMul 1, Add 1, Relu 1');
  expect(out).toContain('batch is 1');
  expect(out).toContain('wrote net.dnn and net.safetensors');
  expect((await folder.tessera('check', 'net.dnn', '--weights', 'net.safetensors')).code).toBe(2);
  const compiled = await folder.tessera('compile', 'net.dnn', '--weights', 'net.safetensors', '-o', 'net.wasm');
  expect(compiled).toMatchObject({ code: 0 });
});

it('runs a model under its own names', async () => {
  const { code, out } = await here().tessera(
    'run',
    'mlp.onnx',
    '--input',
    'in.0=x.npy',
    '--output',
    '7=y.npy',
    '--json',
  );
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ program: 'mlp' });
});

it('refuses a dimension that the model does not have', async () => {
  const { code, err } = await here().tessera('check', 'mlp.onnx', '--dim', 'height=3');
  expect(code).toBe(1);
  expect(err).toContain('no dimension of the model is called height');
  expect(err).toContain('batch');
});

it('refuses what is no model', async () => {
  const { code, err } = await place({ 'a.onnx': 'model a() {}' }).tessera('import', 'a.onnx');
  expect(code).toBe(1);
  expect(err).toContain('a.onnx is no ONNX model');
});

it('writes a model of a program, which runs like the program', async () => {
  const folder = place({
    'mlp.onnx': model,
    'x.npy': npy([1, 2], [1, 2]),
    'net.dnn': 'model m(x: f32[2]) {\n  x * 2\n}\n',
  });
  const { code, out } = await folder.tessera('export', 'mlp.onnx', '-o', 'again.onnx');
  expect(code).toBe(0);
  expect(out).toMatch(/^wrote again\.onnx: \d+ bytes, opset 18, \d+ weights\n {2}\d nodes: /);
  const outputs = await Promise.all(
    ['mlp.onnx', 'again.onnx'].map(async name => {
      const { inputs } = JSON.parse((await folder.tessera('import', name, '--name', 'net', '--json')).out);
      const ran = await folder.tessera('run', name, '--input', `${inputs[0].original}=x.npy`, '--json');
      return JSON.parse(ran.out).outputs.map(({ min, max }: { min: number; max: number }) => [min, max]);
    }),
  );
  expect(outputs[1]).toEqual(outputs[0]);
  folder.write('net.dnn', 'model m(x: f32[2]) {\n  state seen: f32[2] = zeros\n  seen := seen + x\n  return x\n}\n');
  expect(await folder.tessera('export', 'net.dnn', '-o', 'net.onnx')).toMatchObject({
    code: 1,
    err: expect.stringContaining(
      'net.dnn:2:3  error[unsupported-export]: m gives seen a new value, and a model of ONNX keeps nothing',
    ),
  });
  expect(await folder.tessera('export', 'mlp.onnx', '-o', 'mlp.onnx')).toMatchObject({ code: 2 });
});

it('imports a model of TensorFlow Lite, and runs it', async () => {
  // A convolution in 8 bits between QUANTIZE and DEQUANTIZE, written by the benchmark (`tools/bench/litert/schema.ts`).
  const layer = readFileSync(new URL('./fixtures/layer.tflite', import.meta.url));
  const folder = place({ 'layer.tflite': layer, 'x.npy': npy([1, 4, 4, 2], new Array(32).fill(0.5)) });
  const { code, out } = await folder.tessera('import', 'layer.tflite');
  expect({ code, out }).toMatchObject({
    code: 0,
    out: expect.stringContaining('wrote layer.dnn and layer.safetensors'),
  });
  expect(folder.read('layer.dnn').toString()).toContain('conv(');
  expect(await folder.tessera('run', 'layer.tflite', '--input', 'x=x.npy', '--json')).toMatchObject({ code: 0 });
  const { err } = await place({ 'a.tflite': 'no model' }).tessera('import', 'a.tflite');
  expect(err).toContain('a.tflite cannot be imported: it does not begin as such a model');
});
