/**
 * The image: a placed program, ready to be linked. All addresses are byte addresses in the wasm memory unless said to be
 * tile-relative. Made by `tiling`, read by `wasm`; the formats of the tables are fixed here.
 *
 * Memory: tile t's SRAM is `[t·tileStrideBytes, …)`, the host window starts at `host.address`.
 *
 * Directory: at tile-relative `directory.offset`, one u16 or u32 per phase (global numbering over all programs): the tile's vertex list for
 * that phase, in words from the directory, or 0 if the tile has nothing to do.
 * Vertex list: vertex records one behind the other; all of a list with several have two slots.
 * Vertex record: u16 `codelet`, with bit 15 set if another record follows; u16 the words from its field block back to this record; then one
 * u32 per slot, the tile-relative address of the slot's first element (addresses outside the tile wrap modulo 2^32).
 * Field block: the codelet's fields in order, each of the type that its code says, without gaps; shared between records behind it.
 * A codelet is called as `codelet(record, tileBase, worker)`, once per worker.
 *
 * Transfers (`read`, `write` and `init` of variables) are the host's work, so their tables lie in the host window and no tile pays for
 * them: at `transfers.table`, per variable three u32: the addresses of a vertex list that copies it to the transfer area, of one that
 * copies it back, and of one that makes its first value in the transfer area (0: it keeps its embedded value). In these lists the
 * tile base is 0 and all addresses are absolute. `init(seed)` stores the seed at `seedAddress` and, for every
 * variable with a first value, runs that list and then the one that copies back.
 */
import type { Manifest } from './manifest.ts';

export interface ImageProgram {
  readonly name: string;
  /** The first of its phases, and how many, in the global numbering. */
  readonly firstPhase: number;
  readonly phases: number;
  /** True if it changes variables that prepared ones depend on: the next run prepares again. */
  readonly invalidates: boolean;
}

export interface Image {
  readonly manifest: Manifest;
  readonly tiles: number;
  readonly workers: number;
  readonly tileStrideBytes: number;
  readonly totalBytes: number;
  readonly directory: { readonly offset: number; readonly entryBytes: 2 | 4 };
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
  /** For the wasm name section and traces: one line per global phase (`conv1 · exchange`). */
  readonly phaseNames: readonly string[];
}
