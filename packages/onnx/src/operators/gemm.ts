/** `Gemm`: alpha · a · b + beta · c, either operand transposed. */

import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import { isWeight, transposedWeight } from '../draft/weights.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';

export const gemm: Operator = {
  name: 'Gemm',
  since: {
    // Before version 7 an attribute allowed c to broadcast, which it may in any case since.
    1: node => {
      node.ignore('broadcast');
      return lower(node);
    },
    7: lower,
  },
};

function lower(node: Node): Value {
  const [a, b, c] = [node.operand(0), node.operand(1), node.optional(2)];
  if (a.type.shape.length !== 2 || b.type.shape.length !== 2) refuse('its operands are no matrices');
  const [transposeA, transposeB] = [node.flag('transA', false), node.flag('transB', false)];
  // Layers keep their weights as rows, one for each result.
  const [right, flipped] = !transposeB && isWeight(b) ? [transposedWeight(b), true] : [b, transposeB];
  const result = node.call('matmul', [a, right], {
    ...(transposeA && { transpose_a: true }),
    ...(flipped && { transpose_b: true }),
  });
  const scaled = times(node, result, node.float('alpha', 1));
  const beta = node.float('beta', 1);
  return c === undefined || beta === 0 ? scaled : node.call('add', [scaled, times(node, c, beta)]);
}

function times(node: Node, x: Value, factor: number): Value {
  return factor === 1 ? x : node.call('mul', [x, factor]);
}
