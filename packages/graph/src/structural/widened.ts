/**
 * Operands of 16 bits that a kernel reads many times are widened once, into scratch memory of the vertex.
 *
 * A load of 16 bits has to be widened in the register, which in the innermost loop of a contraction costs more than its multiply-adds. So
 * where one worker runs specialised code, each such operand is first copied as f32, and the kernel, which knows nothing of it, runs on the
 * copy. So is an operand of its epilogue that is read again and again. An operand that is too large for the second-level cache is taken in panels along an axis of the result: a panel is widened, and all
 * results that need it are computed, before the next is widened over it. What the kernel computes is the same to the bit. Threads that divide
 * the vertex have scratch memory each, and each widens all of it.
 */
import { type Box, boxElements } from '../box.ts';
import type { KernelBuilder } from '../kernel/builder.ts';
import type { KernelValue } from '../kernel/code.ts';
import { blockAlong, blockElements, layoutStrides } from '../layout.ts';
import type { KernelOp } from '../op/op.ts';
import type { Variant } from '../op/split.ts';
import type { OpTable } from '../op/table.ts';
import type { Sink, Vertex, View } from '../op/vertex.ts';
import { elementBytes } from '../types.ts';
import { emitMap } from './map.ts';
import { type Panel, panelOf } from './panel.ts';

/** Widening pays for operands of whose elements each goes into so many products, or more. */
const leastReads = 8;

/** A kernel to write: that of `op`, in this variant, for this vertex. */
export interface KernelTask {
  readonly k: KernelBuilder;
  readonly table: OpTable;
  readonly op: KernelOp;
  readonly variant: Variant;
  readonly vertex: Vertex;
}

/** An operand in memory. */
interface Place {
  readonly view: View;
  readonly address: KernelValue;
}

/** The operands of an epilogue, in slots from `firstSlot` on. */
interface EpilogueViews {
  /** All that the kernel computes. */
  readonly box: Box;
  readonly views: readonly View[];
  readonly firstSlot: number;
}

/** Runs `emit`, for which those of the epilogue's operands that are read often, such as a number for each channel, lie widened in scratch memory. */
export function withWidenedEpilogue(
  { k, table }: Pick<KernelTask, 'k' | 'table'>,
  { box, views, firstSlot }: EpilogueViews,
  emit: (views: readonly View[]) => void,
): void {
  const reread = k.specialised && k.ordered ? rereadOperands({ box, operands: views }) : [];
  const copies = new Map<number, Place>();
  for (const at of reread) {
    const copy = scratchFor(k, views[at]);
    widen({ k, table }, { view: views[at], address: k.address(firstSlot + at) }, copy);
    copies.set(at, copy);
  }
  const addresses = new Map([...copies].map(([at, { address }]) => [firstSlot + at, address]));
  k.redirected(addresses, () => emit(views.map((view, at) => copies.get(at)?.view ?? view)));
}

/** Writes the kernel, on widened copies of those operands for which that pays. */
export function emitWidened(task: KernelTask): void {
  const { k, op, vertex } = task;
  const slots = k.specialised && k.ordered && !op.carries ? rereadOperands(vertex) : [];
  const panel = panelOf(op, task.variant, vertex, slots);
  const copies = new Map<number, Place>();
  for (const slot of slots) {
    if (slot === panel?.slot) continue;
    const source = vertex.operands[slot];
    const copy = scratchFor(k, source);
    widen(task, { view: source, address: k.address(slot) }, copy);
    copies.set(slot, copy);
  }
  if (panel) emitPanels(task, panel, copies);
  else emitOn(task, vertex, copies);
}

/** The operands of 16 bits whose elements the vertex reads many times. */
function rereadOperands({ box, operands }: Pick<Vertex, 'box' | 'operands'>): readonly number[] {
  return operands.flatMap(({ type: { element }, region }, slot) => {
    const narrow = element === 'f16' || element === 'bf16';
    return narrow && boxElements(box) >= leastReads * boxElements(region) ? [slot] : [];
  });
}

