/**
 * What the pages fetch, written to `public` before they are served: LeNet with weights, which reads digits; LeNet's training, for as many threads
 * as a machine may have; the writer with weights; and the digits.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { type CompileOptions, compile } from '@tessera-dnn/compiler';
import { readSafetensors } from '@tessera-dnn/formats';
import { testDigits, trainingDigits } from '../digits/digits.ts';
import { orQuit } from '../digits/outcome.ts';

const read = (name: string) => readFileSync(new URL(name, import.meta.url));
const source = (name: string) => ({ name, text: read(name).toString() });
const write = (name: string, bytes: Uint8Array) => writeFileSync(new URL(`public/${name}`, import.meta.url), bytes);

function compiled(name: string, options: CompileOptions): Uint8Array {
  return orQuit(compile(source(name), { load: source, ...options })).bytes;
}

/** The labels of all digits, then their pixels, a byte each. */
function asBytes(images: Float32Array, labels: ArrayLike<number>): Uint8Array {
  const pixels = 28 * 28;
  const bytes = new Uint8Array(labels.length * (1 + pixels));
  for (let i = 0; i < labels.length; i++) {
    bytes[i] = labels[i];
    for (let at = i * pixels; at < (i + 1) * pixels; at++) bytes[labels.length + at] = 255 * images[at];
  }
  return bytes;
}

const { tensors } = orQuit(readSafetensors(read('../digits/lenet.weights.safetensors'), 'lenet.weights.safetensors'));
write('lenet.wasm', compiled('../lenet.dnn', { programs: ['lenet'], weights: tensors, portable: true }));
write('learn.wasm', compiled('learn.dnn', { programs: ['digit', 'learn'], threads: 8, portable: true }));
const writer = orQuit(readSafetensors(read('../writer.safetensors'), 'writer.safetensors'));
write('writer.wasm', compiled('../writer.dnn', { programs: ['next'], weights: writer.tensors, portable: true }));
const { image, label } = trainingDigits();
write('training.digits', asBytes(image, label));
const tests = testDigits();
write(
  'tests.digits',
  asBytes(
    Float32Array.from(tests.flatMap(digit => [...digit.image])),
    tests.map(digit => digit.label),
  ),
);
