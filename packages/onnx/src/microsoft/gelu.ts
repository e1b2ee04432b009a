/** GELU in the forms that onnxruntime's optimiser finds in graphs. */
import type { Value } from '../draft/value.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';
import { erfGelu, tanhGelu } from '../operators/activations.ts';
import { microsoft } from './operator.ts';

export const gelus: readonly Operator[] = [
  microsoft('Gelu', node => erfGelu(node, node.operand(0))),
  microsoft('BiasGelu', node => erfGelu(node, node.call('add', [node.operand(0), node.operand(1)]))),
  microsoft('FastGelu', node => tanhGelu(node, withOptional(node))),
  microsoft('QuickGelu', node => {
    const x = node.operand(0);
    return node.call('mul', [x, node.call('sigmoid', [node.call('mul', [x, node.float('alpha', 1.702)])])]);
  }),
];

/** The bias may be left out. */
function withOptional(node: Node): Value {
  const bias = node.optional(1);
  return bias === undefined ? node.operand(0) : node.call('add', [node.operand(0), bias]);
}
