/** Whole networks on chips of any size, with PyTorch's weights, against PyTorch's answers. */
import { readFileSync } from 'node:fs';
import { readNpy, readSafetensors } from '@tessera-dnn/formats';
import { describe, expect, test } from 'vitest';
import { compile } from '../src/index.ts';
import { chipOf, elementsAt, relativeError } from './support/run-module.ts';

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url));

function npy(name: string): ArrayLike<number> {
  const read = readNpy(fixture(name));
  if (!read.ok) throw new Error(read.diagnostics[0].message);
  return read.value.data as ArrayLike<number>;
}

function compileNet(name: string, batch: number, tiles: number, math: 'fast' | 'strict') {
  const weights = readSafetensors(fixture(`${name}.weights.safetensors`));
  if (!weights.ok) throw new Error(weights.diagnostics[0].message);
  const source = { name: `${name}.dnn`, text: fixture(`${name}.dnn`).toString() };
  const set = { [`${name}.n`]: String(batch) };
  const compiled = compile(source, {
    chip: chipOf(tiles),
    math,
    set,
    weights: weights.value.tensors,
    programs: [name],
    verify: true,
  });
  if (!compiled.ok) throw new Error(compiled.diagnostics.map(d => d.message).join('\n'));
  return compiled.value;
}

describe.each([
  ['lenet', 40],
  ['resnet8', 2],
])('%s', (name, batch) => {
  test.each([
    [1, 'fast'],
    [1, 'strict'],
    [16, 'fast'],
    [61, 'strict'],
    [1216, 'fast'],
  ] as const)('on %i tiles, %s, gives the logits of PyTorch', (tiles, math) => {
    const { bytes, manifest } = compileNet(name, batch, tiles, math);
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
    const memory = exports['memory'] as WebAssembly.Memory;
    const { inputs, outputs } = manifest.programs[name];
    const image = npy(`${name}.image.npy`);
    elementsAt({ element: 'f32' }, memory, inputs[0].address, image.length).set(image);
    (exports[name] as () => void)();
    const logits = elementsAt({ element: 'f32' }, memory, outputs[0].address, outputs[0].bytes / 4);
    expect(relativeError(logits, npy(`${name}.output.npy`))).toBeLessThan(1e-5);
  });
});

test('the same source and options give the same bytes', () => {
  const once = compileNet('lenet', 1, 16, 'fast').bytes;
  const again = compileNet('lenet', 1, 16, 'fast').bytes;
  expect(Buffer.compare(once, again)).toBe(0);
});

describe('strict arithmetic', () => {
  const run = (workers: number, math: 'fast' | 'strict') => {
    const weights = readSafetensors(fixture('resnet8.weights.safetensors'));
    if (!weights.ok) throw new Error(weights.diagnostics[0].message);
    const source = { name: 'resnet8.dnn', text: fixture('resnet8.dnn').toString() };
    const chip = { ...chipOf(16), workers };
    const compiled = compile(source, { chip, math, weights: weights.value.tensors, programs: ['resnet8'] });
    if (!compiled.ok) throw new Error(compiled.diagnostics.map(d => d.message).join('\n'));
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(compiled.value.bytes));
    const memory = exports['memory'] as WebAssembly.Memory;
    const { inputs, outputs, phases } = compiled.value.manifest.programs['resnet8'];
    const image = Array.from(npy('resnet8.image.npy')).slice(0, inputs[0].bytes / 4);
    elementsAt({ element: 'f32' }, memory, inputs[0].address, image.length).set(image);
    const step = exports['step'] as (program: number, phase: number, first: number, end: number) => void;
    // Slots one by one and last first: nothing may depend on their order.
    for (let phase = 0; phase < phases; phase++) {
      for (let slot = 16 * workers - 1; slot >= 0; slot--) step(0, phase, slot, slot + 1);
    }
    return [...elementsAt({ element: 'i32' }, memory, outputs[0].address, outputs[0].bytes / 4)];
  };

  test('gives the same bits however many workers share the work, in whatever order', () => {
    const alone = run(1, 'strict');
    expect(run(2, 'strict')).toEqual(alone);
    expect(run(6, 'strict')).toEqual(alone);
  });
});
