/** A manifest is believed only when all of it is right; each way to lie is found. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Manifest, presets, validateManifest } from '../src/index.ts';

const chip = { ...presets[1], name: 'two', tiles: 2, sramBytes: 1024 };

/** Two tiles of 1 KiB, then a host window of 512 bytes. */
const good: Manifest = {
  format: 'tessera',
  version: 1,
  source: 'mlp.dnn',
  chip,
  math: 'fast',
  features: ['simd128', 'relaxed-simd'],
  memory: { totalBytes: 65536, tileStrideBytes: 1024, host: { address: 2048, bytes: 512, transfer: 2304 } },
  programs: {
    mlp: {
      index: 0,
      kind: 'model',
      phases: 3,
      cycles: 120.5,
      inputs: [{ name: 'x', type: 'f32', shape: [2, 3], address: 2048, bytes: 24 }],
      outputs: [{ name: 'y', type: 'bool', shape: [], address: 2075, bytes: 1 }],
    },
  },
  variables: [{ index: 0, path: 'fc.weight', kind: 'param', type: 'f32', shape: [4, 16], embedded: true }],
};

/** `good` with the value at `path` replaced. */
function changed(path: string, value: unknown): unknown {
  const copy = structuredClone(good) as unknown as Record<string, unknown>;
  const keys = path.split('.');
  let at: Record<string, unknown> = copy;
  for (const key of keys.slice(0, -1)) at = at[key] as Record<string, unknown>;
  if (value === undefined) delete at[keys.at(-1)!];
  else at[keys.at(-1)!] = value;
  return copy;
}
const messages = (json: unknown) => validateManifest(json).diagnostics.map(({ message }) => message);

it('accepts a good one as it is', () => {
  expect(validateManifest(good)).toEqual({ ok: true, value: good, diagnostics: [] });
});

it('accepts one of an artifact for several threads', () => {
  expect(messages({ ...good, threads: 2, memory: { ...good.memory, threads: 0 } })).toEqual([]);
});

it('lets through what later versions may add', () => {
  expect(validateManifest(changed('programs.mlp.notes', ['x'])).ok).toBe(true);
});

it.each([
  ['format', 'other', 'manifest: format must be one of tessera, not "other"'],
  ['version', 2, 'the artifact has format version 2, and this library reads version 1'],
  ['version', 0, 'manifest: version must be an integer from 1 to 1, not 0'],
  ['math', undefined, 'manifest: math is missing'],
  ['features', [1], 'manifest: features.0 must be a string, not 1'],
  ['chip.tiles', 0, 'manifest: chip.tiles must be an integer from 1 to 65536, not 0'],
  ['chip.clockHz', null, 'manifest: chip.clockHz must be a number from 1 to 1,000,000,000,000,000, not null'],
  ['memory.totalBytes', 65537, 'manifest: memory.totalBytes is 65537, no multiple of a page of 65536'],
  ['memory.totalBytes', 2 ** 33, 'manifest: memory.totalBytes must be an integer from 0 to 4294967296, not 8589934592'],
  ['memory.host.bytes', 65536, 'manifest: memory.host ends at 67584, behind the memory of 65536'],
  ['memory.tileStrideBytes', 1040, 'manifest: memory.host.address is 2048, inside the tiles, which end at 2080'],
  [
    'memory.host.transfer',
    2306,
    'manifest: memory.host.transfer is 2306, which is not an aligned place in the host window',
  ],
  ['memory.host.transfer', 2308, 'manifest: variables.0 has 256 bytes, but the transfer area only 252'],
  ['threads', 1, 'manifest: threads must be an integer from 2 to 64, not 1'],
  ['threads', 2, 'manifest: memory.threads is missing, but threads is not'],
  ['memory.threads', 0, 'manifest: memory.threads is there, but threads is not'],
  ['programs', [], 'manifest: programs must be an object, not []'],
  ['programs.mlp.phaseNames', ['a'], 'manifest: programs.mlp.phaseNames has 1 names for 3 phases'],
  ['programs.step', good.programs['mlp'], 'manifest: programs.step has a name that is reserved'],
  ['programs.mlp.index', 1, 'manifest: programs.mlp.index is 1; the indices must be 0 to 0, once each'],
  ['programs.mlp.inputs.0.bytes', 20, 'manifest: programs.mlp.inputs.0 has 20 bytes, but f32[2, 3] needs 24'],
  ['programs.mlp.inputs.0.address', 2050, 'manifest: programs.mlp.inputs.0 is at 2050, which is not aligned for f32'],
  [
    'programs.mlp.inputs.0.address',
    2540,
    'manifest: programs.mlp.inputs.0 is at 2540, 24 bytes, which is not inside the host window',
  ],
  [
    'programs.mlp.inputs.0.address',
    1024,
    'manifest: programs.mlp.inputs.0 is at 1024, 24 bytes, which is not inside the host window',
  ],
  ['programs.mlp.inputs.0.shape', [2, 0], 'manifest: programs.mlp.inputs.0.shape.1 must be an integer ≥ 1, not 0'],
  [
    'programs.mlp.inputs.0.type',
    'f64',
    'manifest: programs.mlp.inputs.0.type must be one of f32, f16, bf16, i32, i8, u8, bool, not "f64"',
  ],
  [
    'programs.mlp.inputs.1',
    good.programs['mlp'].inputs[0],
    'manifest: programs.mlp.inputs.1 has the name x, which is taken',
  ],
  ['variables.0.index', 3, 'manifest: variables.0.index is 3; the indices must be 0 to 0, once each'],
  ['variables.1', { ...good.variables[0], index: 1 }, 'manifest: variables.1 has the name fc.weight, which is taken'],
  [
    'variables.0.shape',
    [2 ** 30, 2 ** 30],
    'manifest: variables.0 has 4611686018427388000 bytes, but the transfer area only 256',
  ],
])('%s = %j', (path, value, message) => {
  expect(messages(changed(path, value))).toContain(message);
});

it.each([4, 65_344])('threads cannot wait at byte %i', place => {
  const json = { ...good, threads: 2, memory: { ...good.memory, threads: place } };
  expect(messages(json)).toEqual([`manifest: memory.threads is ${place}, no aligned place in the memory`]);
});

it('never throws, whatever the JSON', () => {
  const paths = ['memory', 'memory.host', 'programs', 'programs.mlp', 'programs.mlp.inputs', 'variables', 'chip'];
  const spoilt = fc.tuple(fc.constantFrom(...paths), fc.jsonValue()).map(([path, value]) => changed(path, value));
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), spoilt), json => {
      const { ok, diagnostics } = validateManifest(json);
      expect(ok).toBe(diagnostics.length === 0);
    }),
  );
});
