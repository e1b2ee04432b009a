/**
 * The image: a placed program, ready to be linked. All addresses are byte addresses in the wasm memory unless said to be
 * tile-relative. Made by `tiling`, read by `wasm`; the formats of the tables are fixed here.
 *
 * Memory: tile t's SRAM is `[t·tileStrideBytes, …)`, the host window starts at `host.address`.
 *
 * Table: at tile-relative `tables.offset`, the directory, then field blocks and lists. All integers are little-endian, and need no
 * alignment where it is not said. A record's codelet is called as `codelet(fields, worker, …addresses)`, once per worker of the tile:
 * where its field block's fields are, which worker, and the addresses of the slots, the last slot first (the result, the target of a copy).
 * A codelet takes at least two addresses, of which one with a single slot ignores the second.
 *
 * Directory: per 16 phases (global numbering over all programs) two u16: bit i is set if the tile has a list in phase 16·entry + i; where
 * the first of these lists begins, in `tables.unitBytes` from the table. The others follow it in the order of phases.
 * List: a u8, the bytes that follow it; 255: a u32 follows, the bytes that follow that. In a compute phase a vertex, in an exchange copies.
 * Reference to a field block: the distance d from the reference back to the block. d < 128: a u8. d < 32768: a u8 128 + ⌊d/256⌋, a u8 d mod 256.
 * Else the bytes 128 and 0, and a u32.
 * Field block: the codelet's number, `tables.numberBytes` bytes; the codelet's fields in order, each of the type that its code says, without
 * gaps, and aligned to it (wide ones come first). Shared between records behind it.
 * Address: a u16 n. n < 65280: tile-relative, in words. n < 65535: a u16 m follows, and it is (n - 65280)·65536 + m words. n = 65535: an
 * i32 follows, bytes, tile-relative modulo 2^32 (so it may lie outside the tile).
 * Vertex: a reference, and as many addresses as the phase has slots.
 * Copy: it goes from `source` bytes in the tile that is so many `tiles` on to the tile-relative `target`. A u8 of four bit fields, lowest first:
 * one bit, whether a reference follows, or the copy has the block of the one before; two bits each for target, source and tiles. What they
 * name follows in this order. 0: the number is as before; 1: an i8 follows, a step from the number before, for target and source in words;
 * 2: the number follows, for target and source an address, for tiles an i16; 3: it steps again as the last time it took a step or was
 * given. In front of a list all numbers and steps are 0. A codelet with one slot (a fill) is given its target.
 *
 * Transfers (`read`, `write` and `init` of variables) are the host's work, so their tables lie in the host window and no tile pays for
 * them: at `transfers.table`, per variable three u32: the addresses of a list that copies it to the transfer area, of one that
 * copies it back, and of one that makes its first value in the transfer area (0: it keeps its embedded value). Such a list is a u32, how
 * many records, and these: a u8, how many slots; a reference; per slot a u32, its address in the whole memory. `init(seed)` stores the
 * seed at `seedAddress` and, for every variable with a first value, runs that list and then the one that copies back.
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
  /** Of its vertices; 0 for an exchange. */
  readonly slots: number;
}
