/**
 * Records a kernel as {@link KernelCode}. Folds integer constants, so that specialised kernels come out without address arithmetic on
 * constants. Half of the file is one method per instruction, which is why it is long.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { KernelBuilder, Operand } from './builder.ts';
import type {
  BinaryCode,
  Instruction,
  KernelCell,
  KernelType,
  KernelValue,
  MemoryElement,
  RecordedKernel,
  UnaryCode,
} from './code.ts';
import { isVector, scalarOf, vectorOf } from './code.ts';
import { Pointers } from './pointers.ts';
import type { SumLengths } from './sums.ts';

const vectorBytes = 16;

const comparisons: ReadonlySet<BinaryCode> = new Set(['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'ltu']);

export interface RecordOptions {
  /** Bake fields into the code as constants. */
  readonly specialised: boolean;
  /** Whether the code will run with a fused multiply-add; true unless told. */
  readonly fused?: boolean;
  /** Whether kernels keep the order that their ops' `overwrites` speak of; false unless told. Only for tiles with one worker. */
  readonly ordered?: boolean;
  /** Whether threads will divide the vertex as workers of a tile would; false unless told. */
  readonly divided?: boolean;
  /** How many terms a loop may add to a sum of a vertex before it is cut into blocks; as `sums.ts` has it unless told. */
  readonly longestSums?: SumLengths;
}

/**
 * Runs `write` against a recording builder. `slots` are the types of the elements that lie in each slot: what is read or written at an address
 * that is counted from a slot's is of that type. Slots that are not named hold what the registers hold.
 */
export function recordKernel(
  options: RecordOptions,
  write: (k: KernelBuilder) => void,
  slots: readonly MemoryElement[] = [],
): RecordedKernel {
  const recorder = new Recorder(options, slots);
  write(recorder);
  return recorder.finish();
}

class Recorder implements KernelBuilder {
  readonly specialised: boolean;
  readonly fused: boolean;
  readonly ordered: boolean;
  readonly divided: boolean;
  #registers = 0;
  #cells = 0;
  #slots = 0;
  #outOfReach = false;
  readonly #fields: number[] = [];
  readonly #fieldRegisters: KernelValue[] = [];
  readonly #addressRegisters = new Map<number, KernelValue>();
  /** Constants, fields and addresses stand at the top of the function, where they dominate everything. */
  readonly #prologue: Instruction[] = [];
  readonly #constants = new Map<string, KernelValue>();
  readonly #constantOf = new Map<number, number>();
  readonly #zeros = new Set<number>();
  readonly #constantIds = new Set<number>();
  readonly #pointers: Pointers;
  /** The slot after those that are named. */
  readonly #scratchSlot: number;
  #scratchBytes = 0;
  #whole = false;
  #redirected: ReadonlyMap<number, KernelValue> = new Map();
  #block: Instruction[] = [];

  constructor(
    { specialised, fused = true, ordered = false, divided = false }: RecordOptions,
    slots: readonly MemoryElement[],
  ) {
    this.#pointers = new Pointers(slots);
    this.#scratchSlot = slots.length;
    this.specialised = specialised;
    this.fused = fused;
    this.ordered = ordered;
    this.divided = divided;
  }

  finish(): RecordedKernel {
    return {
      code: {
        instructions: [...this.#prologue, ...this.#block],
        registers: this.#registers,
        cells: this.#cells,
        fields: this.#fields.length,
        slots: this.#slots,
      },
      fields: this.#fields,
      scratchBytes: this.#scratchBytes,
      outOfReach: this.#outOfReach,
    };
  }

  field(value: number): KernelValue {
    if (!Number.isInteger(value)) throw new InternalError('record', `a field must be a whole number, not ${value}`);
    this.#outOfReach ||= value !== (value | 0);
    return this.#field(value | 0);
  }

  #field(value: number): KernelValue {
    if (this.specialised) return this.i32(value);
    const result = this.#register('i32');
    this.#prologue.push({ kind: 'field', result, index: this.#fields.length });
    this.#fields.push(value);
    this.#fieldRegisters.push(result);
    return result;
  }

