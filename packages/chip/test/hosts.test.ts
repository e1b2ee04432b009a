/** Hosts that lack what others have, or refuse it: an audio worklet, a page that a test pretends, one with a tight policy, an edge host. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createChip, load, loadArtifact } from '../src/index.ts';
import { handMade, manifest } from './hand-made.ts';

const bytes = handMade();
const inputs = { x: Float32Array.of(1.5, -2), flip: Uint8Array.of(0) };

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it.each(['TextDecoder', 'performance', 'MessageChannel', 'FinalizationRegistry', 'fetch', 'Response', 'Blob'])(
  'a chip runs without %s',
  async name => {
    vi.stubGlobal(name, undefined);
    const chip = await load(bytes, { seed: 3 });
    expect((await chip.runAsync('scale', inputs))['y']).toEqual(Float32Array.of(4.5, -6));
    const { diagnostics } = await loadArtifact(handMade('{'));
    expect(diagnostics[0].message).toBe('the manifest is not JSON in UTF-8');
  },
);

it('text is read without TextDecoder as with it, and what is no text is refused', async () => {
  const source = 'Zürich ↯ 𝄞.dnn';
  const encoded = handMade({ ...manifest, source });
  const at = encoded.lastIndexOf(0xaf);
  const spoilt = encoded.with(at, 0xff);
  for (const decoder of [TextDecoder, undefined]) {
    vi.stubGlobal('TextDecoder', decoder);
    expect(await loadArtifact(encoded)).toMatchObject({ ok: true, value: { manifest: { source } } });
    expect(await loadArtifact(spoilt)).toMatchObject({ ok: false, diagnostics: [{ code: 'bad-manifest' }] });
  }
});

it('a host without WebAssembly is told so', async () => {
  vi.stubGlobal('WebAssembly', undefined);
  expect(await loadArtifact(bytes)).toMatchObject({
    ok: false,
    diagnostics: [{ code: 'missing-feature', message: 'this host has no WebAssembly' }],
  });
});

describe('a host that compiles nothing', () => {
  const refusal = new EvalError("Refused to compile WebAssembly because 'unsafe-eval' is not allowed");

  it('is told of its policy, not that the artifact is bad', async () => {
    vi.spyOn(WebAssembly, 'compile').mockRejectedValue(refusal);
    vi.spyOn(WebAssembly, 'instantiate').mockRejectedValue(refusal);
    expect(await loadArtifact(bytes)).toMatchObject({
      ok: false,
      diagnostics: [
        {
          code: 'wasm-forbidden',
          message: expect.stringContaining('unsafe-eval'),
          help: expect.stringContaining("'wasm-unsafe-eval' in the page's script-src"),
        },
      ],
    });
  });

  it('nor that it lacks an extension, where it validates nothing either', async () => {
    vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
    vi.spyOn(WebAssembly, 'instantiate').mockRejectedValue(refusal);
    const artifact = handMade({ ...manifest, features: ['simd128'] });
    expect((await loadArtifact(artifact)).diagnostics).toMatchObject([{ code: 'wasm-forbidden' }]);
  });

  it('nor that memory is at its end', async () => {
    const loaded = await loadArtifact(bytes);
    vi.spyOn(WebAssembly, 'instantiate').mockRejectedValue(refusal);
    const started = loaded.ok ? await createChip(loaded.value) : loaded;
    expect(started.diagnostics).toMatchObject([{ code: 'wasm-forbidden' }]);
  });

  it('runs a module that it has compiled itself', async () => {
    const module = await WebAssembly.compile(bytes as Uint8Array<ArrayBuffer>);
    const { instantiate } = WebAssembly;
    vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
    vi.spyOn(WebAssembly, 'compile').mockRejectedValue(refusal);
    vi.spyOn(WebAssembly, 'instantiate').mockImplementation(async (source, imports) => {
      if (!(source instanceof WebAssembly.Module)) throw refusal;
      return instantiate(source, imports);
    });
    const chip = await load(module, { seed: 2 });
    expect(chip.run('scale', inputs)['y']).toEqual(Float32Array.of(3, -4));
  });
});

it('a host without room for the memory is told so', async () => {
  const loaded = await loadArtifact(bytes);
  const { instantiate } = WebAssembly;
  vi.spyOn(WebAssembly, 'instantiate').mockImplementation(async (source, imports) => {
    if (source instanceof WebAssembly.Module) throw new RangeError('Out of memory');
    return instantiate(source, imports) as never;
  });
  const started = loaded.ok ? await createChip(loaded.value) : loaded;
  expect(started.diagnostics).toMatchObject([{ code: 'out-of-memory' }]);
});
