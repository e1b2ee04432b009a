/** The memory for which chips, plans and artifacts are made: WebAssembly's with addresses of 32 bits (its Core Specification, 4.2.8). */

/** The bytes that such addresses reach. No chip's tile has more, and one tile of `host` has all of it. */
export const wasmMemoryLimitBytes = 2 ** 32;

/** Memories are counted in pages. */
export const wasmPageBytes = 65_536;
