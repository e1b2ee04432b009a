/**
 * Networks that share parameters, follow each other's weights or differentiate gradients, against PyTorch, on chips of one tile and more.
 * Fixtures are written by pytorch/variables.py. States that the program begins as copies of other variables are left out of what they
 * start with, so that they have to be copies.
 */
import { readFileSync } from 'node:fs';
import { load } from '@tessera-dnn/chip';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/index.ts';
import { chipOf } from '../support/run-module.ts';
import { unwrap } from '../support/torch.ts';
import { trained } from './trains.ts';

type Numbers = readonly number[];
type Given = Readonly<Record<string, Numbers>>;

interface Case {
  readonly name: string;
  readonly program: string;
  readonly start: Given;
  readonly runs: readonly { readonly program: string; readonly inputs: Given; readonly outputs: Given }[];
  readonly end: Given;
}

const cases: readonly Case[] = JSON.parse(readFileSync(new URL('pytorch/variables.json', import.meta.url), 'utf8'));
const copies = /^(target|slow)\./;

describe('variables by name and gradients as values go as in PyTorch', () => {
  it.each(cases.flatMap(given => [1, 16].map(tiles => [given.name, tiles, given] as const)))(
    '%s, on %i tiles',
    (_name, tiles, given) => expectAsPyTorch(given, tiles),
  );

  it.each(cases.filter((_, at) => at % 6 === 0).map(given => [given.name, given] as const))(
    '%s, on 1,216 tiles',
    (_name, given) => expectAsPyTorch(given, 1216),
    240_000,
  );
});

async function expectAsPyTorch({ program, start, runs, end }: Case, tiles: number): Promise<void> {
  const types = new Map(trained(program).variables.map(({ path, type }) => [path, type]));
  const weights = new Map(
    Object.entries(start)
      .filter(([path]) => !copies.test(path))
      .map(([path, data]) => {
        const shape = types.get(path)?.shape ?? [];
        return [path, { element: 'f32' as const, shape, data: Float32Array.from(data) }] as const;
      }),
  );
  const { bytes } = unwrap(compile({ name: 'case.dnn', text: program }, { chip: chipOf(tiles), weights }));
  const chip = await load(bytes, { seed: 1 });
  const inputsOf = new Map(trained(program).programs.map(({ name, graph }) => [name, graph]));
  for (const [at, { program: name, inputs, outputs }] of runs.entries()) {
    const graph = inputsOf.get(name);
    const typed = Object.entries(inputs).map(([input, data]) => {
      const value = graph?.inputs.find(one => one.name === input)?.value ?? 0;
      const isWhole = graph?.nodes[value].type.element === 'i32';
      return [input, isWhole ? Int32Array.from(data) : Float32Array.from(data)] as const;
    });
    const given = chip.run(name, Object.fromEntries(typed));
    for (const [output, wanted] of Object.entries(outputs)) {
      expectClose(`${output} of call ${at}`, [...given[output]].map(Number), wanted, 1e-4);
    }
  }
  for (const [path, wanted] of Object.entries(end)) {
    const data = [...chip.readVariable(path)].map(Number);
    const moved = (values: Numbers) => values.map((value, i) => value - start[path][i]);
    const scale = Math.max(...moved(wanted).map(Math.abs));
    expectClose(path, moved(data), moved(wanted), 1e-3, Math.max(scale, 1e-4));
  }
}

function expectClose(what: string, given: Numbers, wanted: Numbers, tolerance: number, scale?: number): void {
  const largest = scale ?? Math.max(1e-6, ...wanted.map(Math.abs));
  expect(given.length, what).toBe(wanted.length);
  const worst = Math.max(0, ...given.map((value, i) => Math.abs(value - wanted[i]) / largest));
  expect(worst, `${what}: ${given.slice(0, 4)}, PyTorch ${wanted.slice(0, 4)}`).toBeLessThan(tolerance);
}
