/** Chips on several threads in Node: who takes part, what happens when one is lost, and that nothing is left behind. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Worker } from 'node:worker_threads';
import { ChipError, type ChipOptions, type LoadedChip, load } from '@tessera-dnn/chip';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handMade } from './hand-made.ts';
import { watchWorkers } from './watch-workers.ts';

const bytes = handMade();
let workers: readonly Worker[] = [];
const chips: LoadedChip[] = [];
beforeEach(() => {
  workers = watchWorkers();
});
afterEach(() => {
  for (const chip of chips.splice(0)) chip.dispose();
});

const rounds = (count: number) => ({ rounds: Int32Array.of(count) });

/** A chip whose threads have all joined, which they may do a little after it is there. */
async function start(threads: number, options: ChipOptions = {}): Promise<LoadedChip> {
  const chip = await load(bytes, { threads, ...options });
  chips.push(chip);
  for (let tries = 0; tries < 500 && bitsOf(chip) !== 2 ** threads - 1; tries++) await setTimeout(5);
  return chip;
}

const bitsOf = (chip: LoadedChip) => chip.run('share', rounds(10))['who'][0];

/** The code of the diagnostic with which `run` fails, and after how many milliseconds. */
async function failure(run: () => unknown): Promise<{ readonly code: string; readonly after: number }> {
  const before = performance.now();
  try {
    await run();
  } catch (error) {
    if (!(error instanceof ChipError)) throw error;
    return { code: error.diagnostics[0].code, after: performance.now() - before };
  }
  throw new Error('it did not fail');
}

describe('a chip on threads', () => {
  it.each([1, 2, 4])('runs on %i', async threads => {
    const chip = await start(threads);
    expect(chip).toMatchObject({ threads, warnings: [] });
    expect(bitsOf(chip)).toBe(2 ** threads - 1);
    expect([...(await chip.runAsync('share', rounds(5)))['who']]).toEqual([2 ** threads - 1]);
  });

  it('runs where a library has made Node’s Worker a global one', async () => {
    const { Worker } = process.getBuiltinModule('node:worker_threads');
    vi.stubGlobal('Worker', Worker);
    const chip = await start(2);
    vi.unstubAllGlobals();
    expect(bitsOf(chip)).toBe(3);
  });

  it('takes no more threads than the artifact has', async () => {
    const chip = await start(4, { threads: 5 });
    expect(chip.threads).toBe(4);
    expect(chip.warnings).toMatchObject([
      { code: 'fewer-threads', severity: 'warning', message: expect.stringContaining('for 4 threads') },
    ]);
    expect((await load(bytes, { threads: 'auto' })).warnings).toEqual([]);
    expect((await failure(() => load(bytes, { threads: 0 }))).code).toBe('bad-threads');
  });

  it('starts no worker for one thread before it is needed', async () => {
    const chip = await start(1);
    expect(workers).toHaveLength(0);
    await chip.runAsync('share', rounds(5));
    expect(workers).toHaveLength(1);
  });

  it('refuses other calls while a program runs, and queues further runs', async () => {
    const chip = await start(2);
    const first = chip.runAsync('share', rounds(1e6));
    const second = chip.runAsync('share', rounds(10));
    await setTimeout(0);
    expect((await failure(() => chip.run('share', rounds(1)))).code).toBe('chip-busy');
    expect([...(await first)['who'], ...(await second)['who']]).toEqual([3, 3]);
    expect(bitsOf(chip)).toBe(3);
  });

  it('does other things while a program runs', async () => {
    const chip = await start(2);
    const ran = chip.runAsync('share', rounds(3e8));
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    await ran;
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(3);
  });

  it('gives up waiting when the signal is aborted, and runs on', async () => {
    const chip = await start(2);
    const stop = new AbortController();
    const ran = chip.runAsync('share', rounds(1e8), { signal: stop.signal });
    setImmediate(() => stop.abort(new Error('enough')));
    await expect(ran).rejects.toThrow('enough');
    await expect(chip.runAsync('share', rounds(5), { signal: stop.signal })).rejects.toThrow('enough');
    expect([...(await chip.runAsync('share', rounds(5)))['who']]).toEqual([3]);
  });
});

describe('a lost thread', () => {
  it('in the middle of a run on a worker ends it with an error within a second', async () => {
    const chip = await start(4);
    const ran = failure(() => chip.runAsync('share', rounds(-1)));
    await setTimeout(50);
    void workers[2].terminate();
    const { code, after } = await ran;
    expect([code, after < 1000]).toEqual(['thread-lost', true]);
    expect((await failure(() => chip.run('share', rounds(1)))).code).toBe('thread-lost');
  });

  it('is noticed where the thread that runs the program is the lost one', async () => {
    const chip = await start(2);
    const ran = failure(() => chip.runAsync('share', rounds(-1)));
    await setTimeout(50);
    void workers[0].terminate();
    const { code, after } = await ran;
    expect([code, after < 1000]).toEqual(['thread-lost', true]);
  });

  it('ends a run on the calling thread, which hears nothing while it waits', async () => {
    const chip = await start(2);
    void workers[1].terminate();
    const { code, after } = await failure(() => chip.run('share', rounds(-1)));
    expect([code, after < 1000]).toEqual(['thread-lost', true]);
  });

  it('is one that traps, too', async () => {
    for (const run of ['run', 'runAsync'] as const) {
      const chip = await start(3);
      const { code, after } = await failure(() => chip[run]('share', rounds(-2)));
      expect([code, after < 1000]).toEqual(['thread-lost', true]);
    }
  });

  it('is none of the chip any more where code was stopped', async () => {
    const stopped = { code: 'slow', severity: 'error', message: 'too slow' } as const;
    let isSlow = false;
    const chip = await start(2, {
      call: code => {
        if (isSlow) return { ok: false, diagnostics: [stopped] };
        code();
        return { ok: true, value: undefined, diagnostics: [] };
      },
    });
    isSlow = true;
    expect((await failure(() => chip.run('share', rounds(1)))).code).toBe('slow');
    expect((await failure(() => chip.run('share', rounds(1)))).code).toBe('thread-lost');
  });
});

describe('threads end', () => {
  const ended = (worker: Worker) => new Promise<void>(resolve => worker.once('exit', () => resolve()));

  it('when the chip is disposed of, which then refuses everything', async () => {
    const chip = await start(3);
    const ends = workers.map(ended);
    expect(ends).toHaveLength(3);
    const ran = failure(() => chip.runAsync('share', rounds(-1)));
    await setTimeout(20);
    chip.dispose();
    expect((await ran).code).toBe('disposed');
    await Promise.all(ends);
    expect((await failure(() => chip.run('share', rounds(1)))).code).toBe('disposed');
    expect((await failure(() => chip.runAsync('share', rounds(1)))).code).toBe('disposed');
  });

  it('when nobody has the chip any longer', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    await (async () => void (await load(bytes, { threads: 2 })).run('share', rounds(1)))();
    const ends = Promise.all(workers.map(ended));
    for (let tries = 0; tries < 100; tries++) {
      collect();
      if (await Promise.race([ends.then(() => true), setTimeout(20, false)])) return;
    }
    throw new Error('they are still there');
  });

  it('when the process has nothing else to do', () => {
    const script = join(import.meta.dirname, 'leaves.ts');
    const flags = ['--conditions=@tessera/source', script];
    expect(execFileSync(process.execPath, flags, { encoding: 'utf8', timeout: 100_000 })).toBe('true 3\n');
  }, 120_000);
});
