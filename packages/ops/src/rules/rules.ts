/** All rewrites that span ops, in the order they are tried. */
import type { OpDef, Rule } from '@tessera/graph';
import { arithmeticRules } from './arithmetic.ts';
import { contractionRules } from './contraction.ts';
import { broadcastOperands, leadingOnes, movementRules } from './movement.ts';
import { powerRules } from './powers.ts';
import { sumRules } from './sums.ts';

export function rulesOver(ops: readonly OpDef[]): readonly Rule[] {
  const elementwise = ops.filter(op => op.kind === 'elementwise').map(op => op.name);
  return [
    ...movementRules,
    broadcastOperands(elementwise),
    leadingOnes(elementwise),
    ...arithmeticRules,
    ...powerRules,
    ...sumRules,
    ...contractionRules,
  ];
}
