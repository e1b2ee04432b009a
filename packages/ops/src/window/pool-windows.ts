/**
 * Which windows of a pool contain an element of its input. Window o of an axis covers `o·stride - low … o·stride - low + taps - 1`, so
 * element i is in the windows `⌈(i + low - taps + 1) / stride⌉ … ⌊(i + low) / stride⌋` that exist.
 */
import type { Box, TensorType } from '@tessera-dnn/graph';
import type { Space } from '@tessera-dnn/graph/op';
import type { Range, WindowAxis } from '../define/window.ts';
import { axisRange, boxOf } from '../define/window.ts';

/** Those of `windows` windows that contain any of the elements `first … last`; if none does, a window near them, since no region may be empty. */
export function windowsOver(axis: WindowAxis, windows: number, first: number, last: number): Range {
  const from = Math.max(0, Math.ceil((first + axis.low - axis.taps + 1) / axis.stride));
  const to = Math.min(windows - 1, Math.floor((last + axis.low) / axis.stride));
  return from <= to
    ? { start: from, count: to - from + 1, step: 1 }
    : { start: Math.min(from, windows - 1), count: 1, step: 1 };
}

/**
 * The space of a pool's gradient, whose axes are those of the pool's input. Elements that are only in windows that exist and lie inside the
 * input differ by where they are in them.
 */
export function gradientSpace({ shape }: TensorType, slopes: TensorType, axes: readonly WindowAxis[]): Space {
  const inner = axes.map(({ input, taps, stride, low }, i) => ({
    axis: 2 + i,
    from: taps - 1,
    to: Math.min(input - taps + 1, slopes.shape[2 + i] * stride - low),
    by: stride,
  }));
  return { extents: shape, combine: [], movable: [0, 1], inner };
}

/** The box of slopes that are needed for a box of the gradient of the input. */
export function slopeRegion(slopes: TensorType, axes: readonly WindowAxis[], box: Box): Box {
  const spatial = axes.map((axis, i) => {
    const first = box.start[2 + i];
    return windowsOver(axis, slopes.shape[2 + i], first, first + box.count[2 + i] - 1);
  });
  return boxOf([axisRange(box, 0), axisRange(box, 1), ...spatial]);
}

/** The box of all elements in the windows of those slopes, which includes the box itself. */
export function coveredRegion(slopes: TensorType, axes: readonly WindowAxis[], box: Box): Box {
  const windows = slopeRegion(slopes, axes, box);
  const spatial = axes.map((axis, i) => {
    const { start, count } = axisRange(windows, 2 + i);
    const own = axisRange(box, 2 + i);
    const from = Math.max(0, Math.min(own.start, start * axis.stride - axis.low));
    const to = Math.min(
      axis.input - 1,
      Math.max(own.start + own.count - 1, (start + count - 1) * axis.stride - axis.low + axis.taps - 1),
    );
    return { start: from, count: to - from + 1, step: 1 };
  });
  return boxOf([axisRange(box, 0), axisRange(box, 1), ...spatial]);
}
