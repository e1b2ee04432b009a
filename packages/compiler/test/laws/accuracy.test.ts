/** The functions that wasm lacks, on wasm: at most 4 units in the last place, with fused multiply-adds and without, with one lane and four. */
import { argumentsOf, functionCases, recordFunction, worstError } from '@tessera-dnn/ops/testing';
import { instantiateCodelets } from '@tessera-dnn/wasm/testing';
import { describe, expect, it } from 'vitest';

const count = 100_000;

const forms = (['strict', 'fast'] as const).flatMap(math => ([1, 4] as const).map(lanes => ({ math, lanes })));

describe.each(forms)('$math, $lanes lanes', ({ math, lanes }) => {
  const recorded = functionCases.map(tried => recordFunction(tried, count, lanes));
  const codelets = instantiateCodelets(recorded, { math, dataBytes: 12 * count });

  it.each(functionCases)('$name is within 4 units in the last place', tried => {
    const [x, y] = argumentsOf(tried, count, 2);
    const slots = [0, 1, 2].map(slot => codelets.dataAddress + 4 * count * slot);
    const [first, second, result] = slots.map(address => new Float32Array(codelets.memory.buffer, address, count));
    first.set(x);
    second.set(y);
    codelets.run(functionCases.indexOf(tried), slots);
    const { ulp, at } = worstError(tried, [x, y], result);
    expect(ulp, at).toBeLessThanOrEqual(4);
  });
});
