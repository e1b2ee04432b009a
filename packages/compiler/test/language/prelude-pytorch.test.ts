/** The prelude against PyTorch, by the interpreter: variables by the names of the state_dict, outputs within rounding. */
import { readFileSync } from 'node:fs';
import { elementCount, interpret, type VariableId } from '@tessera-dnn/graph';
import type { Tensor } from '@tessera-dnn/graph/op';
import { elaborate, parse } from '@tessera-dnn/language';
import { ops } from '@tessera-dnn/ops';
import { describe, expect, it } from 'vitest';

interface Stored {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface Case {
  readonly name: string;
  readonly program: string;
  readonly inputs: Readonly<Record<string, Stored>>;
  readonly variables: Readonly<Record<string, Stored>>;
  readonly output: Stored;
  /** States that a step in training leaves behind. */
  readonly updates?: Readonly<Record<string, Stored>>;
}

const cases: readonly Case[] = JSON.parse(readFileSync(new URL('pytorch/answers.json', import.meta.url), 'utf8'));

describe('layers, activations and losses give PyTorch’s numbers', () => {
  it.each(cases.map(given => [given.name, given] as const))('%s', (_name, given) => {
    const { file } = parse({ name: 'case.dnn', text: given.program });
    const outcome = elaborate(file, { table: ops });
    if (!outcome.ok) throw new Error(outcome.diagnostics.map(diagnostic => diagnostic.message).join('; '));
    const { variables, programs } = outcome.value;
    expect(Object.fromEntries(variables.map(({ path, type }) => [path, type.shape]))).toEqual(
      Object.fromEntries(Object.entries(given.variables).map(([path, { shape }]) => [path, shape])),
    );
    const inputs = Object.fromEntries(
      Object.entries(given.inputs).map(([name, { data }]) => [name, Float64Array.from(data)]),
    );
    const values = variables.map(({ path }) => Float64Array.from(given.variables[path].data));
    const answers = interpret(programs[0].graph, ops, inputs, values);
    expectClose(answers.outputs['output'], given.output);
    const updates = Object.entries(given.updates ?? {});
    expect(answers.updates.size).toBe(updates.length);
    for (const [path, expected] of updates) {
      const index = variables.findIndex(variable => variable.path === path) as VariableId;
      expectClose(answers.updates.get(index), expected);
    }
  });
});

function expectClose(actual: Tensor | undefined, expected: Stored): void {
  expect(actual?.type.shape).toEqual(expected.shape);
  expect(actual?.data).toHaveLength(elementCount(expected.shape));
  const largest = Math.max(1e-3, ...expected.data.map(Math.abs));
  for (const [i, wanted] of expected.data.entries()) {
    const given = actual?.data[i] ?? Number.NaN;
    const allowed = 2e-6 * largest + 1e-6 * Math.abs(wanted);
    expect(Math.abs(given - wanted), `element ${i}: ${given}, PyTorch ${wanted}`).toBeLessThan(allowed);
  }
}
