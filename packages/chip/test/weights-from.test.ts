/** Weights beside an artifact: taken while they arrive, from wherever they lie, kept by browsers, and refused where they are others. */
import { createHash } from 'node:crypto';
import type { Manifest } from '@tessera-dnn/machine';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type ArtifactSource, ChipError, load, type WeightsSource } from '../src/index.ts';
import { handMade, manifest } from './hand-made.ts';

afterEach(() => vi.unstubAllGlobals());

const inputs = { x: Float32Array.of(1, -2), flip: 0 };
const float = (value: number) => new Uint8Array(Float32Array.of(value).buffer);

interface Tensor {
  readonly dtype?: string;
  readonly shape?: readonly number[];
  readonly bytes: Uint8Array;
}

/** A file of safetensors. */
function fileOf(tensors: Readonly<Record<string, Tensor>>): Uint8Array<ArrayBuffer> {
  let end = 0;
  const header = Object.entries(tensors).map(([name, { dtype = 'F32', shape = [], bytes }]) => {
    const begin = end;
    end += bytes.length;
    return [name, { dtype, shape, data_offsets: [begin, end] }];
  });
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const length = Uint8Array.of(json.length % 256, json.length >> 8, 0, 0, 0, 0, 0, 0);
  return Uint8Array.from(
    [length, json, ...Object.values(tensors).map(({ bytes }) => bytes)].flatMap(part => [...part]),
  );
}

const three = fileOf({ other: { shape: [2], bytes: new Uint8Array(8) }, w: { bytes: float(3) } });
/** An artifact whose manifest names these weights. */
const naming = (file: Uint8Array) => {
  const sha256 = createHash('sha256').update(file).digest('hex');
  const named: Manifest = { ...manifest, weights: { file: 'net.safetensors', bytes: file.length, sha256 } };
  return handMade(named);
};

const answerOf = async (weightsFrom: WeightsSource, artifact: ArtifactSource = naming(three)) => {
  try {
    const chip = await load(artifact, { weightsFrom });
    return [...(chip.run('scale', inputs)['y'] as Float32Array), ...chip.warnings];
  } catch (error) {
    if (!(error instanceof ChipError)) throw error;
    return error.diagnostics.map(({ code, message }) => `${code}: ${message}`);
  }
};

describe('weights are taken', () => {
  it.each<[string, () => WeightsSource]>([
    ['from an array', () => three],
    ['from a buffer', () => three.slice().buffer],
    ['from a Blob', () => new Blob([three])],
    ['from a response', () => new Response(three)],
    ['from the promise of one', () => Promise.resolve(new Response(three))],
    ['in small pieces', () => new Response(new Blob([three]).stream().pipeThrough(eachByte()))],
  ])('%s', async (_, make) => expect(await answerOf(make())).toEqual([3, -6]));

  it('in sixteen bits, and of another file where the artifact names none', async () => {
    const half = fileOf({ w: { dtype: 'BF16', bytes: Uint8Array.of(0x40, 0x40) } });
    expect(await answerOf(half, handMade())).toEqual([3, -6]);
  });

  it('and nothing is drawn; who asks is told how much has arrived', async () => {
    const seen: number[] = [];
    const onProgress = ({ loadedBytes, totalBytes }: { loadedBytes: number; totalBytes: number }) =>
      seen.push(loadedBytes, totalBytes);
    const chip = await load(naming(three), { weightsFrom: three, onProgress, seed: 7 });
    expect(chip.readVariable('w')).toEqual(Float32Array.of(3));
    expect(seen.slice(-2)).toEqual([three.length, three.length]);
  });
});

function eachByte(): TransformStream<Uint8Array, Uint8Array<ArrayBuffer>> {
  return new TransformStream({
    transform: (bytes, controller) => bytes.forEach(byte => void controller.enqueue(Uint8Array.of(byte))),
  });
}

