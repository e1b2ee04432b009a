/** Indices that name no place: they end neither in a trap nor in foreign memory, but where the language says. */
import { describe, expect, test } from 'vitest';
import { compile } from '../src/index.ts';
import { chipOf, elementsAt } from './support/run-module.ts';
import { unwrap } from './support/torch.ts';

const places = [-(2 ** 31), -2, -1, 0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 15, 16, 17, 2 ** 31 - 1];
const clamp = (at: number, last: number) => Math.min(Math.max(at, 0), last);
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

/** What `net` gives for the integers of its one input `at`. */
function runner(text: string, tiles: number): (at: readonly number[]) => readonly number[] {
  const { bytes, manifest } = unwrap(compile({ name: 'net.dnn', text }, { chip: chipOf(tiles), verify: true }));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const memory = exports['memory'] as WebAssembly.Memory;
  (exports['init'] as (seed: number) => void)(1);
  const { inputs, outputs } = manifest.programs['net'];
  return at => {
    elementsAt({ element: 'i32' }, memory, inputs[0].address, at.length).set(at);
    (exports['net'] as () => void)();
    return [...elementsAt({ element: 'f32' }, memory, outputs[0].address, outputs[0].bytes / 4)];
  };
}

describe.each([1, 4])('on %d tiles', tiles => {
  // What is written comes first in memory: nothing lies before it.
  test.each([
    [16, 6],
    [16, 4],
    [17, 13],
    [9, 1],
  ])('a block of %d + 0, %d long, is moved inside where it would stick out', (extent, block) => {
    const run = runner(
      `model net(at: i32[]) { param p: f32[${block}] = ones
        return update(zeros([${extent}]), p, [at]) }`,
      tiles,
    );
    for (const at of places) {
      const first = clamp(at, extent - block);
      expect(run([at]), `at ${at}`).toEqual(numbers(extent).map(i => (i > first && i <= first + block ? 1 : 0)));
    }
  });

  test('of a block of rows, each way', () => {
    const run = runner(
      `model net(at: i32[2]) { param p: f32[3, 6] = ones
        return update(zeros([5, 11]), p, [at[0], at[1]]) }`,
      tiles,
    );
    for (const row of [-3, 0, 1, 2, 9]) {
      for (const at of places) {
        const [y, x] = [clamp(row, 2), clamp(at, 5)];
        const inside = (i: number) => [Math.floor(i / 11) - y, (i % 11) - x];
        const wanted = numbers(55).map(n => {
          const [dy, dx] = inside(n - 1);
          return dy >= 0 && dy < 3 && dx >= 0 && dx < 6 ? 1 : 0;
        });
        expect(run([row, at]), `at ${row}, ${at}`).toEqual(wanted);
      }
    }
  });

  test('slices outside come from the nearest end, rows of tables too', () => {
    const table = 'let t = cast(reshape(iota([45]), [9, 5]), f32)';
    const run = runner(`model net(at: i32[18]) { ${table}\n return gather(t, at) }`, tiles);
    expect(run(places)).toEqual(places.flatMap(at => [0, 1, 2, 3, 4].map(i => 5 * clamp(at, 8) + i)));
  });

  test('what is added outside is not added, and one_hot has no one there', () => {
    const added = runner(
      `model net(at: i32[18]) { param v: f32[18] = ones
        return scatter_add(v, at, extent: 9) }`,
      tiles,
    );
    expect(added(places)).toEqual(numbers(9).map(n => places.filter(at => at === n - 1).length));
    const hot = runner('model net(at: i32[18]) { return one_hot(at, 9) }', tiles);
    expect(hot(places)).toEqual(places.flatMap(at => numbers(9).map(n => (n - 1 === at ? 1 : 0))));
  });
});
