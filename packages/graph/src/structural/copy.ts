/**
 * The kernels that carry elements: a nest of strided copies between two slots, and a fill with a constant.
 *
 * Where codelets know their numbers, copies are maps without arithmetic: runs that are contiguous on both sides go by vectors, changes of
 * order four by four words (see transpose.ts). Elsewhere few codelets serve all copies (see carry.ts).
 */
import type { ScalarStep } from '../graph.ts';
import { memoryBytes, type RecordedKernel, registerElement } from '../kernel/code.ts';
import type { RecordOptions } from '../kernel/recorder.ts';
import { recordKernel } from '../kernel/recorder.ts';
import { constantStep } from '../kernel/scalar-steps.ts';
import type { Stream } from '../kernel/stream.ts';
import type { OpTable } from '../op/table.ts';
import { emitCarry } from './carry.ts';
import { type CarriedElement, type CopyLoop, type CopyNest, type FillNest, inBytes, widenBytes } from './copy-nest.ts';
import type { MapKernel } from './map.ts';
import { emitMap } from './map.ts';
import { emitTranspose, transpositionOf } from './transpose.ts';

/** The kernel that copies elements from slot 0 to slot 1 as `nest` says. The two may not overlap. */
export function recordCopy(nest: CopyNest, options: RecordOptions): RecordedKernel {
  const known = options.specialised ? inBytes(nest) : nest.loops;
  const { loops, element } = widenBytes(known, nest.elementBytes);
  if (!options.specialised)
    return recordKernel(options, k => emitCarry(k, loops, element, nest.unitBytes), [element, element]);
  const transposition = element === 'i32' ? transpositionOf(loops) : undefined;
  if (transposition) return recordKernel(options, k => emitTranspose(k, transposition));
  const source = stream(0, element, loops, loop => loop.fromBytes);
  const target = stream(1, element, loops, loop => loop.toBytes);
  return record(loops, element, { sources: [source], result: target, steps: [] }, options);
}

/** The kernel that writes the bits of one element to all places of `nest` in slot 0. */
export function recordFill(nest: FillNest, options: RecordOptions): RecordedKernel {
  const full = nest.loops.map(({ count, toBytes }) => ({ count, fromBytes: toBytes, toBytes }));
  const { loops, element: carried } = widenBytes(full, nest.elementBytes);
  const value = carried === 'i32' ? repeated(nest) : carried === 'bool' ? nest.bits & 0xff : nest.bits | 0;
  // A truth value in a register is 0 or 1; other bytes are numbers.
  const element = carried === 'bool' && value > 1 ? 'u8' : carried;
  const step: ScalarStep = { op: constantStep, attributes: { value }, args: [], element: registerElement(element) };
  const target = stream(0, element, loops, loop => loop.toBytes);
  return record(loops, element, { sources: [], result: target, steps: [step] }, options);
}

/** An element's bits as often as a word holds them. */
function repeated({ elementBytes, bits }: FillNest): number {
  if (elementBytes === 1) return Math.imul(bits & 0xff, 0x01010101);
  return elementBytes === 2 ? Math.imul(bits & 0xffff, 0x00010001) : bits | 0;
}

function stream(
  slot: number,
  element: CarriedElement | 'u8',
  loops: readonly CopyLoop[],
  stride: (loop: CopyLoop) => number,
): Stream {
  return {
    slot,
    element: registerElement(element),
    bytes: memoryBytes(element),
    startBytes: 0,
    strides: loops.map(stride),
  };
}

const noOps: OpTable = {
  all: [],
  rules: [],
  roles: {},
  masked: (_, __, value) => value,
  pick: (_, value) => value,
  find: () => undefined,
};

/** The map of those streams over the turns of the loops; all slots hold what is carried. */
function record(
  loops: readonly CopyLoop[],
  element: CarriedElement | 'u8',
  streams: Pick<MapKernel, 'sources' | 'result' | 'steps'>,
  options: RecordOptions,
): RecordedKernel {
  const count = loops.map(loop => loop.count);
  const box = { start: count.map(() => 0), count, step: count.map(() => 1) };
  return recordKernel(options, k => emitMap(k, noOps, { box, ...streams }), [element, element]);
}
