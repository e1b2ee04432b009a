/** Serves the explorer to this machine's browser: its page, the program's text, and a word when that changes. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Outcome } from '@tessera-dnn/diagnostics';
import { failed, succeeded } from '../session.ts';
import { watchedFiles } from './watched.ts';

/** The program as its files say it now. */
export interface Sourced {
  /** What the page begins with, as JSON. */
  readonly content: unknown;
  /** The absolute paths of the files whose changes the page hears of. */
  readonly watched: readonly string[];
}

export interface ExplorerPages {
  /** Scripts and style, by name. */
  readonly site: ReadonlyMap<string, Uint8Array>;
  /** Reads the files anew for each question. */
  readonly source: () => Sourced;
}

export interface Serving {
  /** `http://localhost:4173/`. */
  readonly address: string;
  readonly close: () => void;
}

/** Nothing is loaded from elsewhere, no other page may show this one, and what runs beside its scripts is WebAssembly alone. */
const policy =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; frame-ancestors 'none'; base-uri 'none'";

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tessera</title>
<link rel="stylesheet" href="style.css">
<body><noscript>This page draws what it shows with a script.</noscript>
<script type="module" src="explorer.js"></script>
</html>
`;

/** Listens on `port` of this machine alone (0: any that is free). `no-port` where that is taken, `unreadable-file` where the files cannot be watched. */
export async function serveExplorer({ site, source }: ExplorerPages, port: number): Promise<Outcome<Serving>> {
  const listeners = new Set<ServerResponse>();
  const files = watchedFiles(() => {
    for (const listener of listeners) listener.write('event: changed\ndata: \n\n');
  });
  const followed = files.follow(source().watched);
  const content = () => {
    const now = source();
    // The page gets its text also where a folder cannot be watched any more.
    files.follow(now.watched);
    return now.content;
  };
  const server = createServer((request, response) => {
    response.setHeader('content-security-policy', policy);
    response.setHeader('cache-control', 'no-store');
    // A page that is isolated from others has clocks that tell the microseconds of a phase.
    response.setHeader('cross-origin-opener-policy', 'same-origin');
    response.setHeader('cross-origin-embedder-policy', 'require-corp');
    const refused = refusalOf(request, portOf(server));
    if (refused !== undefined) {
      response.writeHead(refused, { allow: 'GET, HEAD', 'content-type': 'text/plain' });
      return response.end(`The explorer answers GET and HEAD at ${addressOf(server)}, and nothing else.\n`);
    }
    const name = (request.url ?? '/').replace(/[?#].*$/, '').slice(1);
    if (name === 'events') return listen(request, response, listeners);
    const [status, type, body] = answerOf(name, site, content);
    response.writeHead(status, { 'content-type': `${type}; charset=utf-8` }).end(body);
  });
  const close = () => {
    files.close();
    server.close();
    server.closeAllConnections();
  };
  const listening = followed.ok ? await listeningAt(server, port) : followed;
  if (listening.ok) return succeeded({ address: addressOf(server), close });
  close();
  return listening;
}

async function listeningAt(server: Server, port: number): Promise<Outcome<undefined>> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.on('error', reject);
      server.listen(port, 'localhost', resolve);
    });
    return succeeded(undefined);
  } catch (error) {
    return failed('no-port', error instanceof Error ? error.message : String(error), 'name another one with --port');
  }
}

/**
 * The status with which a question is refused. Its host must be this machine: a page of another site, whose name was made to lead here, could otherwise read the
 * program as if it were its own.
 */
function refusalOf({ method, headers }: IncomingMessage, port: number): number | undefined {
  const hosts = ['localhost', '127.0.0.1', '[::1]'];
  // Browsers leave out the usual port.
  const allowed = [...hosts.map(host => `${host}:${port}`), ...(port === 80 ? hosts : [])];
  if (!allowed.includes(headers.host?.toLowerCase() ?? '')) return 403;
  return method === 'GET' || method === 'HEAD' ? undefined : 405;
}

function addressOf(server: Server): string {
  return `http://localhost:${portOf(server)}/`;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function listen({ method }: IncomingMessage, response: ServerResponse, listeners: Set<ServerResponse>): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (method === 'HEAD') {
    response.end();
    return;
  }
  response.write('\n');
  listeners.add(response);
  response.on('close', () => listeners.delete(response));
}

function answerOf(
  name: string,
  site: ReadonlyMap<string, Uint8Array>,
  content: () => unknown,
): readonly [status: number, type: string, body: string | Uint8Array] {
  if (name === '') return [200, 'text/html', page];
  if (name === 'source.json') return sourceAnswer(content);
  const body = site.get(name);
  if (body === undefined) return [404, 'text/plain', 'There is no such page.\n'];
  return [200, name.endsWith('.css') ? 'text/css' : 'text/javascript', body];
}

/** A fault of the compiler's ends this answer and not the server: the text may be another one a moment later. */
function sourceAnswer(content: () => unknown): ReturnType<typeof answerOf> {
  try {
    return [200, 'application/json', JSON.stringify(content())];
  } catch (error) {
    return [500, 'text/plain', error instanceof Error ? error.message : String(error)];
  }
}
