/** Serves the explorer to this machine's browser: its page, the program's text, and a word when that changes. */
import { watch } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';

export interface ExplorerPages {
  /** Scripts and style, by name. */
  readonly site: ReadonlyMap<string, Uint8Array>;
  /** What the page begins with, read anew for each question. */
  readonly source: () => unknown;
  /** Files whose changes the page hears of. */
  readonly watched: readonly string[];
}

export interface Serving {
  /** `http://localhost:4173/`. */
  readonly address: string;
  readonly close: () => void;
}

/** Nothing is loaded from elsewhere, and no other page may show this one. */
const policy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; frame-ancestors 'none'; base-uri 'none'";

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

/** Listens on `port` of this machine alone (0: any that is free). Rejects where that is taken. */
export async function serveExplorer({ site, source, watched }: ExplorerPages, port: number): Promise<Serving> {
  const listeners = new Set<ServerResponse>();
  const server = createServer(({ url = '/' }, response) => {
    const name = url.replace(/[?#].*$/, '').slice(1);
    response.setHeader('content-security-policy', policy);
    response.setHeader('cache-control', 'no-store');
    if (name === 'events') return listen(response, listeners);
    const [type, body] = contentOf(name, site, source);
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': type });
    response.end(body);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, 'localhost', resolve);
  });
  const watchers = [...new Set(watched.map(path => dirname(path)))].map(folder =>
    // A file that an editor saves by writing another one in its place is gone for whoever watches the file itself.
    watch(folder, () => {
      for (const listener of listeners) listener.write('event: changed\ndata: \n\n');
    }),
  );
  return {
    address: `http://localhost:${portOf(server)}/`,
    close: () => {
      for (const watcher of watchers) watcher.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function listen(response: ServerResponse, listeners: Set<ServerResponse>): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('\n');
  listeners.add(response);
  response.on('close', () => listeners.delete(response));
}

function contentOf(
  name: string,
  site: ReadonlyMap<string, Uint8Array>,
  source: () => unknown,
): readonly [type: string, body: string | Uint8Array | undefined] {
  if (name === '') return ['text/html; charset=utf-8', page];
  if (name === 'source.json') return ['application/json', JSON.stringify(source())];
  const type = name.endsWith('.css') ? 'text/css' : 'text/javascript';
  return [`${type}; charset=utf-8`, site.get(name)];
}
