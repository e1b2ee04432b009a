import { decode } from '@tessera-dnn/explorer';
import { describe, expect, it } from 'vitest';
import { place } from './command.ts';

// 12 + 3 trainable elements, and a state of 2.
const text = `model m(x: f32[1, 4]) -> f32[1, 3] {
  state seen: f32[2] = zeros
  seen := seen + 1
  return x |> dense(3) |> relu
}
`;

const deep =
  'model m(x: f32[256, 64]) -> f32[256, 64] {\n  let a = cumsum(x, 0)\n  let b = cumsum(a, 1)\n  cumsum(b, 0) + a\n}\n';

/** What a page has in it. */
function exploredIn(page: string): ReturnType<typeof decode> {
  const [, data] = /id="explored">([^<]*)</.exec(page) ?? [];
  return decode(new Uint8Array(Buffer.from(data ?? '', 'base64')));
}

const rows = ['parameters', 'states', 'prepared', 'constants', 'activations', 'exchange', 'gaps', 'tables', 'code'];
const others = ['partials', 'alignment', 'exchangeTables'];

describe('memory', () => {
  it('gives programs plain integers that add up', async () => {
    const { code, out, err } = await place({ 'a.dnn': text }).tessera('memory', 'a.dnn', '--chip', 'tiny', '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const report = JSON.parse(out);
    expect(report).toMatchObject({ parameters: 15, states: 2, chip: { name: 'tiny', tiles: 16, sramBytes: 65536 } });
    for (const key of ['totalBytes', 'peakBytes', 'lowerBoundBytes', 'hostBytes'])
      expect(report[key]).toSatisfy(Number.isSafeInteger);
    expect(report.lowerBoundBytes).toBeLessThanOrEqual(report.peakBytes);
    expect(report.totalBytes % 65536).toBe(0);
    const { tensors, tables, padding } = report.host;
    expect(tensors + tables + padding).toBe(report.hostBytes);
    expect(16 * 65536 + report.hostBytes).toBe(report.totalBytes);
    expect(report.tiles).toHaveLength(16);
    for (const tile of report.tiles) {
      for (const row of [...rows, ...others, 'free']) expect(tile[row]).toSatisfy(Number.isSafeInteger);
      expect([...rows, ...others].reduce((sum, row) => sum + tile[row], 0)).toBe(tile.usedBytes);
      expect(tile.usedBytes + tile.free).toBe(65536);
    }
    expect(Math.max(...report.tiles.map((tile: { usedBytes: number }) => tile.usedBytes))).toBe(report.peakBytes);
  });

  it('shows every row, the peak, the fullest moment and the cycles', async () => {
    const { code, out } = await place({ 'a.dnn': text }).tessera('memory', 'a.dnn', '--chip', 'tiny');
    expect(code).toBe(0);
    for (const row of [
      'parameters',
      'activations',
      'every tensor stored separately',
      'elementwise results in place',
      '  and memory reused',
    ])
      expect(out).toMatch(new RegExp(`^  ${row} +[\\d,]+ `, 'm'));
    expect(out).toMatch(/^a\.dnn on tiny: 16 tiles of 64 KiB$/m);
    for (const row of [...rows, 'used', 'free']) expect(out).toMatch(new RegExp(`^  ${row} +[\\d,]+ `, 'm'));
    expect(out).toMatch(/^Peak +[\d,]+ B on tile \d+; /m);
    expect(out).toMatch(/^Variables +15 parameters and 2 elements of state$/m);
    expect(out).toMatch(/^Tile \d+ is fullest in phase \d+/m);
    expect(out).toMatch(/modelled cycles/);
  });

  it('points at the user’s own lines, not at the prelude', async () => {
    const { out } = await place({ 'a.dnn': text }).tessera('memory', 'a.dnn');
    expect(out).toMatch(/a\.dnn:4:/);
    expect(out).not.toContain('<prelude>');
  });

  it('looks at another tile', async () => {
    const here = place({ 'a.dnn': text });
    expect((await here.tessera('memory', 'a.dnn', '--chip', 'tiny', '--tile', '3')).out).toMatch(/^ +tile 3\b/m);
    const beyond = await here.tessera('memory', 'a.dnn', '--chip', 'tiny', '--tile', '16');
    expect(beyond).toMatchObject({ code: 1, out: '' });
    expect(beyond.err).toContain('the chip has tiles 0 to 15, no tile 16');
  });

  it('needs more without reuse', async () => {
    const long =
      'model m(x: f32[256, 64]) -> f32[256, 64] {\n  let a = cumsum(x, 0)\n  let b = cumsum(a, 0)\n  cumsum(b, 0)\n}\n';
    const here = place({ 'a.dnn': long });
    const peak = async (...args: string[]) =>
      JSON.parse((await here.tessera('memory', 'a.dnn', '--json', ...args)).out).peakBytes;
    expect(await peak('--no-reuse', '--no-inplace')).toBeGreaterThan(await peak());
  });

  it('tells the tensors of what does not fit', async () => {
    const { code, out } = await place({ 'a.dnn': text }).tessera('memory', 'a.dnn', '--chip', 'tiny', '--sram', '64');
    expect(code).toBe(1);
    expect(out).toMatch(/^ {2}a run of m/);
  });

  it('shows every precision side by side, and what fits', async () => {
    const wide = 'model m(x: f32[4, 64]) -> f32[4, 64] {\n  x |> dense(64) as a |> relu |> dense(64) as b\n}\n';
    const here = place({ 'a.dnn': wide });
    const chip = ['--chip', 'tiny', '--tiles', '4', '--sram'];
    const shown = await here.tessera('memory', 'a.dnn', '--precisions', ...chip, '32KiB');
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(shown.out).toMatch(/^ {2}bytes, stored in +f32 +f16 +bf16 +1 byte \(estimate\)$/m);
    expect(shown.out).toMatch(/^ {2}parameters +33,280 +16,640 +16,640 +8,320$/m);
    expect(shown.out).toMatch(/^ {2}fits 32 KiB a tile +yes +yes +yes$/m);
    const { out } = await here.tessera('memory', 'a.dnn', '--precisions', '--json', ...chip, '4KiB');
    const { precisions, estimateAtOneByte } = JSON.parse(out);
    expect(precisions.map((one: { precision: string }) => one.precision)).toEqual(['f32', 'f16', 'bf16']);
    for (const { fits, tiles, parameterBytes, precision } of precisions) {
      expect(fits).toBe(tiles.peakBytes <= 4096);
      expect(parameterBytes).toBe(precision === 'f32' ? 33_280 : 16_640);
      expect(tiles.usedBytes).toBeGreaterThan(parameterBytes);
    }
    expect(precisions[0].fits).toBe(false);
    expect(estimateAtOneByte.parameterBytes).toBe(8320);
    expect((await here.tessera('memory', 'a.dnn', '--precisions', '--precision', 'f16')).code).toBe(2);
  });

  it('estimates nothing for a program that has 8 bits of its own', async () => {
    const levels = 'model m(x: f32[4]) {\n  param w: i8[4] = zeros\n  return x * dequantize(w, 0.1)\n}\n';
    const here = place({ 'a.dnn': levels });
    const { out } = await here.tessera('memory', 'a.dnn', '--precisions');
    expect(out).toMatch(/^ {2}bytes, stored in +f32 +f16 +bf16$/m);
    expect(out).not.toContain('estimate');
    const json = JSON.parse((await here.tessera('memory', 'a.dnn', '--precisions', '--json')).out);
    expect(json).not.toHaveProperty('estimateAtOneByte');
  });

  it('draws the tile', async () => {
    const { out } = await place({ 'a.dnn': deep }).tessera('memory', 'a.dnn');
    const [, drawn] = /^Tile 0 in m: \d+ phases.*?\n\n(.*?)\n\n/ms.exec(out) ?? [];
    const lines = drawn?.split('\n') ?? [];
    expect(lines.slice(0, 18).every(line => /^ {0,13}[\d,]+ ▏[█▓▒░A-P ]+$/.test(line))).toBe(true);
    expect(lines.at(-1)).toMatch(/below: [\d,]+ B that are always there/);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('writes the picture whole or not at all', async () => {
    const here = place({ 'a.dnn': deep });
    expect(await here.tessera('memory', 'a.dnn', '--svg', 'a.svg', '--json')).toMatchObject({ code: 0, err: '' });
    const svg = here.read('a.svg').toString();
    expect(svg).toMatch(/^<svg .*<\/svg>\n$/s);
    expect(svg.match(/<title>/g)?.length).toBeGreaterThan(1);
    expect(svg).toContain('a.dnn:3');
    expect(await here.tessera('memory', 'a.dnn', '--svg', './a.dnn')).toMatchObject({
      code: 2,
      err: 'error: --svg ./a.dnn would replace a.dnn, which is needed\n',
    });
    const failed = await here.tessera('memory', 'a.dnn', '--svg', 'nowhere/a.svg');
    expect(failed.code).toBe(1);
    expect(failed.err).toContain('its folder does not exist');
  });

  it('writes a page that has in it what --json prints, and no address of elsewhere', async () => {
    const here = place({ 'a.dnn': text });
    const ran = await here.tessera('memory', 'a.dnn', '--chip', 'tiny', '--html', 'a.html', '--json');
    expect(ran).toMatchObject({ code: 0, err: '' });
    const page = here.read('a.html').toString();
    // What names the language of pictures is never fetched.
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|src=|href=/);
    const { memory, fits, files } = await exploredIn(page);
    expect(memory).toEqual(JSON.parse(ran.out));
    expect({ fits, files }).toEqual({ fits: true, files: [{ name: 'a.dnn', text }] });
  });

  it('writes the page of what does not fit', async () => {
    const here = place({ 'a.dnn': text });
    const flags = ['--chip', 'tiny', '--sram', '64', '--html', 'a.html'];
    expect((await here.tessera('memory', 'a.dnn', ...flags)).code).toBe(1);
    const { memory, fits } = await exploredIn(here.read('a.html').toString());
    expect(fits).toBe(false);
    expect(memory.diagnostics[0].code).toBe('does-not-fit');
    expect(memory.peakBytes).toBeGreaterThan(64);
    const refused = await here.tessera('memory', 'a.dnn', '--svg', 'a.html', '--html', 'a.html');
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('would replace') });
  });

  it('fails in JSON too', async () => {
    const { code, out, err } = await place({ 'a.dnn': text }).tessera(
      'memory',
      'a.dnn',
      '--chip',
      'tiny',
      '--sram',
      '64',
      '--json',
    );
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(JSON.parse(out).diagnostics[0]).toMatchObject({ code: 'does-not-fit', severity: 'error' });
  });
});
