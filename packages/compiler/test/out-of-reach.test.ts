/** What the language can say and kernels cannot compute is an error at its line, never a fault. */
import { hostChip } from '@tessera/machine';
import { describe, expect, it } from 'vitest';
import { check } from '../src/check.ts';
import { compile } from '../src/pipeline.ts';

const refusals: readonly (readonly [text: string, complaint: string])[] = [
  ['model m(x: u8[3]) {\n  -x\n}\n', 'element-not-built 1'],
  ['model m(x: f32[3]) {\n  cast(cast(x, f16) * 2, f32)\n}\n', 'element-not-built 2'],
  ['model m(x: f32[3]) {\n  param w: bf16[3] = ones\n  x\n}\n', 'element-not-built 2'],
  ['model m(x: f32[1_000_000, 1_000_000]) {\n  sum(x)\n}\n', 'tensor-too-large 1'],
  ['model m(x: f32[100_000, 1]) {\n  let row = x + 1\n  sum(row * zeros([1, 100_000]))\n}\n', 'tensor-too-large 3'],
];

describe('what kernels cannot compute', () => {
  it.each(refusals)('%j', (text, complaint) => {
    const source = { name: 'a.dnn', text };
    const outcome = compile(source, { chip: hostChip });
    for (const diagnostics of [outcome.diagnostics, check(source)]) {
      const places = diagnostics.map(({ code, span }) => `${code} ${text.slice(0, span?.start).split('\n').length}`);
      expect(places).toEqual([complaint]);
    }
    expect(outcome.ok).toBe(false);
  });
});
