/** Rules for contractions of transposed operands, and for those of whose results most are zero. */
import type { Rule } from '@tessera-dnn/graph/op';
import type { ConvTransposeAttributes } from '../contraction/conv-transpose/attributes.ts';
import { spaced } from '../movement/spaced.ts';
import { numbers, ruleOn } from './match.ts';

/** The rules for contractions, in the order in which they are tried. */
export const contractionRules: readonly Rule[] = [
  ruleOn(['matmul'], {
    name: 'matmul-of-transposed',
    doc: 'a matrix product reads a transposed matrix where it lies',
    exact: true,
    apply: (match, { operands, attributes }) => {
      const flags = ['transpose_a', 'transpose_b'];
      const side = operands.findIndex(operand => {
        const { op, attributes: own } = match.node(operand);
        return op === 'transpose' && swapsLastTwo(numbers(own, 'axes'));
      });
      if (side < 0) return undefined;
      const sources = operands.map((operand, i) => (i === side ? match.node(operand).operands[0] : operand));
      return match.op('matmul', sources, { ...attributes, [flags[side]]: attributes[flags[side]] !== true });
    },
  }),
  ruleOn(['conv_transpose'], {
    name: 'conv-transpose-of-points',
    doc: 'a transposed convolution of single taps strides over its result: it is made small and spread out',
    exact: true,
    apply: (match, { operands, attributes, type }) => {
      const { stride, padding, output_padding, ...others } = attributes as ConvTransposeAttributes;
      const taps = match.type(operands[1]).shape.slice(2);
      const points = taps.every(count => count === 1) && padding.flat().every(edge => edge === 0);
      // `spaced` adds less than a stride of zeros after the last element; with dilation, output padding may be more than that.
      const between = output_padding.every((extra, axis) => extra < stride[axis]);
      if (!points || !between || stride.every(n => n === 1)) return undefined;
      const ones = stride.map(() => 1);
      const dense = { ...others, stride: ones, padding, output_padding: ones.map(() => 0), dilation: ones };
      return spaced(match, match.op('conv_transpose', operands, dense), [1, 1, ...stride], type.shape);
    },
  }),
];

function swapsLastTwo(axes: readonly number[]): boolean {
  const rank = axes.length;
  return rank >= 2 && axes.every((axis, i) => axis === (i === rank - 1 ? rank - 2 : i === rank - 2 ? rank - 1 : i));
}
