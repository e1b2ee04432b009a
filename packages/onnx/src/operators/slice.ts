/** `Slice`: a range of some axes. Ends may lie outside of the axis, and steps be negative. */
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import { axisOf, upTo } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';

export const slice: Operator = {
  name: 'Slice',
  since: {
    1: node => sliced(node, { starts: node.ints('starts'), ends: node.ints('ends'), axes: node.ints('axes') }),
    10: node =>
      sliced(node, {
        starts: node.numbers(1),
        ends: node.numbers(2),
        axes: node.optionalNumbers(3),
        steps: node.optionalNumbers(4),
      }),
  },
};

interface Ranges {
  readonly starts?: readonly number[];
  readonly ends?: readonly number[];
  readonly axes?: readonly number[];
  readonly steps?: readonly number[];
}

function sliced(
  node: Node,
  { starts = [], ends = [], axes = upTo(starts.length), steps = starts.map(() => 1) }: Ranges,
): Value {
  const x = node.operand(0);
  const { shape } = x.type;
  if (ends.length !== starts.length || axes.length !== starts.length || steps.length !== starts.length)
    refuse('its starts, ends, axes and steps are not equally many');
  const ranges = shape.map((extent): Range => ({ start: 0, count: extent, step: 1 }));
  for (const [i, axis] of axes.entries()) {
    const at = axisOf(axis, shape.length);
    ranges[at] = rangeOf(shape[at], starts[i], ends[i], steps[i]);
  }
  return taken(node, x, ranges);
}

/** Some places of an axis. */
export interface Range {
  readonly start: number;
  readonly count: number;
  readonly step: number;
}

/** What `start:end:step` means on an axis, as in NumPy. */
function rangeOf(extent: number, start: number, end: number, step: number): Range {
  if (step === 0) refuse('its step is 0');
  const [low, high] = step > 0 ? [0, extent] : [-1, extent - 1];
  const place = (at: number, least: number): number => Math.min(Math.max(at < 0 ? at + extent : at, least), high);
  const [from, to] = [place(start, step > 0 ? low : 0), place(end, low)];
  return { start: from, count: Math.max(0, Math.ceil((to - from) / step)), step };
}

/** The places `ranges` of each axis; a constant without elements may come of it. */
export function taken(node: Node, x: Value, ranges: readonly Range[]): Value {
  const shape = ranges.map(({ count }) => count);
  if (shape.includes(0)) return node.constant(x.type.element, shape, []);
  if (ranges.every(({ start, step }, axis) => start === 0 && step === 1 && shape[axis] === x.type.shape[axis]))
    return x;
  const steps = ranges.map(({ step, count }) => (count === 1 ? 1 : step));
  const step = steps.every(one => one === 1) ? {} : { step: steps };
  return node.call('slice', [x], { start: ranges.map(({ start }) => start), count: shape, ...step });
}

/** `x` with one axis from behind. */
export function flipped(node: Node, x: Value, axis: number): Value {
  return taken(
    node,
    x,
    x.type.shape.map((extent, at) =>
      at === axis ? { start: extent - 1, count: extent, step: -1 } : { start: 0, count: extent, step: 1 },
    ),
  );
}

/** `x` from `start` on, `count` places of one axis. */
export function part(node: Node, x: Value, axis: number, start: number, count: number): Value {
  return taken(
    node,
    x,
    x.type.shape.map((extent, at) => (at === axis ? { start, count, step: 1 } : { start: 0, count: extent, step: 1 })),
  );
}
