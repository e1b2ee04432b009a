/** Which addresses are free at which times while a greedy allocator places blocks. Two classes find that out, with the same answers. */

/** The blocks placed so far. */
export interface FreeSpace {
  /** The lowest base that `block`, which must have pieces, may have, and at which the addresses of all its pieces are free. */
  lowest(block: number): number;
  /** Places `block` at `base`. */
  add(block: number, base: number): void;
}
