/** The init program, run by the interpreter: ranges, spread, and what the numbers depend on. */
import { interpret, type Module, type VariableId } from '@tessera-dnn/graph';
import { elaborate, initProgram, parse } from '@tessera-dnn/language';
import { ops } from '@tessera-dnn/ops';
import { describe, expect, it } from 'vitest';
import { instanceOf } from '../support/instance.ts';

const text = (extra: string) => `model m(x: f32[4, 100]) {
  param w: f32[100, 100] = he_normal
  param u: f32[40, 100] = fan_in_uniform
  state steps: i32[] = 7
  state table: f32[2, 2] = [[1, 2], [3, 4]]
  ${extra}
  return { a: x @ w + steps.rank, b: matmul(x, u, transpose_b: true), c: random_normal([4]) }
}
`;

function moduleOf(source: string): Module {
  const outcome = elaborate(parse({ name: 'init.dnn', text: source }).file, { table: ops });
  if (!outcome.ok) throw new Error(outcome.diagnostics.map(({ message }) => message).join('; '));
  return outcome.value;
}

function firstValues(module: Module, seed: number): ReadonlyMap<string, readonly number[]> {
  const { graph } = initProgram(module, ops);
  const { updates } = interpret(graph, ops, { seed: Float64Array.of(seed) }, []);
  return new Map(
    module.variables.map(({ path }, index) => [path, Array.from(updates.get(index as VariableId)?.data ?? [])]),
  );
}

describe('first values', () => {
  const values = firstValues(moduleOf(text('')), 1);
  const of = (path: string) => values.get(path) ?? [];

  it('are what the initialisers say', () => {
    expect(of('steps')).toEqual([7]);
    expect(of('table')).toEqual([1, 2, 3, 4]);
    expect(of('$seed')).toEqual([1]);
    expect(of('$step')).toEqual([0]);
    expect(Math.max(...of('u').map(Math.abs))).toBeLessThanOrEqual(0.1);
    expect(Math.max(...of('u'))).toBeGreaterThan(0.099);
    expect(Math.min(...of('u'))).toBeLessThan(-0.099);
  });

  it('of he_normal have the deviation √(2 / fan_in)', () => {
    const w = of('w');
    const mean = w.reduce((sum, x) => sum + x, 0) / w.length;
    const deviation = Math.sqrt(w.reduce((sum, x) => sum + (x - mean) ** 2, 0) / w.length);
    // 10,000 numbers of deviation 0.1414: the mean is within 4 of its standard errors of 0.0014, the deviation within 4 of 0.001.
    expect(Math.abs(mean)).toBeLessThan(0.0057);
    expect(Math.abs(deviation - Math.sqrt(0.02))).toBeLessThan(0.004);
  });

  it('depend on the seed and the path, and on no other variable', () => {
    const same = firstValues(moduleOf(text('param more: f32[7] = normal(0, 1)')), 1);
    const other = firstValues(moduleOf(text('')), 2);
    expect(same.get('w')).toEqual(of('w'));
    expect(same.get('u')).toEqual(of('u'));
    expect(other.get('w')).not.toEqual(of('w'));
    expect(of('u').slice(0, 100)).not.toEqual(
      of('w')
        .slice(0, 100)
        .map(x => x / Math.sqrt(2)),
    );
  });
});

describe('first values on wasm', () => {
  const variables = {
    a: 'f32[37] = normal(0, 1)',
    b: 'f32[5, 401] = normal(0.5, 3)',
    c: 'f32[64, 32, 3] = he_normal',
    d: 'f32[33] = uniform(-0.1, 0.3)',
    e: 'f32[20000] = glorot_normal',
  };
  const declared = Object.entries(variables).map(([name, type]) => `  param ${name}: ${type}\n`);
  const used = Object.keys(variables).map(name => `sum(${name})`);
  const source = `model all() {\n${declared.join('')}  return ${used.join(' + ')}\n}\n`;
  const [fast, strict] = (['fast', 'strict'] as const).map(math => instanceOf(source, math, 7));

  it.each(Object.keys(variables))('are the same bits in fast and strict math: %s', path => {
    expect(new Int32Array(fast.read(path).buffer)).toEqual(new Int32Array(strict.read(path).buffer));
  });
});
