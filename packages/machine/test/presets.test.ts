/** The presets give the published figures of the chips they are named after. */
import { expect, it } from 'vitest';
import { type ChipSpec, cyclesOf, presetNamed, presets } from '../src/index.ts';

const named = (name: string): ChipSpec => {
  const found = presetNamed(name);
  if (!found.ok) throw new Error(name);
  return found.value;
};

it.each([
  ['gc2', { tiles: 1216, mebibytes: 304, teraflops: 31.1, in16Bits: 124.5 }],
  ['gc200', { tiles: 1472, mebibytes: 897, teraflops: 62.4, in16Bits: 249.7 }],
  ['bow', { tiles: 1472, mebibytes: 897, teraflops: 87.1, in16Bits: 348.6 }],
])('%s has its memory and its peaks', (name, { tiles, mebibytes, teraflops, in16Bits }) => {
  const { tiles: found, sramBytes, clockHz, cycles, workers } = named(name);
  expect(found).toBe(tiles);
  expect(workers).toBe(6);
  expect((found * sramBytes) / 2 ** 20).toBe(mebibytes);
  const peak = (cyclesOfFour: number): number => (found * clockHz * (4 / cyclesOfFour) * 2) / 1e12;
  expect(peak(cycles.vectorMultiplyAdd)).toBeCloseTo(teraflops, 1);
  expect(peak(cyclesOf(cycles, 'vectorMultiplyAdd16'))).toBeCloseTo(in16Bits, 1);
});

it.each(['tiny', 'gc2', 'gc200', 'bow'])(
  '%s loads 16 bytes a cycle interleaved and 8 otherwise, and exchanges 4',
  name => {
    const { cycles, exchangeBytesPerCycle } = named(name);
    expect(16 / cycles.vectorLoad).toBe(16);
    expect(4 / cycles.load).toBe(8);
    for (const [bits, bytes] of [[16, 8] as const, [8, 4] as const]) {
      expect(bytes / cyclesOf(cycles, `vectorLoad${bits}`)).toBe(16);
      expect(bytes / cyclesOf(cycles, `vectorStore${bits}`)).toBe(8);
      expect(bytes / 4 / cyclesOf(cycles, `load${bits}`)).toBe(8);
    }
    expect(exchangeBytesPerCycle).toBe(4);
  },
);

it('host has one tile as large as wasm can address, packed, with free code, at 29.5 GMAC/s', () => {
  const { cycles, clockHz, ...host } = named('host');
  expect(host).toMatchObject({
    tiles: 1,
    workers: 1,
    sramBytes: 2 ** 32,
    packed: true,
    chargeCode: false,
    specialise: true,
  });
  expect((clockHz * 4) / cycles.vectorMultiplyAdd / 1e9).toBeCloseTo(29.5, 1);
  expect(cyclesOf(cycles, 'vectorMultiplyAdd16')).toBe(cycles.vectorMultiplyAdd);
});

it('tiny is 16 × 64 KiB', () => {
  expect(named('tiny')).toMatchObject({ tiles: 16, sramBytes: 64 * 1024 });
});

it('names the presets where there is none of that name', () => {
  expect(presets.map(({ name }) => name)).toEqual(['host', 'tiny', 'gc2', 'gc200', 'bow']);
  expect(presetNamed('gc20').diagnostics).toEqual([
    {
      code: 'unknown-chip',
      severity: 'error',
      message: 'there is no chip called gc20; the presets are host, tiny, gc2, gc200, bow',
      help: 'did you mean gc2?',
    },
  ]);
});
