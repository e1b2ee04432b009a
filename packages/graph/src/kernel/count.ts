/**
 * Counts how often each class of instruction runs, without running the arithmetic: integers are evaluated with the fields' values,
 * everything else is only counted. A loop whose turns all run the same instructions is counted once and multiplied; of a long loop
 * whose turns differ, the ends are walked and the middle is sampled.
 *
 * What depends on data is not known: such a loop turns once, and of two such branches the longer one is taken.
 */
import { binary, unary } from './arithmetic.ts';
import type { Instruction, KernelCode, KernelType } from './code.ts';
import { isVector } from './code.ts';
import type { Control } from './control.ts';
import { controlOf } from './control.ts';
import type { NarrowProducts } from './narrow-products.ts';
import { narrowBits, narrowProductsOf } from './narrow-products.ts';

/**
 * The classes of a chip's cycle table. A vector division counts as four of `divide`. With a number behind the name, the same over elements of
 * so many bits in memory; truth values count as elements of 32.
 */
export const kernelClasses = [
  'integer',
  'float',
  'vector',
  'multiplyAdd',
  'vectorMultiplyAdd',
  'divide',
  'load',
  'vectorLoad',
  'store',
  'vectorStore',
  'loop',
  'branch',
  'load16',
  'load8',
  'vectorLoad16',
  'vectorLoad8',
  'vectorStore16',
  'vectorStore8',
  'vectorMultiplyAdd16',
  'vectorMultiplyAdd8',
] as const;
export type KernelClass = (typeof kernelClasses)[number];
export type KernelCounts = { readonly [name in KernelClass]: number };

/** How often each class runs for one record, of each class the most over the workers. */
export function countKernel(code: KernelCode, fields: readonly number[], workers: number): KernelCounts {
  const most = new Float64Array(kernelClasses.length);
  for (let worker = 0; worker < workers; worker++) {
    const counts = new Counter(code, fields, worker, workers).count();
    for (let i = 0; i < most.length; i++) most[i] = Math.max(most[i], counts[i]);
  }
  return Object.fromEntries(kernelClasses.map((name, i) => [name, most[i]])) as KernelCounts;
}

const indexOf = Object.fromEntries(kernelClasses.map((name, i) => [name, i])) as Record<KernelClass, number>;

class Counter {
  readonly #code: KernelCode;
  readonly #fields: readonly number[];
  readonly #worker: number;
  readonly #workers: number;
  readonly #control: Control;
  readonly #narrow: NarrowProducts;
  /** The integers in registers as far as they are known; NaN elsewhere. */
  readonly #registers: Float64Array;
  readonly #cells: Float64Array;

  constructor(code: KernelCode, fields: readonly number[], worker: number, workers: number) {
    this.#code = code;
    this.#fields = fields;
    this.#worker = worker;
    this.#workers = workers;
    this.#control = controlOf(code);
    this.#narrow = narrowProductsOf(code);
    this.#registers = new Float64Array(code.registers).fill(Number.NaN);
    this.#cells = new Float64Array(code.cells).fill(Number.NaN);
  }

  count(): Float64Array {
    return this.#block(this.#code.instructions);
  }

