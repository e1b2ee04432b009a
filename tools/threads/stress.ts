/**
 * Runs a network on threads again and again, and ends workers in the middle of runs: no run may hang or give other bits than one thread gives, and
 * one whose thread is lost must end with an error within a second.
 *
 * `node --conditions=@tessera/source tools/threads/stress.ts [RUNS] [LOSSES]`, by default 10,000 and 30.
 */
import { setTimeout } from 'node:timers/promises';
import { ChipError, type LoadedChip, load } from '@tessera-dnn/chip';
import { compile } from '@tessera-dnn/compiler';
import { watchWorkers } from './watch-workers.ts';

const text = `
model net[n = 2](x: f32[n, 3, 16, 16]) -> f32[n, 8] {
  x |> conv2d(16, kernel: 3, padding: 1) as conv1 |> relu |> conv2d(16, kernel: 3, padding: 1) as conv2 |> relu
    |> max_pool(4) |> flatten |> dense(8) as scores
}
train fit[n = 16](x: f32[n, 3, 16, 16], label: i32[n]) {
  let loss = cross_entropy(net(x), label)
  minimize loss using sgd(rate: 0.01)
  return { loss }
}`;

/** What is counted, for a line of output or an expectation. */
export interface Stress {
  readonly runs: number;
  readonly losses: number;
  /** Milliseconds from a worker's end to the error. */
  readonly slowest: number;
}

const random = (size: number) => Float32Array.from({ length: size }, () => Math.random());

function compiled(): Uint8Array {
  const artifact = compile({ name: 'stress.dnn', text }, { math: 'strict', threads: 4 });
  if (!artifact.ok) throw new Error(artifact.diagnostics[0].message);
  return artifact.value.bytes;
}

/** Throws if a run gives other bits, or a loss is not noticed. */
export async function stress(runs: number, losses: number): Promise<Stress> {
  const bytes = compiled();
  const alone = await load(bytes, { seed: 1 });
  for (const threads of [2, 4]) {
    const together = await load(bytes, { seed: 1, threads });
    for (let run = 0; run < runs / 2; run++) await runBoth(alone, together, run % 8 === 7);
    together.dispose();
    alone.init(1);
  }
  let slowest = 0;
  for (let loss = 0; loss < losses; loss++) slowest = Math.max(slowest, await lose(bytes, loss));
  return { runs, losses, slowest };
}

/** A step of training or a run of what it trains, now and then on a worker. */
async function runBoth(alone: LoadedChip, together: LoadedChip, apart: boolean): Promise<void> {
  const trains = Math.random() < 0.5;
  const [program, samples] = trains ? (['fit', 16] as const) : (['net', 2] as const);
  const inputs = { x: random(samples * 768), ...(trains && { label: Int32Array.from(random(16), x => 8 * x) }) };
  const expected = alone.run(program, inputs);
  const found = apart ? await together.runAsync(program, inputs) : together.run(program, inputs);
  for (const [name, data] of Object.entries(expected)) {
    if (data.some((value, i) => value !== found[name][i])) throw new Error(`${program} gives another ${name}`);
  }
}

/** Ends a worker while programs run; after how many milliseconds that is noticed. */
async function lose(bytes: Uint8Array, which: number): Promise<number> {
  const workers = watchWorkers();
  const chip = await load(bytes, { threads: 4 });
  const inputs = { x: random(16 * 768), label: new Int32Array(16) };
  const runs = (async () => {
    // On a worker, or here with pauses, in which the end of the worker can be asked for.
    for (;;) {
      if (which % 2 === 0) await chip.runAsync('fit', inputs);
      else await setTimeout(0, chip.run('fit', inputs));
    }
  })();
  const failed = runs.catch((error: unknown) => error);
  await setTimeout(20 * Math.random());
  const before = performance.now();
  void workers[which % 4].terminate();
  const error = await Promise.race([failed, setTimeout(5000, 'a lost thread was not noticed')]);
  if (!(error instanceof ChipError) || error.diagnostics[0].code !== 'thread-lost') throw new Error(String(error));
  return performance.now() - before;
}

if (import.meta.main) {
  const [runs = 10_000, losses = 30] = process.argv.slice(2).map(Number);
  const { slowest } = await stress(runs, losses);
  console.log(`${runs} runs, ${losses} threads lost, noticed after ${slowest.toFixed(0)} ms at most`);
}
