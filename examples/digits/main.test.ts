/** The example runs, and reads as many digits right as PyTorch does with the same weights. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('reads 975 of 1,000 digits and accounts for all 16 tiles', () => {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const out = execFileSync(process.execPath, ['--conditions=@tessera/source', main], { encoding: 'utf8' });
  expect(out).toContain('975 of 1,000');
  const tiles = out.split('\n').filter(line => /^ +\d+( +[\d,]+){7} /.test(line));
  expect(tiles).toHaveLength(16);
  for (const line of tiles) {
    const [, ...bytes] = line.match(/[\d,]+/g)!.map(number => Number(number.replaceAll(',', '')));
    expect(bytes.reduce((sum, row) => sum + row, 0)).toBe(65_536);
  }
});
