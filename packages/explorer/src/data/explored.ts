/**
 * What the pages know of a program: a plan without the compiler. Lists as long as there are buffers or phases are columns of numbers, and what
 * differs from tile to tile is a number of one of the `vectors`, of which there are far fewer. Two thousand phases on a thousand tiles so
 * take megabytes instead of gigabytes.
 */
import type { BufferKind, Sharing } from '@tessera-dnn/tiling';
import type { JsonMemory } from './memory-json.ts';

/** A number that means that there is none: of a site, a vector or a buffer. */
export const none = -1;

export interface Explored {
  /** What `tessera memory --json` prints of the same plan. */
  readonly memory: JsonMemory;
  /** Whether the chip has what the plan needs. Where not, the plan is shown all the same. */
  readonly fits: boolean;
  /** The user's files, the program's own first. */
  readonly files: readonly ExploredFile[];
  /** Lines that tensors and phases come from: `file` counts from 0, `line` from 1. */
  readonly sites: readonly Site[];
  readonly programs: readonly ExploredProgram[];
  readonly layout: Layout;
  readonly buffers: BufferColumns;
  readonly phases: PhaseColumns;
  readonly ties: TieColumns;
  /** How results share memory with what they are made of, or why not. */
  readonly sharings: readonly Sharing[];
  readonly vectors: Vectors;
}

export interface ExploredFile {
  readonly name: string;
  readonly text: string;
}

export interface Site {
  readonly file: number;
  readonly line: number;
}

export interface ExploredProgram {
  readonly name: string;
  readonly kind: 'model' | 'train' | 'prepare';
  /** Its first phase in the list of all programs' phases. */
  readonly firstPhase: number;
  readonly phases: number;
  /** What its first phase is called: phases that prepare come before it in every program. */
  readonly firstNumber: number;
}

/** What a phase of a program, counted from 0, is called in all reports. */
export function numberOf({ firstNumber }: ExploredProgram, phase: number): number {
  return firstNumber + phase;
}

/** Where a tile's SRAM has what, in bytes from its start; alike on all tiles. */
export interface Layout {
  /** From 0 to here lie variables, prepared values and constants; from here on, what lives for a while. */
  readonly residentBytes: number;
  /** Where tables begin. */
  readonly tableOffset: number;
  /** By tile: bytes of the tables, aligned, and of code. */
  readonly tableBytes: Float64Array;
  readonly codeBytes: Float64Array;
}

/** One entry per buffer, in the order of the tile program. */
export interface BufferColumns {
  readonly names: readonly string[];
  readonly kinds: readonly BufferKind[];
  /** `f32[8, 16]`: what the tensor is that the buffer holds cells of. */
  readonly types: readonly string[];
  readonly sites: Int32Array;
  /** The buffer by which its storage is named: itself, unless it is written over another. */
  readonly roots: Int32Array;
  /** The phases in which the storage is live, counted over all programs and both inclusive; -1 if in none. */
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly offsets: Float64Array;
  /** Bytes by tile, as a vector; none for buffers in the host window. */
  readonly bytes: Int32Array;
}

/** One entry per phase, of all programs. */
export interface PhaseColumns {
  readonly names: readonly string[];
  /** 0: compute, 1: exchange. */
  readonly exchanges: Int32Array;
  readonly sites: Int32Array;
  /** As modelled: with the sync. */
  readonly cycles: Float64Array;
  /** Vectors: cycles by tile without the sync; in an exchange, bytes received and sent by tile. */
  readonly busy: Int32Array;
  readonly received: Int32Array;
  readonly sent: Int32Array;
  readonly multiplyAdds: Float64Array;
  readonly readBytes: Float64Array;
  readonly writtenBytes: Float64Array;
  /** The buffers that a phase names. Those of phase `p` are entries `starts[p]` to `starts[p + 1]` of `touched`. */
  readonly starts: Int32Array;
  readonly touched: Int32Array;
  /** 1 where the phase writes the buffer. */
  readonly writes: Int32Array;
}

/** Results that are written behind the reads of an operand and reach into its memory, in the phase in which both are live. */
export interface TieColumns {
  readonly operands: Int32Array;
  readonly results: Int32Array;
  readonly phases: Int32Array;
}

/** Numbers by tile, as runs: vector `v` has entries `starts[v]` to `starts[v + 1]` of both columns. */
export interface Vectors {
  readonly starts: Int32Array;
  /** The tile behind the last one of the run. */
  readonly ends: Int32Array;
  readonly values: Float64Array;
}
