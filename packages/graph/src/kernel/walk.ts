/** What an instruction is made of: the blocks inside it, and the registers it reads. */
import type { Instruction, KernelValue } from './code.ts';

/** The blocks of instructions directly inside an instruction: a loop's body, both branches of an `if`, none of all others. */
export function blocksOf(instruction: Instruction): readonly (readonly Instruction[])[] {
  if (instruction.kind === 'loop') return [instruction.body];
  if (instruction.kind === 'if') return [instruction.taken, instruction.otherwise];
  return [];
}

/** The registers an instruction itself reads, those of its nested blocks left out. */
export function operandsOf(instruction: Instruction): readonly KernelValue[] {
  switch (instruction.kind) {
    case 'constant':
    case 'field':
    case 'address':
    case 'worker':
    case 'workers':
    case 'get':
      return [];
    case 'unary':
    case 'extract':
      return [instruction.value];
    case 'binary':
    case 'shuffle':
    case 'zip':
      return [instruction.left, instruction.right];
    case 'ternary':
      return instruction.args;
    case 'replace':
      return [instruction.value, instruction.scalar];
    case 'load':
      return [instruction.address];
    case 'store':
      return [instruction.address, instruction.value];
    case 'cell':
      return [instruction.initial];
    case 'set':
      return [instruction.value];
    case 'loop':
      return [instruction.from, instruction.to];
    case 'if':
      return [instruction.condition];
  }
}
