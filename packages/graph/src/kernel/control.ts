/**
 * Which loops of a kernel have to be walked turn by turn to count what they run: those whose index decides, inside them, how often a
 * loop turns or which branch is taken. All others run the same instructions in every turn.
 *
 * A register depends on a loop if it is computed from the loop's index, or from a cell that the loop changes.
 */
import type { Instruction, KernelCode } from './code.ts';

type Loop = Extract<Instruction, { readonly kind: 'loop' }>;
type Dependences = ReadonlySet<Loop>;

const none: Dependences = new Set();

export interface Control {
  /** Loops whose turns differ from one another. */
  readonly varying: ReadonlySet<Instruction>;
  /** Cells set somewhere inside each loop or branch. */
  readonly sets: ReadonlyMap<Instruction, readonly number[]>;
}

const analysed = new WeakMap<KernelCode, Control>();

/** Analyses a kernel on the first call, and remembers the answer for as long as `code` itself lives. */
export function controlOf(code: KernelCode): Control {
  const known = analysed.get(code);
  if (known !== undefined) return known;
  const analysis = new Analysis(code);
  analysed.set(code, analysis);
  return analysis;
}

class Analysis implements Control {
  readonly varying = new Set<Instruction>();
  readonly sets = new Map<Instruction, number[]>();
  readonly #registers: Dependences[] = [];
  readonly #cells: Dependences[];

  constructor(code: KernelCode) {
    this.#cells = Array.from({ length: code.cells }, () => none);
    this.#collectSets(code.instructions, []);
    this.#walk(code.instructions);
  }

  /** A cell depends on every loop that sets it: its value differs from turn to turn. */
  #collectSets(block: readonly Instruction[], around: readonly Instruction[]): void {
    for (const i of block) {
      if (i.kind === 'set') {
        for (const outer of around) this.#sets(outer).push(i.cell.cell);
        this.#cells[i.cell.cell] = union([this.#cells[i.cell.cell], new Set(around.filter(o => o.kind === 'loop'))]);
      } else if (i.kind === 'loop') {
        this.#collectSets(i.body, [...around, i]);
      } else if (i.kind === 'if') {
        this.#collectSets([...i.taken, ...i.otherwise], [...around, i]);
      }
    }
  }

  #sets(block: Instruction): number[] {
    const known = this.sets.get(block);
    if (known !== undefined) return known;
    const list: number[] = [];
    this.sets.set(block, list);
    return list;
  }

  #walk(block: readonly Instruction[]): void {
    for (const i of block) {
      if (i.kind === 'loop') {
        this.#decides([i.from.id, i.to.id]);
        this.#registers[i.index.id] = union([new Set([i]), this.#registers[i.from.id] ?? none]);
        this.#walk(i.body);
      } else if (i.kind === 'if') {
        this.#decides([i.condition.id]);
        this.#walk(i.taken);
        this.#walk(i.otherwise);
      } else if (i.kind === 'get') {
        this.#registers[i.result.id] = this.#cells[i.cell.cell];
      } else if (i.kind === 'cell' || i.kind === 'set') {
        const value = i.kind === 'cell' ? i.initial : i.value;
        this.#cells[i.cell.cell] = union([this.#cells[i.cell.cell], this.#registers[value.id] ?? none]);
      } else if (i.kind !== 'store') {
        this.#registers[i.result.id] = union(argumentsOf(i).map(id => this.#registers[id] ?? none));
      }
    }
  }

  #decides(registers: readonly number[]): void {
    for (const id of registers) for (const loop of this.#registers[id] ?? none) this.varying.add(loop);
  }
}

/** The registers an instruction computes its result from; what is loaded from memory is not known anyway. */
function argumentsOf(i: Instruction): readonly number[] {
  switch (i.kind) {
    case 'unary':
    case 'extract':
      return [i.value.id];
    case 'binary':
    case 'shuffle':
    case 'zip':
      return [i.left.id, i.right.id];
    case 'ternary':
      return i.args.map(arg => arg.id);
    case 'replace':
      return [i.value.id, i.scalar.id];
    default:
      return [];
  }
}

function union(sets: readonly Dependences[]): Dependences {
  const filled = sets.filter(set => set.size > 0);
  if (filled.length <= 1) return filled[0] ?? none;
  return new Set(filled.flatMap(set => [...set]));
}
