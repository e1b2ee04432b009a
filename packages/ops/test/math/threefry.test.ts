/** Threefry against the known answers published with it (Random123, `kat_vectors`, 20 rounds of 2x32), on numbers and in registers. */
import { interpretKernel, recordKernel } from '@tessera-dnn/graph/kernel';
import { describe, expect, it } from 'vitest';
import { threefry, threefryOf } from '../../src/random/threefry.ts';

const known = [
  { counter: [0, 0], key: [0, 0], words: [0x6b200159, 0x99ba4efe] },
  { counter: [0xffffffff, 0xffffffff], key: [0xffffffff, 0xffffffff], words: [0x1cb996fc, 0xbb002be7] },
  { counter: [0x243f6a88, 0x85a308d3], key: [0x13198a2e, 0x03707344], words: [0xc4923a9c, 0x483df7a0] },
] as const;

describe('threefry', () => {
  it.each(known)('hashes $counter under $key on numbers', ({ counter, key, words }) => {
    expect(threefryOf(key, counter)).toEqual(words);
  });

  it.each(known)('hashes $counter under $key in registers', ({ counter, key, words }) => {
    const { code, fields } = recordKernel({ specialised: false }, k => {
      const [k0, k1, c0, c1] = [...key, ...counter].map(word => k.field(word | 0));
      threefry(k, [k0, k1], [k.splat(c0), k.splat(c1)]).forEach((word, i) => {
        k.store(k.address(0), word, 16 * i);
      });
    });
    const memory = new ArrayBuffer(32);
    interpretKernel(code, { memory, fields, slots: [0] });
    const [a, b] = words;
    expect([...new Uint32Array(memory)]).toEqual([a, a, a, a, b, b, b, b]);
  });
});
