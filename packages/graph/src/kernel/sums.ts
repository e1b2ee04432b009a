/**
 * Long sums in blocks: the error of a sum of n terms, added one after the other, grows with n; here it grows with the logarithm of n.
 *
 * Before: code as a kernel recorded it, for one vertex, in which every sum is a cell that takes its terms one by one. After: code in which
 * no loop adds more terms to a cell than {@link longestSums} allows. A loop (or a nest of loops) that would add more is cut into blocks: each adds
 * up in a cell of its own, which is added to the sum at the end of the block; where there are too many blocks, they are grouped into larger
 * blocks in the same way. Kernels need not know: whatever is written as a sum is bounded, in either kind of maths, on any chip. Code of
 * shorter sums stays as it was.
 *
 * Example, of a sum of 60,000 terms with blocks of 128, of which there are 469:
 *
 *     sum = 0                             sum = 0
 *     for i in 0 … 60000:                 for o in 0 … 60000 by 128:
 *       sum = sum + x[i]                    block = 0
 *                                           for i in o … min(o + 128, 60000):
 *                                             block = block + x[i]
 *                                           sum = sum + block
 *
 * What reads the sum inside the loop (running sums do) reads `sum + block`. How often a loop turns is a bound from the numbers of the
 * vertex ({@link Ranges}), so that vertices share the code that they shared, unless the sums of one are long and those of another short.
 */
import { type Accumulators, findAccumulators } from './accumulators.ts';
import type { Instruction, KernelCell, KernelType, KernelValue, RecordedKernel } from './code.ts';
import { isVector } from './code.ts';
import { Ranges } from './ranges.ts';

/** So many terms a loop may add to a cell one after the other. */
export interface SumLengths {
  /** The bound where a loop adds to a few cells, and the one where it adds to the many of a register tile, whose code is longer. */
  readonly few: number;
  readonly many: number;
}

/** Register tiles get by without blocks on the contractions of most networks. */
export const longestSums: SumLengths = { few: 512, many: 1024 };

/**
 * Terms of a block of a longer sum. Where a loop makes a few sums, it waits for memory or for the sums themselves, and the ends of short
 * blocks cost nothing; of the many sums of a register tile every end is seen.
 */
const blockTerms: SumLengths = { few: 128, many: 256 };
const fewSums = 4;

type Loop = Extract<Instruction, { readonly kind: 'loop' }>;

/** How many terms code adds to each sum one after the other, by cell. */
type Lengths = Map<number, number>;

/** Code in which sums are bounded, and how long those are that began outside of it. */
interface Bounded<Code> {
  readonly block: Code;
  readonly lengths: Lengths;
}

/** `longest`: other than {@link longestSums} only in tests, which bring about with few terms what otherwise takes many. */
export function boundSums(recorded: RecordedKernel, longest = longestSums): RecordedKernel {
  const { code } = recorded;
  const sums = findAccumulators(code.instructions);
  if (sums.cells.size === 0) return recorded;
  const writer = new SumWriter(recorded, sums, longest);
  const instructions = writer.write(code.instructions);
  if (writer.cells === code.cells) return recorded;
  const { registers, cells, aside } = writer;
  return { ...recorded, code: { ...code, instructions, registers, cells, aside: [...aside] } };
}

class SumWriter {
  registers: number;
  cells: number;
  /** The cells to which the sums of blocks are added. */
  readonly aside = new Set<number>();
  readonly #sums: ReadonlySet<number>;
  /** Registers that hold a sum only for a term to be added to it; reads of blocks' sums join them. */
  readonly #reads: Set<number>;
  readonly #ranges: Ranges;
  readonly #longest: SumLengths;
  readonly #types = new Map<number, KernelType>();
  readonly #constants = new Map<string, Extract<Instruction, { readonly kind: 'constant' }>>();

  constructor({ code, fields }: RecordedKernel, { cells, reads }: Accumulators, longest: SumLengths) {
    this.#sums = cells;
    this.#reads = new Set(reads);
    this.#ranges = new Ranges(fields);
    this.#longest = longest;
    this.registers = code.registers;
    this.cells = code.cells;
  }

  write(instructions: readonly Instruction[]): readonly Instruction[] {
    const { block } = this.#block(instructions);
    // Constants stand at the top, as all others do.
    return [...this.#constants.values(), ...block];
  }

  #block(instructions: readonly Instruction[]): Bounded<readonly Instruction[]> {
    const lengths: Lengths = new Map();
    const own: number[] = [];
    const block = instructions.flatMap((i): readonly Instruction[] => {
      this.#ranges.note(i);
      if (i.kind === 'cell') {
        own.push(i.cell.cell);
        this.#types.set(i.cell.cell, i.cell.type);
      } else if (i.kind === 'set' && this.#sums.has(i.cell.cell)) {
        addLengths(lengths, new Map([[i.cell.cell, 1]]));
      } else if (i.kind === 'loop' || i.kind === 'if') {
        const inner = i.kind === 'loop' ? this.#loop(i) : this.#if(i);
        addLengths(lengths, inner.lengths);
        return [inner.block];
      }
      return [i];
    });
    // A sum that is made here begins anew each time.
    for (const cell of own) lengths.delete(cell);
    return { block, lengths };
  }

  #if(branch: Extract<Instruction, { readonly kind: 'if' }>): Bounded<Instruction> {
    const [taken, otherwise] = [this.#block(branch.taken), this.#block(branch.otherwise)];
    const lengths = new Map(taken.lengths);
    for (const [cell, terms] of otherwise.lengths) lengths.set(cell, Math.max(lengths.get(cell) ?? 0, terms));
    return { block: { ...branch, taken: taken.block, otherwise: otherwise.block }, lengths };
  }

