/** Four lanes with instructions that wasm has for one lane only. */
import type { KernelBuilder, KernelValue } from '@tessera-dnn/graph/kernel';
import { isVector } from '@tessera-dnn/graph/kernel';

/**
 * The results of `work` on every lane of the arguments. If some arguments have four lanes, its code is written four times, and arguments of
 * one lane are given to each of them.
 */
export function eachLane(
  k: KernelBuilder,
  args: readonly KernelValue[],
  work: (args: readonly KernelValue[]) => KernelValue,
): KernelValue {
  if (!args.some(arg => isVector(arg.type))) return work(args);
  const lane = (i: number): KernelValue => work(args.map(arg => (isVector(arg.type) ? k.extract(arg, i) : arg)));
  let result = k.splat(lane(0));
  for (let i = 1; i < 4; i++) result = k.replace(result, i, lane(i));
  return result;
}

/** The greatest lane of an i32 or i32x4. */
export function greatestLane(k: KernelBuilder, x: KernelValue): KernelValue {
  if (!isVector(x.type)) return x;
  const pairs = k.max(x, k.shuffle(x, x, [2, 3, 0, 1]));
  return k.max(k.extract(pairs, 0), k.extract(pairs, 1));
}

/** `args` as they are if all have one lane; otherwise those of one lane are copied into four. */
export function evenLanes(k: KernelBuilder, args: readonly KernelValue[]): readonly KernelValue[] {
  return args.some(arg => isVector(arg.type)) ? args.map(arg => k.splat(arg)) : args;
}
