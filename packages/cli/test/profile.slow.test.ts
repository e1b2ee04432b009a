import { describe, expect, it } from 'vitest';
import { rateAt } from '../src/running/roofs.ts';
import { line, npy, place } from './command.ts';

const files = {
  'net.dnn': 'model net(x: f32[1, 64]) -> f32[1, 64] {\n  x |> dense(64) as first |> relu\n}\n',
  'x.npy': npy([1, 64], new Array<number>(64).fill(0.5)),
};
const given = ['--input', 'x=x.npy', '--profile'];

interface JsonPhase {
  readonly name: string;
  readonly milliseconds: number;
}

describe('run --profile', () => {
  it('says of each phase what it does, and how fast', async () => {
    const { code, out } = await place(files).tessera('run', 'net.dnn', ...given, '--json');
    expect(code).toBe(0);
    const { profile, outputs } = JSON.parse(out);
    expect(outputs).toHaveLength(1);
    const matmul = profile.phases.find(({ name }: JsonPhase) => name === 'first matmul');
    // 64 × 64 weights, which stay in memory, 64 inputs, biases and results, four bytes each.
    expect(matmul).toMatchObject({ multiplyAdds: 4096, byteMultiplyAdds: 0, writtenBytes: 256, limit: 'bandwidth' });
    expect(matmul.residentBytes).toBe(4 * (4096 + 64));
    expect(matmul.readBytes).toBe(4 * (4096 + 64 + 64));
    const sum = profile.phases.reduce((all: number, { milliseconds }: JsonPhase) => all + milliseconds, 0);
    expect(profile.milliseconds).toBeCloseTo(sum, 9);
    expect(profile.runs).toBeGreaterThan(100);
    expect(profile.gigaMultiplyAddsPerSecond).toBeGreaterThan(0.1);
    expect(profile.reading).toHaveLength(7);
  });

  it('is a table, largest phase first', async () => {
    const { out } = await place(files).tessera('run', 'net.dnn', ...given);
    const [, table] = out.split('Where the time goes');
    expect(table).toMatch(/medians of [\d,]+ runs on this host/);
    expect(table).toMatch(/phase +share +time +modelled +GMAC\/s +moved +GB\/s +of roof +limited by/);
    // The first percentage of a row is its share, the second what it reaches of the roof; the last row is the sum.
    const shares = [...table.matchAll(/^ +\S.*? ([\d.]+) % /gm)].map(([, share]) => Number(share));
    expect(shares.at(-1)).toBe(100);
    expect(shares.slice(0, -1)).toEqual(shares.slice(0, -1).toSorted((a, b) => b - a));
    expect(table).toContain('The roof is what one core of this machine does at most:');
  });

  it('has of an artifact only times, and keeps to its limit of time', async () => {
    const here = place(files);
    await here.tessera('compile', 'net.dnn', '-o', 'net.wasm');
    const { code, out } = await here.tessera('run', 'net.wasm', ...given);
    expect(code).toBe(0);
    expect(out).toMatch(/phase +share +time\n/);
    expect(out).toContain('is known if the source is run');
    const hurried = await here.tessera('run', 'net.wasm', ...given, '--time-limit', '0.3');
    expect(hurried).toMatchObject({ code: 1, out: '' });
    expect(hurried.err).toContain('error[time-limit]');
  });

  it('tells that a host runs tiles one after the other', async () => {
    const here = place({ 'a.dnn': line, 'x.npy': npy([1, 3], [1, 2, 3]) });
    const { out } = await here.tessera('run', 'a.dnn', ...given, '--chip', 'tiny');
    expect(out).toContain('This host runs the 16 tiles one after the other');
  });
});

it('reads as fast as measured, and between two sizes in proportion', () => {
  const points = [
    { bytes: 16, bytesPerSecond: 100 },
    { bytes: 64, bytesPerSecond: 60 },
  ];
  expect([1, 16, 32, 64, 1000].map(bytes => rateAt(points, bytes))).toEqual([100, 100, 80, 60, 60]);
});
