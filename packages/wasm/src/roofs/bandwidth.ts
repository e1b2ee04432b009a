/** How fast this machine reads memory: a loop that loads bytes of a range and adds them up, over ranges from the first cache to main memory. */
import { type KernelValue, type RecordedKernel, recordKernel } from '@tessera-dnn/graph/kernel';
import { instantiateCodelets } from '../instantiate.ts';

/** Reading `bytes` bytes again and again goes at so many bytes a second, on one core. */
export interface BandwidthPoint {
  readonly bytes: number;
  readonly bytesPerSecond: number;
}

/** From what fits in any first cache to what fits in hardly any cache. */
const sizes: readonly number[] = [16e3, 64e3, 250e3, 1e6, 4e6, 16e6, 64e6];
const millisecondsEach = 8;
/** A trial reads a small range so often that it takes much longer than a look at the clock. */
const leastTrialBytes = 1e6;
const warmMilliseconds = 25;
/** So many vectors are loaded in each turn, and added to sums of their own. */
const vectors = 8;
const turnBytes = 16 * vectors;

/** Takes about 100 ms, and 64 MB. Of each size the best trial, so that other work on the machine disturbs little. */
export function measureBandwidth(): readonly BandwidthPoint[] {
  const largest = sizes[sizes.length - 1];
  const instance = instantiateCodelets([recordReading()], { math: 'strict', dataBytes: largest + 4096 });
  const [count, data] = [instance.dataAddress, instance.dataAddress + 64];
  // Memory that was never written is one and the same page of zeros.
  new Uint8Array(instance.memory.buffer, data).fill(1);
  instance.bind(0, [count, data]);
  const rate = (bytes: number, milliseconds: number): number => {
    const repeats = Math.ceil(leastTrialBytes / bytes);
    new Int32Array(instance.memory.buffer, count, 2).set([bytes, repeats]);
    return (bytes * repeats) / bestSeconds(() => instance.call(0), milliseconds);
  };
  // Until the engine has compiled the loop with optimisation.
  rate(sizes[0], warmMilliseconds);
  return sizes.map(bytes => ({ bytes, bytesPerSecond: rate(bytes, millisecondsEach) }));
}

/** The first slot says how many bytes to read and how often, the second where they are. */
function recordReading(): RecordedKernel {
  return recordKernel({ specialised: false }, k => {
    const bytes = k.load('i32', k.address(0));
    const repeats = k.load('i32', k.address(0), 4);
    const from = k.address(1);
    const sums = Array.from({ length: vectors }, (_, i) => k.cell(k.load('i32x4', from, 16 * i)));
    const turn = (distance: KernelValue): void => {
      const at = k.add(from, distance);
      sums.forEach((sum, i) => {
        k.set(sum, k.add(k.get(sum), k.load('i32x4', at, 16 * i)));
      });
    };
    k.loop(0, repeats, () => k.loop(0, bytes, turn, turnBytes));
    sums.forEach((sum, i) => {
      k.store(from, k.get(sum), 16 * i);
    });
  });
}

/** The shortest time of `run`, which is repeated for so long, and at least four times. */
function bestSeconds(run: () => void, milliseconds: number): number {
  let best = Number.POSITIVE_INFINITY;
  const begin = performance.now();
  for (let trial = 0; trial < 4 || performance.now() - begin < milliseconds; trial++) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  return best / 1000;
}
