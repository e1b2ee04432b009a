/** Copies and fills as nests of loops, and what is made of them before code is chosen. */
import type { RegisterElement } from '../kernel/stream.ts';

/** `count` turns, each so many bytes further in the source and in the target; a source stride of 0 repeats an element. */
export interface CopyLoop {
  readonly count: number;
  readonly fromBytes: number;
  readonly toBytes: number;
  /** So many units further in the source, instead of bytes. */
  readonly fromUnits?: number;
}

/** Slot 0 is the source, slot 1 the target; they must not overlap. No loops: one element. */
export interface CopyNest {
  readonly loops: readonly CopyLoop[];
  readonly elementBytes: 1 | 4;
  /** Bytes of a unit, part of the code: a field is then small, whatever the way. */
  readonly unitBytes?: number;
}

/** Slot 0 is the target. */
export interface FillNest {
  readonly loops: readonly { readonly count: number; readonly toBytes: number }[];
  readonly elementBytes: 1 | 4;
  /** The element's bits as a signed integer. */
  readonly bits: number;
}

/** Units are for fields: a codelet that knows its numbers knows bytes. */
export function inBytes({ loops, unitBytes = 0 }: CopyNest): readonly CopyLoop[] {
  return loops.map(({ fromUnits = 0, ...loop }) => ({
    ...loop,
    fromBytes: (loop.fromBytes + fromUnits * unitBytes) | 0,
  }));
}

/** Bytes that lie side by side, a multiple of four of them, are carried as words. */
export function widenBytes(
  loops: readonly CopyLoop[],
  elementBytes: 1 | 4,
): { readonly loops: readonly CopyLoop[]; readonly element: RegisterElement } {
  if (elementBytes === 4) return { loops, element: 'i32' };
  const run = loops.findIndex(loop => loop.fromBytes === 1 && loop.toBytes === 1 && loop.count % 4 === 0);
  if (run < 0) return { loops, element: 'bool' };
  const words = { count: loops[run].count / 4, fromBytes: 4, toBytes: 4 };
  return { loops: loops.with(run, words), element: 'i32' };
}
