/**
 * The windows of a pool as tensors: what is needed where a derivative is taken of the gradient of a pool. That is rare, so that it is composed of
 * movements and need not be fast.
 */
import type { Attributes, ValueId } from '@tessera-dnn/graph';
import type { Expander } from '@tessera-dnn/graph/op';
import { part } from '../define/gradient.ts';
import type { Padding } from '../define/spatial.ts';

/** How windows lie over a map; one entry for each spatial axis. */
export interface Windows extends Attributes {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly Padding[];
}

/** The map `[N, C, …]` with a border of `value`, so that `counts` windows are inside of it, and nothing of it is outside of all windows. */
export function covered(
  build: Expander,
  map: ValueId,
  { kernel, stride, padding }: Windows,
  counts: readonly number[],
  value: number,
): ValueId {
  const { shape } = build.type(map);
  const reached = counts.map((count, i) => (count - 1) * stride[i] + kernel[i]);
  const border = reached.map((extent, i): [number, number] => [
    padding[i][0],
    Math.max(0, extent - padding[i][0] - shape[2 + i]),
  ]);
  const isWhole = border.every(([low, high]) => low === 0 && high === 0);
  const wide = isWhole ? map : build.op('pad', [map], { padding: [[0, 0], [0, 0], ...border], value });
  const extents = [...shape.slice(0, 2), ...reached];
  return part(
    build,
    wide,
    extents.map(() => 0),
    extents,
  );
}

/** For the place `tap` of a window: its element of every window, as a map with one element for each window. */
export function elementsAt(
  build: Expander,
  map: ValueId,
  { stride }: Windows,
  counts: readonly number[],
  tap: readonly number[],
): ValueId {
  const before = build.type(map).shape.slice(0, 2);
  return build.op('slice', [map], {
    start: [0, 0, ...tap],
    count: [...before, ...counts],
    step: [1, 1, ...stride],
  });
}
