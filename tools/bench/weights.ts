/**
 * Draws weights and inputs from a seed. They are about as large as trained ones, so that sums neither vanish nor overflow. Batch norms get
 * statistics other than 0 and 1, so that a wrong one shows in the comparison.
 */
import type { StoredTensor } from '@tessera-dnn/formats';
import type { Module } from '@tessera-dnn/graph';

/** Weights for every variable of the module, by path. */
export function drawWeights(module: Module): ReadonlyMap<string, StoredTensor<'f32'>> {
  const random = uniform(1);
  const drawn = module.variables
    .filter(variable => variable.kind !== 'prepared')
    .map(({ path, type: { shape } }): [string, StoredTensor<'f32'>] => {
      const length = shape.reduce((product, extent) => product * extent, 1);
      const [low, high] = range(path, shape);
      return [
        path,
        { element: 'f32', shape, data: Float32Array.from({ length }, () => low + (high - low) * random()) },
      ];
    });
  return new Map(drawn);
}

function range(path: string, shape: readonly number[]): readonly [low: number, high: number] {
  if (path.endsWith('running_var')) return [0.5, 1.5];
  if (shape.length === 1) return path.endsWith('weight') ? [0.5, 1.5] : [-0.1, 0.1];
  const fanIn = shape.slice(1).reduce((product, extent) => product * extent, 1);
  const bound = Math.sqrt(3 / fanIn);
  return [-bound, bound];
}

/** Numbers between -1 and 1, or integers from 0 up to, but without, a bound. */
export function drawInput(length: number, integersBelow?: number): Float32Array | Int32Array {
  const random = uniform(2);
  if (integersBelow === undefined) return Float32Array.from({ length }, () => 2 * random() - 1);
  return Int32Array.from({ length }, () => Math.floor(integersBelow * random()));
}

/** Numbers from 0 to 1: Marsaglia's xorshift with the shifts 13, 17 and 5. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
