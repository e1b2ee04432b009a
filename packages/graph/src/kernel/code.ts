/**
 * Kernel code: what an op's kernel does on one tile, as data.
 *
 * A kernel is written once against {@link KernelBuilder} and recorded as a list of instructions in SSA with structured loops. Three
 * consumers read it: the wasm backend turns it into a function, the cycle counter weighs it against a chip's cycle table, and an
 * interpreter runs it in tests. Numbers that differ between vertices (trip counts, strides, addresses) are *fields* in a block of
 * their own, so vertices whose code is equal, instruction by instruction, share one codelet.
 */
import { type ElementType, elementBytes } from '../types.ts';

/**
 * One lane or four, 32 bits each. A `bool` is a truth value in a register; in memory it is one byte, 0 or 1. The narrower element types are
 * only in memory: loads widen f16 and bf16 to f32, i8 and u8 to i32, and stores narrow them.
 */
export type KernelType = 'i32' | 'f32' | 'bool' | 'i32x4' | 'f32x4' | 'boolx4';

/** A register: assigned once, by the instruction that names it as its result. */
export interface KernelValue {
  readonly id: number;
  readonly type: KernelType;
}

/** A mutable cell (an accumulator): lives in a wasm local. */
export interface KernelCell {
  readonly cell: number;
  readonly type: KernelType;
}

/** All work lane by lane on `x4` types. Comparisons yield `bool`/`boolx4`. Integer arithmetic wraps. */
export type UnaryCode =
  | 'neg'
  | 'abs'
  | 'sqrt'
  | 'floor'
  | 'ceil'
  | 'trunc'
  | 'nearest' // ties to even
  | 'half' // f32 → the nearest number that f16 has, ties to even, as an f32
  | 'brain' // the same for bf16
  | 'not' // bool: logical; i32: bitwise
  | 'bits' // f32 → i32, the same bits
  | 'float' // i32 → f32, the same bits
  | 'convert' // i32 → f32, the nearest value
  | 'truncate' // f32 → i32, towards zero, saturating, NaN → 0
  | 'level' // f32 → i32, the nearest, ties to even; NaN → 0; beyond ±2^22 some number that is as far from 0 on the same side
  | 'levelAbove' // the same of the larger of x and 0; NaN → 0
  | 'splat' // T → Tx4
  | 'widen'; // bool → i32 (0 or 1)
export type BinaryCode =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div' // i32: signed, towards zero; one lane only
  | 'rem' // i32 only, sign of the dividend; one lane only
  | 'min' // f32: NaN if either is NaN
  | 'max'
  | 'and' // bool or i32
  | 'or'
  | 'xor'
  | 'shl'
  | 'shr' // arithmetic
  | 'shru' // logical
  | 'eq'
  | 'ne'
  | 'lt'
  | 'le'
  | 'gt'
  | 'ge'
  | 'ltu' // i32 only, unsigned
  | 'mulhu'; // i32 only, one lane: the high half of the unsigned 64-bit product
/**
 * `fma(a, b, c)` is a·b + c: fused in fast mode, two roundings in strict mode. `select(mask, a, b)` takes a where mask is true.
 * `dot(a, b, c)`, of `i32x4` only, takes each lane of a and b as four signed bytes and adds their four products to c. In fast mode the bytes
 * of b may not be negative, since machines differ in what they take these for.
 */
export type TernaryCode = 'fma' | 'select' | 'dot';

