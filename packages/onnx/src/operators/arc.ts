/** Inverse trigonometric functions, composed of others: `Atan`, `Asin`, `Acos`. */
import type { Value } from '../draft/value.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';

const of = (name: string, formula: (node: Node, x: Value) => Value): Operator => ({
  name,
  since: { 7: node => formula(node, node.operand(0)) },
});

export const arcs: readonly Operator[] = [of('Atan', atan), of('Asin', asin), of('Acos', acos)];

/** tan(π / 8) and tan(3 π / 8): between them the angle is taken from π / 4, beyond from π / 2. */
const [lower, upper] = [Math.tan(Math.PI / 8), Math.tan((3 * Math.PI) / 8)];

/** The polynomial of Cephes' `atanf`, in the square of the argument, from the highest power on: within 2e-7 of the result. */
const coefficients = [8.05374449538e-2, -1.38776856032e-1, 1.99777106478e-1, -3.33329491539e-1];

/** The angle of |x|, reduced to |t| < tan(π / 8), with the sign of x. */
function atan(node: Node, x: Value): Value {
  const size = node.call('abs', [x]);
  const [isMiddle, isHigh] = [node.call('gt', [size, lower]), node.call('gt', [size, upper])];
  const near = node.call('div', [node.call('sub', [size, 1]), node.call('add', [size, 1])]);
  const far = node.call('div', [-1, node.call('maximum', [size, upper])]);
  const t = node.call('where', [isHigh, far, node.call('where', [isMiddle, near, size])]);
  const [quarter, half, none] = [Math.PI / 4, Math.PI / 2, 0].map(angle => node.constant('f32', [], angle));
  const angle = node.call('where', [isHigh, half, node.call('where', [isMiddle, quarter, none])]);
  const square = node.call('mul', [t, t]);
  const [first, ...rest] = coefficients;
  const series = rest.reduce(
    (sum, one) => node.call('add', [node.call('mul', [sum, square]), one]),
    node.constant('f32', [], first),
  );
  const reduced = node.call('add', [t, node.call('mul', [node.call('mul', [series, square]), t])]);
  return node.call('mul', [node.call('add', [angle, reduced]), node.call('sign', [x])]);
}

/** atan(x / √((1 - x) (1 + x))); at ±1 the quotient is infinite, and its angle π / 2. */
function asin(node: Node, x: Value): Value {
  const root = node.call('sqrt', [node.call('mul', [node.call('sub', [1, x]), node.call('add', [1, x])])]);
  return atan(node, node.call('div', [x, root]));
}

/** 2 atan(√((1 - x) / (1 + x))). */
function acos(node: Node, x: Value): Value {
  const ratio = node.call('div', [node.call('sub', [1, x]), node.call('add', [1, x])]);
  return node.call('mul', [atan(node, node.call('sqrt', [ratio])), 2]);
}
