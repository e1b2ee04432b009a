/** What the language can say and kernels cannot compute is an error at its line, never a fault. */
import { hostChip } from '@tessera-dnn/machine';
import { describe, expect, it } from 'vitest';
import { check, compile } from '../src/index.ts';

const refusals: readonly (readonly [text: string, complaint: string])[] = [
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

describe('what one tile cannot reach', () => {
  it.each([
    // An image eight times as wide and high: 2 GiB between two poolings.
    [
      'model m(x: f32[1, 8, 1024, 1024]) {\n  max_pool(upsample(x, 8), 8)\n}\n',
      [['tensor-too-large', 'upsample(x, 8)']],
    ],
    ['model m(x: f32[1, 8, 512, 512]) {\n  max_pool(upsample(x, 8), 8)\n}\n', []],
  ])('%j', (text, complaints) => {
    const source = { name: 'a.dnn', text };
    const outcome = compile(source, { chip: hostChip });
    expect(outcome.diagnostics.map(({ code, span }) => [code, text.slice(span?.start, span?.end)])).toEqual(complaints);
    expect(check(source, { chip: hostChip })).toEqual(outcome.diagnostics);
  });
});

describe('a program whose inputs and results leave no room', () => {
  // 1.5 GiB each for input and result, which lie in the host window as well.
  const source = { name: 'a.dnn', text: 'model m(x: f32[402_653_184]) {\n  cumsum(x, 0)\n}\n' };

  it('is refused by check as by compile, with what takes the most', () => {
    const refused = compile(source, { chip: hostChip });
    expect(refused.ok).toBe(false);
    expect(check(source, { chip: hostChip })).toEqual(refused.diagnostics);
    // No chip needs to be named to know that none has such a memory.
    expect(check(source)).toEqual(refused.diagnostics);
    const [{ code, message, notes = [] }] = refused.diagnostics;
    expect(code).toBe('memory-too-large');
    expect(message).toContain('the host window 3 GiB');
    expect(notes.some(note => note.message.includes('where the host reads or writes it'))).toBe(true);
  });
});
