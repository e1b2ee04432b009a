/** The lowest free place of a block, while a greedy allocator fills the address range. Two classes find it, with the same answers. */

export interface FreeSpace {
  /** The lowest base of `block` (one with pieces) that it may have, and at which all its pieces are free. */
  lowest(block: number): number;
  add(block: number, base: number): void;
}
