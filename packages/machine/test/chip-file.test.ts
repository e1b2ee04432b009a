/** Chip files are believed only when every field is there, of its type and in range; each fault is shown where it stands. */
import { positionOf } from '@tessera-dnn/diagnostics';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cyclesOf, overrideChip, parseChip, presetNamed, presets } from '../src/index.ts';

const parse = (text: string) => parseChip({ name: 'chip.json', text });
const faults = (text: string) =>
  parse(text).diagnostics.map(({ code, message, span, help }) => {
    const { line, column } = positionOf(span!.source, span!.start);
    return `${line}:${column} ${code} ${message}${help ? ` (${help})` : ''}`;
  });
const gc2 = presetNamed('gc2');
const spec = gc2.ok ? gc2.value : undefined;

it.each(presets.map(chip => [chip.name, chip] as const))('reads back the preset %s', (_, chip) => {
  expect(parse(JSON.stringify(chip))).toEqual({ ok: true, value: chip, diagnostics: [] });
});

it('takes what is missing from a base, sizes as text, and defaults', () => {
  expect(
    parse('{"base": "gc2", "name": "half", "tiles": 608, "sramBytes": "128KiB", "cycles": {"divide": 4}}'),
  ).toEqual({
    ok: true,
    value: { ...spec, name: 'half', tiles: 608, sramBytes: 131072, cycles: { ...spec!.cycles, divide: 4 } },
    diagnostics: [],
  });
  const { packed, chargeCode, specialise, ...rest } = spec!;
  expect(parse(JSON.stringify(rest))).toMatchObject({ ok: true, value: spec });
});

it('takes rates of narrow elements, which may be missing in a whole table too', () => {
  const { vectorMultiplyAdd16: _, ...cycles } = spec!.cycles;
  const text = JSON.stringify({ ...spec, cycles: { ...cycles, vectorMultiplyAdd8: 0.0625 } });
  const parsed = parse(text);
  expect(parsed).toMatchObject({ ok: true, value: { cycles: { ...cycles, vectorMultiplyAdd8: 0.0625 } } });
  const found = parsed.ok ? parsed.value.cycles : cycles;
  expect(cyclesOf(found, 'vectorMultiplyAdd16')).toBe(cycles.vectorMultiplyAdd);
  expect(cyclesOf(found, 'vectorMultiplyAdd8')).toBe(0.0625);
  expect(faults('{"base": "gc2", "cycles": {"load16": "half"}}')).toEqual([
    '1:28 bad-chip cycles.load16 must be a number from 0 to 1,000,000, not "half"',
  ]);
});

it.each([
  ['', ['1:1 bad-chip the chip is not JSON: Unexpected end of JSON input']],
  [
    '{"base": "gc2",\n  "tiles": 4 5}',
    ["2:14 bad-chip the chip is not JSON: Expected ',' or '}' after property value"],
  ],
  ['[]', ['1:1 bad-chip a chip must be an object, not []']],
  ['{\n "base": "gc2",\n "tils": 4}', ['3:2 bad-chip tils is not a key that is known here (did you mean tiles?)']],
  ['{"base": "gc3"}', ['1:2 bad-chip base must be one of host, tiny, gc2, gc200, bow, not "gc3" (did you mean gc2?)']],
  ['{"base": "gc2", "tiles": 0}', ['1:17 bad-chip tiles must be an integer from 1 to 65536, not 0']],
  ['{"base": "gc2", "tiles": "16"}', ['1:17 bad-chip tiles must be an integer from 1 to 65536, not "16"']],
  [
    '{"base": "gc2", "sramBytes": "64KB"}',
    ['1:17 bad-chip sramBytes must be a multiple of 16 bytes up to 4 GiB, not "64KB"'],
  ],
  [
    '{"base": "gc2", "sramBytes": 1000}',
    ['1:17 bad-chip sramBytes must be a multiple of 16 bytes up to 4 GiB, not 1000'],
  ],
  ['{"base": "gc2", "clockHz": 0}', ['1:17 bad-chip clockHz must be a number from 1 to 1,000,000,000,000,000, not 0']],
  [
    '{"base": "gc2", "cycles": {"load": -1, "fma": 1}}',
    [
      '1:40 bad-chip cycles.fma is not a key that is known here (the keys are integer, float, vector, multiplyAdd, vectorMultiplyAdd, divide, load, vectorLoad, store, vectorStore, loop, branch, vertex, load16, load8, vectorLoad16, vectorLoad8, vectorStore16, vectorStore8, vectorMultiplyAdd16, vectorMultiplyAdd8)',
      '1:28 bad-chip cycles.load must be a number from 0 to 1,000,000, not -1',
    ],
  ],
])('%j', (text, expected) => {
  expect(faults(text)).toEqual(expected);
});

