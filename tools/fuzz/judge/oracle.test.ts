import type { Module } from '@tessera-dnn/graph';
import { expect, test } from 'vitest';
import { readReplay } from '../replay.ts';
import { judge } from './judge.ts';
import { meaningOf, Oracle } from './oracle.ts';
import type { Trial } from './trial.ts';

/** In this program a running sum cancels to 0.004. */
const trial = readReplay(`// replay: {"settings":[],"seed":466419,"rounds":1}

model b(x: f32[40]) {
  return cumsum(stack([x, x, x], axis: -1), axis: 0)
}
`) as Trial;

test('a running sum may err by the roundings of its terms, not of what is left of them', async () => {
  expect((await judge(trial)).faults).toEqual([]);
});

test('a running sum that is off by more is a mistake', () => {
  const oracle = new Oracle(meaningOf(trial) as Module, trial, new Map());
  const off = (by: number) =>
    new Map(
      [...oracle.answers].map(([key, numbers]) => [
        key,
        Float64Array.from(numbers, (x, i) => (i === 118 ? x + by : x)),
      ]),
    );
  expect(oracle.mistake(off(1e-7), 'strict')).toBeUndefined();
  expect(oracle.mistake(off(1e-3), 'strict')).toContain('[118] is');
});

test('16 bits are rounded or not where operations are fused, and nothing else', async () => {
  const narrow = readReplay(`// replay: {"settings":[],"seed":7,"rounds":1}

model b(x: bf16[40]) {
  return cast(tanh(x * 0.3) * x + 0.1, f32)
}
`) as Trial;
  expect((await judge(narrow)).faults).toEqual([]);
  const oracle = new Oracle(meaningOf(narrow) as Module, narrow, new Map());
  const off = new Map([...oracle.answers].map(([key, numbers]) => [key, Float64Array.from(numbers, x => 1.2 * x)]));
  expect(oracle.mistake(off, 'strict')).toContain('output[');
});
