/** `GridSample`: pictures read at places that are data, which lie from -1 to 1. */
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import { upTo } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';
import { part } from './slice.ts';

export const gridSample: Operator = { name: 'GridSample', since: { 16: lower } };

interface Sampling {
  readonly align: boolean;
  readonly border: string;
}

function lower(node: Node): Value {
  const [x, grid] = [node.operand(0), node.operand(1)];
  if (x.type.shape.length !== 4) refuse('it takes [n, c, h, w]');
  const [n, c, h, w] = x.type.shape;
  const [, rows, columns] = grid.type.shape;
  const sampling = { align: node.flag('align_corners', false), border: node.text('padding_mode', 'zeros') };
  const mode = node.text('mode', 'bilinear');
  const place = (at: number, extent: number) => {
    const one = node.call('reshape', [part(node, grid, 3, at, 1)], { shape: [n, rows, columns] });
    return unnormalised(node, one, extent, sampling.align);
  };
  const [px, py] = [place(0, w), place(1, h)];
  const pixels = node.call('reshape', [node.call('transpose', [x], { axes: [0, 2, 3, 1] })], { shape: [n * h * w, c] });
  const read = (tx: Value, ty: Value): Value => {
    const [ix, iy] = [wrapped(node, tx, w, sampling), wrapped(node, ty, h, sampling)];
    const first = node.constant(
      'i32',
      [n, 1, 1],
      upTo(n).map(at => at * h * w),
    );
    const whole = (value: Value) => node.call('cast', [value], { element: 'i32' });
    const at = node.call('add', [node.call('add', [first, node.call('mul', [whole(iy.place), w])]), whole(ix.place)]);
    const found = node.call('gather', [pixels, at]);
    if (ix.inside === undefined || iy.inside === undefined) return found;
    const inside = node.call('reshape', [node.call('and', [ix.inside, iy.inside])], { shape: [n, rows, columns, 1] });
    return node.call('where', [inside, found, 0]);
  };
  return node.call('transpose', [sampled(node, mode, px, py, read)], { axes: [0, 3, 1, 2] });
}

function unnormalised(node: Node, place: Value, extent: number, align: boolean): Value {
  const half = node.call('add', [place, 1]);
  if (align) return node.call('mul', [half, (extent - 1) / 2]);
  return node.call('sub', [node.call('mul', [half, extent / 2]), 0.5]);
}

function sampled(node: Node, mode: string, x: Value, y: Value, read: (x: Value, y: Value) => Value): Value {
  if (mode === 'nearest') return read(node.call('round', [x]), node.call('round', [y]));
  const [fx, fy] = [node.call('floor', [x]), node.call('floor', [y])];
  const [rx, ry] = [node.call('sub', [x, fx]), node.call('sub', [y, fy])];
  const shares =
    mode === 'bilinear' || mode === 'linear'
      ? linear
      : mode === 'bicubic' || mode === 'cubic'
        ? cubic
        : refuse(`its mode is ${mode}`);
  const [across, down] = [shares(node, rx), shares(node, ry)];
  const column = (value: Value) => node.call('reshape', [value], { shape: [...value.type.shape, 1] });
  const moved = (value: Value, by: number) => (by === 0 ? value : node.call('add', [value, by]));
  const parts = down.flatMap(([dy, sy]) =>
    across.map(([dx, sx]) =>
      node.call('mul', [read(moved(fx, dx), moved(fy, dy)), column(node.call('mul', [sx, sy]))]),
    ),
  );
  return parts.reduce((sum, one) => node.call('add', [sum, one]));
}

type Shares = (node: Node, rest: Value) => readonly (readonly [number, Value])[];

const linear: Shares = (node, rest) => [
  [0, node.call('sub', [1, rest])],
  [1, rest],
];

/** Keys 1981 with a = -0.75. */
const cubic: Shares = (node, rest) => {
  const a = -0.75;
  const polynomial = (t: Value, coefficients: readonly number[]) =>
    coefficients.slice(1).reduce(
      (sum, one) => {
        const next = node.call('mul', [sum, t]);
        return one === 0 ? next : node.call('add', [next, one]);
      },
      node.constant('f32', [], coefficients[0]),
    );
  const near = (t: Value) => polynomial(t, [a + 2, -(a + 3), 0, 1]);
  const far = (t: Value) => polynomial(t, [a, -5 * a, 8 * a, -4 * a]);
  return [
    [-1, far(node.call('add', [rest, 1]))],
    [0, near(rest)],
    [1, near(node.call('sub', [1, rest]))],
    [2, far(node.call('sub', [2, rest]))],
  ];
};

/** The place that is read, and whether it lies in the picture where that matters. */
function wrapped(
  node: Node,
  place: Value,
  extent: number,
  { align, border }: Sampling,
): { readonly place: Value; readonly inside?: Value } {
  const bounded = (value: Value) => node.call('minimum', [node.call('maximum', [value, 0]), extent - 1]);
  switch (border) {
    case 'zeros': {
      const inside = node.call('and', [node.call('ge', [place, 0]), node.call('le', [place, extent - 1])]);
      return { place: bounded(place), inside };
    }
    case 'border':
      return { place: bounded(place) };
    case 'reflection':
      return { place: bounded(reflected(node, place, align ? [0, extent - 1] : [-0.5, extent - 0.5])) };
    default:
      return refuse(`its padding_mode is ${border}`);
  }
}

/** Reflected at both ends as often as it takes. */
function reflected(node: Node, place: Value, [low, high]: readonly [number, number]): Value {
  const span = Math.max(high - low, 1e-6);
  const along = node.call('rem', [node.call('abs', [node.call('sub', [place, low])]), 2 * span]);
  const back = node.call('minimum', [along, node.call('sub', [2 * span, along])]);
  return node.call('add', [back, low]);
}
