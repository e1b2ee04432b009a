/** Sums of what can as well be done behind them. A factor cannot: without it, a sum may leave the range of numbers. */
import type { Rule } from '@tessera/graph';
import { ruleOn } from './match.ts';

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
