/** `Pad`: a border of one value, or of what lies near. Negative padding cuts off. */

import { numbersOf } from '../draft/numbers.ts';
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import { axisOf, upTo } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';
import { pairs } from '../lower/window.ts';
import { taken } from './slice.ts';

export const pad: Operator = {
  name: 'Pad',
  since: {
    1: node => padded(node, node.ints('pads') ?? node.ints('paddings') ?? [], undefined, node.float('value', 0)),
    11: node => padded(node, node.numbers(1), undefined, valueOfBorder(node)),
    18: node => padded(node, node.numbers(1), node.optionalNumbers(3), valueOfBorder(node)),
  },
};

function valueOfBorder(node: Node): number {
  const value = node.optional(2);
  if (value === undefined) return 0;
  const [number = 0] =
    numbersOf(value) ??
    refuse('the value of its border is computed only when the model runs', 'make it a constant: --const input=value');
  return number;
}

function padded(node: Node, pads: readonly number[], axes: readonly number[] | undefined, value: number): Value {
  const x = node.operand(0);
  const rank = x.type.shape.length;
  const own = axes?.map(axis => axisOf(axis, rank)) ?? upTo(rank);
  const given = pairs(pads, own.length);
  const padding = upTo(rank).map(axis => (own.includes(axis) ? given[own.indexOf(axis)] : ([0, 0] as const)));
  const mode = node.text('mode', 'constant');
  const cut = taken(
    node,
    x,
    x.type.shape.map((extent, axis) => ({
      start: Math.max(0, -padding[axis][0]),
      count: extent + Math.min(0, padding[axis][0]) + Math.min(0, padding[axis][1]),
      step: 1,
    })),
  );
  const border = padding.map(([low, high]): readonly [number, number] => [Math.max(0, low), Math.max(0, high)]);
  if (border.every(([low, high]) => low + high === 0)) return cut;
  if (mode === 'constant') return node.call('pad', [cut], { padding: border, ...(value !== 0 && { value }) });
  return border.reduce(
    (result, [low, high], axis) =>
      low + high === 0
        ? result
        : around(
            node,
            result,
            axis,
            upTo(low + x.type.shape[axis] + high).map(at => placeOf(mode, at - low, x.type.shape[axis])),
          ),
    cut,
  );
}

/** The place of an axis that a place in the border repeats. */
function placeOf(mode: string, at: number, extent: number): number {
  switch (mode) {
    case 'edge':
      return Math.min(Math.max(at, 0), extent - 1);
    case 'wrap':
      return ((at % extent) + extent) % extent;
    case 'reflect': {
      const period = Math.max(1, 2 * (extent - 1));
      const within = ((at % period) + period) % period;
      return within < extent ? within : period - within;
    }
    default:
      return refuse(`its mode is ${mode}`);
  }
}

/** `x` with the places `places` of an axis. */
export function around(node: Node, x: Value, axis: number, places: readonly number[]): Value {
  return node.call('gather', [x, node.constant('i32', [places.length], places)], axis === 0 ? {} : { axis });
}
