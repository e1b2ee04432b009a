/** `Cast` and `CastLike`; whole numbers of ONNX and truth values become each other as in C. */
import { type ElementType, isFloat } from '@tessera-dnn/graph';
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';

export const casts: readonly Operator[] = [
  {
    name: 'Cast',
    since: {
      1: node =>
        cast(node, node.operand(0), node.around.element(Number(node.text('to', '')) || refuse('it names its type'))),
      6: node => cast(node, node.operand(0), node.around.element(node.int('to', 0))),
    },
  },
  { name: 'CastLike', since: { 15: node => cast(node, node.operand(0), node.operand(1).type.element) } },
];

/** `x` in another element type; the tensor itself where it has it. */
export function cast(node: Node, x: Value, element: ElementType): Value {
  node.ignore('saturate');
  if (x.type.element === element) return x;
  // A truth value of a number is whether it is not zero; the language has no cast to one.
  if (element === 'bool') return node.call('ne', [x, 0]);
  if (x.type.element === 'bool' && !isFloat(element) && element !== 'i32')
    return cast(node, cast(node, x, 'i32'), element);
  return node.call('cast', [x], { element });
}
