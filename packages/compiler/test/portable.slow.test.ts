/** Portable artifacts run on hosts without relaxed SIMD as they are, and give the bits of others where it is. */
import { load, loadArtifact } from '@tessera-dnn/chip';
import { tinyChip } from '@tessera-dnn/machine';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type CompileOptions, compile } from '../src/index.ts';

const floats = `model m[n = 2](x: f32[n, 3, 9, 9]) -> f32[n, 5] {
  x |> conv2d(8, kernel: 3, padding: 1) as conv |> relu |> max_pool(2) |> flatten |> dense(5) as fc |> softmax
}
`;
const input = { x: Float32Array.from({ length: 2 * 3 * 81 }, (_, i) => Math.sin(i)) };

function artifact(options: CompileOptions): Uint8Array<ArrayBuffer> {
  const compiled = compile({ name: 'm.dnn', text: floats }, options);
  if (!compiled.ok) throw new Error(compiled.diagnostics[0].message);
  return compiled.value.bytes;
}

async function outputOf(bytes: Uint8Array<ArrayBuffer>): Promise<readonly number[]> {
  const chip = await load(bytes, { seed: 3 });
  return [...chip.run('m', input)['output']];
}

/** An engine that knows no relaxed SIMD: it refuses modules whose code section has the instruction that tests ask for. */
function withoutRelaxed(): void {
  vi.spyOn(WebAssembly, 'validate').mockImplementation(
    bytes => !Buffer.from(bytes as Uint8Array).includes(relaxedMadd),
  );
}
const relaxedMadd = Buffer.from([0xfd, 0x85, 0x02]);

afterEach(() => vi.restoreAllMocks());

describe.each<[string, CompileOptions]>([
  ['for one thread', {}],
  ['for two threads', { threads: 2, divide: 'everything' }],
  ['with its code charged', { chip: { ...tinyChip, sramBytes: 2 ** 18 } }],
])('an artifact %s', (_, options) => {
  it('needs no relaxed SIMD, and computes the same with it as one that does', async () => {
    const [usual, portable] = [artifact(options), artifact({ ...options, portable: true })];
    const loaded = await loadArtifact(portable);
    expect(loaded.ok && loaded.value.manifest).toMatchObject({ carries: ['relaxed-simd'] });
    expect(loaded.ok && loaded.value.manifest.features).not.toContain('relaxed-simd');
    expect(await outputOf(portable)).toEqual(await outputOf(usual));
  });

  it('computes nearly the same without', async () => {
    const portable = artifact({ ...options, portable: true });
    const relaxed = await outputOf(portable);
    withoutRelaxed();
    const plain = await outputOf(portable);
    expect(plain).not.toEqual(relaxed);
    plain.forEach((value, i) => {
      expect(value).toBeCloseTo(relaxed[i], 5);
    });
  });
});

it('has no instruction of relaxed SIMD in its own code', async () => {
  const portable = artifact({ portable: true });
  const module = await WebAssembly.compile(portable);
  const [carried] = WebAssembly.Module.customSections(module, 'tessera.relaxed');
  expect(Buffer.from(carried).includes(relaxedMadd)).toBe(true);
  const own = Buffer.from(portable.subarray(0, Buffer.from(portable).indexOf('tessera.relaxed')));
  expect(own.includes(relaxedMadd)).toBe(false);
});

it('in Firefox its own code runs', async () => {
  const portable = artifact({ portable: true });
  const relaxed = await outputOf(portable);
  vi.stubGlobal('navigator', { userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0' });
  const plain = await outputOf(portable);
  vi.unstubAllGlobals();
  expect(plain).not.toEqual(relaxed);
});

it('strict math is portable as it is', () => {
  expect(artifact({ math: 'strict', portable: true })).toEqual(artifact({ math: 'strict' }));
});
