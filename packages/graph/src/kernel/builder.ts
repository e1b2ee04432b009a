/**
 * What an op's kernel is written against. Every method emits instructions at the current place and returns the register that holds
 * the result. Arithmetic is polymorphic: both sides one lane or both four; a one-lane side beside a four-lane side is splat.
 * A plain JavaScript number beside a register becomes a constant of that register's type.
 */
import type { KernelCell, KernelType, KernelValue } from './code.ts';

/** A register, or a number that becomes a constant of the other operand's type. */
export type Operand = KernelValue | number;

export interface KernelBuilder {
  /** True when fields are constants in the code (the `host` chip): unrolling by a small trip count may pay then. */
  readonly specialised: boolean;
  /**
   * Whether `fma` and `dot` are one instruction of four lanes, as in fast mode; more take one more vector register, which register tiles must
   * leave free.
   */
  readonly fused: boolean;
  /** True where one worker runs the code and results have to be stored in the order of memory, as `Overwrite.inOrder` needs it. */
  readonly ordered: boolean;
  /** True where threads divide what one worker does otherwise: each begins the code anew, so that what they divide should be outermost. */
  readonly divided: boolean;

  /** A number of this vertex that must not change the code: a trip count or a stride. A field of its block. */
  field(value: number): KernelValue;
  /** The byte address of a slot's first element. Slots: operand i of the node is slot i, the result is slot `operands.length`. */
  address(slot: number): KernelValue;
  /**
   * The address of so many bytes that are the vertex's own while it runs, aligned to a vector: they hold what registers hold, and nothing at
   * first. Only where one worker runs the code, or threads that have such bytes each, since workers are not told apart.
   */
  scratch(bytes: number): KernelValue;
  /** Runs `body`, in which `address` gives the registers named here for their slots. */
  redirected(addresses: ReadonlyMap<number, KernelValue>, body: () => void): void;
  constant(type: KernelType, value: number): KernelValue;
  i32(value: number): KernelValue;
  f32(value: number): KernelValue;

  add(a: Operand, b: Operand): KernelValue;
  sub(a: Operand, b: Operand): KernelValue;
  mul(a: Operand, b: Operand): KernelValue;
  div(a: Operand, b: Operand): KernelValue;
  rem(a: Operand, b: Operand): KernelValue;
  min(a: Operand, b: Operand): KernelValue;
  max(a: Operand, b: Operand): KernelValue;
  and(a: Operand, b: Operand): KernelValue;
  or(a: Operand, b: Operand): KernelValue;
  xor(a: Operand, b: Operand): KernelValue;
  shl(a: Operand, b: Operand): KernelValue;
  shr(a: Operand, b: Operand): KernelValue;
  shru(a: Operand, b: Operand): KernelValue;
  mulhu(a: Operand, b: Operand): KernelValue;
  eq(a: Operand, b: Operand): KernelValue;
  ne(a: Operand, b: Operand): KernelValue;
  lt(a: Operand, b: Operand): KernelValue;
  le(a: Operand, b: Operand): KernelValue;
  gt(a: Operand, b: Operand): KernelValue;
  ge(a: Operand, b: Operand): KernelValue;
  ltu(a: Operand, b: Operand): KernelValue;
  /** a·b + c. */
  fma(a: Operand, b: Operand, c: KernelValue): KernelValue;
  /** Four signed bytes in each lane: c and the products of those of a with those of b, which may not be negative if `fused`. */
  dot(a: KernelValue, b: KernelValue, c: KernelValue): KernelValue;
  /** `a` where `mask`, else `b`. */
  select(mask: KernelValue, a: Operand, b: Operand): KernelValue;
  neg(a: KernelValue): KernelValue;
  abs(a: KernelValue): KernelValue;
  sqrt(a: KernelValue): KernelValue;
  floor(a: KernelValue): KernelValue;
  ceil(a: KernelValue): KernelValue;
  trunc(a: KernelValue): KernelValue;
  nearest(a: KernelValue): KernelValue;
  /** The nearest number that f16 has, as an f32. */
  half(a: KernelValue): KernelValue;
  /** The nearest number that bf16 has, as an f32. */
  brain(a: KernelValue): KernelValue;
  not(a: KernelValue): KernelValue;
  bits(a: KernelValue): KernelValue;
  float(a: KernelValue): KernelValue;
  convert(a: KernelValue): KernelValue;
  truncate(a: KernelValue): KernelValue;
  /** The nearest whole number, ties to even; NaN becomes 0, and what is beyond ±2^22 some number that is as far from 0 on the same side. */
  level(a: KernelValue): KernelValue;
  splat(a: KernelValue): KernelValue;
  widen(a: KernelValue): KernelValue;
  extract(vector: KernelValue, lane: number): KernelValue;
  replace(vector: KernelValue, lane: number, scalar: Operand): KernelValue;
  shuffle(left: KernelValue, right: KernelValue, lanes: readonly [number, number, number, number]): KernelValue;
  /** Pieces of 1 or 2 bytes of `left` and `right` in turn: those of their first eight bytes, or of their last eight (`high`). */
  zip(left: KernelValue, right: KernelValue, bytes: 1 | 2, high: boolean): KernelValue;

  /** Reads `type` at `address + offset` bytes. */
  load(type: KernelType, address: KernelValue, offset?: number): KernelValue;
  /** Reads one element and repeats it in all four lanes; `type` is the vector type. */
  loadSplat(type: KernelType, address: KernelValue, offset?: number): KernelValue;
  /** Reads sixteen bytes as four words, whatever elements lie there. */
  words(address: KernelValue, offset?: number): KernelValue;
  /** Reads eight bytes as two words, whatever elements lie there, into the lower and the upper two lanes. */
  wordPairSplat(address: KernelValue, offset?: number): KernelValue;
  /** Reads four bytes as a word, whatever elements lie there, and repeats it in all four lanes. */
  wordSplat(address: KernelValue, offset?: number): KernelValue;
  store(address: KernelValue, value: KernelValue, offset?: number): void;
  storeLane(address: KernelValue, vector: KernelValue, lane: number, offset?: number): void;

  cell(initial: KernelValue): KernelCell;
  get(cell: KernelCell): KernelValue;
  set(cell: KernelCell, value: KernelValue): void;

  /** `for (i = from; i < to; i += step) body(i)`; `step` is a positive constant (1 unless given). */
  loop(from: Operand, to: Operand, body: (index: KernelValue) => void, step?: number): void;
  /** The share of `0 … count` that the running worker takes: contiguous, the shares of all workers cover it exactly once. */
  share(count: KernelValue, body: (from: KernelValue, to: KernelValue) => void): void;
  /** Runs `body`, in which a share is all there is: what each worker makes for itself. */
  whole(body: () => void): void;
  when(condition: KernelValue, then: () => void, otherwise?: () => void): void;
}
