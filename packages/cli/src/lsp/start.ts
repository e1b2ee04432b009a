/** The language server on two streams. */
import { readFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { createConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import { serve } from './server.ts';

/** Serves until the editor's end of the streams is closed. Resolves to the exit code, which is 0; after `exit` the process ends by itself. */
export async function serveStreams(input: Readable, output: Writable): Promise<number> {
  const ended = new Promise<number>(resolve => input.once('close', () => resolve(0)).once('end', () => resolve(0)));
  const connection = createConnection(new StreamMessageReader(input), new StreamMessageWriter(output));
  serve(connection, readAddress);
  connection.listen();
  return ended;
}

/** The text of a file on this machine; undefined of anything else. */
function readAddress(address: string): string | undefined {
  try {
    return address.startsWith('file:') ? readFileSync(fileURLToPath(address), 'utf8') : undefined;
  } catch {
    return undefined;
  }
}
