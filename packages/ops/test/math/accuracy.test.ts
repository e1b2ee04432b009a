/**
 * The functions that wasm lacks, compared with those of JavaScript in doubles (erf with its series): the error is at most 4 units in the last
 * place everywhere, and one lane gives the same bits as four. Here multiply-adds are not fused; the tests of the compiler do the same on
 * wasm, where they are.
 */
import type { RecordedKernel } from '@tessera-dnn/graph/kernel';
import { interpretKernel } from '@tessera-dnn/graph/kernel';
import { describe, expect, it } from 'vitest';
import { argumentsOf, functionCases, recordFunction, worstError } from '../../src/testing/index.ts';

const count = 6000;

describe.each(functionCases)('$name', tried => {
  const [x, y] = argumentsOf(tried, count, 1);
  const vector = run(recordFunction(tried, count, 4), x, y);

  it('is within 4 units in the last place', () => {
    const { ulp, at } = worstError(tried, [x, y], vector);
    expect(ulp, at).toBeLessThanOrEqual(4);
  });

  it('gives the same bits with one lane', () => {
    const few = 1600;
    const scalar = run(recordFunction(tried, few, 1), x.slice(0, few), y.slice(0, few));
    expect(scalar).toEqual(vector.slice(0, few));
  });
});

function run({ code, fields }: RecordedKernel, x: Float32Array, y: Float32Array): Float32Array {
  const memory = new ArrayBuffer(12 * x.length);
  const all = new Float32Array(memory);
  all.set(x);
  all.set(y, x.length);
  interpretKernel(code, { memory, fields, slots: [0, 4 * x.length, 8 * x.length] });
  return all.slice(2 * x.length);
}
