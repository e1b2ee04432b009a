/** Panels of an operand: parts of it along one axis, each of which is all that a part of the result needs of it. */
import type { Box } from '../box.ts';
import { boxElements } from '../box.ts';
import { blockAlong } from '../layout.ts';
import type { KernelOp } from '../op/op.ts';
import type { Variant } from '../op/split.ts';
import type { Vertex } from '../op/vertex.ts';

/** The operand `slot` in panels of `size` elements along its axis `along`, each for as many results along their `axis`. */
export interface Panel {
  readonly slot: number;
  readonly along: number;
  readonly axis: number;
  readonly size: number;
}

/** A panel of so many bytes as f32 stays in the second-level cache, beside what else the kernel reads. */
const panelBytes = 1 << 17;

/** Panels have whole multiples of so many elements, so that kernels cut each into tiles as well as they cut the whole. */
const panelUnit = 32;

/**
 * The panels of the largest of the operands `copied`, or `undefined` if it is small or cannot be taken in panels. The other operands must be
 * copied too, since results of the first panel may be stored over them before the last one reads them.
 */
export function panelOf(op: KernelOp, variant: Variant, vertex: Vertex, copied: readonly number[]): Panel | undefined {
  const { box, operands } = vertex;
  if (copied.length === 0 || copied.length < operands.length) return undefined;
  const elements = (slot: number): number => boxElements(operands[slot].region);
  const slot = copied.reduce((largest, other) => (elements(other) > elements(largest) ? other : largest));
  const most = panelBytes / 4 / elements(slot);
  if (most >= 1) return undefined;
  const { movable = [] } = op.space(vertex.context);
  for (const axis of movable) {
    const unit = Math.max(panelUnit, variant.quantum?.[axis] ?? 1);
    const count = box.count[axis];
    if (axis >= vertex.context.result.shape.length || unit >= count) continue;
    const along = cutWith(op, vertex, axis, slot, unit);
    if (along === undefined) continue;
    return { slot, along, axis, size: sizeOf(count, unit, count * most) };
  }
  return undefined;
}

/** The axis of the operand `slot` that is cut where the result's `axis` is, alone among all operands; `undefined` if there is none. */
function cutWith(op: KernelOp, vertex: Vertex, axis: number, slot: number, unit: number): number | undefined {
  const { box, context, operands } = vertex;
  const part: Box = { ...box, count: box.count.with(axis, unit) };
  const [whole, cut] = [op.regions(context, box), op.regions(context, part)];
  const changed = whole.flatMap(({ count }, operand) =>
    count.flatMap((extent, own) => (extent === cut[operand].count[own] ? [] : [{ operand, own }])),
  );
  if (changed.length !== 1 || changed[0].operand !== slot) return undefined;
  const { own } = changed[0];
  const block = blockAlong(operands[slot].layout.block, own)?.size ?? 1;
  return cut[slot].count[own] === unit && unit % block === 0 ? own : undefined;
}

/** A multiple of the unit, at most `most` if that has one; if there is such a divisor of `count` that is not much smaller, that. */
function sizeOf(count: number, unit: number, most: number): number {
  const largest = Math.max(unit, Math.floor(most / unit) * unit);
  for (let size = largest; size > largest / 2; size -= unit) if (count % size === 0) return size;
  return largest;
}
