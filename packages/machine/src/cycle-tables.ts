/**
 * The cycle tables of the presets, each number derived from a published rate.
 *
 * A tile issues one bundle a cycle, taken from its workers in turn: what one worker alone would see as six cycles of latency is one
 * cycle of the tile. A bundle has two halves, memory and integer in one, floating point in the other, so an integer instruction costs
 * half a cycle. Table entries add up, so a kernel that overlaps loads and arithmetic perfectly is charged a little too much; the model
 * gives a register-tiled f32 matmul about half of the tile's peak, where 61 % were measured (Jia et al. 2019, 18.9 of 31.1 TFLOP/s).
 *
 * Sources: Knowles, "Graphcore Colossus Mk2 IPU", Hot Chips 33 (2021); Jia et al., "Dissecting the Graphcore IPU architecture via
 * microbenchmarking" (2019, arXiv 1912.03413); the vertex cost estimates of poplibs.
 */
import type { CycleTable, NarrowCycles } from './chip-spec.ts';

/** Cycles of one instruction of a class; over narrow elements, those of 32 bits where the table says nothing else. */
export function cyclesOf(table: CycleTable, name: keyof CycleTable): number {
  return table[name] ?? table[name.replace(/\d+$/, '') as Exclude<keyof CycleTable, keyof NarrowCycles>];
}

/** Multiply-adds of f32 that a tile completes in a cycle; the only difference between the generations' tables. */
function tileCycles(multiplyAddsPerCycle: number): CycleTable {
  return {
    integer: 0.5,
    // One f32 operation, or two as a pair, in one floating-point half of a bundle.
    float: 1,
    vector: 2,
    multiplyAdd: 1,
    // The accumulating matrix unit: its rate is the published peak.
    vectorMultiplyAdd: 4 / multiplyAddsPerCycle,
    // Not published; a handful of dependent steps.
    divide: 8,
    // 8 bytes a cycle, 16 where both halves of interleaved memory are read at once; stores are 8 bytes a cycle.
    load: 0.5,
    vectorLoad: 1,
    store: 0.5,
    vectorStore: 2,
    // A counted loop closes with one instruction; a branch loses the rest of its bundle.
    loop: 1,
    branch: 1,
    // Starting a worker, the fetch of its record, and its exit: poplibs estimates a few dozen cycles a vertex.
    vertex: 24,
    // By bytes: neighbours that are read one by one come together, 8 bytes at a time, as the matrix unit is fed.
    load16: 0.25,
    load8: 0.125,
    vectorLoad16: 0.5,
    vectorLoad8: 0.25,
    vectorStore16: 1,
    vectorStore8: 0.5,
    // Four times the rate of f32 with sums of 32 bits, as published. Bytes are multiplied by the same unit, which has none of their own.
    vectorMultiplyAdd16: 1 / multiplyAddsPerCycle,
    vectorMultiplyAdd8: 1 / multiplyAddsPerCycle,
  };
}

/** 8 multiply-adds a cycle: 1216 tiles × 1.6 GHz × 8 × 2 = 31.1 TFLOP/s; 124.5 in 16 bits. */
export const gc2Cycles: CycleTable = tileCycles(8);

/** 16 multiply-adds a cycle: 1472 tiles × 1.325 GHz × 16 × 2 = 62.4 TFLOP/s, 249.6 in 16 bits; Bow at 1.85 GHz 87.1 and 348.6. */
export const gc200Cycles: CycleTable = tileCycles(16);

/**
 * A core of a current host running wasm, as measured on Zen 4: 29.5 GMAC/s with fused multiply-add, that is two four-lane operations
 * a cycle at 3.69 GHz; two 16-byte loads and one store a cycle. Narrow elements cost more than wide ones, since wasm computes with 32 bits: bytes
 * are widened by two instructions more and narrowed by two; bf16, the quicker of the types of 16 bits, by one and by four.
 */
export const hostCycles: CycleTable = {
  integer: 0.25,
  float: 0.5,
  vector: 0.5,
  multiplyAdd: 0.5,
  vectorMultiplyAdd: 0.5,
  divide: 3,
  load: 0.5,
  vectorLoad: 0.5,
  store: 1,
  vectorStore: 1,
  loop: 0.5,
  branch: 0.5,
  // A call through the table, and the bounds of its loops.
  vertex: 20,
  load8: 1,
  vectorLoad8: 1.5,
  vectorStore8: 2,
  vectorLoad16: 1,
  vectorStore16: 3,
};
