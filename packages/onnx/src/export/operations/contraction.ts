/** Products of matrices and convolutions. */

import { isFloat } from '@tessera-dnn/graph';
import { type Export, type Exporting, list, pads } from '../operator.ts';
import type { Attribute } from '../sketch.ts';

export const contractions: { readonly [op: string]: Export } = {
  matmul: given => {
    const { node, operands, inputs, emit } = given;
    const isMatrix = operands.every(({ type: { shape, element } }) => shape.length === 2 && isFloat(element));
    const isTransposed = node.attributes['transpose_a'] === true || node.attributes['transpose_b'] === true;
    if (isMatrix && isTransposed) return gemm(given);
    const [a, b] = ['transpose_a', 'transpose_b'].map((name, i) =>
      node.attributes[name] === true && operands[i].type.shape.length > 1
        ? emit('Transpose', [inputs[i]], { perm: lastTwoSwapped(operands[i].type.shape.length) })
        : inputs[i],
    );
    return emit(isOfLevels(given) ? 'MatMulInteger' : 'MatMul', [a, b]);
  },
  conv: given =>
    given.emit(isOfLevels(given) ? 'ConvInteger' : 'Conv', given.inputs, {
      ...windows(given),
      kernel_shape: given.operands[1].type.shape.slice(2),
    }),
  conv_transpose: given =>
    given.emit('ConvTranspose', given.inputs, {
      ...windows(given),
      kernel_shape: given.operands[1].type.shape.slice(2),
      output_padding: list(given, 'output_padding'),
    }),
};

/** Whether numbers of 8 bits are multiplied, whose products are added up in 32. */
function isOfLevels({ operands }: Exporting): boolean {
  return operands.some(({ type: { element } }) => element === 'i8' || element === 'u8');
}

function windows(given: Exporting): { readonly [name: string]: Attribute } {
  const group = given.node.attributes['groups'] as number;
  return { strides: list(given, 'stride'), pads: pads(given), dilations: list(given, 'dilation'), group };
}

function lastTwoSwapped(rank: number): readonly number[] {
  return Array.from({ length: rank }, (_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));
}

/** A product of matrices, transposed where the node says so, with the bias in `inputs` if there is one. */
export function gemm({ node, inputs, emit }: Exporting): string {
  const [transA, transB] = ['transpose_a', 'transpose_b'].map(name => (node.attributes[name] === true ? 1 : 0));
  return emit('Gemm', inputs, { transA, transB });
}
