/**
 * Reads a pickle, the way in which Python stores data (https://docs.python.org/3/library/pickletools.html): a program for a machine with a stack. It is
 * run here with plain data only: where Python would import and call something, `names.ts` says what that stands for. Every value on the stack was
 * written by at least one byte, and values are shared; dicts alone are copied where they are made of others, which is counted. So memory and time are
 * bounded by the length of the text.
 */
import { Cursor } from './cursor.ts';
import { called, isKnown, isRefusal, type Refusal, storageOf } from './names.ts';
import { isA, type Storage, thing, type Value } from './values.ts';

/** What one pickle holds. */
export interface Unpickled {
  readonly value: Value;
  /** Where the next byte stands. */
  readonly end: number;
  /** Classes and functions that are not known here, in the order in which they are named. */
  readonly strange: ReadonlySet<string>;
  /** The storages that it refers to, by key. */
  readonly storages: ReadonlyMap<string, Storage>;
}

/** The pickle that begins at byte `at`; or what is wrong with it, as the end of a sentence about the file. */
export function unpickle(bytes: Uint8Array, at = 0): Unpickled | string {
  const machine = new Machine(new Cursor(bytes, at));
  try {
    return machine.run();
  } catch (error) {
    if (error instanceof RangeError) return 'ends in the middle of its list of tensors: truncated';
    throw error;
  }
}

type Instruction = (machine: Machine) => Value | Refusal | undefined;

/** The state of the machine: what is on the stack, where marks are in it, and what was put aside by number. */
class Machine {
  readonly strange = new Set<string>();
  readonly storages = new Map<string, Storage>();
  readonly memo = new Map<number, Value>();
  readonly #stack: Value[] = [];
  readonly #marks: number[] = [];
  readonly cursor: Cursor;
  /** How many entries of dicts were copied. */
  copied = 0;

  constructor(cursor: Cursor) {
    this.cursor = cursor;
  }

  run(): Unpickled | string {
    for (;;) {
      const code = this.cursor.u8();
      if (code === stop) {
        return { value: this.pop(), end: this.cursor.at, strange: this.strange, storages: this.storages };
      }
      const instruction = instructions.get(code);
      if (!instruction)
        return `has a byte ${code} where PyTorch would have an instruction: damaged, or another kind of file`;
      const result = instruction(this);
      if (result === undefined) continue;
      if (isRefusal(result)) return result.refusal;
      this.#stack.push(result);
    }
  }

  /** Nothing on the stack is as if the file had ended. */
  pop(): Value {
    const value = this.#stack.pop();
    if (value === undefined) throw new RangeError('nothing is on the stack');
    return value;
  }

  top(): Value {
    const value = this.pop();
    this.#stack.push(value);
    return value;
  }

  mark(): void {
    this.#marks.push(this.#stack.length);
  }

  /** All that came onto the stack since the last mark. */
  sinceMark(): Value[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw new RangeError('there is no mark');
    return this.#stack.splice(mark);
  }
}

const stop = 0x2e;

