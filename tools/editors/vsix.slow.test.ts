/** The extension has all that its manifest names, and its server answers the protocol's messages in a plain Node. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packExtension } from './vsix.ts';

const folder = mkdtempSync(join(tmpdir(), 'tessera-vsix-'));
let files: Readonly<Record<string, Uint8Array>>;
let bytes: Buffer;

beforeAll(async () => {
  bytes = readFileSync(await packExtension(folder));
  files = unzipSync(bytes);
});

afterAll(() => rmSync(folder, { recursive: true }));

it('has the files that its manifest names', () => {
  const { main, contributes } = JSON.parse(strFromU8(files['extension/package.json']));
  const named = [main, contributes.languages[0].configuration, contributes.grammars[0].path];
  expect(Object.keys(files)).toEqual(expect.arrayContaining(named.map(path => path.replace('./', 'extension/'))));
  expect(strFromU8(files['extension.vsixmanifest'])).toContain('Id="tessera-dnn"');
});

it('is small: the library that makes code is not in it', () => {
  expect(bytes.length).toBeLessThan(2_000_000);
});

it('has a server that starts and says what it can', async () => {
  const path = join(folder, 'server.mjs');
  writeFileSync(path, files['extension/dist/server.mjs']);
  const server = spawn(process.execPath, [path, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { processId: null, rootUri: null, capabilities: {} },
  });
  server.stdin.write(`Content-Length: ${body.length}\r\n\r\n${body}`);
  let answer = '';
  for await (const part of server.stdout) {
    answer += part;
    if (answer.includes('tessera-lsp')) break;
  }
  expect(answer).toContain('"hoverProvider":true');
  server.kill();
});
