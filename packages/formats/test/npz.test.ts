import { readFileSync } from 'node:fs';
import { readNpz } from '@tessera-dnn/formats/npz';
import { describe, expect, it } from 'vitest';

/** Written by numpy; `fixtures/make.py` says how. */
const fixture = (name: string) => new Uint8Array(readFileSync(new URL(`fixtures/${name}`, import.meta.url)));
const [two, deflated] = ['two.npz', 'deflated.npz'].map(fixture);
const message = (bytes: Uint8Array, choice = {}) => readNpz(bytes, 'a.npz', choice).diagnostics[0]?.message;

describe('npz', () => {
  it('has the array that is named, the preferred one, or the only one', () => {
    const x = { ok: true, value: { element: 'f32', shape: [4, 3] } };
    expect(readNpz(two, 'a.npz', { wanted: 'x' })).toMatchObject(x);
    expect(readNpz(two, 'a.npz', { preferred: 'y' })).toMatchObject({
      value: { element: 'i64', data: BigInt64Array.of(0n, 1n, 0n, 1n) },
    });
    expect(readNpz(deflated, 'a.npz', { preferred: 'y' })).toMatchObject(x);
    expect(message(two)).toBe('a.npz has several arrays: x, y');
    expect(message(two, { wanted: 'z' })).toBe('a.npz has no array called z');
  });

  it('refuses whatever is damaged, and never throws', () => {
    const choice = { wanted: 'x' };
    for (const bytes of [two, deflated]) {
      for (let length = 0; length < bytes.length; length += 7) {
        expect(readNpz(bytes.subarray(0, length), 'a.npz', choice).ok).toBe(false);
      }
      for (let at = 0; at < bytes.length; at += 5) {
        const changed = Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ 0xff : byte));
        const read = readNpz(changed, 'a.npz', choice);
        expect(!read.ok || read.value.data.length === read.value.shape.reduce((a, b) => a * b, 1)).toBe(true);
      }
    }
  });

  it('does not believe a length that cannot be', () => {
    const bomb = Uint8Array.from(deflated);
    const directory = Buffer.from(bomb.buffer).lastIndexOf('PK\x01\x02', undefined, 'latin1');
    new DataView(bomb.buffer).setUint32(directory + 24, 0x7fffffff, true);
    expect(message(bomb)).toBe('a.npz: x says it has 2147483647 bytes, which 102 cannot hold');
  });
});
