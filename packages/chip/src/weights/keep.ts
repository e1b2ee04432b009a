/** Weights that a browser keeps, under their address and digest: only once the digest has held, so that what is kept needs no check. */
import type { Arriving } from './pieces.ts';

/** The name under which a browser keeps weights. */
const cacheName = 'tessera-weights';

/** Where in the browser's cache the weights of an address are, or will be. */
export interface Place {
  readonly cache: Cache;
  readonly key: string;
  /** What is there. */
  readonly kept?: Response;
}

/**
 * The place has the digest in its name, so that other weights at that address are never taken for these. `undefined` where nothing can be kept, as on a page
 * without https, in a private window, in a frame that may have no storage, or in Node.
 */
export async function placeOf(url: string, sha256: string): Promise<Place | undefined> {
  try {
    // In a frame that is sandboxed the mere look at `caches` throws.
    const { caches, location } = globalThis as {
      readonly caches?: CacheStorage;
      readonly location?: { readonly href: string };
    };
    const address = new URL(url, location?.href);
    if (!caches || !/^https?:$/.test(address.protocol)) return undefined;
    address.searchParams.set('tessera-sha256', sha256);
    const cache = await caches.open(cacheName);
    const key = address.href;
    return { cache, key, kept: await cache.match(key) };
  } catch {
    return undefined;
  }
}

/** Nothing is checked of what is kept; what proves to be of no use is removed. */
export function keptAt({ cache, key }: Place, pieces: AsyncIterable<Uint8Array>): Arriving {
  const settle = (isRight: boolean) => {
    if (!isRight) cache.delete(key).catch(() => {});
  };
  return { pieces, isChecked: true, settle };
}

/**
 * Hands on what arrives, and to the cache besides. The cache keeps a body when it has ended, and this one ends when somebody says that the digest has held:
 * a page that is closed before leaves nothing behind. What cannot be kept, for want of room say, is used all the same.
 */
export function keeping({ cache, key }: Place, pieces: AsyncIterable<Uint8Array>): Arriving {
  let copy: ReadableStreamDefaultController<Uint8Array> | undefined;
  const stop = () => {
    copy = undefined;
  };
  const start = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    copy = controller;
  };
  cache.put(key, new Response(new ReadableStream({ start, cancel: stop }))).catch(stop);
  async function* both() {
    for await (const piece of pieces) {
      copy?.enqueue(piece);
      yield piece;
    }
  }
  return { pieces: both(), settle: isRight => (isRight ? copy?.close() : copy?.error(new Error('other weights'))) };
}
