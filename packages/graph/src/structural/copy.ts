/**
 * The kernels that carry elements: a nest of strided copies between two slots, and a fill with a constant.
 *
 * Where codelets know their numbers, copies are maps without arithmetic: runs that are contiguous on both sides go by vectors, changes of
 * order four by four words (see transpose.ts). Elsewhere few codelets serve all copies (see carry.ts).
 */
import type { ScalarStep } from '../graph.ts';
import type { RecordedKernel } from '../kernel/code.ts';
import type { RecordOptions } from '../kernel/recorder.ts';
import { recordKernel } from '../kernel/recorder.ts';
import { constantStep } from '../kernel/scalar-steps.ts';
import type { RegisterElement, Stream } from '../kernel/stream.ts';
import type { OpTable } from '../op/table.ts';
import { emitCarry } from './carry.ts';
import { type CopyLoop, type CopyNest, type FillNest, inBytes, widenBytes } from './copy-nest.ts';
import type { MapKernel } from './map.ts';
import { emitMap } from './map.ts';
import { emitTranspose, transpositionOf } from './transpose.ts';

export function recordCopy(nest: CopyNest, options: RecordOptions): RecordedKernel {
  const known = options.specialised ? inBytes(nest) : nest.loops;
  const { loops, element } = widenBytes(known, nest.elementBytes);
  if (!options.specialised) return recordKernel(options, k => emitCarry(k, loops, element, nest.unitBytes));
  const transposition = element === 'i32' ? transpositionOf(loops) : undefined;
  if (transposition) return recordKernel(options, k => emitTranspose(k, transposition));
  const source = stream(0, element, loops, loop => loop.fromBytes);
  return record(
    loops,
    [source],
    stream(1, element, loops, loop => loop.toBytes),
    [],
    options,
  );
}

export function recordFill(nest: FillNest, options: RecordOptions): RecordedKernel {
  const full = nest.loops.map(({ count, toBytes }) => ({ count, fromBytes: toBytes, toBytes }));
  const { loops, element } = widenBytes(full, nest.elementBytes);
  const value = nest.elementBytes === 1 && element === 'i32' ? Math.imul(nest.bits & 0xff, 0x01010101) : nest.bits | 0;
  const step: ScalarStep = { op: constantStep, attributes: { value }, args: [], element };
  return record(
    loops,
    [],
    stream(0, element, loops, loop => loop.toBytes),
    [step],
    options,
  );
}

function stream(
  slot: number,
  element: RegisterElement,
  loops: readonly CopyLoop[],
  stride: (loop: CopyLoop) => number,
): Stream {
  return { slot, element, bytes: element === 'bool' ? 1 : 4, startBytes: 0, strides: loops.map(stride) };
}

const noOps: OpTable = {
  all: [],
  rules: [],
  roles: {},
  masked: (_, __, value) => value,
  pick: (_, value) => value,
  find: () => undefined,
};

function record(
  loops: readonly CopyLoop[],
  sources: readonly Stream[],
  result: Stream,
  steps: readonly ScalarStep[],
  options: RecordOptions,
): RecordedKernel {
  const count = loops.map(loop => loop.count);
  const map: MapKernel = {
    box: { start: count.map(() => 0), count, step: count.map(() => 1) },
    sources,
    result,
    steps,
  };
  return recordKernel(options, k => emitMap(k, noOps, map));
}
