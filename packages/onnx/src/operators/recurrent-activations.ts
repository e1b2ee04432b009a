/** The activations of recurrent cells, by name. */
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import type { Node } from '../lower/node.ts';

export type Activate = (node: Node, x: Value) => Value;

const known: { readonly [name: string]: Activate } = {
  sigmoid: (node, x) => node.call('sigmoid', [x]),
  tanh: (node, x) => node.call('tanh', [x]),
  relu: (node, x) => node.call('relu', [x]),
};

/** One list of activations for each direction, behind each other. */
export function activationsOf(node: Node, usual: readonly string[], directions: number): readonly Activate[] {
  node.ignore('activation_alpha', 'activation_beta');
  const names = node.texts('activations') ?? Array.from({ length: directions }, () => usual).flat();
  if (names.length !== usual.length * directions)
    refuse(`it has ${names.length} activations, not ${usual.length * directions}`);
  return names.map(name => known[name.toLowerCase()] ?? refuse(`its activation is ${name}`));
}
