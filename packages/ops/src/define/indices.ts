/** Arithmetic with indices, for the oracles. */

/** Calls `visit` with every index of `shape`, and its number, in row-major order. `index` is the same array in every call. */
export function forEachIndex(
  shape: readonly number[],
  visit: (index: readonly number[], linear: number) => void,
): void {
  const index = shape.map(() => 0);
  const count = shape.reduce((product, extent) => product * extent, 1);
  for (let linear = 0; linear < count; linear++) {
    visit(index, linear);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++index[axis] < shape[axis]) break;
      index[axis] = 0;
    }
  }
}

/** Σ aᵢ·bᵢ: the number of an element, from its index and the strides. */
export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, x, i) => sum + x * b[i], 0);
}
