/**
 * One kernel as a wasm function `(record: i32, base: i32, worker: i32) → ()`.
 *
 * Before: kernel code in SSA. After: a function in `m` that does what the code says, each store seeing memory as the code's order has it.
 *
 * The question is when a value is computed. Binaryen's expressions are trees, evaluated where they are consumed, so:
 * 1. a load is bound to a local where it stands, always: consumed later, it might read what a store in between has written
 *    (every in-place kernel would break);
 * 2. any other value used once, in the block that defines it, is nested into its consumer; it stays *pending* until then;
 * 3. a value used several times, or in an inner loop or branch, becomes a local where it stands;
 * 4. reading a cell copies nothing: it is a read of the cell's local, until that cell is assigned, or a loop or branch that assigns it
 *    begins; just before, pending values that read the cell are moved to locals;
 * 5. one-lane constants are repeated at each use (they are immediates), vector constants are pending or locals like other values:
 *    inside a loop V8 would build them anew on every turn.
 */
import { InternalError } from '@tessera/diagnostics';
import type { Instruction, KernelCell, KernelCode, KernelType, KernelValue } from '@tessera/graph';
import { isVector } from '@tessera/graph';
import binaryen from 'binaryen';
import { binary, type Expression, type Scratch, unary } from './arithmetic.ts';
import {
  clampVector,
  extractLane,
  relaxedMultiplyAdd,
  replaceLane,
  scalarConstant,
  shuffleLanes,
  vectorConstant,
  wasmType,
} from './lanes.ts';
import { loadFrom, storeTo } from './memory.ts';
import { countUses, isPure, type Pure, type Uses } from './uses.ts';

export type MathMode = 'fast' | 'strict';

export interface LowerOptions {
  readonly math: MathMode;
  /** Workers of a tile. */
  readonly workers: number;
}

/** Adds function `name` to `m`; true if it holds a relaxed SIMD instruction. */
export function lowerKernel(m: binaryen.Module, name: string, code: KernelCode, options: LowerOptions): boolean {
  const lowering = new Lowering(m, code, options);
  const body = lowering.body(code);
  m.addFunction(name, codeletParameters(), binaryen.none, lowering.locals, body);
  return lowering.relaxed;
}

/** `(record, base, worker)`. */
export function codeletParameters(): number {
  return binaryen.createType([binaryen.i32, binaryen.i32, binaryen.i32]);
}

const recordLocal = 0;
const baseLocal = 1;
const workerLocal = 2;
const parameters = 3;

/** A value not computed yet: its tree, and the cells the tree reads. */
interface Pending {
  readonly expression: Expression;
  readonly type: KernelType;
  readonly reads: ReadonlySet<number>;
}

const nothing: ReadonlySet<number> = new Set();

class Lowering {
  readonly locals: number[] = [];
  relaxed = false;
  readonly #m: binaryen.Module;
  readonly #options: LowerOptions;
  readonly #uses: Uses;
  /** Uses not lowered yet, by register. */
  readonly #left: Int32Array;
  /** The numbers of constant registers, vector constants included. */
  readonly #numbers = new Map<number, number>();
  /** The local of each bound register, and of each cell. */
  readonly #localOf = new Map<number, number>();
  readonly #cellLocals = new Map<number, number>();
  readonly #pending = new Map<number, Pending>();
  /** Registers that are just a cell's present value. */
  readonly #aliases = new Map<number, KernelCell>();
  readonly #scratch: Scratch;
  #fieldsLocal = -1;
  #statements: Expression[] = [];
  #labels = 0;
  /** The cells that the operands of the value under construction read. */
  #reads = new Set<number>();

  constructor(m: binaryen.Module, code: KernelCode, options: LowerOptions) {
    this.#m = m;
    this.#options = options;
    this.#uses = countUses(code);
    this.#left = this.#uses.count.slice();
    this.#scratch = {
      keep: (value, type) => {
        const local = this.#newLocal(type);
        return { first: m.local.tee(local, value, wasmType(type)), again: () => this.#get(local, type) };
      },
    };
  }

