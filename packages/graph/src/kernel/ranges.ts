/**
 * Between which numbers the integers and truth values of a kernel lie, for one vertex. From this follows how often a loop may turn whose
 * bounds are computed, as those of clipped windows are. Fields are known; of what is read from memory or a cell nothing is.
 */
import type { BinaryCode, Instruction, KernelValue } from './code.ts';

export interface Range {
  readonly low: number;
  readonly high: number;
}

const anything: Range = { low: -(2 ** 31), high: 2 ** 31 - 1 };

/** Bounds of the integer registers of one kernel whose fields hold `fields`: interval arithmetic over instructions in their order. */
export class Ranges {
  readonly #fields: readonly number[];
  readonly #known = new Map<number, Range>();

  /** Instructions must be noted in the order in which they run. */
  constructor(fields: readonly number[]) {
    this.#fields = fields;
  }

  /** Between which numbers a register lies; anything of 32 bits, if nothing is known of it. */
  of({ id }: KernelValue): Range {
    return this.#known.get(id) ?? anything;
  }

  /** The most turns of a loop whose bounds have been noted. */
  turns({ from, to, step }: Extract<Instruction, { kind: 'loop' }>): number {
    return Math.max(0, Math.ceil((this.of(to).high - this.of(from).low) / step));
  }

  /** Takes in what an instruction says of its result, or a loop of its index. */
  note(i: Instruction): void {
    if (i.kind === 'loop') {
      this.#set(i.index, { low: this.of(i.from).low, high: Math.max(this.of(i.from).low, this.of(i.to).high - 1) });
    } else if ('result' in i && (i.result.type === 'i32' || i.result.type === 'bool')) {
      const range = this.#compute(i);
      if (range !== undefined) this.#set(i.result, range);
    }
  }

  /** What leaves the range of 32 bits wraps, and may be anything. */
  #set({ id }: KernelValue, range: Range): void {
    if (range.low >= anything.low && range.high <= anything.high) this.#known.set(id, range);
  }

  #compute(i: Instruction): Range | undefined {
    switch (i.kind) {
      case 'constant':
        return { low: i.value, high: i.value };
      case 'field':
        return { low: this.#fields[i.index], high: this.#fields[i.index] };
      // The share of a single worker holds those of all workers.
      case 'worker':
        return { low: 0, high: 0 };
      case 'workers':
        return { low: 1, high: 1 };
      case 'binary':
        return binaryRange(i.code, this.of(i.left), this.of(i.right));
      case 'ternary': {
        const [mask, a, b] = i.args.map(arg => this.of(arg));
        if (mask.low === mask.high) return mask.low === 0 ? b : a;
        return { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };
      }
      default:
        return undefined;
    }
  }
}

function binaryRange(code: BinaryCode, a: Range, b: Range): Range | undefined {
  switch (code) {
    case 'add':
      return { low: a.low + b.low, high: a.high + b.high };
    case 'sub':
      return { low: a.low - b.high, high: a.high - b.low };
    case 'mul':
      return corners(a, b, (x, y) => x * y);
    case 'div':
      return quotient(a, b);
    case 'rem':
      return { low: Math.min(a.low, 0), high: Math.max(0, b.low > 0 ? Math.min(a.high, b.high - 1) : a.high) };
    case 'min':
      return { low: Math.min(a.low, b.low), high: Math.min(a.high, b.high) };
    case 'max':
      return { low: Math.max(a.low, b.low), high: Math.max(a.high, b.high) };
    case 'and':
      return b.low >= 0 ? { low: 0, high: b.high } : undefined;
    case 'shl':
      return isShift(b) ? corners(a, b, (x, y) => x * 2 ** y) : undefined;
    case 'shr':
      return isShift(b) ? corners(a, b, (x, y) => Math.floor(x / 2 ** y)) : undefined;
    case 'eq':
    case 'ne':
    case 'lt':
      return comparison(code, a, b);
    default:
      return undefined;
  }
}

/** Counts of bits beyond 31 wrap. */
function isShift({ low, high }: Range): boolean {
  return low === high && low >= 0 && high < 32;
}

/** A divisor of zero traps, another one makes no number larger. */
function quotient(a: Range, b: Range): Range {
  if (b.low > 0) return corners(a, b, (x, y) => Math.trunc(x / y));
  const most = Math.max(Math.abs(a.low), Math.abs(a.high));
  return { low: b.low === 0 ? Math.min(a.low, 0) : -most, high: b.low === 0 ? Math.max(a.high, 0) : most };
}

function comparison(code: 'eq' | 'ne' | 'lt', a: Range, b: Range): Range {
  const known = (truth: boolean): Range => ({ low: Number(truth), high: Number(truth) });
  if (code === 'lt' && (a.high < b.low || a.low >= b.high)) return known(a.high < b.low);
  if (code !== 'lt' && (a.high < b.low || a.low > b.high)) return known(code === 'ne');
  if (code !== 'lt' && a.low === b.low && a.high === a.low && b.high === b.low) return known(code === 'eq');
  return { low: 0, high: 1 };
}

/** The range of a function that is monotonous in each argument. */
function corners(a: Range, b: Range, of: (x: number, y: number) => number): Range {
  const values = [of(a.low, b.low), of(a.low, b.high), of(a.high, b.low), of(a.high, b.high)];
  return { low: Math.min(...values), high: Math.max(...values) };
}
