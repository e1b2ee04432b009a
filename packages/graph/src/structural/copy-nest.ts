/** Copies and fills as nests of loops, and what is made of them before code is chosen. */
import type { MemoryElement } from '../kernel/code.ts';

/** `count` turns, each so many bytes further in the source and in the target; a source stride of 0 repeats an element. */
export interface CopyLoop {
  readonly count: number;
  readonly fromBytes: number;
  readonly toBytes: number;
  /** How many units a turn moves in the source, beside `fromBytes`. */
  readonly fromUnits?: number;
}

/** Slot 0 is the source, slot 1 the target; they must not overlap. No loops: one element. */
export interface CopyNest {
  readonly loops: readonly CopyLoop[];
  readonly elementBytes: 1 | 2 | 4;
  /** Bytes of a unit. It is part of the code, so that a field which counts units stays small however far a turn moves. */
  readonly unitBytes?: number;
}

/** Slot 0 is the target. */
export interface FillNest {
  readonly loops: readonly { readonly count: number; readonly toBytes: number }[];
  readonly elementBytes: 1 | 2 | 4;
  /** The element's bits as a signed integer. */
  readonly bits: number;
}

/** The loops with all distances in bytes, for codelets that have their numbers in the code and need no small fields. */
export function inBytes({ loops, unitBytes = 0 }: CopyNest): readonly CopyLoop[] {
  return loops.map(({ fromUnits = 0, ...loop }) => ({
    ...loop,
    fromBytes: (loop.fromBytes + fromUnits * unitBytes) | 0,
  }));
}

/** What a copy carries at a time: words, halves of words, or bytes, whatever elements these belong to. */
export type CarriedElement = Extract<MemoryElement, 'i32' | 'bits16' | 'bool'>;

/** Elements that lie side by side, as many as make up whole words, are carried as words. */
export function widenBytes(
  loops: readonly CopyLoop[],
  elementBytes: 1 | 2 | 4,
): { readonly loops: readonly CopyLoop[]; readonly element: CarriedElement } {
  if (elementBytes === 4) return { loops, element: 'i32' };
  const inWord = 4 / elementBytes;
  const touches = ({ fromBytes, toBytes }: CopyLoop): boolean => fromBytes === elementBytes && toBytes === elementBytes;
  const run = loops.findIndex(loop => touches(loop) && loop.count % inWord === 0);
  if (run < 0) return { loops, element: elementBytes === 2 ? 'bits16' : 'bool' };
  const words = { count: loops[run].count / inWord, fromBytes: 4, toBytes: 4 };
  return { loops: loops.with(run, words), element: 'i32' };
}
