/**
 * Reads the code of a kernel from its text. The head says how much the code names, `registers 9, cells 1, fields 2, slots 3`; the
 * lines that belong to it are the instructions as `printKernel` writes them. The file is long for its tables of codes and its one branch for
 * each instruction.
 */
import type { Diagnostic } from '@tessera-dnn/diagnostics';
import { LineReader } from '../text/line-reader.ts';
import type { TextLine } from '../text/lines.ts';
import type {
  BinaryCode,
  FieldType,
  Instruction,
  KernelCell,
  KernelCode,
  KernelType,
  KernelValue,
  MemoryElement,
  RegisterElement,
  TernaryCode,
  UnaryCode,
} from './code.ts';
import { registerElement, scalarOf } from './code.ts';
import { fieldBytes } from './fields.ts';

/** Reads the rest of `head`'s line, and the lines that belong to it. */
export function readKernel(head: LineReader, problems: Diagnostic[]): KernelCode {
  const extents = readHead(head);
  const instructions = new Reader(extents, problems).block(head.line.children);
  return { instructions, ...extents };
}

type Head = Omit<KernelCode, 'instructions'>;

function readHead(head: LineReader): Head {
  const count = (name: string) => {
    head.expect(name);
    return head.whole();
  };
  const registers = count('registers');
  head.expect(',');
  const cells = count('cells');
  head.expect(',');
  const fields = count('fields');
  const fieldTypes = head.accepts('of')
    ? head.list((): FieldType => head.oneOf(fieldBytes, 'a type of fields'))
    : undefined;
  head.expect(',');
  const slots = count('slots');
  const aside = head.accepts(',') ? asideOf(head, cells) : undefined;
  head.end();
  return { registers, cells, fields, slots, ...(fieldTypes && { fieldTypes }), ...(aside && { aside }) };
}

function asideOf(head: LineReader, cells: number): readonly number[] {
  head.expect('aside');
  return head.list(() => head.numbered('c', 'a cell', cells));
}

const types: Readonly<Record<KernelType, true>> = {
  i32: true,
  f32: true,
  bool: true,
  i32x4: true,
  f32x4: true,
  boolx4: true,
};

const unaries: Readonly<Record<UnaryCode, true>> = {
  half: true,
  brain: true,
  neg: true,
  abs: true,
  sqrt: true,
  floor: true,
  ceil: true,
  trunc: true,
  nearest: true,
  not: true,
  bits: true,
  float: true,
  convert: true,
  truncate: true,
  level: true,
  levelAbove: true,
  splat: true,
  widen: true,
};

const binaries: Readonly<Record<BinaryCode, true>> = {
  add: true,
  sub: true,
  mul: true,
  div: true,
  rem: true,
  min: true,
  max: true,
  and: true,
  or: true,
  xor: true,
  shl: true,
  shr: true,
  shru: true,
  eq: true,
  ne: true,
  lt: true,
  le: true,
  gt: true,
  ge: true,
  ltu: true,
  mulhu: true,
};

const ternaries: Readonly<Record<TernaryCode, true>> = { fma: true, select: true, dot: true };

class Reader {
  readonly #head: Head;
  readonly #problems: Diagnostic[];
  readonly #values: KernelValue[] = [];
  readonly #cells: KernelCell[] = [];

  constructor(head: Head, problems: Diagnostic[]) {
    this.#head = head;
    this.#problems = problems;
  }

  block(lines: readonly TextLine[]): Instruction[] {
    const instructions: Instruction[] = [];
    for (let at = 0; at < lines.length; at++) {
      const reader = new LineReader(lines[at], this.#problems);
      const instruction = this.#instruction(reader);
      if (instruction.kind === 'if' && isElse(lines[at + 1])) {
        at++;
        instructions.push({ ...instruction, otherwise: this.block(lines[at].children) });
      } else instructions.push(instruction);
    }
    return instructions;
  }

  #instruction(line: LineReader): Instruction {
    if (line.accepts('store')) return this.#store(line);
    if (line.accepts('for')) return this.#loop(line);
    if (line.accepts('if')) {
      const condition = this.#use(line);
      line.end();
      return { kind: 'if', condition, taken: this.block(line.line.children), otherwise: [] };
    }
    const instruction = isCell(line) ? this.#cell(line) : this.#assignment(line);
    line.end();
    return instruction;
  }

