/** Tiles that lie close together: copies that walk from tile to tile then walk another way, and bring the same. */
import { readFileSync } from 'node:fs';
import { type ChipSpec, tinyChip } from '@tessera-dnn/machine';
import { expect, test } from 'vitest';
import { compile } from '../src/index.ts';
import { elementsAt } from './support/run-module.ts';

const source = {
  name: 'lenet.dnn',
  text: readFileSync(new URL('../../../examples/lenet.dnn', import.meta.url), 'utf8'),
};

function run(chip: ChipSpec) {
  const compiled = compile(source, { chip, math: 'strict', programs: ['lenet'], verify: true });
  if (!compiled.ok) throw new Error(compiled.diagnostics.map(d => d.message).join('\n'));
  const { bytes, manifest } = compiled.value;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const memory = exports['memory'] as WebAssembly.Memory;
  const { inputs, outputs } = manifest.programs['lenet'];
  (exports['init'] as (seed: number) => void)(7);
  const image = elementsAt({ element: 'f32' }, memory, inputs[0].address, inputs[0].bytes / 4);
  image.forEach((_, i) => {
    image[i] = ((i * 7919) % 1000) / 500 - 1;
  });
  (exports['lenet'] as () => void)();
  const bits = [...elementsAt({ element: 'i32' }, memory, outputs[0].address, outputs[0].bytes / 4)];
  return { bits, strideBytes: manifest.memory.tileStrideBytes };
}

test('packed tiles give the same bits in less memory', () => {
  const apart = run(tinyChip);
  const packed = run({ ...tinyChip, packed: true });
  expect(packed.bits).toEqual(apart.bits);
  expect(apart.strideBytes).toBe(tinyChip.sramBytes);
  expect(packed.strideBytes).toBeLessThan(tinyChip.sramBytes / 2);
});
