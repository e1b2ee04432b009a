/** Which places of an axis a resized one is made of, and with which factors (ONNX's `Resize`, by mode and coordinates). */
import { refuse } from '../draft/refusal.ts';
import { upTo } from '../lower/axes.ts';

export type Coordinates =
  | 'half_pixel'
  | 'pytorch_half_pixel'
  | 'align_corners'
  | 'asymmetric'
  | 'tf_half_pixel_for_nn'
  | 'tf_crop_and_resize'
  | 'half_pixel_symmetric';

export interface Mode {
  readonly mode: string;
  readonly coordinates: Coordinates;
  readonly nearest: string;
  readonly cubic: number;
  /** Whether places outside of the axis get no share, and the others more. */
  readonly exclude: boolean;
  /** The value of what lies outside of a crop. */
  readonly outside: number;
}

/** For each tap the place that each result takes, and its factor; absent where every factor is 1. */
export interface Taps {
  readonly places: readonly (readonly number[])[];
  readonly factors?: readonly (readonly number[])[];
  readonly outside?: { readonly mask: readonly boolean[]; readonly value: number };
}

interface Target {
  readonly to: number;
  readonly scale: number;
  readonly region?: readonly [number, number];
}

/** The taps along one axis of `from` places. */
export function tapsOf(mode: Mode, from: number, target: Target): Taps {
  const at = upTo(target.to).map(place => source(mode.coordinates, place, from, target));
  const mask = at.map(place => place < 0 || place > from - 1);
  const outside =
    mode.coordinates === 'tf_crop_and_resize' && mask.includes(true) ? { outside: { mask, value: mode.outside } } : {};
  const inside = (place: number) => Math.min(Math.max(place, 0), from - 1);
  if (mode.mode === 'nearest') return { places: [at.map(place => inside(rounded(mode.nearest, place)))], ...outside };
  const [first, shares] =
    mode.mode === 'linear'
      ? [0, (rest: number) => [1 - rest, rest]]
      : mode.mode === 'cubic'
        ? [-1, (rest: number) => cubicShares(rest, mode.cubic)]
        : refuse(`its mode is ${mode.mode}`);
  const taps = at.map(place => {
    const low = Math.floor(place);
    const own = shares(place - low).map((share, tap) => ({ share, place: low + first + tap }));
    const kept = mode.exclude ? own.map(one => (one.place === inside(one.place) ? one : { ...one, share: 0 })) : own;
    const total = mode.exclude ? kept.reduce((sum, { share }) => sum + share, 0) : 1;
    return kept.map(({ share, place }) => ({ share: share / total, place: inside(place) }));
  });
  const count = upTo(taps[0].length);
  return {
    places: count.map(tap => taps.map(own => own[tap].place)),
    factors: count.map(tap => taps.map(own => own[tap].share)),
    ...outside,
  };
}

/** The place in the original that a place of the result stands for. */
function source(
  coordinates: Coordinates,
  place: number,
  from: number,
  { to, scale, region: [start, end] = [0, 1] }: Target,
): number {
  switch (coordinates) {
    case 'half_pixel':
      return (place + 0.5) / scale - 0.5;
    case 'pytorch_half_pixel':
      return to > 1 ? (place + 0.5) / scale - 0.5 : 0;
    case 'tf_half_pixel_for_nn':
      return (place + 0.5) / scale;
    case 'asymmetric':
      return place / scale;
    case 'align_corners':
      // By the scale, not by the places that are left of it when it is cut off at a whole number.
      return scale * from === 1 ? 0 : (place * (from - 1)) / (scale * from - 1);
    case 'half_pixel_symmetric': {
      // The result is as long as a whole number of places allows; what is lost is lost on both sides alike.
      const adjusted = to / (scale * from);
      return (from / 2) * (1 - adjusted) + (place + 0.5) / scale - 0.5;
    }
    case 'tf_crop_and_resize':
      return to > 1
        ? start * (from - 1) + (place * (end - start) * (from - 1)) / (to - 1)
        : 0.5 * (start + end) * (from - 1);
    default:
      return refuse(`its coordinate_transformation_mode is ${coordinates}`);
  }
}

function rounded(how: string, place: number): number {
  switch (how) {
    case 'round_prefer_floor':
      return Math.ceil(place - 0.5);
    case 'round_prefer_ceil':
      return Math.floor(place + 0.5);
    case 'floor':
      return Math.floor(place);
    case 'ceil':
      return Math.ceil(place);
    default:
      return refuse(`its nearest_mode is ${how}`);
  }
}

/** Keys 1981, with the coefficient `a`. */
function cubicShares(rest: number, a: number): readonly number[] {
  const near = (t: number) => ((a + 2) * t - (a + 3)) * t * t + 1;
  const far = (t: number) => ((a * t - 5 * a) * t + 8 * a) * t - 4 * a;
  return [far(rest + 1), near(rest), near(1 - rest), far(2 - rest)];
}
