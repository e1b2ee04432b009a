/**
 * The rules for numbers of 8 bits, in the order in which they are tried. A network that is quantised computes on `dequantize_broadcast` of
 * levels; these rules find out what may be computed on the levels themselves, so that tensors keep 8 bits and sums are of whole numbers.
 */
import type { Rule } from '@tessera-dnn/graph/op';
import { carriedRules } from './carried.ts';
import { contractionOfLevels } from './contraction.ts';
import { sumsOfLevels } from './sums.ts';

export const levelRules: readonly Rule[] = [...carriedRules, contractionOfLevels, ...sumsOfLevels];
