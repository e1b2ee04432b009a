/** Runs the kernel of an instance, or of a part of it, with operands that are packed as a tile might hold them. */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { Box, Layout, TensorType } from '@tessera-dnn/graph';
import {
  blockAlong,
  elementBytes,
  elementCount,
  layoutStrides,
  readElement,
  rowMajorStrides,
  writeElement,
} from '@tessera-dnn/graph';
import type { BufferRange, RecordedKernel, SumLengths } from '@tessera-dnn/graph/kernel';
import { interpretWorkers } from '@tessera-dnn/graph/kernel';
import type { Combine, LayoutRequest, OpTable, Overwrite, Tensor, View } from '@tessera-dnn/graph/op';
import { recordVertex } from '@tessera-dnn/graph/structural';
import type { Pick } from '../define/pick.ts';
import type { Instance } from './instance.ts';

/** How a region of a tensor lies in a slot, the memory of one operand or result. */
export interface PlacedRegion {
  readonly view: View;
  /** Where each element of the region, in row-major order, lies in the slot; counted in elements, not in bytes. */
  readonly offsets: readonly number[];
  readonly bytes: number;
}

/** A layout that fulfils a request; a random order of axes if it asks for none. */
export function chooseLayout(request: LayoutRequest, rank: number, pick: Pick): Layout {
  if (request !== 'any') return request;
  const order = Array.from({ length: rank }, (_, axis) => axis);
  if (pick.chance(0.4)) return { order };
  for (let i = rank - 1; i > 0; i--) {
    const j = pick.int(0, i);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return { order };
}

/** The placement of a region in a layout. */
export function placeRegion(type: TensorType, region: Box, layout: Layout): PlacedRegion {
  const { axes, elements } = layoutStrides(layout, region.count);
  const within = rowMajorStrides(region.count);
  const offsets = Array.from({ length: elementCount(region.count) }, (_, i) =>
    region.count.reduce((sum, extent, axis) => {
      const at = Math.floor(i / within[axis]) % extent;
      const block = blockAlong(layout.block, axis);
      if (block === undefined) return sum + at * axes[axis];
      return sum + Math.floor(at / block.size) * axes[axis] + (at % block.size) * block.step;
    }, 0),
  );
  return { view: { type, region, layout, strides: axes }, offsets, bytes: elements * elementBytes[type.element] };
}

/** The row-major numbers, in a tensor of this shape, of the elements of a region, in row-major order. */
export function elementsOf(region: Box, shape: readonly number[]): readonly number[] {
  const strides = rowMajorStrides(shape);
  const within = rowMajorStrides(region.count);
  return Array.from({ length: elementCount(region.count) }, (_, i) =>
    region.count.reduce(
      (sum, extent, axis) =>
        sum + (region.start[axis] + (Math.floor(i / within[axis]) % extent) * region.step[axis]) * strides[axis],
      0,
    ),
  );
}

/** Which part of an instance to compute, and how. */
export interface PartSpec {
  readonly variant: string;
  readonly box: Box;
  readonly operands: readonly PlacedRegion[];
  readonly result: PlacedRegion;
  readonly partial: boolean;
  /** What lies in the result's place before, and how the part is combined with it. */
  readonly adds?: { readonly combine: Combine; readonly before: Tensor };
  readonly specialised: boolean;
  /** Whether rows must be computed in order; false by default. */
  readonly ordered?: boolean;
  /** How long sums may be before they are cut into blocks; by default as the compiler has it. */
  readonly longestSums?: SumLengths;
}

/** Records the kernel of a part. */
export function recordPart(instance: Instance, table: OpTable, part: PartSpec): RecordedKernel {
  const spec = {
    node: { op: instance.op.name, attributes: instance.context.attributes },
    context: instance.context,
    variant: part.variant,
    box: part.box,
    operands: part.operands.map(({ view }) => view),
    result: part.result.view,
    partial: part.partial,
    adds: part.adds?.combine,
  };
  const { specialised, ordered, longestSums } = part;
  return recordVertex(spec, table, { specialised, ordered, longestSums });
}

/** So many bytes lie between slots. They belong to nobody, are filled with a known value, and must not change. */
const guardBytes = 64;
const poison = 0xab;

/** Memory in which kernels run, beginning at `base`, and a function that runs one there. */
export interface Arena {
  readonly memory: ArrayBuffer;
  readonly base: number;
  /** How many bytes the kernel needs for itself, as it was recorded. */
  readonly scratchBytes: number;
  readonly run: (slots: readonly number[]) => void;
}

/**
 * Runs a part on the kernel interpreter, for all workers, and returns the elements of the result's region in row-major order. With `over`,
 * the result lies over that operand, and begins so many bytes before it. Touching memory outside of the slots is an {@link InternalError}.
 */
export function runPart(
  instance: Instance,
  table: OpTable,
  part: PartSpec,
  workers: number,
  over?: Overwrite,
): Float64Array {
  const { code, fields, scratchBytes } = recordPart(instance, table, part);
  const memory = new ArrayBuffer(arenaBytes(part, scratchBytes, over));
  const { buffers } = slotsOf(part, scratchBytes, over);
  const run = (slots: readonly number[]): void => interpretWorkers(code, { memory, fields, slots, buffers }, workers);
  return runIn({ memory, base: 0, scratchBytes, run }, instance, part, over);
}

/** How many bytes {@link runIn} needs. */
export function arenaBytes(part: PartSpec, scratchBytes: number, over?: Overwrite): number {
  return slotsOf(part, scratchBytes, over).end;
}

/** Writes the operands to the arena, runs the kernel, and returns the elements of the result's region in row-major order. */
export function runIn(
  { memory, base, scratchBytes, run }: Arena,
  instance: Instance,
  part: PartSpec,
  over?: Overwrite,
): Float64Array {
  const { slots, end } = slotsOf(part, scratchBytes, over);
  const bytes = new Uint8Array(memory, base, end).fill(poison);
  part.operands.forEach((placement, i) => {
    write(memory, base + slots[i], placement, instance.operands[i]);
  });
  if (part.adds) write(memory, base + slots[part.operands.length], part.result, part.adds.before);
  const before = bytes.slice();
  run(slots.map(slot => base + slot));
  const result = slots[part.operands.length];
  // Scratch memory lies behind everything, and is nobody's afterwards.
  const kept = scratchBytes > 0 ? slots[slots.length - 1] : end;
  checkUntouched(instance, before, bytes.subarray(0, kept), result, part.result.bytes);
  return read(memory, base + result, part.result);
}

interface Slots {
  readonly slots: readonly number[];
  readonly buffers: readonly BufferRange[];
  readonly end: number;
}

function slotsOf(part: PartSpec, scratchBytes: number, over?: Overwrite): Slots {
  let end = guardBytes;
  const buffers: BufferRange[] = [];
  const reserve = (bytes: number): number => {
    const start = end;
    buffers.push({ start, end: start + bytes });
    end += Math.ceil(bytes / 16) * 16 + guardBytes;
    return start;
  };
  if (over !== undefined) reserve(over.distanceBytes);
  const slots = part.operands.map(({ bytes }, i) =>
    reserve(over?.operand === i ? Math.max(bytes, part.result.bytes) : bytes),
  );
  slots.push(over === undefined ? reserve(part.result.bytes) : slots[over.operand] - over.distanceBytes);
  if (over !== undefined) {
    const start = slots[slots.length - 1];
    // The range of the result must come before that of the operand with which it shares bytes.
    buffers.unshift({
      start,
      end: start + over.distanceBytes + Math.max(part.operands[over.operand].bytes, part.result.bytes),
    });
  }
  if (scratchBytes > 0) slots.push(reserve(scratchBytes));
  return { slots, buffers, end };
}

function checkUntouched(instance: Instance, before: Uint8Array, after: Uint8Array, from: number, length: number): void {
  const at = after.findIndex((byte, i) => byte !== before[i] && (i < from || i >= from + length));
  if (at >= 0) throw new InternalError('run', `byte ${at} outside of the result was written`, instance.op.name);
}

function write(memory: ArrayBuffer, address: number, { view, offsets }: PlacedRegion, { type, data }: Tensor): void {
  const bytes = elementBytes[type.element];
  const out = new DataView(memory);
  elementsOf(view.region, type.shape).forEach((element, i) => {
    const at = address + offsets[i] * bytes;
    writeElement(out, type.element, at, data[element]);
  });
}

function read(memory: ArrayBuffer, address: number, { view, offsets }: PlacedRegion): Float64Array {
  const bytes = elementBytes[view.type.element];
  const from = new DataView(memory);
  return Float64Array.from(offsets, offset => {
    const at = address + offset * bytes;
    return readElement(from, view.type.element, at);
  });
}
