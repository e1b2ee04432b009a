/**
 * Times contestants against each other.
 *
 * 1. Compare their outputs: contestants that answer differently are not timed.
 * 2. Warm them up. V8 compiles wasm twice, the second time with optimisation, and replaces a function only between calls. So warming up
 *    needs many calls, not long ones.
 * 3. Time them in turns: some runs of one, then of the next for as many milliseconds. So what disturbs the machine affects all equally.
 * 4. Take the median over the turns of each, and the best turn. The best turn is compared with the multiply-add peak, which is measured
 *    before and after and is the best of many trials too.
 */
import { measureMultiplyAddPeak } from '@tessera-dnn/wasm/roofs';
import type { Contestant } from './contestant.ts';
import { type Contest, relativeDifference } from './contestants.ts';

export interface Side {
  /** Milliseconds of one run, as the median over the turns. */
  readonly milliseconds: number;
  /** Milliseconds of one run in the best turn. */
  readonly bestMilliseconds: number;
  readonly shippedBytes: number;
  readonly memoryBytes: number;
  readonly createMilliseconds: number;
}

export interface Measurement {
  readonly name: string;
  readonly multiplyAdds: number;
  readonly ours: Side;
  readonly peers: readonly PeerSide[];
  /** The machine's peak: 10^9 fused multiply-adds per second, in registers. */
  readonly peak: number;
}

export interface PeerSide extends Side {
  readonly name: string;
  /** The largest difference of its outputs from ours, divided by the largest number. */
  readonly difference: number;
}

/** How long to measure. */
export interface Patience {
  readonly warmRuns: number;
  readonly leastWarmRuns: number;
  readonly warmMilliseconds: number;
  /** The number of turns. There are fewer if all of them would take longer than `milliseconds`, but at least `leastTurns`. */
  readonly turns: number;
  readonly leastTurns: number;
  readonly milliseconds: number;
}

export const thorough: Patience = {
  warmRuns: 60,
  leastWarmRuns: 10,
  warmMilliseconds: 8000,
  turns: 151,
  leastTurns: 15,
  milliseconds: 4000,
};
export const quick: Patience = {
  warmRuns: 60,
  leastWarmRuns: 10,
  warmMilliseconds: 1000,
  turns: 31,
  leastTurns: 5,
  milliseconds: 1000,
};

/** More time, for peers that take a second or more for a run. */
export function patient(patience: Patience): Patience {
  return { ...patience, leastWarmRuns: 3, leastTurns: 5 };
}

/**
 * How long a turn of one contestant is (at least one run). Turns are short, so that other work on the machine disturbs only some of them.
 */
const turnMilliseconds = 5;

export async function measure(name: string, contest: Contest, patience: Patience): Promise<Measurement> {
  const { ours, peers, multiplyAdds } = contest;
  const differences = await compare(contest);
  const { sides, peak } = await timeInTurns([ours, ...peers.map(({ contestant }) => contestant)], patience);
  const theirs = peers.map((peer, i) => ({ ...sides[i + 1], name: peer.name, difference: differences[i] }));
  return { name, multiplyAdds, ours: sides[0], peers: theirs, peak };
}

/** Steps 2 to 4, for any number of contestants. */
export async function timeInTurns(
  contestants: readonly Contestant[],
  patience: Patience,
): Promise<{ readonly sides: readonly Side[]; readonly peak: number }> {
  const before = measureMultiplyAddPeak().fused;
  const turnRuns: number[] = [];
  for (const contestant of contestants) turnRuns.push(await warmUp(contestant, patience));
  const times = contestants.map((): number[] => []);
  const start = performance.now();
  const isOver = (turns: number) => turns >= patience.leastTurns && performance.now() - start > patience.milliseconds;
  for (let turn = 0; turn < patience.turns && !isOver(turn); turn++) {
    for (const [i, contestant] of contestants.entries()) times[i].push(await timeRuns(contestant, turnRuns[i]));
  }
  const peak = Math.max(before, measureMultiplyAddPeak().fused);
  return { sides: contestants.map((contestant, i) => side(contestant, times[i])), peak };
}

const asItIs = (output: Float32Array) => output;

/** How far each peer is from us; an error if that is too far. */
async function compare({ ours, peers, comparedRuns, tolerance }: Contest): Promise<readonly number[]> {
  const largest = peers.map(() => 0);
  for (let run = 0; run < comparedRuns; run++) {
    const expected = (await ours.run()).slice();
    for (const [i, { contestant, arrange = asItIs }] of peers.entries())
      largest[i] = Math.max(largest[i], relativeDifference(arrange(await contestant.run()), expected));
  }
  const wrong = largest.findIndex(difference => !(difference <= tolerance));
  if (wrong >= 0) throw new Error(`${peers[wrong].name} differs from our output by ${largest[wrong]}`);
  return largest;
}

/** Returns how many runs a turn has. */
async function warmUp(contestant: Contestant, patience: Patience): Promise<number> {
  const start = performance.now();
  const elapsed = () => performance.now() - start;
  // Warming up ends when either limit is reached: fast networks need time for the compiler that runs beside them, and slow ones would take
  // minutes for so many runs.
  for (
    let runs = 0;
    runs < patience.leastWarmRuns || (runs < patience.warmRuns && elapsed() < patience.warmMilliseconds);
    runs++
  ) {
    await contestant.run();
  }
  while (elapsed() < patience.warmMilliseconds / 8) await contestant.run();
  const once = await timeRuns(contestant, 3);
  return Math.max(1, Math.round(turnMilliseconds / once));
}

/** Milliseconds of one run. */
async function timeRuns(contestant: Contestant, runs: number): Promise<number> {
  const start = performance.now();
  for (let run = 0; run < runs; run++) {
    const output = contestant.run();
    // Awaits only a promise, since even an unnecessary wait takes as long as a layer of a small network.
    if (output instanceof Promise) await output;
  }
  return (performance.now() - start) / runs;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

function side(contestant: Contestant, times: readonly number[]): Side {
  const { shippedBytes, createMilliseconds } = contestant;
  return {
    milliseconds: median(times),
    bestMilliseconds: Math.min(...times),
    shippedBytes,
    memoryBytes: contestant.memoryBytes(),
    createMilliseconds,
  };
}
