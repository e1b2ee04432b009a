/**
 * Walks a kernel's instructions and adds up what they do, without running the arithmetic: integers are evaluated with the fields' values,
 * everything else is only tallied. A loop whose turns all run the same instructions is walked once and multiplied; of a long loop whose
 * turns differ, the ends are walked and the middle is sampled.
 *
 * What depends on data is not known: such a loop turns once, and of two such branches the one that adds more is taken.
 */
import { binary, unary } from './arithmetic.ts';
import type { Instruction, KernelCode, KernelType } from './code.ts';
import type { Control } from './control.ts';
import { controlOf } from './control.ts';

/** What is added up. */
export interface Tally {
  /** How many sums there are. */
  readonly size: number;
  /** Adds to `counts` what running `i` so often does, its blocks left out: of a loop what its turns cost, of a branch the branch itself. */
  readonly add: (counts: Float64Array, i: Instruction, times: number) => void;
}

/** What one worker of `workers` does of a vertex. */
export interface Share {
  readonly code: KernelCode;
  readonly fields: readonly number[];
  readonly worker: number;
  readonly workers: number;
}

/** One worker's walk through the kernel of one vertex. */
export class Counter {
  readonly #code: KernelCode;
  readonly #fields: readonly number[];
  readonly #worker: number;
  readonly #workers: number;
  readonly #control: Control;
  readonly #tally: Tally;
  /** The integers in registers as far as they are known; NaN elsewhere. */
  readonly #registers: Float64Array;
  readonly #cells: Float64Array;

  constructor({ code, fields, worker, workers }: Share, tally: Tally) {
    this.#code = code;
    this.#fields = fields;
    this.#worker = worker;
    this.#workers = workers;
    this.#control = controlOf(code);
    this.#tally = tally;
    this.#registers = new Float64Array(code.registers).fill(Number.NaN);
    this.#cells = new Float64Array(code.cells).fill(Number.NaN);
  }

  count(): Float64Array {
    return this.#block(this.#code.instructions);
  }

  #block(block: readonly Instruction[]): Float64Array {
    const counts = new Float64Array(this.#tally.size);
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
    this.#tally.add(counts, i, turns);
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
    this.#tally.add(counts, i, 1);
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
    if (i.kind === 'cell') this.#cells[i.cell.cell] = this.#registers[i.initial.id];
    else if (i.kind === 'set') this.#cells[i.cell.cell] = this.#registers[i.value.id];
    else if (i.kind !== 'store') this.#registers[i.result.id] = this.#value(i);
    this.#tally.add(counts, i, 1);
  }

  #value(i: Exclude<Instruction, { kind: 'loop' | 'if' | 'cell' | 'set' | 'store' }>): number {
    const registers = this.#registers;
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
        return integral(i.value.type) && !Number.isNaN(registers[i.value.id])
          ? unary(i.code, i.value.type, registers[i.value.id])
          : Number.NaN;
      case 'binary': {
        const known = integral(i.left.type) && !Number.isNaN(registers[i.left.id] + registers[i.right.id]);
        const trap = (i.code === 'div' || i.code === 'rem') && registers[i.right.id] === 0;
        return known && !trap ? binary(i.code, i.left.type, registers[i.left.id], registers[i.right.id]) : Number.NaN;
      }
      case 'ternary': {
        const [a, b, c] = i.args;
        if (i.code !== 'select' || !integral(b.type) || Number.isNaN(registers[a.id])) return Number.NaN;
        return registers[a.id] !== 0 ? registers[b.id] : registers[c.id];
      }
      default:
        return Number.NaN;
    }
  }
}

/** Whether registers of this type hold one whole number or truth value, which a walk can know. */
export function integral(type: KernelType): boolean {
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

function addTimes(counts: Float64Array, more: Float64Array, times: number): void {
  for (let i = 0; i < counts.length; i++) counts[i] += more[i] * times;
}

function total(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