export type Instruction =
  | { readonly kind: 'constant'; readonly result: KernelValue; readonly value: number }
  /** Field `index` of the vertex's field block (an i32). */
  | { readonly kind: 'field'; readonly result: KernelValue; readonly index: number }
  /** The byte address of slot `slot`'s first element (operands 0.., then the result: see `Vertex`). */
  | { readonly kind: 'address'; readonly result: KernelValue; readonly slot: number }
  /** The index of the running worker on its tile, and how many there are. */
  | { readonly kind: 'worker'; readonly result: KernelValue }
  | { readonly kind: 'workers'; readonly result: KernelValue }
  | { readonly kind: 'unary'; readonly result: KernelValue; readonly code: UnaryCode; readonly value: KernelValue }
  | {
      readonly kind: 'binary';
      readonly result: KernelValue;
      readonly code: BinaryCode;
      readonly left: KernelValue;
      readonly right: KernelValue;
    }
  | {
      readonly kind: 'ternary';
      readonly result: KernelValue;
      readonly code: TernaryCode;
      readonly args: readonly [KernelValue, KernelValue, KernelValue];
    }
  /** Lane `lane` of a vector; `replace` gives the vector with that lane changed. */
  | { readonly kind: 'extract'; readonly result: KernelValue; readonly value: KernelValue; readonly lane: number }
  | {
      readonly kind: 'replace';
      readonly result: KernelValue;
      readonly value: KernelValue;
      readonly lane: number;
      readonly scalar: KernelValue;
    }
  /** Lanes `lanes[i]` of the eight lanes of `left` followed by `right`. */
  | {
      readonly kind: 'shuffle';
      readonly result: KernelValue;
      readonly left: KernelValue;
      readonly right: KernelValue;
      readonly lanes: readonly [number, number, number, number];
    }
  /** Pieces of 1 or 2 bytes of `left` and `right` in turn, of `i32x4` only: those of the first eight bytes, or of the last eight (`high`). */
  | {
      readonly kind: 'zip';
      readonly result: KernelValue;
      readonly left: KernelValue;
      readonly right: KernelValue;
      readonly bytes: 1 | 2;
      readonly high: boolean;
    }
  /**
   * Reads elements of type `element` from `address + offset` bytes, one or four neighbours, and widens them to the result's type. With
   * `splat`, one element into all four lanes. Vectors need no alignment.
   */
  | {
      readonly kind: 'load';
      readonly result: KernelValue;
      readonly element: MemoryElement;
      readonly address: KernelValue;
      readonly offset: number;
      readonly splat: boolean;
    }
  /**
   * Writes a value as elements of type `element`; with `lane`, only that lane of a vector. Floats are rounded to the nearest, ties to even,
   * beyond the largest to infinity; integers saturate.
   */
  | {
      readonly kind: 'store';
      readonly element: MemoryElement;
      readonly address: KernelValue;
      readonly value: KernelValue;
      readonly offset: number;
      readonly lane?: number;
    }
  | { readonly kind: 'cell'; readonly cell: KernelCell; readonly initial: KernelValue }
  | { readonly kind: 'get'; readonly result: KernelValue; readonly cell: KernelCell }
  | { readonly kind: 'set'; readonly cell: KernelCell; readonly value: KernelValue }
  /** `for (index = from; index < to; index += step)`, signed, `step` > 0. */
  | {
      readonly kind: 'loop';
      readonly index: KernelValue;
      readonly from: KernelValue;
      readonly to: KernelValue;
      readonly step: number;
      readonly body: readonly Instruction[];
    }
  | {
      readonly kind: 'if';
      readonly condition: KernelValue;
      readonly taken: readonly Instruction[];
      readonly otherwise: readonly Instruction[];
    };

/** How a field lies in memory, with sign or without; in the kernel all are i32. */
export type FieldType = 'u8' | 'i8' | 'u16' | 'i16' | 'i32';

export interface KernelCode {
  readonly instructions: readonly Instruction[];
  /** How many registers, cells, fields and slots the code names; all are numbered from 0. */
  readonly registers: number;
  readonly cells: number;
  readonly fields: number;
  /** The type of each field, in the order in which they lie one after the other. If absent, all are `i32`. */
  readonly fieldTypes?: readonly FieldType[];
  readonly slots: number;
  /**
   * Cells of four lanes that are read and set seldom, around loops that need all registers of a machine: what compiles the code keeps
   * them elsewhere. Absent: none.
   */
  readonly aside?: readonly number[];
}

/** A kernel recorded for one vertex: its code, shared by all vertices with equal code, and this vertex's field values. */
export interface RecordedKernel {
  readonly code: KernelCode;
  /** The values of the fields, in order; i32. */
  readonly fields: readonly number[];
  /** Bytes of memory of its own that the vertex needs, whose address is the last slot; 0 if it has no such slot. */
  readonly scratchBytes: number;
  /** True if a distance or count is beyond 2^31: the kernel cannot be run, and the program that needs it has to be refused. */
  readonly outOfReach: boolean;
}

/** Whether registers of this type have four lanes. */
export function isVector(type: KernelType): boolean {
  return type.endsWith('x4');
}

/** `f32` → `f32x4`. */
export function vectorOf(type: KernelType): KernelType {
  switch (type) {
    case 'i32':
      return 'i32x4';
    case 'f32':
      return 'f32x4';
    case 'bool':
      return 'boolx4';
    default:
      return type;
  }
}

/** `f32x4` → `f32`. */
export function scalarOf(type: KernelType): KernelType {
  switch (type) {
    case 'i32x4':
      return 'i32';
    case 'f32x4':
      return 'f32';
    case 'boolx4':
      return 'bool';
    default:
      return type;
  }
}

/**
 * What lies in memory: an element, or bits that are carried without a look at what they are: 16 in one lane, or 64 in two, which are loaded
 * with `splat` into the lower and the upper two.
 */
export type MemoryElement = ElementType | 'bits16' | 'bits64';

/** The bytes that one element takes in memory. */
export function memoryBytes(element: MemoryElement): number {
  if (element === 'bits16') return 2;
  return element === 'bits64' ? 8 : elementBytes[element];
}

/** The element types registers hold. */
export type RegisterElement = 'f32' | 'i32' | 'bool';

/** What an element of memory is widened to in a register. */
export function registerElement(element: MemoryElement): RegisterElement {
  switch (element) {
    case 'f32':
    case 'f16':
    case 'bf16':
      return 'f32';
    case 'i32':
    case 'i8':
    case 'u8':
    case 'bits16':
    case 'bits64':
      return 'i32';
    case 'bool':
      return 'bool';
  }
}
