/**
 * Where the registers and cells of a kernel are while it is lowered. A register is one of
 * - a number: a one-lane constant, repeated at each use, as it is an immediate;
 * - an alias: a cell's present value, read from the cell's local;
 * - pending: a tree that its only consumer, still to come, will take;
 * - bound: in a local of its own.
 *
 * Before a cell changes, aliases of it and pending trees that read it must be bound: see {@link Registers.settle}.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { KernelCell, KernelType, KernelValue } from '@tessera-dnn/graph/kernel';
import { isVector } from '@tessera-dnn/graph/kernel';
import type binaryen from 'binaryen';
import type { Expression, Scratch } from './expression.ts';
import { globalName, type WordGlobals } from './globals.ts';
import { scalarConstant, wasmType } from './lanes.ts';

/** A value not computed yet: its tree, and the cells the tree reads. */
interface Pending {
  readonly expression: Expression;
  readonly type: KernelType;
  readonly reads: ReadonlySet<number>;
}

/** The statements of a block so far, and the locals of the words that expansions have in all four lanes and that were made there. */
interface WordBlock {
  readonly statements: Expression[];
  readonly locals: Map<number, number>;
}

/** What the registers of one kernel begin with. */
interface KernelLocals {
  /** How many parameters the function has; locals are numbered after them. */
  readonly parameters: number;
  /** The uses of each register by its id. */
  readonly uses: Int32Array;
  /** Takes the assignments that bind registers. */
  readonly emit: (statement: Expression) => void;
}

/** The registers and cells of one kernel. */
export class Registers {
  /** The wasm types of the locals after the function's parameters. */
  readonly locals: number[] = [];
  readonly scratch: Scratch;
  readonly #m: binaryen.Module;
  readonly #globals: WordGlobals;
  readonly #parameters: number;
  /** Uses not lowered yet, by register. */
  readonly #left: Int32Array;
  readonly #emit: (statement: Expression) => void;
  /** Constants, those of vectors included; the latter are bound or pending too. */
  readonly #numbers = new Map<number, number>();
  readonly #localOf = new Map<number, number>();
  readonly #cellLocals = new Map<number, number>();
  readonly #cellGlobals = new Map<number, string>();
  readonly #pending = new Map<number, Pending>();
  readonly #aliases = new Map<number, KernelCell>();
  /** The blocks with loops that are under construction, the outermost first. */
  readonly #blocks: WordBlock[] = [];
  /** The cells that the uses since `begin` read. */
  #reads = new Set<number>();

  constructor(m: binaryen.Module, globals: WordGlobals, { parameters, uses, emit }: KernelLocals) {
    this.#m = m;
    this.#globals = globals;
    this.#parameters = parameters;
    this.#left = uses.slice();
    this.#emit = emit;
    this.scratch = {
      keep: (value, type) => {
        const local = this.newLocal(type);
        return { first: m.local.tee(local, value, wasmType(type)), again: () => this.get(local, type) };
      },
      words: word => this.get(this.#localOfWord(word), 'i32x4'),
    };
  }

  /** Runs `build`, which adds to the statements of a block with loops: words that this block, and loops in it without others, need are read there. */
  inBlock(statements: Expression[], build: () => void): void {
    this.#blocks.push({ statements, locals: new Map() });
    build();
    this.#blocks.pop();
  }

  #localOfWord(word: number): number {
    const { statements, locals } = this.#blocks[this.#blocks.length - 1];
    const known = locals.get(word);
    if (known !== undefined) return known;
    const local = this.newLocal('i32x4');
    const type = wasmType('i32x4');
    const name = this.#globals.word(word);
    statements.push(
      this.#m.local.set(local, this.#m.global.get(name, type)),
      this.#m.global.set(name, this.#m.local.get(local, type)),
    );
    locals.set(word, local);
    return local;
  }

  /** A new local for values of `type`. */
  newLocal(type: KernelType): number {
    return this.#parameters + this.locals.push(wasmType(type)) - 1;
  }

  /** The value of a local. */
  get(local: number, type: KernelType): Expression {
    return this.#m.local.get(local, wasmType(type));
  }

