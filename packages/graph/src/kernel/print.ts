/** Kernel code as text, one instruction a line: for people, and as the key by which vertices find their codelet. */
import { showNumber } from '../attributes.ts';
import { type Instruction, type KernelCode, type KernelValue, type MemoryElement, scalarOf } from './code.ts';

/**
 * How much the code names: `registers 9, cells 1, fields 2 of [u8, i32], slots 3, aside [c0]`. With the lines of {@link printKernel} under
 * it, it can be read back.
 */
export function showKernelHead({ registers, cells, fields, fieldTypes, slots, aside }: KernelCode): string {
  const types = fieldTypes ? ` of [${fieldTypes.join(', ')}]` : '';
  const kept = aside ? `, aside [${aside.map(cell => `c${cell}`).join(', ')}]` : '';
  return `registers ${registers}, cells ${cells}, fields ${fields}${types}, slots ${slots}${kept}`;
}

/** The code, nested blocks indented. `v7:f32x4 = add v3 v5`. */
export function printKernel(code: KernelCode): string {
  const lines: string[] = [];
  printBlock(code.instructions, '', lines);
  return `${lines.join('\n')}\n`;
}

/** Equal for two kernels if and only if their code is equal, instruction by instruction. */
export function codeKey(code: KernelCode): string {
  const lines: string[] = [];
  printBlock(code.instructions, '', lines);
  return lines.join(';');
}

function printBlock(block: readonly Instruction[], indent: string, lines: string[]): void {
  for (const instruction of block) {
    lines.push(`${indent}${show(instruction)}`);
    if (instruction.kind === 'loop') {
      printBlock(instruction.body, `${indent}  `, lines);
    } else if (instruction.kind === 'if') {
      printBlock(instruction.taken, `${indent}  `, lines);
      if (instruction.otherwise.length > 0) lines.push(`${indent}else`);
      printBlock(instruction.otherwise, `${indent}  `, lines);
    }
  }
}

function show(i: Instruction): string {
  switch (i.kind) {
    case 'store':
      return `store ${use(i.value)}${i.lane === undefined ? '' : `.${i.lane}`} at ${use(i.address)} + ${i.offset}${as(i.element, i.value)}`;
    case 'cell':
      return `c${i.cell.cell}:${i.cell.type} = ${use(i.initial)}`;
    case 'set':
      return `c${i.cell.cell} = ${use(i.value)}`;
    case 'loop':
      return `for v${i.index.id} from ${use(i.from)} to ${use(i.to)} step ${i.step}`;
    case 'if':
      return `if ${use(i.condition)}`;
    default:
      return `v${i.result.id}:${i.result.type} = ${expression(i)}`;
  }
}

function expression(i: Exclude<Instruction, { readonly kind: 'store' | 'cell' | 'set' | 'loop' | 'if' }>): string {
  switch (i.kind) {
    case 'constant':
      return showNumber(i.value);
    case 'field':
      return `field ${i.index}`;
    case 'address':
      return `address ${i.slot}`;
    case 'worker':
    case 'workers':
      return i.kind;
    case 'unary':
      return `${i.code} ${use(i.value)}`;
    case 'binary':
      return `${i.code} ${use(i.left)} ${use(i.right)}`;
    case 'ternary':
      return `${i.code} ${i.args.map(use).join(' ')}`;
    case 'extract':
      return `extract ${use(i.value)} ${i.lane}`;
    case 'replace':
      return `replace ${use(i.value)} ${i.lane} ${use(i.scalar)}`;
    case 'shuffle':
      return `shuffle ${use(i.left)} ${use(i.right)} ${i.lanes.join(' ')}`;
    case 'zip':
      return `zip ${use(i.left)} ${use(i.right)} ${i.bytes} ${i.high ? 'high' : 'low'}`;
    case 'load':
      return `load${i.splat ? '-splat' : ''} ${use(i.address)} + ${i.offset}${as(i.element, i.result)}`;
    case 'get':
      return `c${i.cell.cell}`;
  }
}

function use(value: KernelValue): string {
  return `v${value.id}`;
}

/** What lies in memory, where it is not what the register holds. */
function as(element: MemoryElement, { type }: KernelValue): string {
  return element === scalarOf(type) ? '' : ` as ${element}`;
}
