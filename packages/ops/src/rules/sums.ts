/** Rules for sums of what may as well be done after the sum. Factors are not moved: without the factor the sum might overflow. */
import type { Rule } from '@tessera-dnn/graph/op';
import { ruleOn } from './match.ts';

/** The rules for sums, in the order in which they are tried. */
export const sumRules: readonly Rule[] = [
  ruleOn(['sum'], {
    name: 'sum-of-negated',
    doc: 'a sum of -x is minus the sum of x, but for the sign of zero',
    exact: false,
    apply: (match, { operands: [x], attributes }) => {
      const { op, operands } = match.node(x);
      return op === 'neg' ? match.op('neg', [match.op('sum', operands, attributes)]) : undefined;
    },
  }),
];
