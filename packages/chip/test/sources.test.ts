/** An artifact is loaded from wherever it is, and never is a promise rejected because of what was given. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ArtifactSource, load, loadArtifact } from '../src/index.ts';
import { handMade, manifest } from './hand-made.ts';

const bytes = handMade() as Uint8Array<ArrayBuffer>;
const wasm = { headers: { 'content-type': 'application/wasm' } };
const folder = mkdtempSync(join(tmpdir(), 'tessera-sources-'));
const file = join(folder, 'net.wasm');
let server: Server;
let origin = '';

beforeAll(async () => {
  writeFileSync(file, bytes);
  server = createServer(({ url }, response) => {
    if (url === '/net.wasm') response.setHeader('content-type', 'application/octet-stream').end(bytes);
    else if (url === '/page') response.setHeader('content-type', 'text/html').end('<!doctype html>');
    else response.writeHead(404).end();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** The bytes, in the middle of a buffer that can be anything. */
function within<B extends ArrayBufferLike>(buffer: B): Uint8Array<B> {
  const view = new Uint8Array(buffer, 3, bytes.length);
  view.set(bytes);
  return view;
}
const room = bytes.length + 8;
type GrowingBuffer = new (bytes: number, options: { readonly maxByteLength: number }) => ArrayBuffer;

describe('an artifact is loaded', () => {
  it.each<[string, () => ArtifactSource | Promise<ArtifactSource>]>([
    ['from an array', () => bytes],
    ['from a buffer', () => bytes.slice().buffer],
    ['from a Buffer of Node', () => Buffer.from(bytes)],
    ['from another view', () => new DataView(bytes.slice().buffer)],
    ['from shared memory', () => within(new SharedArrayBuffer(room))],
    ['from a shared buffer', () => within(new SharedArrayBuffer(bytes.length + 3)).slice().buffer],
    [
      'from a buffer that may grow',
      () => within(new (ArrayBuffer as GrowingBuffer)(room, { maxByteLength: 2 * room })),
    ],
    ['from an array of another window', () => runInNewContext('Uint8Array.from(bytes)', { bytes })],
    ['from a Blob', () => new Blob([bytes])],
    ['from a File', () => new File([bytes], 'net.wasm')],
    ['from a module', () => WebAssembly.compile(bytes)],
    ['from a response', () => new Response(bytes, wasm)],
    ['from a response without a type', () => new Response(bytes)],
    ['from the promise of a response', () => fetch(`${origin}/net.wasm`)],
    ['from a URL', () => new URL('/net.wasm', origin)],
    ['from an address', () => `${origin}/net.wasm`],
    ['from a file', () => pathToFileURL(file)],
    ['from the address of a file', () => pathToFileURL(file).href],
  ])('%s', async (_, make) => {
    expect(await loadArtifact(make() as ArtifactSource)).toMatchObject({ ok: true, value: { manifest } });
  });

  it('while it arrives, where the host can', async () => {
    const streaming = vi.spyOn(WebAssembly, 'compileStreaming');
    const compile = vi.spyOn(WebAssembly, 'compile');
    await load(new Response(bytes, wasm));
    expect([streaming.mock.calls.length, compile.mock.calls.length]).toEqual([1, 0]);
    // An engine that streams nothing, or refuses to.
    streaming.mockRejectedValue(new TypeError('no'));
    await load(new Response(bytes, wasm));
    streaming.mockRestore();
    const { compileStreaming } = WebAssembly;
    Object.assign(WebAssembly, { compileStreaming: undefined });
    await load(new Response(bytes, wasm));
    Object.assign(WebAssembly, { compileStreaming });
    expect(compile.mock.calls.length).toBe(2);
    compile.mockRestore();
  });
});

const detached = () => {
  const buffer = bytes.slice().buffer;
  const view = new Uint8Array(buffer);
  structuredClone(buffer, { transfer: [buffer] });
  return view;
};

describe('what is no artifact is told apart', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['undefined', () => undefined, /^unreadable-artifact: an artifact is bytes.*, not undefined$/],
    ['null', () => null, /^unreadable-artifact: .*, not null$/],
    ['a number', () => 7, /^unreadable-artifact: .*, not a number$/],
    ['a list', () => [0, 97], /^unreadable-artifact: .*, not an Array$/],
    ['an object', () => ({}), /^unreadable-artifact: .*, not an object$/],
    ['a symbol', () => Symbol('x'), /^unreadable-artifact: .*, not a symbol$/],
    ['a detached view', detached, /^unreadable-artifact: the artifact cannot be read: .*detached/],
    ['a detached buffer', () => detached().buffer, /^unreadable-artifact: the artifact cannot be read: .*detached/],
    ['a promise that fails', () => Promise.reject(new Error('offline')), /^unreadable-artifact: .*: offline$/],
    ['a response that was read', () => readResponse(), /^unreadable-artifact: /],
    [
      'an answer that is none',
      () => fetch(`${origin}/nowhere`),
      /^unreadable-artifact: the server answered 404 Not Found to http/,
    ],
    ['a server that is not there', () => 'http://127.0.0.1:1/net.wasm', /^unreadable-artifact: .* cannot be read: /],
    ['a name that is no address', () => 'net.wasm', /^unreadable-artifact: net.wasm cannot be read: /],
    ['a file that is not there', () => pathToFileURL(join(folder, 'no.wasm')), /^unreadable-artifact: .*ENOENT/],
    ['a page', () => `${origin}/page`, /^foreign-wasm: these bytes are not a wasm module$/],
    ['a broken download', () => new Response(bytes.subarray(0, 70), wasm), /^truncated-artifact: /],
    ['a module of somebody else', () => WebAssembly.compile(bytes.subarray(0, 8)), /^foreign-wasm: this wasm module/],
  ])('%s', async (_, make, expected) => {
    const loaded = await loadArtifact(make() as ArtifactSource);
    expect(loaded.ok).toBe(false);
    expect(loaded.diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      expect.stringMatching(expected),
    ]);
  });
});

async function readResponse(): Promise<Response> {
  const response = new Response(bytes, wasm);
  await response.arrayBuffer();
  return response;
}
