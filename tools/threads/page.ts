/** Runs in the browser: an artifact on threads, without and with a worker that is lost, and what the page can do meanwhile. */
import { ChipError, type LoadedChip, load } from '@tessera-dnn/chip';

const workers: Worker[] = [];
globalThis.Worker = class extends Worker {
  constructor(url: string | URL, options?: WorkerOptions) {
    super(url, options);
    workers.push(this);
  }
};

const bytes = await (await fetch('/hand-made.wasm')).arrayBuffer();
const rounds = (count: number) => ({ rounds: Int32Array.of(count) });

async function report(): Promise<unknown> {
  const chip = await load(bytes, { threads: 3 });
  const { threads, warnings } = chip;
  const together = await whenAll(chip, 2 ** threads - 1);
  const [alone] = chip.run('share', rounds(5))['who'];
  const longest = await longestWait(() => chip.runAsync('share', rounds(3e8)));
  return {
    threads,
    warnings: warnings.map(({ message }) => message),
    together,
    alone,
    longest,
    lost: await lost(chip),
  };
}

/** The longest time in which the page could do nothing else. */
async function longestWait(run: () => Promise<unknown>): Promise<number> {
  let [last, longest] = [performance.now(), 0];
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  await run();
  clearInterval(timer);
  return Math.max(longest, performance.now() - last);
}

/** Threads may join a little after the chip is there. */
async function whenAll(chip: LoadedChip, all: number): Promise<number> {
  for (let tries = 0; ; tries++) {
    const [who] = (await chip.runAsync('share', rounds(5)))['who'];
    if (who === all || tries === 200) return who;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

/** How a run ends in the middle of which a worker is ended, and after how many milliseconds; without workers nothing is lost. */
async function lost(chip: LoadedChip): Promise<unknown> {
  if (workers.length < 2) return undefined;
  const ran = chip.runAsync('share', rounds(-1));
  await new Promise(resolve => setTimeout(resolve, 100));
  const before = performance.now();
  workers[1].terminate();
  const code = await ran.catch(error => (error instanceof ChipError ? error.diagnostics[0].code : String(error)));
  return { code, after: performance.now() - before };
}

const result = await report().catch(error => ({ error: String(error) }));
await fetch('/result', { method: 'POST', body: JSON.stringify(result) });