describe('what are no such weights is told apart', () => {
  const text = (letters: string) => new TextEncoder().encode(letters);
  it.each<[string, () => WeightsSource, RegExp]>([
    ['a number', () => 7 as unknown as string, /^unreadable-weights: .*not a number$/],
    [
      'an answer that is none',
      () => new Response('', { status: 404, statusText: 'Not Found' }),
      /^unreadable-weights: .*404 Not Found/,
    ],
    ['a promise that fails', () => Promise.reject(new Error('offline')), /^unreadable-weights: .*offline$/],
    ['a page', () => text('<!doctype html><html></html>'), /^bad-weights: .*no file of safetensors$/],
    ['half a file', () => three.subarray(0, -1), /^bad-weights: .*ends too early$/],
    ['an empty file', () => new Uint8Array(), /^bad-weights: .*ends too early$/],
    ['a header that is none', () => Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 91, 93), /^bad-weights: .*no object$/],
    ['gaps', () => gapped, /^bad-weights: .*contradicts itself$/],
    ['other names', () => fileOf({ v: { bytes: float(1) } }), /^wrong-weights: .*they have no w$/],
    [
      'another shape',
      () => fileOf({ w: { shape: [2], bytes: new Uint8Array(8) } }),
      /^wrong-weights: .*w is F32\[2\], and the artifact takes f32\[\]$/,
    ],
    ['another type', () => fileOf({ w: { dtype: 'I32', bytes: float(1) } }), /^wrong-weights: .*w is I32\[\], and/],
    ['other values', () => fileOf({ w: { bytes: float(4) } }), /^wrong-weights: .*compiled with net\.safetensors, /],
  ])('%s', async (_, make, expected) => {
    expect(await answerOf(make())).toEqual([expect.stringMatching(expected)]);
  });
});

it('a promise of weights may fail before the artifact has come, and nothing is unhandled', async () => {
  const later = new Promise<ArrayBufferLike>(resolve => setTimeout(() => resolve(naming(three).slice().buffer)));
  const failing = Promise.reject(new Error('offline'));
  expect(await answerOf(failing, later)).toEqual([expect.stringMatching(/^unreadable-weights: .*offline$/)]);
});

const gapped = Uint8Array.from(three);
gapped.set(new TextEncoder().encode('9'), new TextDecoder().decode(three).indexOf('8,12'));

describe('a browser keeps them', () => {
  const address = 'https://example.org/net.safetensors';
  const kept = new Map<string, Uint8Array<ArrayBuffer>>();
  const fetching = vi.fn(async (_: string) => new Response(three));
  const begin = () => {
    fetching.mockClear();
    vi.stubGlobal('fetch', fetching);
    const cache = {
      match: async (key: string) => (kept.has(key) ? new Response(kept.get(key)) : undefined),
      put: async (key: string, response: Response) => void kept.set(key, new Uint8Array(await response.arrayBuffer())),
      delete: async (key: string) => kept.delete(key),
    };
    vi.stubGlobal('caches', { open: async () => cache });
  };

  it('by address and digest, and asks for them once', async () => {
    begin();
    expect(await answerOf(address)).toEqual([3, -6]);
    expect([...kept.keys()]).toEqual([
      expect.stringMatching(/^https:\/\/example\.org\/net\.safetensors\?tessera-sha256=[\da-f]{64}$/),
    ]);
    expect(await answerOf(address)).toEqual([3, -6]);
    expect(fetching).toHaveBeenCalledTimes(1);
    kept.clear();
  });

  it('but no others, not even for a moment, and none that nobody has named', async () => {
    begin();
    const keep = vi.spyOn(kept, 'set');
    const [fault] = await answerOf(address, naming(fileOf({ w: { bytes: float(5) } })));
    expect(fault).toMatch(/^wrong-weights/);
    expect(await answerOf(address, handMade())).toEqual([3, -6]);
    expect(keep).not.toHaveBeenCalled();
  });

  it('and forgets those that are of no use', async () => {
    begin();
    await answerOf(address);
    const [[key]] = kept;
    kept.set(key, three.slice(0, -1));
    expect(await answerOf(address)).toEqual([expect.stringMatching(/^bad-weights/)]);
    expect(kept.size).toBe(0);
  });

  it('but not those of a server that stalls, which is not waited for', async () => {
    begin();
    const left = vi.fn();
    const other = fileOf({ v: { bytes: float(1) } });
    const body = new ReadableStream({ start: controller => controller.enqueue(other), cancel: left });
    fetching.mockResolvedValueOnce(new Response(body));
    expect(await answerOf(address)).toEqual([expect.stringMatching(/^wrong-weights/)]);
    expect(left).toHaveBeenCalledTimes(1);
    expect(kept.size).toBe(0);
  });

  const denied = () => Promise.reject(new Error('denied'));
  it.each<[string, () => unknown]>([
    ['it may not look', () => new DOMException('', 'SecurityError')],
    ['it may not open', () => ({ open: denied })],
    ['it may not read', () => ({ open: async () => ({ match: denied }) })],
    ['it may not write', () => ({ open: async () => ({ match: async () => undefined, put: denied }) })],
  ])('where it can; where %s they are used all the same', async (_, caches) => {
    begin();
    vi.stubGlobal('caches', undefined);
    const get = () => {
      const storage = caches();
      if (storage instanceof DOMException) throw storage;
      return storage;
    };
    Object.defineProperty(globalThis, 'caches', { configurable: true, get });
    expect(await answerOf(address)).toEqual([3, -6]);
  });
});
