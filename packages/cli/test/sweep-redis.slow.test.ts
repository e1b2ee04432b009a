/** A sweep by workers over Redis: whatever ends in the middle, all answers arrive, and they are those of one machine. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { place } from './command.ts';
import { redisServer, startRedis } from './redis.ts';

if (redisServer === undefined) console.warn('skipped: sweeps over many machines, since there is no redis-server');

const tessera = fileURLToPath(new URL('../bin/tessera.mjs', import.meta.url));

const program = `const wide = 8
model net[n = 1](x: f32[n, 16]) { x |> dense(wide) as a |> relu |> dense(4) as b }
`;
const flags = ['net.dnn', '--set', 'wide=8,16,24,32', '--set', 'net.n=1,2,3', '--chip', 'tiny', '--tiles', '2,4'];

/** A worker that has said it waits for points. */
async function startWorker(url: string): Promise<ChildProcess> {
  const worker = spawn(process.execPath, [tessera, 'worker', '--redis', url, '--jobs', '1']);
  onTestFinished(() => void worker.kill('SIGKILL'));
  await new Promise<void>(resolve =>
    worker.stdout.on('data', text => /waits for points/.test(String(text)) && resolve()),
  );
  return worker;
}

/** Resolves when a worker has planned so many points. */
function planned(worker: ChildProcess, points: number): Promise<void> {
  let seen = 0;
  return new Promise(resolve => {
    worker.stdout?.on('data', text => {
      seen += String(text).split(' tiles: ').length - 1;
      if (seen >= points) resolve();
    });
  });
}

it.skipIf(redisServer === undefined)(
  'a killed worker and a Redis that comes back empty lose nothing',
  async () => {
    const here = place({ 'net.dnn': program });
    const local = await here.tessera('sweep', ...flags, '--json', '--cache', 'local', '--jobs', '1');
    expect(JSON.parse(local.out).points).toHaveLength(24);

    const redis = await startRedis();
    onTestFinished(() => redis.kill());
    const workers = await Promise.all([startWorker(redis.url), startWorker(redis.url), startWorker(redis.url)]);
    const some = planned(workers[0], 3);
    const sweeping = here.tessera('sweep', ...flags, '--json', '--cache', 'remote', '--redis', redis.url);
    await some;
    workers[0].kill('SIGKILL');
    await redis.kill();
    await redis.start();
    const remote = await sweeping;
    expect(remote).toEqual(local);
  },
  180_000,
);

it.skipIf(redisServer === undefined)(
  'a Redis that is not there is said to be so',
  async () => {
    const here = place({ 'net.dnn': program });
    const { code, err } = await here.tessera(
      'sweep',
      'net.dnn',
      '--tiles',
      '1,2',
      '--chip',
      'tiny',
      '--redis',
      'redis://127.0.0.1:1',
    );
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringContaining('error[no-redis]: nothing answers at redis://127.0.0.1:1'),
    });
  },
  30_000,
);
