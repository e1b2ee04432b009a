/** Work that wasm has for one lane only, done lane by lane. */
import type { KernelBuilder, KernelValue } from '@tessera/graph';
import { isVector } from '@tessera/graph';

/** `work` on every lane of the arguments; those of one lane beside others of four serve all lanes. Emits the code of `work` four times. */
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

/** All of `args` with four lanes if one of them has. */
export function evenLanes(k: KernelBuilder, args: readonly KernelValue[]): readonly KernelValue[] {
  return args.some(arg => isVector(arg.type)) ? args.map(arg => k.splat(arg)) : args;
}
