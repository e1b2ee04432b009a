/** Windows of signals, as numbers: `HannWindow`, `HammingWindow`, `BlackmanWindow`. */
import type { Value } from '../draft/value.ts';
import { upTo } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';

/** Σ c_i cos(i · 2π n / N). */
const cosines = (name: string, factors: readonly number[]): Operator => ({
  name,
  since: { 17: node => window(node, factors) },
});

export const signalWindows: readonly Operator[] = [
  cosines('HannWindow', [0.5, -0.5]),
  cosines('HammingWindow', [25 / 46, -21 / 46]),
  cosines('BlackmanWindow', [0.42, -0.5, 0.08]),
];

function window(node: Node, factors: readonly number[]): Value {
  const [size] = node.numbers(0);
  const span = node.flag('periodic', true) ? size : size - 1;
  const element = node.around.element(node.int('output_datatype', 1));
  const at = (place: number) =>
    factors.reduce((sum, factor, i) => sum + factor * Math.cos((2 * Math.PI * i * place) / span), 0);
  return node.constant(element, [size], upTo(size).map(at));
}
