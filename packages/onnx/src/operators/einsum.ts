/** `Einsum`: sums of products, as letters say. The language has the same. */
import type { Operator } from '../lower/operator.ts';

export const einsum: Operator = {
  name: 'Einsum',
  since: { 12: node => node.call('einsum', node.operands(), { equation: node.text('equation', '') }) },
};
