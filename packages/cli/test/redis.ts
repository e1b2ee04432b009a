/** A Redis of a test's own, on a port of its own and without a disk. Debian's package `redis-server` or `valkey-server` has one. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';

const servers = ['redis-server', 'valkey-server'];

/** The server's command, if there is one. */
export const redisServer = servers.find(name => spawnSync(name, ['--version']).status === 0);

export interface Redis {
  readonly url: string;
  /** Ends it without a farewell; nothing that was in it is left. */
  readonly kill: () => Promise<void>;
  /** Starts it again, empty. */
  readonly start: () => Promise<void>;
}

/** Starts a server. */
export async function startRedis(): Promise<Redis> {
  const port = await freePort();
  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const started = spawn(redisServer!, ['--port', String(port), '--save', '', '--appendonly', 'no']);
    server = started;
    await new Promise<void>((resolve, reject) => {
      started.stdout.on('data', (text: Buffer) => /ready to accept/i.test(String(text)) && resolve());
      started.on('exit', () => reject(new Error('the server did not start')));
    });
  };
  await start();
  const kill = async (): Promise<void> => {
    const ended = new Promise(resolve => server?.on('exit', resolve));
    server?.kill('SIGKILL');
    await ended;
  };
  return { url: `redis://127.0.0.1:${port}`, kill, start };
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
