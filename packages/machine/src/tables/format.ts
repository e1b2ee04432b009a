/**
 * The format of tables: what a tile's memory says of the tile's work, and the host window of the transfers of variables. Its numbers are
 * named here once; `writer.ts` writes them, `reader.ts` reads them, and back ends make code that reads them.
 *
 * All integers are little-endian, and need no alignment where it is not said. A record's codelet is called as `codelet(fields, worker,
 * …addresses)`, once per worker of the tile: where its field block's fields are, which worker, and the addresses of the slots, the last
 * slot first (the result, the target of a copy). A codelet takes at least two addresses, of which one with a single slot ignores the second.
 *
 * Table: at tile-relative `tables.offset` of the image, the directory, then field blocks and lists.
 * Directory: per 16 phases (global numbering over all programs) two u16: bit i is set if the tile has a list in phase 16·entry + i; where
 * the first of these lists begins, in `tables.unitBytes` from the table. The others follow it in the order of phases.
 * List: a u8, the bytes that follow it; 255: a u32 follows, the bytes that follow that. In a compute phase a vertex, in an exchange copies.
 * Reference to a field block: the distance d from the reference back to the block. d < 128: a u8. d < 32768: a u8 128 + ⌊d/256⌋, a u8 d mod 256.
 * Else the bytes 128 and 0, and a u32.
 * Field block: the codelet's number, `tables.numberBytes` bytes; the codelet's fields in order, each of the type that its code says, without
 * gaps, and aligned to it (wide ones come first). Records after it share it.
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
 * many records, and these: a u8, how many slots; a reference; per slot a u32, its address in the whole memory.
 */

/** Entries of the directory. */
export const directory = {
  /** How many phases an entry speaks of: phase p is bit `p % phases` of entry `p >> phasesShift`. */
  phases: 16,
  phasesShift: 4,
  entryBytes: 4,
  entryShift: 2,
  /** The place of the first list is above the bits of the phases, in units. */
  unitsShift: 16,
  mostUnits: 0xffff,
} as const;

/** The length of a list in bytes, which stands before it. */
export const listLength = {
  /** It stands in place of a length that does not fit one byte: the length follows in four. */
  long: 0xff,
  shortBytes: 1,
  longBytes: 5,
} as const;

/** The way back to a field block: in one byte, in two of which the first has the higher bits, or in full after two bytes that say 0. */
export const reference = {
  /** The first distance that takes more than a byte, and the bit that says so. */
  long: 0x80,
  highMask: 0x7f,
  /** The first distance that takes more than two. */
  full: 0x8000,
  shortBytes: 1,
  longBytes: 2,
  fullBytes: 6,
} as const;

/** Where a slot begins, in words if it can be. */
export const slotAddress = {
  wordBytes: 4,
  wordShift: 2,
  /** The first number of words that takes more than two bytes; its low byte has the higher bits of those that take four. */
  long: 0xff00,
  highMask: 0xff,
  highShift: 16,
  /** The first number of words that takes more than four bytes. */
  far: 0xff << 16,
  /** It stands in place of a number of words: an address in bytes follows. */
  full: 0xffff,
  shortBytes: 2,
  longBytes: 4,
  fullBytes: 6,
} as const;

/** How a number of a copy follows from that of the copy before. */
export const way = { same: 0, step: 1, given: 2, again: 3 } as const;
export type Way = (typeof way)[keyof typeof way];

/** The first byte of a copy, and what follows it. */
export const copy = {
  headBytes: 1,
  /** The bit that says that a reference follows. */
  hasBlock: 1,
  targetShift: 1,
  sourceShift: 3,
  tilesShift: 5,
  wayMask: 3,
  /** Bits that no copy has. */
  unused: 0x80,
  stepBytes: 1,
  tilesBytes: 2,
} as const;

/** A variable's row in the table of transfers: where each of its three lists has its address. */
export const transferRow = { toHost: 0, fromHost: 4, firstValue: 8, entryBytes: 4, rowBytes: 12 } as const;

/** A list of transfers: how many, and of each how many slots before its reference, and the addresses after it. */
export const transfer = { countBytes: 4, slotsBytes: 1, addressBytes: 4, addressShift: 2 } as const;

/**
 * What a record is reckoned to take while nobody has written it: a vertex or a copy with its share of field blocks. None takes more
 * without its block, but for the addresses of a vertex.
 */
export const recordBytes = 24;

/** Bytes of a codelet's number where there are so many codelets. */
export function numberBytes(codelets: number): 1 | 2 {
  return codelets <= 0x100 ? 1 : 2;
}
