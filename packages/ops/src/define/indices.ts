/** Plain index arithmetic for the oracles. */

/** Calls `visit` with every coordinate of `shape` in row-major order. The array is reused from call to call. */
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

export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, x, i) => sum + x * b[i], 0);
}
