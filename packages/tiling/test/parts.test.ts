/** Which results are computed inside the wholes that join them. */
import { parseModule } from '@tessera-dnn/graph';
import { expect, test } from 'vitest';
import { planParts } from '../src/lower/parts.ts';
import { planUpdates } from '../src/lower/updates.ts';
import { tilingStandIns as table } from './support/stand-ins.ts';

function partsOf(lines: readonly string[]): readonly [number, number][] {
  const [program] = parseModule(`model net {\n${lines.join('\n')}\n}\n`).programs;
  const updates = planUpdates(program, { table } as Parameters<typeof planUpdates>[1]);
  return [...planParts(program, table, updates)].map(([part, { whole }]) => [part, whole]);
}

test('what another operand is made of by movement alone is no part', () => {
  const parts = partsOf([
    '%0 = input x: f32[2, 1]',
    '%1 = map(%0): f32[2, 1] { $1 = neg($0): f32 }',
    '%2 = map(%0): f32[2, 1] { $1 = relu($0): f32 }',
    '%3 = join(%1, %2): f32[4, 1]',
    '%4 = join(%3, %1): f32[6, 1]',
    'output y = %4',
  ]);
  // %1 is in %3 as well: it and %3 are copied into %4, and only inside %3 may they be made where they are wanted.
  expect(parts.map(([, whole]) => whole)).not.toContain(4);
  expect(parts).toContainEqual([2, 3]);
});

test('a chain of wholes takes memory by its length, not by the square of it', () => {
  const turns = 20_000;
  const lines = ['%0 = input x: f32[1, 1]', '%1 = map(%0): f32[1, 1] { $1 = neg($0): f32 }'];
  for (let i = 0; i < turns; i++) {
    const [whole, part] = [2 * i + 1, 2 * i + 2];
    lines.push(`%${part} = map(%0): f32[1, 1] { $1 = relu($0): f32 }`);
    lines.push(`%${part + 1} = join(%${whole}, %${part}): f32[${i + 2}, 1]`);
  }
  // Sets of what each whole is made of would hold 400 million numbers, more than a process has memory for.
  expect(partsOf([...lines, `output y = %${2 * turns + 1}`]).length).toBeGreaterThan(0);
}, 120_000);
