/** Whole training steps of small networks against PyTorch, differentiated and interpreted: losses, updates, running statistics. */
import { readFileSync } from 'node:fs';
import { ops } from '@tessera-dnn/ops';
import { differentiate } from '@tessera-dnn/passes';
import { describe, expect, it } from 'vitest';
import { type Given, type Numbers, Run, trained } from './trains.ts';

interface Case {
  readonly name: string;
  readonly program: string;
  readonly start: Given;
  readonly runs: readonly { readonly inputs: Given; readonly loss: number }[];
  readonly end: Given;
}

const cases: readonly Case[] = JSON.parse(readFileSync(new URL('pytorch/nets.json', import.meta.url), 'utf8'));

describe('a few training steps go as PyTorch’s', () => {
  it.each(cases.map(given => [given.name, given] as const))('%s', (_name, { program, start, runs, end }) => {
    const module = differentiate.run(trained(program), { table: ops, strict: true });
    const fit = module.programs.find(({ name }) => name === 'fit');
    if (fit === undefined) throw new Error('no train');
    const run = new Run(module, fit.graph, start);
    for (const { inputs, loss } of runs) {
      const given = run.step(inputs)['loss'].data[0];
      expect(Math.abs(given - loss), `loss ${given}, PyTorch ${loss}`).toBeLessThan(1e-4 * Math.abs(loss));
    }
    const paths = Object.keys(start);
    const moved = paths.flatMap(path => minus(run.at(path), start[path]));
    const expected = paths.flatMap(path => minus(end[path], start[path]));
    expect(length(minus(moved, expected)) / length(expected)).toBeLessThan(1e-3);
  });
});

function minus(a: Numbers, b: Numbers): Numbers {
  return a.map((x, i) => x - b[i]);
}

function length(x: Numbers): number {
  return Math.hypot(...x);
}
