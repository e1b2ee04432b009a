/** The rules for rewriting several ops at once. */
import type { OpDef, Rule } from '@tessera-dnn/graph/op';
import { arithmeticRules } from './arithmetic.ts';
import { contractionRules } from './contraction.ts';
import { levelRules } from './levels/levels.ts';
import { broadcastOperands, leadingOnes, movementRules } from './movement.ts';
import { powerRules } from './powers.ts';
import { sumRules } from './sums.ts';

/** All rules, in the order in which they are tried; some of them apply to every elementwise op of `ops`. */
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
    ...levelRules,
  ];
}
