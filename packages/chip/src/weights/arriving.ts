/** The bytes of weights as they arrive: from a server, where it can be from what the browser has kept, from a file, or from memory. */
import type { Outcome } from '@tessera-dnn/diagnostics';
import { kindOf, reasonOf, tagOf } from '../foreign.ts';
import { type Failure, failed, succeeded } from '../outcome.ts';

/**
 * A file of weights: where it lies (a `URL`, or a string that `fetch` takes; in Node also a `file:` URL), a `Response` or the promise of one, a file
 * (`Blob`), or bytes.
 */
export type WeightsSource = URL | string | Response | Blob | ArrayBufferLike | ArrayBufferView | PromiseLike<Response>;

/** Bytes that come one after the other. */
export interface Arriving {
  readonly pieces: AsyncIterable<Uint8Array>;
  /** They were checked when they were kept. */
  readonly isKept?: boolean;
  /** Forgets what is kept of them, since it is of no use. */
  readonly forget?: () => Promise<unknown>;
}

/** So much is taken at a time of what is there at once. */
const pieceBytes = 2 ** 20;

/** The name under which a browser keeps weights. */
const cacheName = 'tessera-weights';

/** `unreadable-weights` for what is no source, or gives no bytes. What has a digest is kept by it. May reject with what the host says. */
export async function arriving(from: WeightsSource, sha256?: string): Promise<Outcome<Arriving>> {
  const source: unknown = await from;
  switch (tagOf(source)) {
    case 'String':
    case 'URL':
      return fetched(String(source), sha256);
    case 'Response':
      return streamed(source as Response);
    case 'Blob':
    case 'File':
      return succeeded({ pieces: piecesOf((source as Blob).stream()) });
    case 'ArrayBuffer':
    case 'SharedArrayBuffer':
      return succeeded({ pieces: cut(new Uint8Array(source as ArrayBuffer)) });
  }
  if (!ArrayBuffer.isView(source)) return unreadable(`they are bytes, a Blob, URL or Response, not ${kindOf(source)}`);
  const { buffer, byteOffset, byteLength } = source;
  return succeeded({ pieces: cut(new Uint8Array(buffer, byteOffset, byteLength)) });
}

interface NodeProcess {
  getBuiltinModule?(name: 'node:fs/promises'): { readFile(file: URL): Promise<Uint8Array> };
}

async function fetched(url: string, sha256: string | undefined): Promise<Outcome<Arriving>> {
  const { process } = globalThis as { readonly process?: NodeProcess };
  try {
    // Node fetches no files.
    const files = url.startsWith('file:') && process?.getBuiltinModule?.('node:fs/promises');
    if (files) return succeeded({ pieces: cut(await files.readFile(new URL(url))) });
    const kept = sha256 === undefined ? undefined : await keeping(url, sha256);
    return kept ?? (await streamed(await fetch(url)));
  } catch (error) {
    return unreadable(
      `${url}: ${reasonOf(error)}`,
      "give `new URL('./net.safetensors', import.meta.url)`, or the bytes",
    );
  }
}

/**
 * By way of the browser's cache: under the address with the digest, so that other weights at that address are never taken for these. `undefined` where
 * nothing can be kept, as on a page without https, in a private window, or where there is no room.
 */
async function keeping(url: string, sha256: string): Promise<Outcome<Arriving> | undefined> {
  const { caches, location } = globalThis as {
    readonly caches?: CacheStorage;
    readonly location?: { readonly href: string };
  };
  const address = new URL(url, location?.href);
  const cache = /^https?:$/.test(address.protocol) ? await caches?.open(cacheName).catch(() => undefined) : undefined;
  if (!cache) return undefined;
  address.searchParams.set('tessera-sha256', sha256);
  const key = address.href;
  const forget = () => cache.delete(key);
  const kept = await cache.match(key);
  if (kept?.body) return succeeded({ pieces: piecesOf(kept.body), isKept: true, forget });
  const response = await fetch(url);
  if (!response.ok) return streamed(response);
  // What cannot be kept is used all the same. It is kept once all of it is there.
  const putting = cache.put(key, response.clone()).catch(() => {});
  const arrived = await streamed(response);
  return arrived.ok ? succeeded({ ...arrived.value, forget: () => putting.then(forget) }) : arrived;
}

async function streamed({ ok, status, statusText, type, url, body }: Response): Promise<Outcome<Arriving>> {
  if (!ok || !body) {
    const answer = [status || type, statusText].join(' ').trim();
    return unreadable(`the server answered ${answer} to ${url || 'a request'}`);
  }
  return succeeded({ pieces: piecesOf(body) });
}

/** By a reader, since not every browser's streams can be iterated. */
async function* piecesOf(stream: ReadableStream<Uint8Array>): AsyncIterable<Uint8Array> {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield* cut(value);
  }
}

async function* cut(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

function unreadable(reason: string, help?: string): Failure {
  return failed('unreadable-weights', `the weights cannot be read: ${reason}`, help);
}
