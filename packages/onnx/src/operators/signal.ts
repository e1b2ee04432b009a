/** Fourier transforms, as products with matrices of sines and cosines: `DFT`, `STFT`; and `MelWeightMatrix`. */
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import { axisOf, product, upTo } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';
import { around } from './pad.ts';
import { part } from './slice.ts';

export const signals: readonly Operator[] = [
  {
    name: 'DFT',
    since: { 17: node => dft(node, node.int('axis', 1)), 20: node => dft(node, node.optionalNumbers(2)?.[0] ?? -2) },
  },
  { name: 'STFT', since: { 17: stft } },
  { name: 'MelWeightMatrix', since: { 17: mel } },
];

function dft(node: Node, given: number): Value {
  const x = node.operand(0);
  const rank = x.type.shape.length;
  const axis = axisOf(given, rank);
  if (axis === rank - 1) refuse('its axis is that of real and imaginary parts');
  const length = node.optionalNumbers(1)?.[0] ?? x.type.shape[axis];
  const [inverse, onesided] = [node.flag('inverse', false), node.flag('onesided', false)];
  const order = [...upTo(rank - 1).filter(at => at !== axis), axis, rank - 1];
  const back = upTo(rank).map(at => order.indexOf(at));
  const rows = node.call('transpose', [x], { axes: order });
  return node.call('transpose', [transform(node, rows, { length, inverse, onesided })], { axes: back });
}

interface Transform {
  readonly length: number;
  readonly inverse: boolean;
  readonly onesided: boolean;
}

/** x [.., t, parts] to [.., f, 2]. */
function transform(node: Node, x: Value, { length, inverse, onesided }: Transform): Value {
  const shape = x.type.shape;
  const [steps, parts] = shape.slice(-2);
  const fitted = steps > length ? part(node, x, shape.length - 2, 0, length) : x;
  const used = Math.min(steps, length);
  const bins = onesided ? Math.floor(length / 2) + 1 : length;
  if (used * bins > 2 ** 22) refuse(`its transform has ${length} steps`);
  const angle = (f: number, t: number) => ((inverse ? 2 : -2) * Math.PI * ((f * t) % length)) / length;
  const scale = inverse ? 1 / length : 1;
  const matrix = (formula: (angle: number) => number) =>
    node.constant(
      'f32',
      [used, bins],
      upTo(used * bins).map(at => scale * formula(angle(at % bins, Math.floor(at / bins)))),
    );
  const outer = shape.slice(0, -2);
  const half = (at: number) =>
    node.call('reshape', [part(node, fitted, shape.length - 1, at, 1)], { shape: [product(outer), used] });
  const [cosines, sines] = [matrix(Math.cos), matrix(Math.sin)];
  const real = half(0);
  const times = (a: Value, b: Value) => node.call('matmul', [a, b]);
  const [re, im] =
    parts === 1
      ? [times(real, cosines), times(real, sines)]
      : [
          node.call('sub', [times(real, cosines), times(half(1), sines)]),
          node.call('add', [times(real, sines), times(half(1), cosines)]),
        ];
  return node.call('reshape', [node.call('stack', [re, im], { axis: 2 })], { shape: [...outer, bins, 2] });
}

function stft(node: Node): Value {
  const signal = node.operand(0);
  const [step] = node.numbers(1);
  const window = node.optional(2);
  const length =
    node.optionalNumbers(3)?.[0] ?? window?.type.shape[0] ?? refuse('it has neither a window nor a length');
  const [batch, steps, parts = 1] = signal.type.shape;
  const frames = Math.floor((steps - length) / step) + 1;
  const flat = node.call('reshape', [signal], { shape: [batch, steps, parts] });
  const places = upTo(frames * length).map(at => Math.floor(at / length) * step + (at % length));
  const cut = node.call('reshape', [around(node, flat, 1, places)], { shape: [batch, frames, length, parts] });
  const seen =
    window === undefined ? cut : node.call('mul', [cut, node.call('reshape', [window], { shape: [length, 1] })]);
  return transform(node, seen, { length, inverse: false, onesided: node.flag('onesided', true) });
}

/** Triangles on the mel scale, as TensorFlow has them. */
function mel(node: Node): Value {
  const [[bins], [length], [rate], [low], [high]] = [0, 1, 2, 3, 4].map(at => node.numbers(at));
  const element = node.around.element(node.int('output_datatype', 1));
  const rows = Math.floor(length / 2) + 1;
  const toMel = (hertz: number) => 2595 * Math.log10(1 + hertz / 700);
  const [from, to] = [toMel(low), toMel(high)];
  const edges = upTo(bins + 2).map(at => {
    const hertz = 700 * (10 ** ((from + (at * (to - from)) / (bins + 2)) / 2595) - 1);
    return Math.floor(((length + 1) * hertz) / rate);
  });
  const data = new Float64Array(rows * bins);
  for (const bin of upTo(bins)) {
    const [left, centre, right] = edges.slice(bin, bin + 3);
    if (left === centre) data[centre * bins + bin] = 1;
    for (let row = left; row <= centre && left !== centre; row++)
      data[row * bins + bin] = (row - left) / (centre - left);
    for (let row = centre; row < right; row++) data[row * bins + bin] = (right - row) / (right - centre);
  }
  return node.constant(element, [rows, bins], data);
}
