/**
 * One kernel as a wasm function `(fields: i32, worker: i32, …addresses: i32) → ()`; addresses come last slot first.
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
 *
 * The file is long because all of this is one state: what is pending where decides every instruction.
 */
import type { Instruction, KernelCell, KernelCode } from '@tessera-dnn/graph/kernel';
import { blocksOf, fieldOffset, fieldType, isVector } from '@tessera-dnn/graph/kernel';
import binaryen from 'binaryen';
import { binary, unary } from './arithmetic.ts';
import type { Expression } from './expression.ts';
import { type WordGlobals, workersName } from './globals.ts';
import {
  clampVector,
  extractLane,
  plainDot,
  relaxedDot,
  relaxedMultiplyAdd,
  replaceLane,
  shuffleLanes,
  vectorConstant,
  zipBytes,
} from './lanes.ts';
import { loadFrom, storeTo } from './memory.ts';
import { Registers } from './registers.ts';
import { countUses, isPure, type Pure, type Uses } from './uses.ts';

export type MathMode = 'fast' | 'strict';

export interface LowerOptions {
  readonly math: MathMode;
  /** How many workers a tile has. */
  readonly workers: number;
  /** How many threads may share the work; 1 unless given. */
  readonly threads?: number;
  /** In fast mode: without relaxed SIMD, by instructions that all hosts have. */
  readonly plain?: boolean;
}

/** Whether threads divide vertices as workers would: then how many workers there are is told in a global (`globals.ts`), call by call. */
export function dividesVertices({ workers, threads = 1 }: Pick<LowerOptions, 'workers' | 'threads'>): boolean {
  return threads > 1 && workers === 1;
}

/** With the globals of the module that the function will stand in. */
interface CodeletOptions extends LowerOptions {
  readonly globals: WordGlobals;
}

/** Adds function `name` to `m`; true if it holds a relaxed SIMD instruction. */
export function lowerKernel(m: binaryen.Module, name: string, code: KernelCode, options: CodeletOptions): boolean {
  const lowering = new Lowering(m, code, options);
  const body = lowering.body(code);
  m.addFunction(name, codeletParameters(code.slots), binaryen.none, lowering.locals, body);
  return lowering.relaxed;
}

/**
 * The parameters of a codelet with so many slots: where its fields are, the worker, and at least two addresses, as `machine`'s
 * `tables/format.ts` says.
 */
export function codeletParameters(slots: number): number {
  return binaryen.createType(new Array<number>(firstAddress + addressesOf(slots)).fill(binaryen.i32));
}

/** How many addresses such a codelet takes. */
export function addressesOf(slots: number): number {
  return Math.max(2, slots);
}

const fieldsLocal = 0;
const workerLocal = 1;
const firstAddress = 2;

const nothing: ReadonlySet<number> = new Set();

class Lowering {
  relaxed = false;
  readonly #m: binaryen.Module;
  readonly #options: LowerOptions;
  readonly #uses: Uses;
  readonly #registers: Registers;
  readonly #code: KernelCode;
  /** Fields that several registers hold, and the local for all of these, -1 before it is there. */
  readonly #twins: Map<number, number>;
  /** The block under construction. */
  #statements: Expression[] = [];
  #labels = 0;

