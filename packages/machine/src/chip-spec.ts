/** The chip as data. */

/**
 * Cycles of a tile per kernel instruction, its workers together: a tile with six workers that issues one instruction a cycle has 1 here,
 * though each worker waits six. Of a specialised chip, whose workers are cores: of each of them. A model: always called so.
 */
export interface CycleTable extends NarrowCycles {
  /** Integer, address and compare instructions. */
  readonly integer: number;
  /** One-lane and four-lane floating-point add, multiply, min, max, compare, convert, round. */
  readonly float: number;
  readonly vector: number;
  /** Multiply-add of one and of four lanes. */
  readonly multiplyAdd: number;
  readonly vectorMultiplyAdd: number;
  /** Division and square root, one lane (a vector takes four times as long). */
  readonly divide: number;
  /** Loads and stores, of up to 4 and of up to 16 bytes. */
  readonly load: number;
  readonly vectorLoad: number;
  readonly store: number;
  readonly vectorStore: number;
  /** One turn of a loop, and one branch. */
  readonly loop: number;
  readonly branch: number;
  /** Starting a vertex: fetch of its record, call and return. */
  readonly vertex: number;
}

/**
 * What is different over elements of 16 and of 8 bits in memory; what is missing costs what it costs over 32 bits. A multiply-add counts
 * here if both factors are so narrow. Its sum has 32 bits.
 */
export interface NarrowCycles {
  readonly load16?: number;
  readonly load8?: number;
  readonly vectorLoad16?: number;
  readonly vectorLoad8?: number;
  readonly vectorStore16?: number;
  readonly vectorStore8?: number;
  readonly vectorMultiplyAdd16?: number;
  readonly vectorMultiplyAdd8?: number;
}

export interface ChipSpec {
  readonly name: string;
  readonly tiles: number;
  /** Workers (hardware threads) of one tile. */
  readonly workers: number;
  /** SRAM of one tile. */
  readonly sramBytes: number;
  readonly clockHz: number;
  /** How many bytes a tile can receive in a cycle, and at the same time send. */
  readonly exchangeBytesPerCycle: number;
  readonly syncCycles: number;
  readonly cycles: CycleTable;
  /** Tile stride is the largest use of any tile instead of `sramBytes` (the `host` preset, and `--pack`). */
  readonly packed: boolean;
  /** Whether a codelet's code is charged to the SRAM of the tiles that run it (not on `host`). */
  readonly chargeCode: boolean;
  /** Whether codelets are specialised per shape instead of reading their numbers from records (only on `host`). */
  readonly specialise: boolean;
}

/**
 * The workers for which a plan's decisions are made, however many a chip has: those that such chips usually have. Where work is cut, and
 * so in which order sums are added up, must not depend on how many share it.
 */
export function usualWorkers({ specialise }: ChipSpec): number {
  return specialise ? 1 : 6;
}