it.each([
  ['exchangeBytesPerCycle', '5e-324', 'a number from 0.001 to 1,000,000,000, not 5e-324'],
  ['exchangeBytesPerCycle', '1e400', 'a number from 0.001 to 1,000,000,000, not a number beyond 1.8e308'],
  ['syncCycles', '1e308', 'a number from 0 to 1,000,000,000, not 1e+308'],
  ['syncCycles', '-1', 'a number from 0 to 1,000,000,000, not -1'],
  ['syncCycles', 'null', 'a number from 0 to 1,000,000,000, not null'],
  ['syncCycles', '"NaN"', 'a number from 0 to 1,000,000,000, not "NaN"'],
  ['clockHz', '1e300', 'a number from 1 to 1,000,000,000,000,000, not 1e+300'],
  ['tiles', '1.5', 'an integer from 1 to 65536, not 1.5'],
  ['workers', '1e400', 'an integer from 1 to 256, not a number beyond 1.8e308'],
  ['cycles', '{"multiplyAdd":1e300}', 'a number from 0 to 1,000,000, not 1e+300'],
  ['tiles', `${'['.repeat(9000)}${']'.repeat(9000)}`, 'an integer from 1 to 65536, not a list'],
  ['name', '"\\u001b[2J"', 'a name without control characters, not "\\u001b[2J"'],
])('refuses %s of %s', (field, value, expected) => {
  const [fault] = faults(`{"base": "gc2", "${field}": ${value}}`);
  expect(fault).toContain(`must be ${expected}`);
});

it('finds the place of a key that is too long for a pattern', () => {
  const key = 'k'.repeat(3_000_000);
  expect(parse(`{"base": "gc2",\n "${key}": 1}`).diagnostics[0].span?.start).toBe(17);
});

it('asks for every field where there is no base', () => {
  expect(faults('{"name": "mine", "tiles": 2}').map(fault => fault.slice(4))).toEqual([
    'bad-chip workers is missing',
    'bad-chip sramBytes is missing',
    'bad-chip clockHz is missing',
    'bad-chip exchangeBytesPerCycle is missing',
    'bad-chip syncCycles is missing',
    'bad-chip cycles is missing',
  ]);
});

it('never throws, whatever the text', () => {
  const value = fc.oneof(
    fc.json(),
    fc.json().map(json => `{"base":"gc2","cycles":${json}}`),
    fc.string(),
  );
  fc.assert(
    fc.property(value, text => {
      const { ok, diagnostics } = parse(text);
      expect(ok).toBe(diagnostics.length === 0);
    }),
  );
});

it('overrides fields within their ranges', () => {
  expect(overrideChip(spec!, { tiles: 61, sramBytes: 4096, workers: undefined })).toEqual({
    ok: true,
    value: { ...spec, tiles: 61, sramBytes: 4096 },
    diagnostics: [],
  });
  expect(overrideChip(spec!, { tiles: 0, workers: 1.5 }).diagnostics.map(({ message }) => message)).toEqual([
    'tiles must be an integer from 1 to 65536, not 0',
    'workers must be an integer from 1 to 256, not 1.5',
  ]);
});
