/** Broadcasting before version 7: only the second operand, and along axes from `axis` on. */
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import { axisOf, upTo } from './axes.ts';
import type { Node } from './node.ts';

/** Both operands of an elementwise operator, the second with the axes that the broadcasting of today needs. */
export function legacyOperands(node: Node): readonly [Value, Value] {
  node.ignore('consumed_inputs');
  const [a, b] = [node.operand(0), node.operand(1)];
  const [rank, own] = [a.type.shape.length, b.type.shape.length];
  const broadcasts = node.flag('broadcast', false);
  const axis = node.has('axis') ? axisOf(node.int('axis', 0), rank) : rank - own;
  if (!broadcasts && a.type.shape.join() !== b.type.shape.join())
    refuse('its operands have different shapes, and no attribute broadcast');
  const behind = rank - own - axis;
  if (behind < 0) refuse('its operands do not broadcast');
  return [a, behind === 0 ? b : node.call('reshape', [b], { shape: [...b.type.shape, ...upTo(behind).map(() => 1)] })];
}
