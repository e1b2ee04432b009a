/** What a batch norm's training is made of: as few passes over the tensor as its mathematics needs. */
import type { Node } from '@tessera-dnn/graph';
import { expect, test } from 'vitest';
import { frontEnd } from '../src/index.ts';

const text = `
train learn[n = 4](x: f32[n, 3, 6, 6], wanted: f32[n, 8, 6, 6]) {
  let y = x |> conv2d(8, kernel: 1, bias: false) as conv |> batch_norm() as norm
  minimize mean((y - wanted) ** 2) using sgd(rate: 0.1)
}
`;

/** The nodes that reduce all of the norm's tensor, and how many numbers per channel each gives. */
function reductions(math: 'fast' | 'strict'): readonly number[] {
  const front = frontEnd({ name: 'norm.dnn', text }, { math });
  if (!front.ok) throw new Error(front.diagnostics[0].message);
  const { nodes } = front.value.programs[0].graph;
  const whole = ({ operands, op }: Node) =>
    (op === 'row' || op === 'sum') && operands.some(operand => nodes[operand].type.shape.length === 4);
  return nodes.filter(whole).map(({ type }) => type.shape.reduce((product, extent) => product * extent, 1) / 8);
}

test.each(['fast', 'strict'] as const)('%s: statistics are two reductions, gradients one of two results', math => {
  expect(reductions(math)).toEqual([1, 1, 2]);
});
