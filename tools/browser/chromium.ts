/** Runs a module in a browser, Chromium without a window unless another is asked for: bundled from source, on a page of its own, until it posts its result. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';

/** The path of Debian's package. */
export const chromium = '/usr/bin/chromium';
export const hasChromium: boolean = existsSync(chromium);

export interface Page {
  /** A TypeScript module; it may import packages of this repository, and must end by posting JSON to `/result`. */
  readonly entry: string;
  /** Files that it may fetch, by path, such as `/model.wasm`. */
  readonly files: { readonly [path: string]: Uint8Array };
  /** More modules that it may load by these paths, such as `/worklet.js`, bundled as it is. */
  readonly scripts?: { readonly [path: string]: string };
  /** Whether it is isolated from others, so that threads can share memory. */
  readonly isolated?: boolean;
  /** More headers of every answer: a policy, say. */
  readonly headers?: { readonly [name: string]: string };
  /** More flags for the browser. */
  readonly flags?: readonly string[];
  /** For what the browser stays after the page has posted its result. */
  readonly stay?: () => Promise<void>;
}

/** A browser that can be told to open a page. */
export interface Engine {
  readonly name: string;
  /** Opens the address with a profile of its own in the folder `profile`. */
  readonly open: (address: string, profile: string, flags: readonly string[]) => ChildProcess;
}

const quiet = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Debian's package, without a window. */
export const chromiumEngine: Engine = {
  name: 'Chromium',
  open: (address, profile, flags) =>
    spawn(chromium, [...quiet, ...flags, `--user-data-dir=${profile}`, address], { stdio: 'ignore' }),
};

/** Returns what the page posted. Rejects if it has posted nothing after `patienceMilliseconds`. */
export function runInChromium(page: Page, patienceMilliseconds = 50_000): Promise<unknown> {
  return runIn(chromiumEngine, page, patienceMilliseconds);
}

/** The same in any browser. */
export async function runIn(engine: Engine, page: Page, patienceMilliseconds = 50_000): Promise<unknown> {
  const scripts = await bundle(page.entry, 'page.js');
  for (const [path, entry] of Object.entries(page.scripts ?? {}))
    Object.assign(scripts, await bundle(entry, path.slice(1)));
  const profile = mkdtempSync(join(tmpdir(), 'tessera-browser-'));
  const { server, result } = await serve({ ...page, files: { ...page.files, ...scripts } });
  const { port } = server.address() as AddressInfo;
  const browser = engine.open(`http://localhost:${port}/`, profile, page.flags ?? []);
  const gone = new Promise<void>(resolve => browser.once('close', () => resolve()));
  const timer = new AbortController();
  try {
    const posted = await Promise.race([result, silence(patienceMilliseconds, timer.signal)]);
    await page.stay?.();
    return posted;
  } finally {
    timer.abort();
    browser.kill();
    await gone;
    server.close();
    server.closeAllConnections();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Bundles the module and what it imports into one file, and workers and what is loaded later into files beside it, from the packages' sources. */
async function bundle(entry: string, file: string): Promise<Record<string, Uint8Array>> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    // The worker that compiles waits for its library as it begins, which scripts that are no modules cannot.
    worker: { format: 'es' },
    resolve: { conditions: ['@tessera/source', 'module', 'browser', 'import', 'default'] },
    build: {
      write: false,
      minify: false,
      target: 'es2023',
      lib: { entry, formats: ['es'], fileName: () => file },
    },
  });
  const [{ output }] = built as { output: { fileName: string; code?: string; source?: string }[] }[];
  const text = new TextEncoder();
  return Object.fromEntries(output.map(({ fileName, code, source }) => [`/${fileName}`, text.encode(code ?? source)]));
}

/** With these, a page is isolated. */
const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** A server of these files and an empty page that runs `/page.js`; `result` is the first JSON posted to `/result`. */
async function serve({
  files,
  isolated,
  headers = {},
}: Page): Promise<{ readonly server: Server; readonly result: Promise<unknown> }> {
  const server = createServer();
  const result = new Promise<unknown>((resolve, reject) => {
    server.on('request', (request, response) => {
      const path = request.url ?? '/';
      if (request.method === 'POST') {
        readJson(request).then(resolve, reject);
        response.end();
        return;
      }
      response.setHeaders(new Map(Object.entries(headers)));
      if (isolated) response.setHeaders(new Map(Object.entries(isolation)));
      response.setHeader('content-type', typeOf(path));
      if (path === '/') response.end('<!doctype html><script type="module" src="/page.js"></script>');
      else if (Object.hasOwn(files, path)) response.end(files[path]);
      else response.writeHead(404).end();
    });
  });
  await new Promise<void>(resolve => server.listen(0, 'localhost', resolve));
  return { server, result };
}

function typeOf(path: string): string {
  if (/\.m?js$/.test(path)) return 'text/javascript';
  if (path.endsWith('.wasm')) return 'application/wasm';
  return path === '/' ? 'text/html' : 'application/octet-stream';
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

function silence(milliseconds: number, signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const timer = setTimeout(() => reject(new Error(`the page said nothing for ${milliseconds} ms`)), milliseconds);
    signal.addEventListener('abort', () => clearTimeout(timer));
  });
}