  address(slot: number): KernelValue {
    const known = this.#redirected.get(slot) ?? this.#addressRegisters.get(slot);
    if (known) return known;
    const result = this.#register('i32');
    this.#prologue.push({ kind: 'address', result, slot });
    this.#pointers.begin(result, slot);
    this.#addressRegisters.set(slot, result);
    this.#slots = Math.max(this.#slots, slot + 1);
    return result;
  }

  scratch(bytes: number): KernelValue {
    const start = this.#scratchBytes;
    this.#scratchBytes += Math.ceil(bytes / vectorBytes) * vectorBytes;
    return this.add(this.address(this.#scratchSlot), start);
  }

  redirected(addresses: ReadonlyMap<number, KernelValue>, body: () => void): void {
    const outer = this.#redirected;
    this.#redirected = new Map([...outer, ...addresses]);
    body();
    this.#redirected = outer;
  }

  constant(type: KernelType, value: number): KernelValue {
    const key = `${type}:${Object.is(value, -0) ? '-0' : value}`;
    const known = this.#constants.get(key);
    if (known) return known;
    const result = this.#register(type);
    this.#prologue.push({ kind: 'constant', result, value });
    this.#constants.set(key, result);
    this.#constantIds.add(result.id);
    if (type === 'i32') this.#constantOf.set(result.id, value);
    if (value === 0) this.#zeros.add(result.id);
    return result;
  }

  i32(value: number): KernelValue {
    return this.constant('i32', value);
  }

  f32(value: number): KernelValue {
    return this.constant('f32', Math.fround(value));
  }

  add(a: Operand, b: Operand): KernelValue {
    return this.#binary('add', a, b);
  }
  sub(a: Operand, b: Operand): KernelValue {
    return this.#binary('sub', a, b);
  }
  mul(a: Operand, b: Operand): KernelValue {
    return this.#binary('mul', a, b);
  }
  div(a: Operand, b: Operand): KernelValue {
    return this.#binary('div', a, b);
  }
  rem(a: Operand, b: Operand): KernelValue {
    return this.#binary('rem', a, b);
  }
  min(a: Operand, b: Operand): KernelValue {
    return this.#binary('min', a, b);
  }
  max(a: Operand, b: Operand): KernelValue {
    return this.#binary('max', a, b);
  }
  and(a: Operand, b: Operand): KernelValue {
    return this.#binary('and', a, b);
  }
  or(a: Operand, b: Operand): KernelValue {
    return this.#binary('or', a, b);
  }
  xor(a: Operand, b: Operand): KernelValue {
    return this.#binary('xor', a, b);
  }
  shl(a: Operand, b: Operand): KernelValue {
    return this.#binary('shl', a, b);
  }
  shr(a: Operand, b: Operand): KernelValue {
    return this.#binary('shr', a, b);
  }
  shru(a: Operand, b: Operand): KernelValue {
    return this.#binary('shru', a, b);
  }
  mulhu(a: Operand, b: Operand): KernelValue {
    return this.#binary('mulhu', a, b);
  }
  eq(a: Operand, b: Operand): KernelValue {
    return this.#binary('eq', a, b);
  }
  ne(a: Operand, b: Operand): KernelValue {
    return this.#binary('ne', a, b);
  }
  lt(a: Operand, b: Operand): KernelValue {
    return this.#binary('lt', a, b);
  }
  le(a: Operand, b: Operand): KernelValue {
    return this.#binary('le', a, b);
  }
  gt(a: Operand, b: Operand): KernelValue {
    return this.#binary('gt', a, b);
  }
  ge(a: Operand, b: Operand): KernelValue {
    return this.#binary('ge', a, b);
  }
  ltu(a: Operand, b: Operand): KernelValue {
    return this.#binary('ltu', a, b);
  }

  fma(a: Operand, b: Operand, c: KernelValue): KernelValue {
    const wide = [a, b, c].some(value => typeof value !== 'number' && isVector(value.type));
    const type = wide ? vectorOf(c.type) : c.type;
    const args = [this.#as(a, type), this.#as(b, type), this.#as(c, type)] as const;
    const result = this.#register(type);
    this.#block.push({ kind: 'ternary', result, code: 'fma', args });
    return result;
  }

  dot(a: KernelValue, b: KernelValue, c: KernelValue): KernelValue {
    const result = this.#register('i32x4');
    this.#block.push({ kind: 'ternary', result, code: 'dot', args: [a, b, c] });
    return result;
  }

  select(mask: KernelValue, a: Operand, b: Operand): KernelValue {
    const typed = typeof a === 'number' ? (typeof b === 'number' ? undefined : b) : a;
    if (!typed) throw new InternalError('record', 'select needs at least one register to know its type');
    const wide = isVector(mask.type) || isVector(typed.type) || (typeof b !== 'number' && isVector(b.type));
    const type = wide ? vectorOf(typed.type) : typed.type;
    const result = this.#register(type);
    const wideMask = this.#as(mask, wide ? 'boolx4' : 'bool');
    this.#block.push({
      kind: 'ternary',
      result,
      code: 'select',
      args: [wideMask, this.#as(a, type), this.#as(b, type)],
    });
    this.#pointers.follow(result, a, b);
    return result;
  }

  neg(a: KernelValue): KernelValue {
    return this.#unary('neg', a, a.type);
  }
  abs(a: KernelValue): KernelValue {
    return this.#unary('abs', a, a.type);
  }
  sqrt(a: KernelValue): KernelValue {
    return this.#unary('sqrt', a, a.type);
  }
  floor(a: KernelValue): KernelValue {
    return this.#unary('floor', a, a.type);
  }
  ceil(a: KernelValue): KernelValue {
    return this.#unary('ceil', a, a.type);
  }
  trunc(a: KernelValue): KernelValue {
    return this.#unary('trunc', a, a.type);
  }
  nearest(a: KernelValue): KernelValue {
    return this.#unary('nearest', a, a.type);
  }
  half(a: KernelValue): KernelValue {
    return this.#unary('half', a, a.type);
  }
  brain(a: KernelValue): KernelValue {
    return this.#unary('brain', a, a.type);
  }
  not(a: KernelValue): KernelValue {
    return this.#unary('not', a, a.type);
  }
  bits(a: KernelValue): KernelValue {
    return this.#unary('bits', a, isVector(a.type) ? 'i32x4' : 'i32');
  }
  float(a: KernelValue): KernelValue {
    return this.#unary('float', a, isVector(a.type) ? 'f32x4' : 'f32');
  }
  convert(a: KernelValue): KernelValue {
    return this.#unary('convert', a, isVector(a.type) ? 'f32x4' : 'f32');
  }
  truncate(a: KernelValue): KernelValue {
    return this.#unary('truncate', a, isVector(a.type) ? 'i32x4' : 'i32');
  }
  level(a: KernelValue): KernelValue {
    const type = isVector(a.type) ? 'i32x4' : 'i32';
    const made = this.#block.at(-1);
    const zero = made?.kind === 'binary' && made.code === 'max' && made.result === a && this.#zeros.has(made.right.id);
    // What is rounded need not know which zero it is, nor whether it was NaN.
    return zero ? this.#unary('levelAbove', made.left, type) : this.#unary('level', a, type);
  }
  splat(a: KernelValue): KernelValue {
    if (isVector(a.type)) return a;
    const vector = this.#unary('splat', a, vectorOf(a.type));
    if (this.#zeros.has(a.id)) this.#zeros.add(vector.id);
    return vector;
  }
  widen(a: KernelValue): KernelValue {
    return this.#unary('widen', a, isVector(a.type) ? 'i32x4' : 'i32');
  }

  extract(vector: KernelValue, lane: number): KernelValue {
    const result = this.#register(scalarOf(vector.type));
    this.#block.push({ kind: 'extract', result, value: vector, lane });
    return result;
  }

  replace(vector: KernelValue, lane: number, scalar: Operand): KernelValue {
    const element = this.#as(scalar, scalarOf(vector.type));
    const result = this.#register(vector.type);
    this.#block.push({ kind: 'replace', result, value: vector, lane, scalar: element });
    return result;
  }

  shuffle(left: KernelValue, right: KernelValue, lanes: readonly [number, number, number, number]): KernelValue {
    const result = this.#register(left.type);
    this.#block.push({ kind: 'shuffle', result, left, right, lanes });
    return result;
  }

  zip(left: KernelValue, right: KernelValue, bytes: 1 | 2, high: boolean): KernelValue {
    const result = this.#register('i32x4');
    this.#block.push({ kind: 'zip', result, left, right, bytes, high });
    return result;
  }

  load(type: KernelType, address: KernelValue, offset = 0): KernelValue {
    const result = this.#register(type);
    const element = this.#pointers.elementAt(address, type);
    this.#block.push({ kind: 'load', result, element, address, offset, splat: false });
    return result;
  }

  loadSplat(type: KernelType, address: KernelValue, offset = 0): KernelValue {
    const result = this.#register(vectorOf(type));
    const element = this.#pointers.elementAt(address, type);
    this.#block.push({ kind: 'load', result, element, address, offset, splat: true });
    return result;
  }

  words(address: KernelValue, offset = 0): KernelValue {
    return this.#words(address, offset, { element: 'i32', splat: false });
  }

  wordSplat(address: KernelValue, offset = 0): KernelValue {
    return this.#words(address, offset, { element: 'i32', splat: true });
  }

  wordPairSplat(address: KernelValue, offset = 0): KernelValue {
    return this.#words(address, offset, { element: 'bits64', splat: true });
  }

  #words(
    address: KernelValue,
    offset: number,
    how: { readonly element: MemoryElement; readonly splat: boolean },
  ): KernelValue {
    const result = this.#register('i32x4');
    this.#block.push({ kind: 'load', result, address, offset, ...how });
    return result;
  }

  store(address: KernelValue, value: KernelValue, offset = 0): void {
    this.#block.push({ kind: 'store', element: this.#pointers.elementAt(address, value.type), address, value, offset });
  }

  storeLane(address: KernelValue, vector: KernelValue, lane: number, offset = 0): void {
    const element = this.#pointers.elementAt(address, vector.type);
    this.#block.push({ kind: 'store', element, address, value: vector, offset, lane });
  }

  cell(initial: KernelValue): KernelCell {
    const cell: KernelCell = { cell: this.#cells++, type: initial.type };
    this.#block.push({ kind: 'cell', cell, initial });
    this.#pointers.keep(cell, initial);
    return cell;
  }

  get(cell: KernelCell): KernelValue {
    const result = this.#register(cell.type);
    this.#block.push({ kind: 'get', result, cell });
    this.#pointers.read(result, cell);
    return result;
  }

  set(cell: KernelCell, value: KernelValue): void {
    this.#block.push({ kind: 'set', cell, value });
  }

  loop(from: Operand, to: Operand, body: (index: KernelValue) => void, step = 1): void {
    const first = this.#as(from, 'i32');
    const end = this.#as(to, 'i32');
    const firstNumber = this.#constantOf.get(first.id);
    const endNumber = this.#constantOf.get(end.id);
    if (firstNumber !== undefined && endNumber !== undefined) {
      if (firstNumber >= endNumber) return;
      if (firstNumber + step >= endNumber) {
        body(first);
        return;
      }
    }
    const index = this.#register('i32');
    this.#pointers.follow(index, first);
    const inner = this.#nested(() => body(index));
    this.#block.push({ kind: 'loop', index, from: first, to: end, step, body: inner });
  }

  whole(body: () => void): void {
    const before = this.#whole;
    this.#whole = true;
    body();
    this.#whole = before;
  }

  share(count: KernelValue, body: (from: KernelValue, to: KernelValue) => void): void {
    if (this.#whole) {
      body(this.i32(0), count);
      return;
    }
    const worker = this.#register('i32');
    const workers = this.#register('i32');
    this.#block.push({ kind: 'worker', result: worker }, { kind: 'workers', result: workers });
    const from = this.div(this.mul(worker, count), workers);
    const to = this.div(this.mul(this.add(worker, 1), count), workers);
    body(from, to);
  }

  when(condition: KernelValue, then: () => void, otherwise?: () => void): void {
    const thenBlock = this.#nested(then);
    const elseBlock = otherwise ? this.#nested(otherwise) : [];
    this.#block.push({ kind: 'if', condition, taken: thenBlock, otherwise: elseBlock });
  }

  #register(type: KernelType): KernelValue {
    return { id: this.#registers++, type };
  }

  #nested(write: () => void): readonly Instruction[] {
    const outer = this.#block;
    const inner: Instruction[] = [];
    this.#block = inner;
    write();
    this.#block = outer;
    return inner;
  }

  /** `value` as a register of `type`: numbers become constants, one lane becomes four. */
  #as(value: Operand, type: KernelType): KernelValue {
    if (typeof value === 'number') {
      const scalar = this.constant(scalarOf(type), scalarOf(type) === 'f32' ? Math.fround(value) : value);
      return isVector(type) ? this.constant(type, this.#numberOf(scalar, value)) : scalar;
    }
    if (isVector(type) && !isVector(value.type)) return this.splat(value);
    if (value.type !== type)
      throw new InternalError('record', `expected a register of type ${type}, got ${value.type}`);
    return value;
  }

  #numberOf(scalar: KernelValue, value: number): number {
    return scalar.type === 'f32' ? Math.fround(value) : value;
  }

  #unary(code: UnaryCode, value: KernelValue, type: KernelType): KernelValue {
    const result = this.#register(type);
    this.#block.push({ kind: 'unary', result, code, value });
    return result;
  }

