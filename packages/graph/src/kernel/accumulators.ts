/**
 * Which cells of a kernel are sums: f32 cells to which terms are added, one after the other, and which are read in no other way that
 * would mind in how many parts the sum is held.
 *
 * Before: code as it was recorded. After: the cells, and the reads that only serve to add a term. Every `set` of a sum stores an `add` or
 * `fma` of a term and the cell as it was read in the same block just before; neither read nor result is used for anything else. Cells
 * that are also set in other ways are not sums, nor are those of integers, which are exact in any order.
 */
import type { Instruction, KernelValue } from './code.ts';
import { scalarOf } from './code.ts';
import { blocksOf, operandsOf } from './walk.ts';

export interface Accumulators {
  readonly cells: ReadonlySet<number>;
  /** Registers that hold a sum only for a term to be added to it. */
  readonly reads: ReadonlySet<number>;
}

/** Finds the sums of a kernel, nested blocks included, in two walks over its instructions. */
export function findAccumulators(instructions: readonly Instruction[]): Accumulators {
  const search: Search = { uses: new Map(), cells: new Set(), others: new Set(), reads: new Set() };
  countUses(instructions, search.uses);
  searchBlock(instructions, search);
  return { cells: new Set([...search.cells].filter(cell => !search.others.has(cell))), reads: search.reads };
}

interface Search {
  readonly uses: Map<number, number>;
  /** Cells that terms are added to, and cells that are set otherwise. */
  readonly cells: Set<number>;
  readonly others: Set<number>;
  readonly reads: Set<number>;
}

function countUses(block: readonly Instruction[], uses: Map<number, number>): void {
  for (const i of block) {
    for (const { id } of operandsOf(i)) uses.set(id, (uses.get(id) ?? 0) + 1);
    for (const inner of blocksOf(i)) countUses(inner, uses);
  }
}

/** In one block: the registers that hold a cell's present value, and what was added to such. */
function searchBlock(block: readonly Instruction[], search: Search): void {
  const present = new Map<number, number>();
  const added = new Map<number, KernelValue>();
  const changed = (cell: number): void => {
    for (const [read, of] of present) if (of === cell) present.delete(read);
  };
  for (const i of block) {
    if (i.kind === 'get') present.set(i.result.id, i.cell.cell);
    else if (i.kind === 'set') {
      const read = added.get(i.value.id);
      const adds = read !== undefined && present.get(read.id) === i.cell.cell && search.uses.get(i.value.id) === 1;
      if (adds) search.reads.add(read.id);
      (adds ? search.cells : search.others).add(i.cell.cell);
      changed(i.cell.cell);
    } else if (i.kind === 'loop' || i.kind === 'if') {
      for (const inner of blocksOf(i)) searchBlock(inner, search);
      // The inner blocks may have set any cell, so nothing is known any more. That is enough: kernels read, add and set in one go.
      present.clear();
    } else if ('result' in i && scalarOf(i.result.type) === 'f32') {
      const read = augends(i).find(({ id }) => present.has(id) && search.uses.get(id) === 1);
      if (read !== undefined) added.set(i.result.id, read);
    }
  }
}

/** What an instruction adds a term to. */
function augends(i: Instruction): readonly KernelValue[] {
  if (i.kind === 'binary' && i.code === 'add') return [i.left, i.right];
  return i.kind === 'ternary' && i.code === 'fma' ? [i.args[2]] : [];
}
