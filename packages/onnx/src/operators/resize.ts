/**
 * `Resize` and `Upsample`. What each mode does along one axis is a few elements for each result, with factors: their places and factors are known, so
 * it is gathers and products, one axis after the other.
 */
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import { axisOf, upTo } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';
import { around } from './pad.ts';
import { type Coordinates, type Mode, type Taps, tapsOf } from './resize-taps.ts';

export const resizes: readonly Operator[] = [
  {
    name: 'Upsample',
    since: {
      7: node => upsample(node, node.floats('scales') ?? refuse('it has no scales')),
      9: node => upsample(node, node.numbers(1)),
    },
  },
  { name: 'Resize', since: { 10: node => upsample(node, node.numbers(1)), 11: resize } },
];

/** Before version 11 there were no coordinates to choose: places were scaled, and their whole part taken. */
function upsample(node: Node, scales: readonly number[]): Value {
  const x = node.operand(0);
  const mode = node.text('mode', 'nearest');
  const shape = x.type.shape.map((extent, axis) => Math.floor(extent * scales[axis]));
  const usual: Mode = { mode, coordinates: 'asymmetric', nearest: 'floor', cubic: -0.75, exclude: false, outside: 0 };
  return resized(
    node,
    x,
    shape.map((to, axis) => ({ axis, to, scale: scales[axis] })),
    usual,
  );
}

interface Axis {
  readonly axis: number;
  readonly to: number;
  readonly scale: number;
  /** The part of the axis that is looked at, for crops. */
  readonly region?: readonly [number, number];
}

function resize(node: Node): Value {
  const x = node.operand(0);
  const { shape } = x.type;
  const axes = node.ints('axes')?.map(axis => axisOf(axis, shape.length)) ?? upTo(shape.length);
  const coordinates = node.text('coordinate_transformation_mode', 'half_pixel');
  const mode: Mode = {
    mode: node.text('mode', 'nearest'),
    coordinates: coordinates as Coordinates,
    nearest: node.text('nearest_mode', 'round_prefer_floor'),
    cubic: node.float('cubic_coeff_a', -0.75),
    exclude: node.flag('exclude_outside', false),
    outside: node.float('extrapolation_value', 0),
  };
  if (node.flag('antialias', false)) refuse('it smooths what it makes smaller (antialias)');
  if (node.text('keep_aspect_ratio_policy', 'stretch') !== 'stretch') refuse('it keeps the ratio of the sides');
  // The region is looked at in crops only, and may be anything elsewhere.
  const region = coordinates === 'tf_crop_and_resize' ? node.numbers(1) : undefined;
  node.ignore(1);
  const scales = node.optional(2) === undefined || node.numbers(2).length === 0 ? undefined : node.numbers(2);
  const sizes = node.optional(3) === undefined || node.numbers(3).length === 0 ? undefined : node.numbers(3);
  const asked = axes.map((axis, at): Axis => {
    const to = sizes?.[at] ?? Math.floor(shape[axis] * (scales?.[at] ?? refuse('it has neither scales nor sizes')));
    return {
      axis,
      to,
      scale: scales?.[at] ?? to / shape[axis],
      ...(region && { region: [region[at], region[at + axes.length]] as const }),
    };
  });
  return resized(node, x, asked, mode);
}

function resized(node: Node, x: Value, axes: readonly Axis[], mode: Mode): Value {
  if (axes.some(({ to }) => !(to >= 1 && Number.isSafeInteger(to)))) refuse('a side of its result is not 1 or more');
  const changed = axes.filter(
    ({ axis, to, scale, region }) => to !== x.type.shape[axis] || scale !== 1 || region !== undefined,
  );
  const whole = wholeFactors(x, changed, mode);
  if (whole !== undefined)
    return node.call('upsample', [x], {
      scale: whole.every(one => one === whole[0]) ? whole[0] : whole,
      ...(mode.mode === 'linear' && { mode: 'bilinear' }),
    });
  return changed.reduce(
    (result, one) => alongAxis(node, result, one.axis, tapsOf(mode, x.type.shape[one.axis], one)),
    x,
  );
}

/** The factors of an enlargement that the language has an operation for. */
function wholeFactors(
  x: Value,
  axes: readonly Axis[],
  { mode, coordinates, nearest }: Mode,
): readonly number[] | undefined {
  const { shape, element } = x.type;
  const isPlain =
    axes.length > 0 &&
    axes.every(({ axis, scale, region }) => axis >= 2 && Number.isInteger(scale) && region === undefined);
  if (!isPlain || (shape.length !== 3 && shape.length !== 4) || element !== 'f32') return undefined;
  const fits =
    mode === 'nearest'
      ? (coordinates === 'asymmetric' && nearest === 'floor') ||
        (coordinates === 'half_pixel' && nearest.startsWith('round'))
      : mode === 'linear' && coordinates === 'half_pixel' && shape.length === 4;
  return fits ? shape.slice(2).map((_, at) => axes.find(({ axis }) => axis === at + 2)?.scale ?? 1) : undefined;
}

/** Each place of the new axis is the sum of a few old ones with factors. */
export function alongAxis(node: Node, x: Value, axis: number, { places, factors, outside }: Taps): Value {
  const shape = x.type.shape.map((_, at) => (at === axis ? places[0].length : 1));
  const parts = places.map((list, tap) => {
    const part = around(node, x, axis, list);
    return factors === undefined ? part : node.call('mul', [part, node.constant('f32', shape, factors[tap])]);
  });
  const sum = parts.reduce((total, one) => node.call('add', [total, one]));
  if (outside === undefined) return sum;
  return node.call('where', [node.constant('bool', shape, outside.mask.map(Number)), outside.value, sum]);
}