/** Scratch memory for a copy of the operand. */
function scratchFor(k: KernelBuilder, { type, region, layout }: View): Place {
  const { axes, elements } = layoutStrides(layout, region.count);
  const view: View = { type: { ...type, element: 'f32' }, region, layout, strides: axes };
  return { view, address: k.scratch(elements * elementBytes.f32) };
}

/** Copies an operand: in their order in memory, its axes are those of a box, and so is the inside of its blocks. */
function widen({ k, table }: Pick<KernelTask, 'k' | 'table'>, from: Place, to: Place): void {
  const { layout, region } = from.view;
  const counts = layout.order.map(axis => Math.ceil(region.count[axis] / (blockAlong(layout.block, axis)?.size ?? 1)));
  const count = [...counts, blockElements(layout.block)];
  const box = { start: count.map(() => 0), count, step: count.map(() => 1) };
  const stream = (slot: number, { type, strides }: View) => {
    const bytes = elementBytes[type.element];
    const all = [...layout.order.map(axis => strides[axis]), 1];
    return { slot, element: 'f32', bytes, startBytes: 0, strides: all.map(stride => stride * bytes) } as const;
  };
  const write = () =>
    k.redirected(new Map([from.address, to.address].entries()), () =>
      emitMap(k, table, { box, sources: [stream(0, from.view)], result: stream(1, to.view), steps: [] }),
    );
  if (k.divided) k.whole(write);
  else write();
}

/** The kernel of `vertex`, which finds these operands elsewhere. */
function emitOn({ k, op }: KernelTask, vertex: Vertex, copies: ReadonlyMap<number, Place>): void {
  const operands = vertex.operands.map((view, slot) => copies.get(slot)?.view ?? view);
  k.redirected(new Map([...copies].map(([slot, { address }]) => [slot, address])), () =>
    op.kernel(k, { ...vertex, operands }),
  );
}

/** Panel after panel; the last may be smaller. */
function emitPanels(task: KernelTask, { slot, axis, along, size }: Panel, copies: ReadonlyMap<number, Place>): void {
  const { k, op, vertex } = task;
  const source = vertex.operands[slot];
  const count = vertex.box.count[axis];
  const boxOf = (size: number) => ({ ...vertex.box, count: vertex.box.count.with(axis, size) });
  const regionOf = (size: number) => op.regions(vertex.context, boxOf(size))[slot];
  const panelBytes = panelStride(source, along, size);
  const copy = scratchFor(k, { ...source, region: regionOf(size) });
  const emit = (panel: KernelValue, size: number): void => {
    const view = { ...source, region: regionOf(size) };
    const own = {
      ...copy,
      view: { ...copy.view, region: view.region, strides: layoutStrides(view.layout, view.region.count).axes },
    };
    widen(task, { view, address: k.add(k.address(slot), k.mul(panel, panelBytes)) }, own);
    const sink = shifted(k, vertex.sink, axis, k.mul(panel, copy.view.region.count[along]));
    emitOn(task, { ...vertex, box: boxOf(size), sink }, new Map([...copies, [slot, own]]));
  };
  const whole = Math.floor(count / size);
  k.loop(0, whole, panel => emit(panel, size));
  if (count % size > 0) emit(k.i32(whole), count % size);
}

/** Bytes from one panel of `size` elements along an axis of the operand to the next. */
function panelStride({ type, layout, strides }: View, axis: number, size: number): number {
  return (size / (blockAlong(layout.block, axis)?.size ?? 1)) * strides[axis] * elementBytes[type.element];
}

/** A sink whose index 0 along `axis` is `first` of the given one. */
function shifted(k: KernelBuilder, sink: Sink, axis: number, first: KernelValue): Sink {
  return { ...sink, at: coordinates => sink.at(coordinates.with(axis, k.add(coordinates[axis], first))) };
}