  #binary(code: BinaryCode, a: Operand, b: Operand): KernelValue {
    const typed = typeof a !== 'number' ? a : typeof b !== 'number' ? b : this.i32(a);
    const wide = (typeof a !== 'number' && isVector(a.type)) || (typeof b !== 'number' && isVector(b.type));
    const type = wide ? vectorOf(typed.type) : typed.type;
    const left = this.#as(a, type);
    // Shift counts are one lane in wasm, whatever is shifted.
    const shift = code === 'shl' || code === 'shr' || code === 'shru';
    const right = shift ? this.#as(b, 'i32') : this.#as(b, type);
    const folded = this.#fold(code, left, right);
    if (folded) return folded;
    const result = this.#register(comparisons.has(code) ? (wide ? 'boolx4' : 'bool') : type);
    const [first, second] = this.#ordered(code, left, right);
    this.#block.push({ kind: 'binary', result, code, left: first, right: second });
    if (code === 'add' || code === 'sub') this.#pointers.follow(result, left, right);
    return result;
  }

  /** Where codelets are shared, sums and products name the older register first: `a + b` and `b + a` are the same code. */
  #ordered(code: BinaryCode, left: KernelValue, right: KernelValue): readonly [KernelValue, KernelValue] {
    const commutes = code === 'add' || code === 'mul';
    const swap = commutes && !this.specialised && right.id < left.id && !this.#constantIds.has(right.id);
    return swap ? [right, left] : [left, right];
  }

  #fold(code: BinaryCode, left: KernelValue, right: KernelValue): KernelValue | undefined {
    const a = this.#constantOf.get(left.id);
    const b = this.#constantOf.get(right.id);
    if (code === 'add' && a === 0 && right.type === 'i32') return right;
    if ((code === 'add' || code === 'sub') && b === 0 && left.type === 'i32') return left;
    if (code === 'mul' && a === 1 && right.type === 'i32') return right;
    if ((code === 'mul' || code === 'div') && b === 1 && left.type === 'i32') return left;
    if (code === 'mul' && (a === 0 || b === 0)) return this.i32(0);
    if (a === undefined || b === undefined) return undefined;
    switch (code) {
      case 'add':
        return this.i32((a + b) | 0);
      case 'sub':
        return this.i32((a - b) | 0);
      case 'mul':
        return this.i32(Math.imul(a, b));
      case 'min':
        return this.i32(Math.min(a, b));
      case 'max':
        return this.i32(Math.max(a, b));
      case 'and':
        return this.i32(a & b);
      case 'shl':
        return this.i32(a << b);
      case 'div':
        return b === 0 ? undefined : this.i32(Math.trunc(a / b) | 0);
      case 'rem':
        return b === 0 ? undefined : this.i32((a % b) | 0);
      default:
        return undefined;
    }
  }
}
