/** The command as an editor starts it: a process of its own, ended by the protocol. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const command = fileURLToPath(new URL('../../bin/tessera-lsp.mjs', import.meta.url));

it('answers, prints nothing else, and ends when it is told to', async () => {
  const server = spawn(process.execPath, [command, '--stdio'], { stdio: 'pipe' });
  const closed = once(server, 'close');
  let [out, err] = ['', ''];
  const answered = new Promise<void>(resolve => {
    server.stdout.on('data', part => {
      out += part;
      if (out.includes('"id":2')) resolve();
    });
  });
  server.stderr.on('data', part => {
    err += part;
  });
  const send = (message: object) => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    server.stdin.write(`Content-Length: ${body.length}\r\n\r\n${body}`);
  };
  send({ id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: {} } });
  send({ id: 2, method: 'shutdown' });
  await answered;
  send({ method: 'exit' });
  const [code] = await closed;
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(
    out
      .split(/Content-Length: \d+\r\n\r\n/)
      .slice(1)
      .map(part => JSON.parse(part).id),
  ).toEqual([1, 2]);
});