  body(code: KernelCode): Expression {
    const m = this.#m;
    const statements = this.#block(code.instructions);
    if (this.#fieldsLocal < 0) return m.block(null, statements);
    const relative = m.i32.load(0, 4, this.#get(recordLocal, 'i32'));
    const fields = m.local.set(this.#fieldsLocal, m.i32.add(this.#get(baseLocal, 'i32'), relative));
    return m.block(null, [fields, ...statements]);
  }

  #block(instructions: readonly Instruction[]): Expression[] {
    const outer = this.#statements;
    const statements: Expression[] = [];
    this.#statements = statements;
    for (const instruction of instructions) this.#instruction(instruction);
    this.#statements = outer;
    return statements;
  }

  #instruction(instruction: Instruction): void {
    if (isPure(instruction)) {
      if (this.#uses.count[instruction.result.id] > 0) this.#define(instruction);
      return;
    }
    switch (instruction.kind) {
      case 'store':
        this.#store(instruction);
        break;
      case 'cell':
        this.#cellLocals.set(instruction.cell.cell, this.#newLocal(instruction.cell.type));
        this.#assign(instruction.cell, instruction.initial);
        break;
      case 'set':
        this.#assign(instruction.cell, instruction.value);
        break;
      case 'loop':
        this.#loop(instruction);
        break;
      case 'if':
        this.#if(instruction);
        break;
    }
  }

  /** A value that someone needs: an immediate, an alias, a local, or pending. */
  #define(instruction: Pure): void {
    const { result } = instruction;
    if (instruction.kind === 'get') {
      this.#aliases.set(result.id, instruction.cell);
      return;
    }
    if (instruction.kind === 'worker') {
      this.#localOf.set(result.id, workerLocal);
      return;
    }
    if (instruction.kind === 'constant') this.#numbers.set(result.id, instruction.value);
    if (instruction.kind === 'workers') this.#numbers.set(result.id, this.#options.workers);
    if (!isVector(result.type) && this.#numbers.has(result.id)) return;
    this.#reads = new Set();
    const expression = this.#value(instruction);
    const bound = instruction.kind === 'load' || this.#uses.count[result.id] > 1 || this.#uses.deep[result.id] === 1;
    if (bound) this.#bind(result.id, result.type, expression);
    else this.#pending.set(result.id, { expression, type: result.type, reads: this.#reads });
  }

  #value(instruction: Exclude<Pure, { kind: 'get' | 'worker' }>): Expression {
    const m = this.#m;
    switch (instruction.kind) {
      case 'constant':
        return vectorConstant(m, instruction.result.type, instruction.value);
      case 'workers':
        return m.i32.const(this.#options.workers);
      case 'field':
        return m.i32.load(4 * instruction.index, 4, this.#fields());
      case 'address': {
        const relative = m.i32.load(4 + 4 * instruction.slot, 4, this.#get(recordLocal, 'i32'));
        return m.i32.add(this.#get(baseLocal, 'i32'), relative);
      }
      case 'unary':
        return unary(m, instruction.code, instruction.value.type, this.#use(instruction.value), this.#scratch);
      case 'binary':
        return this.#binary(instruction);
      case 'ternary':
        return this.#ternary(instruction);
      case 'extract':
        return extractLane(m, instruction.value.type, this.#use(instruction.value), instruction.lane);
      case 'replace': {
        const vector = this.#use(instruction.value);
        return replaceLane(m, instruction.value.type, vector, instruction.lane, this.#use(instruction.scalar));
      }
      case 'shuffle': {
        const left = this.#use(instruction.left);
        return shuffleLanes(m, left, this.#use(instruction.right), instruction.lanes);
      }
      case 'load': {
        const { result, splat, offset } = instruction;
        return loadFrom(m, result.type, splat, this.#use(instruction.address), offset);
      }
    }
  }

  #binary(instruction: Extract<Instruction, { kind: 'binary' }>): Expression {
    const { code, left, right } = instruction;
    const a = this.#use(left);
    const b = this.#use(right);
    const bound = this.#numbers.get(right.id);
    if (left.type === 'f32x4' && (code === 'min' || code === 'max') && bound !== undefined) {
      const clamped = clampVector(this.#m, code, a, b, bound);
      if (clamped !== undefined) return clamped;
    }
    return binary(this.#m, code, left.type, a, b, this.#scratch);
  }

  /** Fast mode fuses four lanes; one lane is multiplied and added: taking it through a vector costs more than it saves. */
  #ternary(instruction: Extract<Instruction, { kind: 'ternary' }>): Expression {
    const m = this.#m;
    const { type } = instruction.result;
    const [a, b, c] = instruction.args.map(argument => this.#use(argument));
    if (instruction.code === 'select') return isVector(type) ? m.v128.bitselect(b, c, a) : m.select(a, b, c);
    if (type === 'f32x4' && this.#options.math === 'fast') {
      this.relaxed = true;
      return relaxedMultiplyAdd(m, a, b, c);
    }
    return binary(m, 'add', type, binary(m, 'mul', type, a, b, this.#scratch), c, this.#scratch);
  }

  #fields(): Expression {
    if (this.#fieldsLocal < 0) this.#fieldsLocal = this.#newLocal('i32');
    return this.#get(this.#fieldsLocal, 'i32');
  }

  #store(store: Extract<Instruction, { kind: 'store' }>): void {
    const address = this.#use(store.address);
    const value = this.#use(store.value);
    this.#statements.push(storeTo(this.#m, store.value.type, address, store.offset, value, store.lane));
  }

  /** Tested at the end: one branch a turn. The test in front is left out where the bounds are known. */
  #loop(loop: Extract<Instruction, { kind: 'loop' }>): void {
    const m = this.#m;
    this.#settle(this.#uses.assigned.get(loop) ?? nothing);
    const from = this.#numbers.get(loop.from.id);
    const to = this.#numbers.get(loop.to.id);
    const certain = from !== undefined && to !== undefined && from < to;
    const index = this.#newLocal('i32');
    this.#localOf.set(loop.index.id, index);
    this.#statements.push(m.local.set(index, this.#use(loop.from)));
    const enter = certain ? undefined : m.i32.lt_s(this.#get(index, 'i32'), this.#peek(loop.to));
    const label = `l${this.#labels++}`;
    const body = this.#block(loop.body);
    const next = m.local.tee(index, m.i32.add(this.#get(index, 'i32'), m.i32.const(loop.step)), binaryen.i32);
    body.push(m.br_if(label, m.i32.lt_s(next, this.#use(loop.to))));
    const turns = m.loop(label, m.block(null, body));
    this.#statements.push(enter === undefined ? turns : m.if(enter, turns));
  }

  #if(branch: Extract<Instruction, { kind: 'if' }>): void {
    const m = this.#m;
    this.#settle(this.#uses.assigned.get(branch) ?? nothing);
    const condition = this.#use(branch.condition);
    const taken = m.block(null, this.#block(branch.taken));
    const otherwise = branch.otherwise.length > 0 ? m.block(null, this.#block(branch.otherwise)) : undefined;
    this.#statements.push(m.if(condition, taken, otherwise));
  }

  #assign(cell: KernelCell, value: KernelValue): void {
    const expression = this.#use(value);
    this.#settle(new Set([cell.cell]));
    this.#statements.push(this.#m.local.set(this.#cellLocal(cell), expression));
  }

  /** Just before `cells` change: whatever still waits to read them is computed. */
  #settle(cells: ReadonlySet<number>): void {
    for (const [id, pending] of this.#pending) {
      if (!intersects(pending.reads, cells)) continue;
      this.#pending.delete(id);
      this.#bind(id, pending.type, pending.expression);
    }
    for (const [id, cell] of this.#aliases) {
      if (!cells.has(cell.cell)) continue;
      this.#aliases.delete(id);
      if (this.#left[id] > 0) this.#bind(id, cell.type, this.#get(this.#cellLocal(cell), cell.type));
    }
  }

  #bind(id: number, type: KernelType, expression: Expression): void {
    const local = this.#newLocal(type);
    this.#localOf.set(id, local);
    this.#statements.push(this.#m.local.set(local, expression));
  }

  /** A register's expression, for one of its counted uses. */
  #use(value: KernelValue): Expression {
    this.#left[value.id]--;
    const pending = this.#pending.get(value.id);
    if (!pending) return this.#peek(value);
    this.#pending.delete(value.id);
    for (const cell of pending.reads) this.#reads.add(cell);
    return pending.expression;
  }

  /** A register's expression where it is not pending: an immediate or a local. */
  #peek(value: KernelValue): Expression {
    const number = this.#numbers.get(value.id);
    if (number !== undefined && !isVector(value.type)) return scalarConstant(this.#m, value.type, number);
    const cell = this.#aliases.get(value.id);
    if (cell) {
      this.#reads.add(cell.cell);
      return this.#get(this.#cellLocal(cell), cell.type);
    }
    const local = this.#localOf.get(value.id);
    if (local === undefined) throw new InternalError('wasm', 'a register is used before it is defined', `%${value.id}`);
    return this.#get(local, value.type);
  }

  #cellLocal(cell: KernelCell): number {
    const local = this.#cellLocals.get(cell.cell);
    if (local === undefined) throw new InternalError('wasm', 'a cell is used before it is made', `cell ${cell.cell}`);
    return local;
  }

  #newLocal(type: KernelType): number {
    return parameters + this.locals.push(wasmType(type)) - 1;
  }

  #get(local: number, type: KernelType): Expression {
    return this.#m.local.get(local, wasmType(type));
  }
}

function intersects(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  for (const element of a) if (b.has(element)) return true;
  return false;
}