  constructor(m: binaryen.Module, code: KernelCode, options: CodeletOptions) {
    this.#m = m;
    this.#options = options;
    this.#code = code;
    this.#uses = countUses(code);
    this.#twins = new Map(twinFields(code, this.#uses).map(field => [field, -1]));
    this.#registers = new Registers(m, options.globals, {
      parameters: firstAddress + addressesOf(code.slots),
      uses: this.#uses.count,
      emit: statement => this.#statements.push(statement),
    });
  }

  get #mayRelax(): boolean {
    return this.#options.math === 'fast' && !this.#options.plain;
  }

  get locals(): readonly number[] {
    return this.#registers.locals;
  }

  body(code: KernelCode): Expression {
    return this.#m.block(null, this.#block(code.instructions));
  }

  #block(instructions: readonly Instruction[]): Expression[] {
    const outer = this.#statements;
    const statements: Expression[] = [];
    this.#statements = statements;
    const build = (): void => {
      for (const instruction of instructions) this.#instruction(instruction);
    };
    if (instructions === this.#code.instructions || instructions.some(holdsLoop)) {
      this.#registers.inBlock(statements, build);
    } else build();
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
        this.#makeCell(instruction.cell);
        this.#registers.assign(instruction.cell, instruction.initial);
        break;
      case 'set':
        this.#registers.assign(instruction.cell, instruction.value);
        break;
      case 'loop':
        this.#loop(instruction);
        break;
      case 'if':
        this.#if(instruction);
        break;
    }
  }

  #makeCell(cell: KernelCell): void {
    const aside = this.#code.aside?.indexOf(cell.cell) ?? -1;
    if (aside < 0) this.#registers.makeCell(cell);
    else this.#registers.makeCellAside(cell, aside);
  }

  /** Lowers an instruction whose value someone needs. */
  #define(instruction: Pure): void {
    const { result } = instruction;
    if (instruction.kind === 'get') {
      this.#registers.alias(result, instruction.cell);
      return;
    }
    if (instruction.kind === 'field' && this.#twins.has(instruction.index)) {
      this.#registers.place(result, this.#twin(instruction.index));
      return;
    }
    if (instruction.kind === 'worker' || instruction.kind === 'address') {
      const last = this.#code.slots - 1;
      this.#registers.place(
        result,
        instruction.kind === 'worker' ? workerLocal : firstAddress + last - instruction.slot,
      );
      return;
    }
    if (instruction.kind === 'constant') this.#registers.number(result, instruction.value);
    if (instruction.kind === 'workers' && !dividesVertices(this.#options))
      this.#registers.number(result, this.#options.workers);
    if (instruction.kind === 'unary' && instruction.code === 'splat') {
      const number = this.#registers.numberOf(instruction.value);
      if (number !== undefined) this.#registers.number(result, number);
    }
    if (!isVector(result.type) && this.#registers.numberOf(result) !== undefined) return;
    this.#registers.begin();
    const expression = this.#value(instruction);
    const bound = instruction.kind === 'load' || this.#uses.count[result.id] > 1 || this.#uses.deep[result.id] === 1;
    if (bound) this.#registers.bind(result, expression);
    else this.#registers.defer(result, expression);
  }

  #value(instruction: Exclude<Pure, { kind: 'get' | 'worker' | 'address' }>): Expression {
    const m = this.#m;
    switch (instruction.kind) {
      case 'constant':
        return vectorConstant(m, instruction.result.type, instruction.value);
      case 'workers':
        return m.global.get(workersName, binaryen.i32);
      case 'field':
        return this.#field(instruction.index);
      case 'unary':
        return unary(
          m,
          instruction.code,
          instruction.value.type,
          this.#registers.use(instruction.value),
          this.#registers.scratch,
        );
      case 'binary':
        return this.#binary(instruction);
      case 'ternary':
        return this.#ternary(instruction);
      case 'extract':
        return extractLane(m, instruction.value.type, this.#registers.use(instruction.value), instruction.lane);
      case 'replace': {
        const vector = this.#registers.use(instruction.value);
        return replaceLane(
          m,
          instruction.value.type,
          vector,
          instruction.lane,
          this.#registers.use(instruction.scalar),
        );
      }
      case 'shuffle': {
        const left = this.#registers.use(instruction.left);
        return shuffleLanes(m, left, this.#registers.use(instruction.right), instruction.lanes);
      }
      case 'zip': {
        const left = this.#registers.use(instruction.left);
        return zipBytes(m, left, this.#registers.use(instruction.right), instruction);
      }
      case 'load': {
        const { result, splat, element, offset } = instruction;
        const address = this.#registers.use(instruction.address);
        return loadFrom(m, { type: result.type, splat, element, address, offset }, this.#registers.scratch);
      }
    }
  }

  #binary(instruction: Extract<Instruction, { kind: 'binary' }>): Expression {
    const { code, left, right } = instruction;
    const a = this.#registers.use(left);
    const b = this.#registers.use(right);
    const bound = this.#registers.numberOf(right);
    if (left.type === 'f32x4' && (code === 'min' || code === 'max') && bound !== undefined) {
      const clamped = clampVector(this.#m, code, a, b, bound);
      if (clamped !== undefined) return clamped;
    }
    return binary(this.#m, code, left.type, [a, b], this.#registers.scratch);
  }

  /** Fast mode fuses four lanes; one lane is multiplied and added: taking it through a vector costs more than it saves. */
  #ternary(instruction: Extract<Instruction, { kind: 'ternary' }>): Expression {
    const m = this.#m;
    const { type } = instruction.result;
    const [a, b, c] = instruction.args.map(argument => this.#registers.use(argument));
    if (instruction.code === 'select') return isVector(type) ? m.v128.bitselect(b, c, a) : m.select(a, b, c);
    if (instruction.code === 'dot') return this.#dot([a, b, c]);
    if (type === 'f32x4' && this.#mayRelax) {
      this.relaxed = true;
      return relaxedMultiplyAdd(m, a, b, c);
    }
    const { scratch } = this.#registers;
    return binary(m, 'add', type, [binary(m, 'mul', type, [a, b], scratch), c], scratch);
  }

  #dot(args: readonly [Expression, Expression, Expression]): Expression {
    if (!this.#mayRelax) return plainDot(this.#m, args, this.#registers.scratch);
    this.relaxed = true;
    return relaxedDot(this.#m, ...args);
  }

  /** The local of a field that several registers hold. */
  #twin(index: number): number {
    const known = this.#twins.get(index);
    if (known !== undefined && known >= 0) return known;
    const local = this.#registers.newLocal('i32');
    this.#twins.set(index, local);
    this.#statements.push(this.#m.local.set(local, this.#field(index)));
    return local;
  }

  #field(index: number): Expression {
    const m = this.#m;
    const offset = fieldOffset(this.#code, index);
    const fields = this.#registers.get(fieldsLocal, 'i32');
    switch (fieldType(this.#code, index)) {
      case 'u8':
        return m.i32.load8_u(offset, 1, fields);
      case 'i8':
        return m.i32.load8_s(offset, 1, fields);
      case 'u16':
        return m.i32.load16_u(offset, 2, fields);
      case 'i16':
        return m.i32.load16_s(offset, 2, fields);
      case 'i32':
        return m.i32.load(offset, 4, fields);
    }
  }

  #store(store: Extract<Instruction, { kind: 'store' }>): void {
    const { element, offset, lane } = store;
    const address = this.#registers.use(store.address);
    const value = this.#registers.use(store.value);
    this.#statements.push(
      storeTo(this.#m, { type: store.value.type, element, address, offset, value, lane }, this.#registers.scratch),
    );
  }

  /** Tested at the end: one branch a turn. The test in front is left out where the bounds are known. */
  #loop(loop: Extract<Instruction, { kind: 'loop' }>): void {
    const m = this.#m;
    this.#registers.settle(this.#uses.assigned.get(loop) ?? nothing);
    const from = this.#registers.numberOf(loop.from);
    const to = this.#registers.numberOf(loop.to);
    const certain = from !== undefined && to !== undefined && from < to;
    const index = this.#registers.newLocal('i32');
    this.#registers.place(loop.index, index);
    this.#statements.push(m.local.set(index, this.#registers.use(loop.from)));
    const enter = certain ? undefined : m.i32.lt_s(this.#registers.get(index, 'i32'), this.#registers.peek(loop.to));
    const label = `l${this.#labels++}`;
    const body = this.#block(loop.body);
    const next = m.local.tee(index, m.i32.add(this.#registers.get(index, 'i32'), m.i32.const(loop.step)), binaryen.i32);
    body.push(m.br_if(label, m.i32.lt_s(next, this.#registers.use(loop.to))));
    const turns = m.loop(label, m.block(null, body));
    this.#statements.push(enter === undefined ? turns : m.if(enter, turns));
  }

  #if(branch: Extract<Instruction, { kind: 'if' }>): void {
    const m = this.#m;
    this.#registers.settle(this.#uses.assigned.get(branch) ?? nothing);
    const condition = this.#registers.use(branch.condition);
    const taken = m.block(null, this.#block(branch.taken));
    const otherwise = branch.otherwise.length > 0 ? m.block(null, this.#block(branch.otherwise)) : undefined;
    this.#statements.push(m.if(condition, taken, otherwise));
  }
}

function holdsLoop(instruction: Instruction): boolean {
  return instruction.kind === 'loop' || (instruction.kind === 'if' && blocksOf(instruction).flat().some(holdsLoop));
}

/** Fields that more than one register holds which someone needs. They are read at the top of the code. */
function twinFields({ instructions }: KernelCode, { count }: Uses): readonly number[] {
  const read = instructions.flatMap(i => (i.kind === 'field' && count[i.result.id] > 0 ? [i.index] : []));
  return read.filter((field, at) => read.indexOf(field) < at);
}
