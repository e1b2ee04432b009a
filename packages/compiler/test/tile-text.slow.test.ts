/**
 * The tile program of every example, on one tile and on several (in the sample on one of these): its text reads back as an equal program. Of
 * networks with large steps of training only the model is taken, which says all that such a step would.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Module } from '@tessera-dnn/graph';
import { type ChipSpec, hostChip, tinyChip } from '@tessera-dnn/machine';
import { ops } from '@tessera-dnn/ops';
import { lower, parseTileProgram, printTileProgram } from '@tessera-dnn/tiling';
import { describe, expect, test } from 'vitest';
import { frontEnd } from '../src/index.ts';
import { sampled } from './support/sample.ts';

const folder = join(import.meta.dirname, '../../../examples');
const examples = readdirSync(folder).filter(file => file.endsWith('.dnn'));
const modelOnly: Readonly<Record<string, readonly string[]>> = {
  'resnets.dnn': ['resnet'],
  'resnet50_v1.dnn': ['resnet50_v1'],
};
const chips: readonly ChipSpec[] = [hostChip, { ...tinyChip, tiles: 7 }];

describe.each(examples.map((file, i) => [file, i] as const))('%s', (file, i) => {
  const source = { name: file, text: readFileSync(join(folder, file), 'utf8') };
  const load = (name: string) => ({ name, text: readFileSync(join(folder, name), 'utf8') });
  const front = frontEnd(source, { load, programs: modelOnly[file] });
  test.each(sampled(chips, 2, i).map(chip => [chip.name, chip] as const))('on %s', (_, chip) => {
    if (!front.ok) throw new Error(front.diagnostics[0].message);
    expectBack(front.value, chip);
  });
});

const following = `model net(x: f32[2, 4]) { x |> dense(3, with: weight_norm) as fc }

model slow(x: f32[2, 4]) {
  state slow: like(params(net)) = params(net)
  net(x, with: slow)
}
`;

test.each(chips.map(chip => [chip.name, chip] as const))(
  'variables that begin as copies of others, on %s',
  (_, chip) => {
    const front = frontEnd({ name: 'following.dnn', text: following }, {});
    if (!front.ok) throw new Error(front.diagnostics[0].message);
    expectBack(front.value, chip);
  },
);

function expectBack(module: Module, chip: ChipSpec): void {
  const program = lower(module, { chip, table: ops, math: 'fast', weights: new Map(), memoryShare: 1 });
  const parsed = parseTileProgram({ name: 'program', text: printTileProgram(program) });
  expect(parsed.diagnostics).toEqual([]);
  expect(parsed.ok && difference(program, parsed.value)).toBeUndefined();
}

/** Where two values differ, as a path; undefined where they are equal. What is undefined is as good as absent. */
function difference(a: unknown, b: unknown, path = 'program'): string | undefined {
  if (Object.is(a, b)) return undefined;
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b || a.constructor !== b.constructor)
    return `${path}: ${a} and ${b}`;
  if (ArrayBuffer.isView(a)) return `${a}` === `${b}` ? undefined : path;
  const [one, other] = [a, b] as Readonly<Record<string, unknown>>[];
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const found = difference(one[key], other[key], `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
