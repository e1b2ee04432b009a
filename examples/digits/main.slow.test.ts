/** The example runs: it reads as many digits right as PyTorch does with the same weights, and learns to read about as many. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';

let out = '';

beforeAll(() => {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  out = execFileSync(process.execPath, ['--conditions=@tessera/source', main], { encoding: 'utf8' });
}, 300_000);

it('reads 975 of 1,000 digits and accounts for all 16 tiles', () => {
  expect(out).toContain('975 of 1,000');
  const tiles = out.split('\n').filter(line => /^ +\d+( +[\d,]+){7} /.test(line));
  expect(tiles).toHaveLength(16);
  for (const line of tiles) {
    const [, ...bytes] = line.match(/[\d,]+/g)!.map(numberOf);
    expect(bytes.reduce((sum, row) => sum + row, 0)).toBe(65_536);
  }
});

it('learns to read 96 % of them in five epochs', () => {
  const epochs = [...out.matchAll(/^ +(\d) +([\d.]+) .* ([\d.]+) % +[\d,]+$/gm)].map(([, ...row]) => row.map(Number));
  expect(epochs.map(([epoch]) => epoch)).toEqual([1, 2, 3, 4, 5]);
  const [losses, rights] = [1, 2].map(column => epochs.map(row => row[column]));
  // The loss of guessing is log 10.
  expect(losses[0]).toBeLessThan(Math.log(10));
  expect(losses[4]).toBeLessThan(0.2);
  expect(rights[4]).toBeGreaterThanOrEqual(96);
});

it('trains in memory that is fixed, and says what for', () => {
  const [, steps, total] = /in ([\d,]+) steps: ([\d,]+) bytes, fixed/.exec(out)!.map(numberOf);
  expect(steps).toBe(5 * Math.floor(9000 / 32));
  const kinds = [...out.matchAll(/^ {2}[a-z', ]+ +([\d,]+) +[█░]+$/gm)].map(([, bytes]) => numberOf(bytes));
  expect(kinds.reduce((sum, bytes) => sum + bytes, 0)).toBe(64 * 128 * 1024);
  expect(total).toBeGreaterThan(64 * 128 * 1024);
});

function numberOf(text: string): number {
  return Number(text.replaceAll(',', ''));
}
