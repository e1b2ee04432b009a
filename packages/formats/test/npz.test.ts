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
        // What is no part of the array, such as a time, may be anything.
        if (read.ok) expect(read).toEqual(readNpz(bytes, 'a.npz', choice));
      }
    }
  });

  it('refuses an array whose bytes are others than those that were written', () => {
    const changed = Uint8Array.from(two);
    const header = Buffer.from(changed.buffer).indexOf('\x93NUMPY', undefined, 'latin1');
    changed[header + 128] ^= 1;
    expect(message(changed, { wanted: 'x' })).toBe('a.npz: x is damaged');
    expect(readNpz(changed, 'a.npz', { wanted: 'y' }).ok).toBe(true);
  });

  it('refuses a name that is there twice', () => {
    const named = Buffer.from(two);
    for (let at = named.indexOf('y.npy'); at !== -1; at = named.indexOf('y.npy')) named[at] = 'x'.charCodeAt(0);
    expect(message(new Uint8Array(named))).toBe('a.npz has two arrays called x');
  });

  it('takes an archive whose directory is found by the record of 64 bits', () => {
    const at = Buffer.from(two).lastIndexOf('PK\x05\x06', undefined, 'latin1');
    const [record, locator, end] = [Buffer.alloc(56), Buffer.alloc(20), Buffer.from(two.subarray(at))];
    record.write('PK\x06\x06', 'latin1');
    record.writeUInt32LE(end.readUInt16LE(8), 32);
    record.writeUInt32LE(end.readUInt32LE(16), 48);
    locator.write('PK\x06\x07', 'latin1');
    locator.writeUInt32LE(at, 8);
    // What does not fit the old record is all ones there.
    end.fill(0xff, 8, 20);
    const large = new Uint8Array(Buffer.concat([two.subarray(0, at), record, locator, end]));
    expect(readNpz(large, 'a.npz', { wanted: 'x' })).toEqual(readNpz(two, 'a.npz', { wanted: 'x' }));
    expect(readNpz(large, 'a.npz', { wanted: 'x' }).ok).toBe(true);
  });

  it('does not believe a length that cannot be', () => {
    const bomb = Uint8Array.from(deflated);
    const directory = Buffer.from(bomb.buffer).lastIndexOf('PK\x01\x02', undefined, 'latin1');
    new DataView(bomb.buffer).setUint32(directory + 24, 0x7fffffff, true);
    expect(message(bomb)).toBe('a.npz: x says it has 2147483647 bytes, which 102 cannot hold');
  });
});
