/** Checks of the operands of convolutions and transposed convolutions. */
import type { TensorType } from '@tessera-dnn/graph';
import { showType } from '@tessera-dnn/graph';
import type { Problem } from '@tessera-dnn/graph/op';
import { badAttribute, shapeMismatch, wrongCount } from '../../define/problem.ts';

/** A problem unless there are two operands, a feature map with one or two spatial axes and weights with as many axes. */
export function checkRanks(op: string, operands: readonly TensorType[]): Problem | undefined {
  if (operands.length !== 2) return wrongCount(op, 'a feature map and weights', operands.length);
  const [x, weight] = operands;
  if (x.shape.length !== 3 && x.shape.length !== 4) {
    return shapeMismatch(`${op} takes a feature map [N, C, W] or [N, C, H, W], not ${showType(x)}`, [
      { operand: 0, message: `is ${showType(x)}` },
    ]);
  }
  if (weight.shape.length === x.shape.length) return undefined;
  return shapeMismatch(`${op} of ${showType(x)} needs weights of ${x.shape.length} axes, not ${showType(weight)}`, [
    { operand: 0, message: `has ${x.shape.length} axes` },
    { operand: 1, message: `has ${weight.shape.length} axes` },
  ]);
}

/** A problem unless `groups` divides the extent of an axis, which `what` names (`input channels`). */
export function checkGroups(op: string, groups: number, extent: number, what: string): Problem | undefined {
  if (extent % groups === 0) return undefined;
  return badAttribute('groups', `${op} cannot divide ${extent} ${what} into ${groups} groups`);
}