  #store(line: LineReader): Instruction {
    const value = this.#use(line);
    const lane = line.accepts('.') ? line.whole('a lane', 0, 4) : undefined;
    line.expect('at');
    const address = this.#use(line);
    const offset = offsetOf(line);
    const element = elementOf(line, value);
    line.end();
    return { kind: 'store', element, address, value, offset, ...(lane !== undefined && { lane }) };
  }

  #loop(line: LineReader): Instruction {
    const id = line.numbered('v', 'a register', this.#head.registers);
    line.expect('from');
    const from = this.#use(line);
    line.expect('to');
    const to = this.#use(line);
    line.expect('step');
    const step = line.whole('a step', 1);
    line.end();
    const index = this.#define(id, 'i32');
    return { kind: 'loop', index, from, to, step, body: this.block(line.line.children) };
  }

  /** `c1:f32 = v3` makes a cell, `c1 = v4` sets it. */
  #cell(line: LineReader): Instruction {
    const id = line.numbered('c', 'a cell', this.#head.cells);
    if (line.accepts(':')) {
      const cell = { cell: id, type: typeOf(line) };
      this.#cells[id] = cell;
      line.expect('=');
      return { kind: 'cell', cell, initial: this.#use(line) };
    }
    line.expect('=');
    return { kind: 'set', cell: this.#cellNumbered(id, line), value: this.#use(line) };
  }

  #assignment(line: LineReader): Instruction {
    const id = line.numbered('v', 'a register', this.#head.registers);
    line.expect(':');
    const type = typeOf(line);
    line.expect('=');
    const instruction = this.#expression(line, { id, type });
    this.#define(id, type);
    return instruction;
  }

  #define(id: number, type: KernelType): KernelValue {
    return (this.#values[id] = { id, type });
  }

  #expression(line: LineReader, result: KernelValue): Instruction {
    if (line.hasNumber()) return { kind: 'constant', result, value: line.number() };
    if (isCell(line)) {
      const cell = this.#cellNumbered(line.numbered('c', 'a cell', this.#head.cells), line);
      return { kind: 'get', result, cell };
    }
    const name = line.word('an instruction');
    if (Object.hasOwn(unaries, name)) return { kind: 'unary', result, code: name as UnaryCode, value: this.#use(line) };
    if (Object.hasOwn(binaries, name)) {
      return { kind: 'binary', result, code: name as BinaryCode, left: this.#use(line), right: this.#use(line) };
    }
    if (Object.hasOwn(ternaries, name)) {
      const args = [this.#use(line), this.#use(line), this.#use(line)] as const;
      return { kind: 'ternary', result, code: name as TernaryCode, args };
    }
    return this.#other(name, line, result);
  }

  #other(name: string, line: LineReader, result: KernelValue): Instruction {
    switch (name) {
      case 'field':
        return { kind: 'field', result, index: line.whole('a field', 0, this.#head.fields) };
      case 'address':
        return { kind: 'address', result, slot: line.whole('a slot', 0, this.#head.slots) };
      case 'worker':
      case 'workers':
        return { kind: name, result };
      case 'extract':
        return { kind: 'extract', result, value: this.#use(line), lane: line.whole('a lane', 0, 4) };
      case 'replace':
        return {
          kind: 'replace',
          result,
          value: this.#use(line),
          lane: line.whole('a lane', 0, 4),
          scalar: this.#use(line),
        };
      case 'shuffle': {
        const [left, right] = [this.#use(line), this.#use(line)];
        const lane = () => line.whole('a lane of two vectors', 0, 8);
        return { kind: 'shuffle', result, left, right, lanes: [lane(), lane(), lane(), lane()] };
      }
      case 'zip': {
        const [left, right] = [this.#use(line), this.#use(line)];
        const bytes = line.whole('1 or 2', 1, 3) === 1 ? 1 : 2;
        return {
          kind: 'zip',
          result,
          left,
          right,
          bytes,
          high: line.oneOf({ low: true, high: true }, 'low or high') === 'high',
        };
      }
      case 'load':
      case 'load-splat':
        return {
          kind: 'load',
          result,
          address: this.#use(line),
          offset: offsetOf(line),
          element: elementOf(line, result),
          splat: name !== 'load',
        };
      default:
        line.fail(`an instruction, not ${name},`);
        return { kind: 'worker', result };
    }
  }

  #use(line: LineReader): KernelValue {
    const id = line.numbered('v', 'a register', this.#head.registers);
    const value = this.#values[id];
    if (!value) line.fail(`a register that has a value by now, not v${id},`);
    return value ?? { id, type: 'i32' };
  }

  #cellNumbered(id: number, line: LineReader): KernelCell {
    const cell = this.#cells[id];
    if (!cell) line.fail(`a cell that is there by now, not c${id},`);
    return cell ?? { cell: id, type: 'i32' };
  }
}

function isElse(line: TextLine | undefined): boolean {
  return line !== undefined && new LineReader(line, []).accepts('else');
}

function isCell(line: LineReader): boolean {
  return line.isNumbered('c');
}

function typeOf(line: LineReader): KernelType {
  return line.oneOf(types, `one of ${Object.keys(types).join(', ')}`);
}

const elements: Readonly<Record<MemoryElement, true>> = {
  f32: true,
  f16: true,
  bf16: true,
  i32: true,
  i8: true,
  u8: true,
  bool: true,
  bits16: true,
  bits64: true,
};

/** `as f16`: what lies in memory, where it is not what the register holds. */
function elementOf(line: LineReader, { type }: KernelValue): MemoryElement {
  const register = scalarOf(type) as RegisterElement;
  if (!line.accepts('as')) return register;
  const element = line.oneOf(elements, `one of ${Object.keys(elements).join(', ')}`);
  if (registerElement(element) === register) return element;
  line.fail(`an element that a register of ${type} holds, not ${element},`);
  return register;
}

function offsetOf(line: LineReader): number {
  line.expect('+');
  return line.whole('an offset', Number.MIN_SAFE_INTEGER);
}
