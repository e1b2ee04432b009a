/** What this machine can do at best: a loop of multiply-adds that touches registers only. Benchmarks give their results as a part of it. */
import { type KernelBuilder, type RecordedKernel, recordKernel } from '@tessera-dnn/graph/kernel';
import type { MathMode } from '../codelet/lower.ts';
import { instantiateCodelets } from '../instantiate.ts';

/** 10^9 multiply-adds of f32 a second, on one core. */
export interface MultiplyAddPeak {
  /** `f32x4.relaxed_madd`. */
  readonly fused: number;
  /** `f32x4.mul` then `f32x4.add`. */
  readonly separate: number;
}

/** Accumulators: enough to hide the latency of both instructions, few enough for V8's 15 vector registers. */
const accumulators = 12;
const turns = 100_000;
const trials = 40;

/** Takes about 50 ms. The best of many short trials, so that other work on the machine disturbs little. */
export function measureMultiplyAddPeak(): MultiplyAddPeak {
  return {
    fused: measure(
      'fast',
      recordPeak((k, sum, x, y) => k.fma(x, y, sum)),
    ),
    // The product must not be the same on every turn, or the engine computes it once.
    separate: measure(
      'strict',
      recordPeak((k, sum, x, y) => k.fma(sum, x, y)),
    ),
  };
}

/** 10^9 multiply-adds of bytes a second, in fours with sums of 32 bits, as kernels of that math make them. Takes about 20 ms. */
export function measureByteMultiplyAddPeak(math: MathMode): number {
  // Each of the four lanes adds four products.
  return (
    4 *
    measure(
      math,
      recordPeak((k, sum, x, y) => k.dot(x, y, sum), 'i32x4'),
    )
  );
}

type Step = (k: KernelBuilder, sum: Value, x: Value, y: Value) => Value;
type Value = ReturnType<KernelBuilder['get']>;

function recordPeak(step: Step, type: 'f32x4' | 'i32x4' = 'f32x4'): RecordedKernel {
  return recordKernel({ specialised: false }, k => {
    const out = k.address(0);
    const x = k.load(type, out);
    const y = k.load(type, out, 16);
    const sums = Array.from({ length: accumulators }, () => k.cell(x));
    k.loop(0, k.field(turns), () => {
      for (const sum of sums) k.set(sum, step(k, k.get(sum), x, y));
    });
    sums.forEach((sum, i) => {
      k.store(out, k.get(sum), 32 + 16 * i);
    });
  });
}

function measure(math: MathMode, kernel: RecordedKernel): number {
  const instance = instantiateCodelets([kernel], { math, dataBytes: 1024 });
  new Float32Array(instance.memory.buffer, instance.dataAddress, 8).fill(0.5);
  instance.bind(0, [instance.dataAddress]);
  let bestMilliseconds = Number.POSITIVE_INFINITY;
  for (let trial = 0; trial < trials; trial++) {
    const start = performance.now();
    instance.call(0);
    bestMilliseconds = Math.min(bestMilliseconds, performance.now() - start);
  }
  return (4 * accumulators * turns) / bestMilliseconds / 1e6;
}
