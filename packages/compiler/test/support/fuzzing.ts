/** What the random tests of whole programs share: types that fit each other, chips and options, and the comparison with the oracle. */
import type { TensorType } from '@tessera/graph';
import { elementCount } from '@tessera/graph';
import type { RandomModule } from '@tessera/graph/testing';
import { tinyChip } from '@tessera/machine';
import { ops } from '@tessera/ops';
import { type Recompute, runPasses } from '@tessera/passes';
import fc from 'fast-check';
import { answersOf } from './conditioning.ts';
import { elementsAt, load } from './run-module.ts';

const f32 = (...shape: number[]): TensorType => ({ element: 'f32', shape });

export const randomTypes: readonly TensorType[] = [
  f32(6, 7),
  f32(7),
  f32(6, 1),
  f32(7, 9),
  // One element in every rank: no shape tells their grids apart.
  f32(),
  f32(1),
  f32(1, 1),
  f32(1, 1, 1, 1),
  f32(2, 4, 9, 6),
  f32(1, 8, 5, 5),
  f32(8, 4, 3, 3),
  f32(8, 1, 2, 3),
  f32(12, 2, 1, 1),
  f32(8, 1, 1, 1),
  f32(2, 3, 17),
  f32(5, 3, 4),
  // Large enough to be cut, and to nothing even.
  f32(1, 33, 5, 6),
  f32(33, 33, 1, 1),
  f32(17, 33, 3, 3),
  f32(33, 65),
  { element: 'bool', shape: [6, 7] },
  { element: 'i32', shape: [6, 7] },
  { element: 'i32', shape: [3] },
  { element: 'i32', shape: [] },
];

export const settings = fc.record({
  tiles: fc.integer({ min: 1, max: 20 }),
  workers: fc.integer({ min: 1, max: 3 }),
  specialise: fc.boolean(),
  math: fc.constantFrom('fast', 'strict'),
  inPlace: fc.boolean(),
  reuse: fc.boolean(),
  memoryShare: fc.constantFrom(1, 0.4, 0.15),
  recompute: fc.constantFrom<Recompute>('none', 'sqrt', 'auto', 1),
});

export type Settings = typeof settings extends fc.Arbitrary<infer T> ? T : never;

/**
 * The first element of an output or updated variable of the compiled `random` that is not what the oracle gives for `plain`: the same
 * program, or one that must mean the same.
 */
export function mistake(
  random: RandomModule,
  plain: RandomModule,
  { tiles, workers, specialise, memoryShare, recompute, ...options }: Settings,
): string | undefined {
  const { module, inputs, variables } = random;
  const weights = new Map(module.variables.map(({ path }, i) => [path, variables[i] as Float64Array]));
  const compiled = runPasses(module, { table: ops, strict: options.math === 'strict', recompute }, true);
  const chip = load(
    compiled,
    { ...tinyChip, tiles, workers, specialise, sramBytes: 2 ** 20 },
    { ...options, weights, memoryShare },
  );
  const outputs = chip.run('net', inputs);
  for (const { name, wanted, tolerance } of answersOf(plain)) {
    const got = outputs[name] ?? variableOf(chip, name, wanted.type);
    const at = wanted.data.findIndex((x, i) => !Object.is(got[i], x) && !(Math.abs(got[i] - x) <= tolerance[i]));
    if (at >= 0 && tolerance[at] !== Number.POSITIVE_INFINITY)
      return `${name}[${at}] is ${got[at]}, not ${wanted.data[at]}`;
  }
  return undefined;
}

function variableOf({ exports, manifest, memory }: ReturnType<typeof load>, path: string, type: TensorType) {
  exports['read'](manifest.variables.findIndex(variable => variable.path === path));
  return elementsAt(type, memory, manifest.memory.host.transfer, elementCount(type.shape));
}
