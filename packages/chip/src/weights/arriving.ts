/** The bytes of weights as they arrive: from a server, where it can be from what the browser has kept, from a file, or from memory. */
import type { Outcome } from '@tessera-dnn/diagnostics';
import { kindOf, reasonOf, tagOf } from '../foreign.ts';
import { type Failure, failed, succeeded } from '../outcome.ts';
import { keeping, keptAt, type Place, placeOf } from './keep.ts';
import { type Arriving, cut, piecesOf } from './pieces.ts';

/**
 * A file of weights: where it lies (a `URL`, or a string that `fetch` takes; in Node also a `file:` URL), a `Response` or the promise of one, a file
 * (`Blob`), or bytes.
 */
export type WeightsSource = URL | string | Response | Blob | ArrayBufferLike | ArrayBufferView | PromiseLike<Response>;

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
    const place = sha256 === undefined ? undefined : await placeOf(url, sha256);
    return place ? await keptOrFetched(place, url) : await streamed(await fetch(url));
  } catch (error) {
    return unreadable(
      `${url}: ${reasonOf(error)}`,
      "give `new URL('./net.safetensors', import.meta.url)`, or the bytes",
    );
  }
}

/** By way of the browser's cache. */
async function keptOrFetched(place: Place, url: string): Promise<Outcome<Arriving>> {
  if (place.kept?.body) return succeeded(keptAt(place, piecesOf(place.kept.body)));
  const arrived = await streamed(await fetch(url));
  return arrived.ok ? succeeded(keeping(place, arrived.value.pieces)) : arrived;
}

async function streamed({ ok, status, statusText, type, url, body }: Response): Promise<Outcome<Arriving>> {
  if (!ok || !body) {
    const answer = [status || type, statusText].join(' ').trim();
    return unreadable(`the server answered ${answer} to ${url || 'a request'}`);
  }
  return succeeded({ pieces: piecesOf(body) });
}

function unreadable(reason: string, help?: string): Failure {
  return failed('unreadable-weights', `the weights cannot be read: ${reason}`, help);
}