  #block(block: readonly Instruction[]): Float64Array {
    const counts = new Float64Array(kernelClasses.length);
    for (const i of block) {
      if (i.kind === 'loop') this.#loop(i, counts);
      else if (i.kind === 'if') this.#if(i, counts);
      else this.#plain(i, counts);
    }
    return counts;
  }

  #loop(i: Extract<Instruction, { kind: 'loop' }>, counts: Float64Array): void {
    const from = this.#registers[i.from.id];
    const to = this.#registers[i.to.id];
    const known = !Number.isNaN(from + to);
    const turns = known ? Math.max(0, Math.ceil((to - from) / i.step)) : 1;
    counts[indexOf.loop] += turns;
    if (turns === 0) return;
    if (known && this.#control.varying.has(i)) {
      for (const { turn, times } of sampledTurns(turns)) {
        this.#registers[i.index.id] = from + turn * i.step;
        addTimes(counts, this.#block(i.body), times);
      }
      return;
    }
    this.#registers[i.index.id] = turns === 1 ? from : Number.NaN;
    addTimes(counts, this.#block(i.body), turns);
    if (turns > 1) this.#forget(i);
  }

  /** Forgets what the cells hold that a block sets: it was counted once for many turns. */
  #forget(block: Instruction): void {
    for (const cell of this.#control.sets.get(block) ?? []) this.#cells[cell] = Number.NaN;
  }

  #if(i: Extract<Instruction, { kind: 'if' }>, counts: Float64Array): void {
    counts[indexOf.branch]++;
    const condition = this.#registers[i.condition.id];
    if (!Number.isNaN(condition)) {
      addTimes(counts, this.#block(condition !== 0 ? i.taken : i.otherwise), 1);
      return;
    }
    const taken = this.#block(i.taken);
    const otherwise = this.#block(i.otherwise);
    addTimes(counts, total(taken) >= total(otherwise) ? taken : otherwise, 1);
    this.#forget(i);
  }

  #plain(i: Exclude<Instruction, { kind: 'loop' | 'if' }>, counts: Float64Array): void {
    if (i.kind === 'cell') {
      this.#cells[i.cell.cell] = this.#registers[i.initial.id];
    } else if (i.kind === 'set') {
      this.#cells[i.cell.cell] = this.#registers[i.value.id];
    } else if (i.kind === 'store') {
      counts[indexOf[storeClass(i)]]++;
    } else {
      this.#registers[i.result.id] = this.#value(i);
      const kind = this.#narrow.included.has(i) ? undefined : classOf(i, this.#narrow.bits.get(i));
      if (kind !== undefined) counts[indexOf[kind]] += kind === 'divide' && isVector(i.result.type) ? 4 : 1;
    }
  }

  #value(i: Exclude<Instruction, { kind: 'loop' | 'if' | 'cell' | 'set' | 'store' }>): number {
    const of = (register: { readonly id: number }): number => this.#registers[register.id];
    switch (i.kind) {
      case 'constant':
        return i.result.type === 'i32' || i.result.type === 'bool' ? i.value : Number.NaN;
      case 'field':
        return this.#fields[i.index];
      case 'worker':
        return this.#worker;
      case 'workers':
        return this.#workers;
      case 'get':
        return this.#cells[i.cell.cell];
      case 'unary':
        return integral(i.value.type) && !Number.isNaN(of(i.value))
          ? unary(i.code, i.value.type, of(i.value))
          : Number.NaN;
      case 'binary': {
        const known = integral(i.left.type) && !Number.isNaN(of(i.left) + of(i.right));
        const trap = (i.code === 'div' || i.code === 'rem') && of(i.right) === 0;
        return known && !trap ? binary(i.code, i.left.type, of(i.left), of(i.right)) : Number.NaN;
      }
      case 'ternary': {
        const [a, b, c] = i.args;
        if (i.code !== 'select' || !integral(b.type) || Number.isNaN(of(a))) return Number.NaN;
        return of(a) !== 0 ? of(b) : of(c);
      }
      default:
        return Number.NaN;
    }
  }
}

function integral(type: KernelType): boolean {
  return type === 'i32' || type === 'bool';
}

/** So many turns at either end of a long loop are walked (padding makes these differ), and twice as many spread over the middle. */
const endTurns = 6;

/** Which turns of a loop whose turns differ are walked, and how many each stands for: all of a short loop, a sample of a long one. */
function* sampledTurns(turns: number): Generator<{ readonly turn: number; readonly times: number }> {
  if (turns <= 4 * endTurns) {
    for (let turn = 0; turn < turns; turn++) yield { turn, times: 1 };
    return;
  }
  const middle = turns - 2 * endTurns;
  for (let turn = 0; turn < endTurns; turn++) yield { turn, times: 1 };
  for (let part = 0; part < 2 * endTurns; part++) {
    const turn = endTurns + Math.floor(((part + 0.5) * middle) / (2 * endTurns));
    yield { turn, times: middle / (2 * endTurns) };
  }
  for (let turn = turns - endTurns; turn < turns; turn++) yield { turn, times: 1 };
}

/**
 * The class of an instruction; undefined for what costs nothing: constants, fields and addresses stand in tables and parameters. With the
 * bits of its factors if it multiplies narrow elements.
 */
function classOf(
  i: Exclude<Instruction, { kind: 'loop' | 'if' | 'cell' | 'set' | 'store' }>,
  bits: 8 | 16 | undefined,
): KernelClass | undefined {
  if (bits !== undefined) return `vectorMultiplyAdd${bits}`;
  switch (i.kind) {
    case 'constant':
    case 'get':
      return undefined;
    case 'field':
    case 'address':
      return 'load';
    case 'worker':
    case 'workers':
      return 'integer';
    case 'load':
      return `${isVector(i.result.type) && !i.splat ? 'vectorLoad' : 'load'}${narrowBits(i) ?? ''}`;
    case 'unary':
      if (i.code === 'sqrt') return 'divide';
      return arithmetic(integral(i.result.type) ? i.value.type : i.result.type);
    case 'binary':
      return i.code === 'div' || i.code === 'rem' ? 'divide' : arithmetic(i.left.type);
    case 'ternary':
      if (i.code === 'fma' || i.code === 'dot') return isVector(i.result.type) ? 'vectorMultiplyAdd' : 'multiplyAdd';
      return arithmetic(i.result.type);
    default:
      return isVector(i.kind === 'extract' ? i.value.type : i.result.type) ? 'vector' : 'float';
  }
}

function storeClass(i: Extract<Instruction, { kind: 'store' }>): KernelClass {
  if (!isVector(i.value.type) || i.lane !== undefined) return 'store';
  return `vectorStore${narrowBits(i) ?? ''}`;
}

function arithmetic(type: KernelType): KernelClass {
  if (isVector(type)) return 'vector';
  return type === 'f32' ? 'float' : 'integer';
}

function addTimes(counts: Float64Array, more: Float64Array, times: number): void {
  for (let i = 0; i < counts.length; i++) counts[i] += more[i] * times;
}

function total(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
