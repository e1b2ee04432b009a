/** Random numbers and first values depend on the seed and the program alone: the same on every chip, other ones in the next run. */
import { expect, test } from 'vitest';
import { compile } from '../src/index.ts';
import { chipOf } from './support/run-module.ts';

const text = `
model draw() { return { uniform: random_uniform([13, 7]), normal: random_normal([5, 9]) } }
model layer(x: f32[3, 9]) { dense(x, 65) }
`;

/** What two runs of `draw` give, and the first values of the layer's weight. */
function drawnOn(tiles: number, seed: number): readonly Float32Array[] {
  const compiled = compile({ name: 'random.dnn', text }, { chip: chipOf(tiles), math: 'strict', verify: true });
  if (!compiled.ok) throw new Error(compiled.diagnostics[0].message);
  const { bytes, manifest } = compiled.value;
  const exports = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as Record<string, () => void>;
  const { buffer } = exports['memory'] as unknown as WebAssembly.Memory;
  const call = (name: string, ...args: readonly number[]) =>
    (exports[name] as (...args: readonly number[]) => void)(...args);
  const draw = () => {
    call('draw');
    return manifest.programs['draw'].outputs.map(o => new Float32Array(buffer, o.address, o.bytes / 4).slice());
  };
  call('init', seed);
  const runs = [...draw(), ...draw()];
  const weight = manifest.variables.find(({ path }) => path.endsWith('weight'));
  call('read', weight?.index ?? -1);
  return [...runs, new Float32Array(buffer, manifest.memory.host.transfer, 65 * 9).slice()];
}

test('the same on every chip', () => {
  const one = drawnOn(1, 42);
  for (const tiles of [5, 16, 61]) expect(drawnOn(tiles, 42)).toEqual(one);
});

test('others in the next run, and from another seed', () => {
  const [uniform, normal, nextUniform, nextNormal, weight] = drawnOn(4, 42);
  const [otherUniform, otherNormal, , , otherWeight] = drawnOn(4, 43);
  expect(nextUniform).not.toEqual(uniform);
  expect(nextNormal).not.toEqual(normal);
  expect(otherUniform).not.toEqual(uniform);
  expect(otherNormal).not.toEqual(normal);
  expect(otherWeight).not.toEqual(weight);
});
