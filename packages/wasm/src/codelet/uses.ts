/**
 * Where the registers of a kernel are used, and which cells a block changes: what the lowering must know to decide which values
 * become locals. Before: SSA (every register assigned once, before its uses). Dead pure instructions count no uses, so they vanish.
 */
import type { Instruction, KernelCode, KernelValue } from '@tessera-dnn/graph/kernel';
import { blocksOf, operandsOf } from '@tessera-dnn/graph/kernel';

export interface Uses {
  /** Uses by instructions that are themselves alive, by register id. */
  readonly count: Int32Array;
  /** 1 if some use stands in a loop or branch that the definition is outside of: the value must survive in a local. */
  readonly deep: Uint8Array;
  /** The cells a loop's body or an `if`'s blocks assign. */
  readonly assigned: ReadonlyMap<Instruction, ReadonlySet<number>>;
}

/** Counts the uses of the registers of `code`, in one walk from its end to its beginning. */
export function countUses(code: KernelCode): Uses {
  const count = new Int32Array(code.registers);
  const deep = new Uint8Array(code.registers);
  const blockOf = definingBlocks(code);
  const assigned = new Map<Instruction, ReadonlySet<number>>();

  /** Backwards, so that a use is seen before its definition and dead definitions can be skipped. */
  const visit = (block: readonly Instruction[], cells: Set<number>): void => {
    for (let i = block.length - 1; i >= 0; i--) {
      const instruction = block[i];
      if (isPure(instruction) && count[instruction.result.id] === 0) continue;
      if (instruction.kind === 'loop' || instruction.kind === 'if') {
        const inner = new Set<number>();
        for (const part of blocksOf(instruction)) visit(part, inner);
        assigned.set(instruction, inner);
        for (const cell of inner) cells.add(cell);
      }
      if (instruction.kind === 'set' || instruction.kind === 'cell') cells.add(instruction.cell.cell);
      for (const operand of operandsOf(instruction)) {
        count[operand.id]++;
        if (blockOf[operand.id] !== block) deep[operand.id] = 1;
      }
      // The end of a loop is read again on every turn.
      if (instruction.kind === 'loop') deep[instruction.to.id] = 1;
    }
  };
  visit(code.instructions, new Set());
  return { count, deep, assigned };
}

export type Pure = Extract<Instruction, { readonly result: KernelValue }>;

/** Instructions that yield a register and change nothing. Loads and divisions may trap, but one nobody needs may as well not. */
export function isPure(instruction: Instruction): instruction is Pure {
  return 'result' in instruction;
}

function definingBlocks(code: KernelCode): readonly (readonly Instruction[])[] {
  const blockOf: (readonly Instruction[])[] = new Array(code.registers).fill(code.instructions);
  const visit = (block: readonly Instruction[]): void => {
    for (const instruction of block) {
      if ('result' in instruction) blockOf[instruction.result.id] = block;
      if (instruction.kind === 'loop') blockOf[instruction.index.id] = instruction.body;
      for (const inner of blocksOf(instruction)) visit(inner);
    }
  };
  visit(code.instructions);
  return blockOf;
}
