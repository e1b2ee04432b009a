/** The numbers of the lanes of a vector. */
import type { KernelBuilder, KernelValue } from '@tessera-dnn/graph/kernel';

/** The i32x4 0, 1, 2, 3. */
export function laneNumbers(k: KernelBuilder): KernelValue {
  let lanes = k.constant('i32x4', 0);
  for (let lane = 1; lane < 4; lane++) lanes = k.replace(lanes, lane, lane);
  return lanes;
}
