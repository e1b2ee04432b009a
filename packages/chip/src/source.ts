/** Where an artifact may come from, and how its bytes are got from there. */
import type { Outcome } from '@tessera-dnn/diagnostics';
import { kindOf, reasonOf, tagOf } from './foreign.ts';
import { failed, succeeded } from './outcome.ts';

/**
 * An artifact: its bytes, in any kind of buffer; a file (`Blob`); where it lies (a `URL`, or a string that `fetch` takes; in Node also a `file:`
 * URL); a `Response`, or the promise of one; or the module that a host which compiles no bytes has made of it.
 */
export type ArtifactSource =
  | ArrayBufferView
  | ArrayBufferLike
  | Blob
  | URL
  | string
  | Response
  | WebAssembly.Module
  | PromiseLike<Response | ArrayBufferLike | Blob>;

/** All bytes of what may be an artifact, neither shared nor growing. */
export interface ArrivedBytes {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What the host has made of them while they arrived; `undefined` if it could not. */
  readonly compiling?: Promise<WebAssembly.Module | undefined>;
}

/** An artifact before it is checked. */
export type ReadSource = ArrivedBytes | { readonly module: WebAssembly.Module };

/** `unreadable-artifact` for what is no source, or gives no bytes. May reject with what the host says. */
export async function readSource(source: unknown): Promise<Outcome<ReadSource>> {
  // By its tag, since a value of another window, or of the page that a test pretends, has other constructors.
  switch (tagOf(source)) {
    case 'WebAssembly.Module':
      return succeeded({ module: source as WebAssembly.Module });
    case 'String':
    case 'URL':
      return fetched(source as string | URL);
    case 'Response':
      return streamed(source as Response);
    case 'Blob':
    case 'File':
      return succeeded({ bytes: bytesIn(await (source as Blob).arrayBuffer()) });
    case 'ArrayBuffer':
    case 'SharedArrayBuffer':
      return succeeded({ bytes: bytesIn(source as ArrayBuffer) });
  }
  if (ArrayBuffer.isView(source)) {
    const { buffer, byteOffset, byteLength } = source;
    return succeeded({ bytes: bytesIn(buffer, byteOffset, byteLength) });
  }
  const message = `an artifact is bytes, a Blob, URL, Response or WebAssembly.Module, not ${kindOf(source)}`;
  return failed('unreadable-artifact', message);
}

/** Bytes that a host compiles: those of a shared or growing buffer are copied. Throws for a buffer that is detached. */
function bytesIn(buffer: ArrayBufferLike, offset?: number, length?: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(buffer, offset, length) as Uint8Array<ArrayBuffer>;
  const { resizable } = buffer as { readonly resizable?: boolean };
  return tagOf(buffer) === 'ArrayBuffer' && !resizable ? bytes : bytes.slice();
}

interface NodeFiles {
  readFile(file: URL): Promise<Uint8Array<ArrayBuffer>>;
}

interface NodeProcess {
  getBuiltinModule?(name: 'node:fs/promises'): NodeFiles;
}

async function fetched(from: string | URL): Promise<Outcome<ReadSource>> {
  const url = String(from);
  const { process } = globalThis as { readonly process?: NodeProcess };
  try {
    // Node fetches no files.
    const files = url.startsWith('file:') && process?.getBuiltinModule?.('node:fs/promises');
    return files ? succeeded({ bytes: await files.readFile(new URL(url)) }) : await streamed(await fetch(url));
  } catch (error) {
    const help = "give `new URL('./net.wasm', import.meta.url)`, or the bytes";
    return failed('unreadable-artifact', `${url} cannot be read: ${reasonOf(error)}`, help);
  }
}

/** Compiles while the bytes arrive. These are kept until then: they say what it is that cannot be compiled. */
async function streamed(response: Response): Promise<Outcome<ReadSource>> {
  const { ok, status, statusText, type, url } = response;
  if (!ok) {
    const answer = [status || type, statusText].join(' ').trim();
    return failed('unreadable-artifact', `the server answered ${answer} to ${url || 'a request'}`);
  }
  const { compileStreaming } = WebAssembly as Partial<typeof WebAssembly>;
  if (!compileStreaming) return succeeded({ bytes: bytesIn(await response.arrayBuffer()) });
  const copy = response.clone();
  // Many servers know no .wasm, and engines compile nothing as it arrives that is called otherwise.
  const isCalledWasm = response.headers.get('content-type') === wasmType;
  const named = isCalledWasm ? response : new Response(response.body, { headers: { 'content-type': wasmType } });
  // Where it fails the bytes tell why.
  const compiling = compileStreaming(named).catch(() => undefined);
  return succeeded({ bytes: bytesIn(await copy.arrayBuffer()), compiling });
}

const wasmType = 'application/wasm';
