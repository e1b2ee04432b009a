/**
 * The rules for numbers of 8 bits, in the order in which they are tried. A network that is quantised computes on `dequantize_broadcast` of
 * levels; these rules find out what may be computed on the levels themselves, so that tensors keep 8 bits and sums are of whole numbers.
 */
import type { Rule } from '@tessera-dnn/graph/op';
import { ruleOn, uniform } from '../match.ts';
import { carriedRules } from './carried.ts';
import { contractionOfLevels } from './contraction.ts';
import { channelsInFours } from './fours.ts';
import { rescaledLevels } from './rescaled.ts';
import { sumsOfLevels } from './sums.ts';

const centred: Rule = ruleOn(['quantize_broadcast', 'dequantize_broadcast'], {
  name: 'centred-levels',
  doc: 'a zero point that is known to be 0 is not added',
  exact: true,
  apply: (match, { op, operands, attributes }) => {
    if (attributes['centred'] === true || uniform(match, operands[2]) !== 0) return undefined;
    return match.op(op, operands, { ...attributes, centred: true });
  },
});

export const levelRules: readonly Rule[] = [
  ...carriedRules,
  contractionOfLevels,
  channelsInFours,
  ...sumsOfLevels,
  rescaledLevels,
  centred,
];