  /** The register's value is known. */
  number(value: KernelValue, number: number): void {
    this.#numbers.set(value.id, number);
  }

  /** The number that a register is known to hold, if it is known. */
  numberOf(value: KernelValue): number | undefined {
    return this.#numbers.get(value.id);
  }

  /** The register is a local that is there already. */
  place(value: KernelValue, local: number): void {
    this.#localOf.set(value.id, local);
  }

  /** The register is what `cell` holds now. */
  alias(value: KernelValue, cell: KernelCell): void {
    this.#aliases.set(value.id, cell);
  }

  /** From here on, uses belong to the next value that is bound or deferred. */
  begin(): void {
    this.#reads = new Set();
  }

  /** Evaluates `expression` here, into a local that the register is from now on. */
  bind(value: KernelValue, expression: Expression): void {
    this.#bind(value.id, value.type, expression);
  }

  /** For a register with one use, in the block that defines it. */
  defer(value: KernelValue, expression: Expression): void {
    this.#pending.set(value.id, { expression, type: value.type, reads: this.#reads });
  }

  /** Makes a cell in a local of its own. */
  makeCell(cell: KernelCell): void {
    this.#cellLocals.set(cell.cell, this.newLocal(cell.type));
  }

  /** Makes a cell in the `index`-th global of four lanes. */
  makeCellAside(cell: KernelCell, index: number): void {
    this.#cellGlobals.set(cell.cell, globalName(index));
  }

  /** Gives a cell the value of a register. */
  assign(cell: KernelCell, value: KernelValue): void {
    const expression = this.use(value);
    this.settle(new Set([cell.cell]));
    const global = this.#cellGlobals.get(cell.cell);
    if (global === undefined) this.#emit(this.#m.local.set(this.#cellLocal(cell), expression));
    else this.#emit(this.#m.global.set(global, expression));
  }

  /** Just before `cells` change: whatever still waits to read them is bound. */
  settle(cells: ReadonlySet<number>): void {
    for (const [id, pending] of this.#pending) {
      if (!intersects(pending.reads, cells)) continue;
      this.#pending.delete(id);
      this.#bind(id, pending.type, pending.expression);
    }
    for (const [id, cell] of this.#aliases) {
      if (!cells.has(cell.cell)) continue;
      this.#aliases.delete(id);
      if (this.#left[id] > 0) this.#bind(id, cell.type, this.#cellValue(cell));
    }
  }

  /** A register's expression, for one of its counted uses. */
  use(value: KernelValue): Expression {
    this.#left[value.id]--;
    const pending = this.#pending.get(value.id);
    if (!pending) return this.peek(value);
    this.#pending.delete(value.id);
    for (const cell of pending.reads) this.#reads.add(cell);
    return pending.expression;
  }

  /** A register's expression where it is not pending: an immediate or a local. */
  peek(value: KernelValue): Expression {
    const number = this.#numbers.get(value.id);
    if (number !== undefined && !isVector(value.type)) return scalarConstant(this.#m, value.type, number);
    const cell = this.#aliases.get(value.id);
    if (cell) {
      this.#reads.add(cell.cell);
      return this.#cellValue(cell);
    }
    const local = this.#localOf.get(value.id);
    if (local === undefined) throw new InternalError('wasm', 'a register is used before it is defined', `%${value.id}`);
    return this.get(local, value.type);
  }

  #bind(id: number, type: KernelType, expression: Expression): void {
    const local = this.newLocal(type);
    this.#localOf.set(id, local);
    this.#emit(this.#m.local.set(local, expression));
  }

  #cellValue(cell: KernelCell): Expression {
    const global = this.#cellGlobals.get(cell.cell);
    if (global === undefined) return this.get(this.#cellLocal(cell), cell.type);
    return this.#m.global.get(global, wasmType(cell.type));
  }

  #cellLocal(cell: KernelCell): number {
    const local = this.#cellLocals.get(cell.cell);
    if (local === undefined) throw new InternalError('wasm', 'a cell is used before it is made', `cell ${cell.cell}`);
    return local;
  }
}

function intersects(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  for (const element of a) if (b.has(element)) return true;
  return false;
}