/** By the byte that stands for each. Those of protocol 0, which writes numbers as texts, are not written by PyTorch. */
const instructions: ReadonlyMap<number, Instruction> = new Map<number, Instruction>([
  [0x80, ({ cursor }) => nothing(cursor.u8())], // PROTO
  [0x95, ({ cursor }) => nothing(cursor.u64())], // FRAME
  [0x28, machine => nothing(machine.mark())], // MARK
  [0x30, machine => nothing(machine.pop())], // POP
  [0x31, machine => nothing(machine.sinceMark())], // POP_MARK
  [0x32, machine => machine.top()], // DUP
  [0x4e, () => null], // NONE
  [0x88, () => true], // NEWTRUE
  [0x89, () => false], // NEWFALSE
  [0x4a, ({ cursor }) => cursor.i32()], // BININT
  [0x4b, ({ cursor }) => cursor.u8()], // BININT1
  [0x4d, ({ cursor }) => cursor.u16()], // BININT2
  [0x8a, ({ cursor }) => wholeNumber(cursor.bytes(cursor.u8()))], // LONG1
  [0x47, ({ cursor }) => cursor.f64()], // BINFLOAT
  [0x55, ({ cursor }) => cursor.text(cursor.u8())], // SHORT_BINSTRING
  [0x54, ({ cursor }) => cursor.text(cursor.u32())], // BINSTRING
  [0x8c, ({ cursor }) => cursor.text(cursor.u8())], // SHORT_BINUNICODE
  [0x58, ({ cursor }) => cursor.text(cursor.u32())], // BINUNICODE
  [0x8d, ({ cursor }) => cursor.text(cursor.u64())], // BINUNICODE8
  [0x43, ({ cursor }) => cursor.bytes(cursor.u8())], // SHORT_BINBYTES
  [0x42, ({ cursor }) => cursor.bytes(cursor.u32())], // BINBYTES
  [0x8e, ({ cursor }) => cursor.bytes(cursor.u64())], // BINBYTES8
  [0x96, ({ cursor }) => cursor.bytes(cursor.u64())], // BYTEARRAY8
  [0x5d, () => []], // EMPTY_LIST
  [0x29, () => []], // EMPTY_TUPLE
  [0x8f, () => []], // EMPTY_SET
  [0x7d, () => new Map()], // EMPTY_DICT
  [0x74, machine => machine.sinceMark()], // TUPLE
  [0x6c, machine => machine.sinceMark()], // LIST
  [0x91, machine => machine.sinceMark()], // FROZENSET
  [0x64, machine => filled(new Map(), machine.sinceMark())], // DICT
  [0x85, machine => last(machine, 1)], // TUPLE1
  [0x86, machine => last(machine, 2)], // TUPLE2
  [0x87, machine => last(machine, 3)], // TUPLE3
  [0x61, machine => append(machine, last(machine, 1))], // APPEND
  [0x65, machine => append(machine, machine.sinceMark())], // APPENDS
  [0x90, machine => append(machine, machine.sinceMark())], // ADDITEMS
  [0x73, machine => nothing(filled(...onTop(machine, last(machine, 2))))], // SETITEM
  [0x75, machine => nothing(filled(...onTop(machine, machine.sinceMark())))], // SETITEMS
  [0x71, machine => nothing(machine.memo.set(machine.cursor.u8(), machine.top()))], // BINPUT
  [0x72, machine => nothing(machine.memo.set(machine.cursor.u32(), machine.top()))], // LONG_BINPUT
  [0x94, machine => nothing(machine.memo.set(machine.memo.size, machine.top()))], // MEMOIZE
  [0x68, machine => remembered(machine, machine.cursor.u8())], // BINGET
  [0x6a, machine => remembered(machine, machine.cursor.u32())], // LONG_BINGET
  [0x63, machine => named(machine, machine.cursor.line(), machine.cursor.line())], // GLOBAL
  [0x93, machine => namedBy(machine, last(machine, 2))], // STACK_GLOBAL
  [0x52, machine => reduced(machine, last(machine, 2))], // REDUCE
  [0x81, machine => reduced(machine, last(machine, 2))], // NEWOBJ
  [0x92, machine => reduced(machine, last(machine, 3))], // NEWOBJ_EX
  [0x62, machine => nothing(machine.pop())], // BUILD: attributes, of which none matters
  [0x51, machine => referred(machine, machine.pop())], // BINPERSID
]);

function nothing(_: unknown): undefined {
  return undefined;
}

/** The last values of the stack, the topmost last. */
function last(machine: Machine, count: number): Value[] {
  const values: Value[] = [];
  while (values.length < count) values.unshift(machine.pop());
  return values;
}

function append(machine: Machine, values: readonly Value[]): undefined {
  const list = machine.top();
  // One by one: a call with a million arguments would exhaust the host's stack.
  if (Array.isArray(list)) for (const value of values) list.push(value);
}

/** The dict on the stack, and what to fill it with. */
function onTop(machine: Machine, items: readonly Value[]): [Value, readonly Value[]] {
  return [machine.top(), items];
}

/** A dict with these keys and values in turn. Another object, whose class may have a dict in it, stays as it is. */
function filled(dict: Value, items: readonly Value[]): Value {
  if (dict instanceof Map) for (let i = 0; i + 1 < items.length; i += 2) dict.set(items[i], items[i + 1]);
  return dict;
}

function remembered(machine: Machine, place: number): Value {
  const value = machine.memo.get(place);
  if (value === undefined) throw new RangeError('nothing was put aside there');
  return value;
}

function namedBy(machine: Machine, [module, name]: readonly Value[]): Value {
  return named(machine, module, name);
}

function named(machine: Machine, module: Value, name: Value): Value {
  const whole = `${typeof module === 'string' ? module : '?'}.${typeof name === 'string' ? name : '?'}`;
  if (isKnown(whole)) return { is: 'name', name: whole };
  machine.strange.add(whole);
  return thing;
}

/** A storage; in old files also `('module', class, file, source)` for a class, which is known by its name, or strange already. */
function referred(machine: Machine, id: Value): Value | Refusal {
  if (Array.isArray(id) && id[0] === 'module') return id[1] ?? thing;
  const storage = storageOf(id);
  if (!isRefusal(storage)) machine.storages.set(storage.key, storage);
  return storage;
}

/** Each entry that is copied was written, so that more copies than the file has bytes are copies of copies. */
function reduced(machine: Machine, [callee, args]: readonly Value[]): Value | Refusal {
  const made = isA('thing', callee) ? thing : called(callee, args);
  if (made instanceof Map && Array.isArray(args)) machine.copied += args.find(Array.isArray)?.length ?? 0;
  return machine.copied > machine.cursor.length ? { refusal: 'copies its dicts again and again' } : made;
}

/** A number in two's complement, low byte first. */
function wholeNumber(bytes: Uint8Array): number | bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
  const signed = bytes.length > 0 ? BigInt.asIntN(8 * bytes.length, value) : value;
  return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
}
