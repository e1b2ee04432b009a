/**
 * Which instructions multiply elements that lie in memory in 16 or 8 bits. Registers have 32 bits a lane, but a chip whose matrix unit takes
 * narrow operands needs no wider ones for these: both factors are what a load has read, at most moved between lanes on the way.
 *
 * A whole number's multiply-add is two instructions in kernel code, a product and a sum. The product counts for both.
 */
import type { Instruction, KernelCode } from './code.ts';
import { isVector, memoryBytes } from './code.ts';

type Bits = 8 | 16;

export interface NarrowProducts {
  /** The multiply-adds of four lanes, with the bits of the wider of their two factors. */
  readonly bits: ReadonlyMap<Instruction, Bits>;
  /** The sums that these have included. */
  readonly included: ReadonlySet<Instruction>;
}

const analysed = new WeakMap<KernelCode, NarrowProducts>();

/** Analyses a kernel on the first call, and remembers the answer for as long as `code` itself lives. */
export function narrowProductsOf(code: KernelCode): NarrowProducts {
  const known = analysed.get(code);
  if (known !== undefined) return known;
  const analysis = new Analysis(code.instructions);
  analysed.set(code, analysis);
  return analysis;
}

class Analysis implements NarrowProducts {
  readonly bits = new Map<Instruction, Bits>();
  readonly included = new Set<Instruction>();
  /** By register: the bits that its lanes had in memory, where they have not been computed with since. */
  readonly #loaded: (Bits | undefined)[] = [];
  /** Registers that hold products of whole numbers. */
  readonly #products = new Set<number>();

  constructor(instructions: readonly Instruction[]) {
    this.#walk(instructions);
  }

  #walk(block: readonly Instruction[]): void {
    for (const i of block) {
      if (i.kind === 'loop') this.#walk(i.body);
      else if (i.kind === 'if') this.#walk([...i.taken, ...i.otherwise]);
      else if (i.kind === 'ternary' && i.code === 'fma') this.#multiplies(i, i.args[0].id, i.args[1].id);
      else if (i.kind === 'binary') this.#binary(i);
      else if ('result' in i) this.#loaded[i.result.id] = this.#moved(i);
    }
  }

  #binary(i: Extract<Instruction, { kind: 'binary' }>): void {
    if (i.result.type !== 'i32x4') return;
    if (i.code === 'mul' && this.#multiplies(i, i.left.id, i.right.id)) this.#products.add(i.result.id);
    if (i.code === 'add' && (this.#products.has(i.left.id) || this.#products.has(i.right.id))) this.included.add(i);
  }

  #multiplies(i: Extract<Instruction, { kind: 'binary' | 'ternary' }>, left: number, right: number): boolean {
    const bits = widest(this.#loaded[left], this.#loaded[right]);
    if (bits === undefined || !isVector(i.result.type)) return false;
    this.bits.set(i, bits);
    return true;
  }

  #moved(i: Instruction): Bits | undefined {
    switch (i.kind) {
      case 'load':
        return narrowBits(i);
      case 'unary':
        return i.code === 'splat' ? this.#loaded[i.value.id] : undefined;
      case 'extract':
        return this.#loaded[i.value.id];
      case 'replace':
        return widest(this.#loaded[i.value.id], this.#loaded[i.scalar.id]);
      case 'shuffle':
      case 'zip':
        return widest(this.#loaded[i.left.id], this.#loaded[i.right.id]);
      default:
        return undefined;
    }
  }
}

/** The bits of an element that a load widens or a store narrows; undefined for those of 32 bits, and for truth values, which are no numbers. */
export function narrowBits({ element }: Extract<Instruction, { kind: 'load' | 'store' }>): Bits | undefined {
  const bytes = memoryBytes(element);
  return element === 'bool' || bytes === 4 ? undefined : bytes === 2 ? 16 : 8;
}

function widest(a: Bits | undefined, b: Bits | undefined): Bits | undefined {
  if (a === undefined || b === undefined) return undefined;
  return a === 16 ? a : b;
}
