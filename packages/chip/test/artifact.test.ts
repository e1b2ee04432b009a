/** Only artifacts that are whole, valid and runnable are loaded; everything else ends in a diagnostic that says what it is. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createChip, loadArtifact } from '../src/index.ts';
import { functions, handMade, manifest } from './hand-made.ts';

const faults = async (bytes: Uint8Array) =>
  (await loadArtifact(bytes)).diagnostics.map(({ code, message }) => `${code}: ${message}`);

it('loads an artifact, from an array or a buffer', async () => {
  const bytes = handMade();
  expect(await loadArtifact(bytes)).toMatchObject({ ok: true, value: { manifest } });
  expect(await loadArtifact(bytes.slice().buffer as ArrayBuffer)).toMatchObject({ ok: true });
});

describe('refuses', () => {
  it('bytes that are no wasm', async () => {
    expect(await faults(new TextEncoder().encode('hello there'))).toEqual([
      'foreign-wasm: these bytes are not a wasm module',
    ]);
    expect(await faults(new Uint8Array())).toEqual(['foreign-wasm: these bytes are not a wasm module']);
  });

  it('a wasm of somebody else', async () => {
    const [code] = await faults(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    expect(code).toBe(
      'foreign-wasm: this wasm module was not made by Tessera: it has no custom section called tessera',
    );
  });

  it('a file cut off at any byte', async () => {
    const bytes = handMade();
    for (let length = 8; length < bytes.length; length++) {
      const [fault] = await faults(bytes.subarray(0, length));
      // A file that is cut at the end of a section looks whole, but it lacks the manifest, which is the last section.
      expect(fault).toMatch(
        /^(truncated-artifact: the wasm module is damaged or cut off|foreign-wasm: this wasm module was not made)/,
      );
    }
  });

  it('a manifest that is not JSON, or lies', async () => {
    expect(await faults(handMade('{'))).toEqual(['bad-manifest: the manifest is not JSON in UTF-8']);
    expect(await faults(handMade({ ...manifest, math: 'exact' }))).toEqual([
      'bad-manifest: manifest: math must be one of fast, strict, not "exact"',
    ]);
    expect(await faults(handMade({ ...manifest, version: 7 }))).toEqual([
      'unknown-version: the artifact has format version 7, and this library reads version 1',
    ]);
  });

  it('code that is invalid, or lacks what the manifest names', async () => {
    const invalid = functions.map(source => (source.name === 'init' ? { ...source, body: [0x6a] } : source));
    expect((await faults(handMade(manifest, invalid)))[0]).toMatch(
      /^bad-artifact: this is not a working artifact: .*compil/i,
    );
    const lacking = functions.filter(({ name }) => name !== 'total');
    expect(await faults(handMade(manifest, lacking))).toEqual([
      'bad-artifact: this is not a working artifact: it exports no function total',
    ]);
  });

  it('a memory of another size than the manifest says', async () => {
    const loaded = await loadArtifact(handMade({ ...manifest, memory: { ...manifest.memory, totalBytes: 131072 } }));
    const { diagnostics } = loaded.ok ? await createChip(loaded.value) : loaded;
    expect(diagnostics[0].message).toBe(
      'this is not a working artifact: it has 65536 bytes of memory, but its manifest says 131072',
    );
  });
});

describe('a host without an extension', () => {
  it.each([
    [
      ['simd128', 'relaxed-simd'],
      'the artifact needs simd128 and relaxed-simd of WebAssembly, which this host does not have',
    ],
    [['relaxed-simd'], 'the artifact needs relaxed-simd of WebAssembly, which this host does not have'],
  ])('%j is told so', async (features, message) => {
    // This stands for an engine that knows no SIMD.
    const validate = vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
    const { ok, diagnostics } = await loadArtifact(handMade({ ...manifest, features }));
    validate.mockRestore();
    expect({ ok, code: diagnostics[0].code, message: diagnostics[0].message }).toEqual({
      ok: false,
      code: 'missing-feature',
      message,
    });
  });

  it('an extension that nobody knows is missing', async () => {
    expect((await faults(handMade({ ...manifest, features: ['simd256'] })))[0]).toMatch(/^missing-feature: .* simd256/);
  });

  it('this host has all that are asked for', async () => {
    const features = ['simd128', 'relaxed-simd', 'threads', 'bulk-memory'];
    expect((await loadArtifact(handMade({ ...manifest, features }))).ok).toBe(true);
  });
});

it('never rejects, whatever the bytes', async () => {
  const good = handMade();
  const spoilt = fc.tuple(fc.nat(good.length - 1), fc.uint8Array({ minLength: 1, maxLength: 4 })).map(([at, bytes]) => {
    const copy = new Uint8Array(good.length + 4);
    copy.set(good);
    copy.set(bytes, at);
    return copy.subarray(0, good.length);
  });
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.uint8Array(), spoilt), async bytes => {
      const loaded = await loadArtifact(bytes);
      const started = loaded.ok ? await createChip(loaded.value) : loaded;
      expect(started.ok || started.diagnostics.length > 0).toBe(true);
    }),
  );
});
