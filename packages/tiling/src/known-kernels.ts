/**
 * Kernels that this process has recorded before, and what was counted of them.
 *
 * A program is tiled again and again: with other shares of memory until it fits, for each point of a sweep, after each key in an editor. Most
 * of its nodes do the same work as before, in cells of the same sizes. What a kernel is follows from the work, the cell and the way it is
 * recorded, so each is recorded once in a process, not once in each tiling.
 */
import type { KernelCode, KernelCounts, RecordedKernel, RecordOptions } from '@tessera-dnn/graph/kernel';
import { codeKey, showKernelHead } from '@tessera-dnn/graph/kernel';
import type { OpTable } from '@tessera-dnn/graph/op';

/** The kernels of cells that look alike but for where they begin. */
export interface Group {
  /** Positions in the flattened list of starts that some recording of this group has read. */
  readonly used: Set<number>;
  /** By the starts at those positions. */
  readonly known: Map<string, RecordedKernel>;
}

/** What a piece of a work was counted to take. */
export interface CountedPiece {
  readonly counts: KernelCounts;
  /** How many points of the work's space it has. */
  readonly points: number;
  readonly scratchBytes: number;
}

/** About how many bytes of memory are kept of one way of recording: much more would cost the garbage collector more than recording costs. */
const mostBytes = 2 ** 25;

/** About what objects take: of a kernel beside its code; of a code for each character of its text. */
const kernelBytes = 500;
const bytesOfCharacter = 6;

/** All that was recorded with one table of operations in one way. */
export class KnownKernels {
  /** By the work and variant, and by the number of tiles, on which the size of a piece depends. */
  readonly pieces = new Map<string, CountedPiece>();
  /** By the work; then by what else a kernel depends on, apart from where its cell begins. */
  readonly #groups = new Map<string, Map<string, Group>>();
  readonly #codes = new Map<string, KernelCode>();
  #bytes = 0;

  /** Whether it is time to begin anew. */
  get full(): boolean {
    return this.#bytes + kernelBytes * this.pieces.size > mostBytes;
  }

  groupsOf(work: string): Map<string, Group> {
    let groups = this.#groups.get(work);
    if (!groups) this.#groups.set(work, (groups = new Map()));
    return groups;
  }

  /** Adds a kernel, which shares its code with all whose code is equal. */
  add(group: Group, starts: string, recorded: RecordedKernel): RecordedKernel {
    const text = `${showKernelHead(recorded.code)} ${codeKey(recorded.code)}`;
    let code = this.#codes.get(text);
    if (code === undefined) {
      this.#codes.set(text, (code = recorded.code));
      this.#bytes += bytesOfCharacter * text.length;
    }
    const shared = { ...recorded, code };
    group.known.set(starts, shared);
    this.#bytes += kernelBytes + 16 * recorded.fields.length;
    return shared;
  }
}

const ofTables = new WeakMap<OpTable, Map<string, KnownKernels>>();

/** What is known of kernels of this table that are recorded in this way. */
export function knownKernels(table: OpTable, recording: RecordOptions): KnownKernels {
  let ways = ofTables.get(table);
  if (!ways) ofTables.set(table, (ways = new Map()));
  const way = JSON.stringify(recording);
  let known = ways.get(way);
  if (!known || known.full) ways.set(way, (known = new KnownKernels()));
  return known;
}
