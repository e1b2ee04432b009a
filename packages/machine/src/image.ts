/**
 * The image: a placed program, ready to be linked. All addresses are byte addresses in one memory unless said to be
 * tile-relative. Made by `tiling`, read by back ends.
 *
 * Memory: tile t's SRAM is `[t·tileStrideBytes, …)`, the host window starts at `host.address`.
 *
 * Every tile's tables begin at the tile-relative `tables.offset`, those of transfers at `transfers.table`; `tables/format.ts` has their format.
 * `init(seed)` stores the seed at `seedAddress` and, for every variable with a first value, runs the list that makes it and then the one that
 * copies it back.
 */
import type { Manifest } from './manifest.ts';

export interface ImageProgram {
  readonly name: string;
  /** The program's first phase in the numbering of all programs' phases, and how many it has. */
  readonly firstPhase: number;
  readonly phases: number;
  /** True if it changes variables that prepared ones depend on: the next run prepares again. */
  readonly invalidates: boolean;
}

/** What several threads need to share the work. */
export interface ImageThreads {
  /** How many there may be. */
  readonly count: number;
  /** Where their control block lies (`thread-control.ts`). */
  readonly control: number;
  /** Where a byte per phase, in the global numbering, says in how many chunks its work is given out: 1 if that does not pay, 0 if it must not be, {@link chunkPerThread}. */
  readonly chunks: number;
}

export interface Image {
  readonly manifest: Manifest;
  /** Absent where one thread does everything. */
  readonly threads?: ImageThreads;
  readonly tiles: number;
  readonly workers: number;
  readonly tileStrideBytes: number;
  readonly totalBytes: number;
  readonly tables: { readonly offset: number; readonly unitBytes: number; readonly numberBytes: 1 | 2 };
  /** User programs, by manifest index. */
  readonly programs: readonly ImageProgram[];
  /** Runs before a program's own phases whenever the word at `preparedFlag` is 0; empty (`phases: 0`) if nothing is prepared. */
  readonly prepare: ImageProgram;
  /** Where `init` leaves its i32 seed. */
  readonly seedAddress: number;
  readonly preparedFlag: number;
  readonly transfers: { readonly table: number; readonly count: number };
  /** Initial contents: tables, constants, embedded variables. Everything else is zero. */
  readonly segments: readonly { readonly address: number; readonly bytes: Uint8Array }[];
  /** All phases, in the global numbering. */
  readonly phases: readonly ImagePhase[];
}

export interface ImagePhase {
  /** For the wasm name section and traces: `conv1 · exchange`. */
  readonly name: string;
  /** How many slots its vertices have; 0 for an exchange. */
  readonly slots: number;
  /** Where threads divide its vertex: bytes from one thread's scratch memory, whose address is the last slot's, to the next one's. */
  readonly scratchBytes?: number;
}