  #loop(loop: Loop): Bounded<Instruction> {
    const turns = this.#ranges.turns(loop);
    const { block, lengths } = this.#block(loop.body);
    return this.#bounded({ ...loop, body: block }, lengths, turns);
  }

  /** A loop of at most `turns` turns, whose body adds `each` terms to sums that are made outside of it. */
  #bounded(loop: Loop, each: Lengths, turns: number): Bounded<Loop> {
    const sums = each.size > fewSums ? 'many' : 'few';
    const longest = this.#longest[sums];
    const long = [...each].filter(([, terms]) => terms * turns > longest);
    if (long.length === 0) return { block: loop, lengths: timesEach(each, turns) };
    const most = Math.max(...long.map(([, terms]) => terms));
    const turnsPerBlock = Math.max(1, Math.floor(Math.min(longest, blockTerms[sums]) / most));
    const cells = long.map(([cell]) => cell);
    const lengths = timesEach(each, turnsPerBlock);
    for (const cell of cells) lengths.set(cell, 1);
    return this.#bounded(this.#inBlocks(loop, cells, turnsPerBlock), lengths, Math.ceil(turns / turnsPerBlock));
  }

  /** The loop over blocks of so many turns, each with cells of its own in place of `cells`. */
  #inBlocks(loop: Loop, cells: readonly number[], turns: number): Loop {
    const parts = new Map(
      cells.map((cell): [number, KernelCell] => {
        const type = this.#types.get(cell) as KernelType;
        const part = { cell: this.cells++, type };
        // Blocks of blocks are sums of blocks too.
        if (this.aside.has(cell)) this.aside.add(part.cell);
        else if (isVector(type)) this.aside.add(cell);
        return [cell, part];
      }),
    );
    const begin = [...parts.values()].map((cell): Instruction => {
      return { kind: 'cell', cell, initial: this.#constant(cell.type, 0) };
    });
    const body = this.#inParts(loop.body, parts);
    const end = [...parts].flatMap(([cell, part]) => this.#addPart({ ...part, cell }, part));
    if (turns === 1) return { ...loop, body: [...begin, ...body, ...end] };
    const index = this.#register('i32');
    const step = turns * loop.step;
    const { block, to } = this.#endOfBlock(index, loop.to, step);
    return { ...loop, index, step, body: [...begin, ...block, { ...loop, from: index, to, body }, ...end] };
  }

  /** `index + min(step, to - index)`: the sum of index and step might leave the integers. */
  #endOfBlock(index: KernelValue, to: KernelValue, step: number) {
    const [left, turns, end] = [this.#register('i32'), this.#register('i32'), this.#register('i32')];
    const block: readonly Instruction[] = [
      { kind: 'binary', result: left, code: 'sub', left: to, right: index },
      { kind: 'binary', result: turns, code: 'min', left, right: this.#constant('i32', step) },
      { kind: 'binary', result: end, code: 'add', left: index, right: turns },
    ];
    return { block, to: end };
  }

  /** Terms go to the parts of the cells they were added to; what else reads such a cell reads the sum of both. */
  #inParts(block: readonly Instruction[], parts: ReadonlyMap<number, KernelCell>): readonly Instruction[] {
    return block.flatMap((i): readonly Instruction[] => {
      if (i.kind === 'loop') return [{ ...i, body: this.#inParts(i.body, parts) }];
      if (i.kind === 'if') {
        return [{ ...i, taken: this.#inParts(i.taken, parts), otherwise: this.#inParts(i.otherwise, parts) }];
      }
      const part = i.kind === 'get' || i.kind === 'set' ? parts.get(i.cell.cell) : undefined;
      if (part === undefined) return [i];
      if (i.kind === 'set' || (i.kind === 'get' && this.#reads.has(i.result.id))) return [{ ...i, cell: part }];
      return i.kind === 'get' ? this.#both(i.result, i.cell, part) : [i];
    });
  }

  #both(result: KernelValue, whole: KernelCell, part: KernelCell): readonly Instruction[] {
    const [left, right] = [this.#register(part.type), this.#register(part.type)];
    return [
      { kind: 'get', result: left, cell: whole },
      { kind: 'get', result: right, cell: part },
      { kind: 'binary', result, code: 'add', left, right },
    ];
  }

  #addPart(whole: KernelCell, part: KernelCell): readonly Instruction[] {
    const result = this.#register(part.type);
    const [read, ...rest] = this.#both(result, whole, part);
    if (read.kind === 'get') this.#reads.add(read.result.id);
    return [read, ...rest, { kind: 'set', cell: whole, value: result }];
  }

  #constant(type: KernelType, value: number): KernelValue {
    const key = `${type}:${value}`;
    const { result } = this.#constants.get(key) ?? { result: this.#register(type) };
    this.#constants.set(key, { kind: 'constant', result, value });
    return result;
  }

  #register(type: KernelType): KernelValue {
    return { id: this.registers++, type };
  }
}

function addLengths(lengths: Lengths, more: Lengths): void {
  for (const [cell, terms] of more) lengths.set(cell, (lengths.get(cell) ?? 0) + terms);
}

function timesEach(lengths: Lengths, turns: number): Lengths {
  return new Map([...lengths].map(([cell, terms]) => [cell, terms * turns]));
}
