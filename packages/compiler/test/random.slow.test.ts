/** Random numbers and first values depend on the seed and the program alone: the same on every chip, other ones in the next run. */
import { expect, test } from 'vitest';
import { compile } from '../src/index.ts';
import { chipOf, sampleData } from './support/run-module.ts';

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
const dropping = `
model net[n = 24](x: f32[n, 18]) {
  let hidden = x |> dense(40) as a |> relu |> dropout(0.3)
  hidden |> dense(5) as b |> dropout(0.1)
}
train fit[n = 24](x: f32[n, 18], label: i32[n]) {
  let scores = net(x)
  let loss = cross_entropy(scores, label)
  minimize loss using sgd(rate: 0.1, momentum: 0.9)
  return { loss, dropped: scores == 0 }
}
`;

/** What four steps with dropout give. */
function dropped(tiles: number) {
  const compiled = compile(
    { name: 'dropping.dnn', text: dropping },
    { chip: chipOf(tiles), math: 'strict', verify: true },
  );
  if (!compiled.ok) throw new Error(compiled.diagnostics[0].message);
  const { bytes, manifest } = compiled.value;
  const exports = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as Record<string, () => void>;
  const { buffer } = exports['memory'] as unknown as WebAssembly.Memory;
  (exports['init'] as (seed: number) => void)(5);
  const { inputs, outputs } = manifest.programs['fit'];
  new Float32Array(buffer, inputs[0].address, 24 * 18).set(sampleData({ element: 'f32', shape: [24, 18] }, 3));
  new Int32Array(buffer, inputs[1].address, 24).set(Array.from({ length: 24 }, (_, i) => i % 5));
  return Array.from({ length: 4 }, () => {
    exports['fit']();
    return {
      loss: new Float32Array(buffer, outputs[0].address, 1)[0],
      dropped: [...new Uint8Array(buffer, outputs[1].address, 24 * 5)],
    };
  });
}

test('dropout drops the same on every chip, in a training too', () => {
  const one = dropped(1);
  const share = one.flatMap(step => step.dropped).reduce((sum, x) => sum + x) / (4 * 120);
  // Four standard deviations of a binomial mean.
  expect(Math.abs(share - 0.1)).toBeLessThan(4 * Math.sqrt((0.1 * 0.9) / 480));
  expect(one[1].dropped).not.toEqual(one[0].dropped);
  for (const tiles of [5, 16, 61]) {
    const other = dropped(tiles);
    expect(other.map(step => step.dropped)).toEqual(one.map(step => step.dropped));
    for (const [step, { loss }] of other.entries()) expect(loss).toBeCloseTo(one[step].loss, 5);
  }
});
