import { expect, it } from 'vitest';
import { formatSize, parseSize } from '../src/index.ts';

it.each([
  ['0', 0],
  ['65536', 65536],
  ['48KiB', 49152],
  ['48 kib', 49152],
  ['1.5MiB', 1572864],
  ['4GiB', 4294967296],
  ['1_000B', 1000],
  ['', undefined],
  ['KiB', undefined],
  ['-1', undefined],
  ['1KB', undefined],
  ['0.3B', undefined],
  ['1e3', undefined],
  ['99999999999GiB', undefined],
  ['1toString', undefined],
])('%s is %s bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

it.each([
  [0, '0 B'],
  [1000, '1000 B'],
  [65536, '64 KiB'],
  [1572864, '1.5 MiB'],
  [2 ** 32, '4 GiB'],
])('%s bytes read %s', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
  expect(parseSize(text)).toBe(bytes);
});
