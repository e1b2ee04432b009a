/**
 * Runs kernel code on plain memory: the reference for the wasm backend, and what kernels are tested with. f32 arithmetic is exact
 * (every result rounded by `Math.fround`); `fma` rounds twice, as in strict mode. Reading or writing outside the memory throws, or
 * outside the buffers where these are given.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import { readElement, writeElement } from '../memory.ts';
import { binary, dotOfBytes, unary } from './arithmetic.ts';
import type { Instruction, KernelCode, KernelType, KernelValue, MemoryElement } from './code.ts';
import { isVector, memoryBytes, scalarOf } from './code.ts';

export interface KernelRun {
  readonly memory: ArrayBuffer;
  /** The record's fields, and the byte address of every slot. */
  readonly fields: readonly number[];
  readonly slots: readonly number[];
  /** The ranges of memory that the kernel may touch; the whole memory if absent. */
  readonly buffers?: readonly BufferRange[];
  /** Which worker runs, of how many; 0 of 1 unless given. */
  readonly worker?: number;
  readonly workers?: number;
  /** Called before each instruction that runs; for a loop, once per turn. */
  readonly trace?: (instruction: Instruction) => void;
}

/** Bytes of the memory, the end excluded. */
export interface BufferRange {
  readonly start: number;
  readonly end: number;
}

/** Runs `code` once, for one worker. Truth values are 0 and 1. */
export function interpretKernel(code: KernelCode, run: KernelRun): void {
  const machine: Machine = {
    view: new DataView(run.memory),
    run,
    registers: new Array(code.registers),
    cells: new Array(code.cells),
  };
  runBlock(machine, code.instructions);
}

/** Runs `code` for each of `workers` workers, one after the other. */
export function interpretWorkers(code: KernelCode, run: KernelRun, workers: number): void {
  for (let worker = 0; worker < workers; worker++) interpretKernel(code, { ...run, worker, workers });
}

/** One number, or one per lane. */
type Register = number | readonly number[];

interface Machine {
  readonly view: DataView;
  readonly run: KernelRun;
  readonly registers: Register[];
  readonly cells: Register[];
}

function runBlock(machine: Machine, block: readonly Instruction[]): void {
  for (const instruction of block) runOne(machine, instruction);
}

function runOne(machine: Machine, i: Instruction): void {
  const { registers, cells, run } = machine;
  if (i.kind !== 'loop') run.trace?.(i);
  switch (i.kind) {
    case 'store':
      storeAt(machine, i);
      return;
    case 'cell':
      cells[i.cell.cell] = registers[i.initial.id];
      return;
    case 'set':
      cells[i.cell.cell] = registers[i.value.id];
      return;
    case 'loop':
      for (let at = integer(machine, i.from); at < integer(machine, i.to); at += i.step) {
        run.trace?.(i);
        registers[i.index.id] = at;
        runBlock(machine, i.body);
      }
      return;
    case 'if':
      runBlock(machine, integer(machine, i.condition) !== 0 ? i.taken : i.otherwise);
      return;
    case 'field':
      registers[i.result.id] = run.fields[i.index];
      return;
    case 'address':
      registers[i.result.id] = run.slots[i.slot];
      return;
    case 'worker':
      registers[i.result.id] = run.worker ?? 0;
      return;
    case 'workers':
      registers[i.result.id] = run.workers ?? 1;
      return;
    default:
      registers[i.result.id] = compute(machine, i);
  }
}

type Computation = Extract<
  Instruction,
  {
    readonly kind:
      | 'constant'
      | 'unary'
      | 'binary'
      | 'ternary'
      | 'extract'
      | 'replace'
      | 'shuffle'
      | 'zip'
      | 'load'
      | 'get';
  }
>;

function compute(machine: Machine, i: Computation): Register {
  const value = (register: KernelValue): Register => machine.registers[register.id];
  const scalar = scalarOf(i.result.type);
  switch (i.kind) {
    case 'constant':
      return isVector(i.result.type) ? [i.value, i.value, i.value, i.value] : i.value;
    case 'unary':
      if (i.code === 'splat') return splat(value(i.value));
      return lanes(i.result.type, lane => unary(i.code, scalarOf(i.value.type), laneOf(value(i.value), lane)));
    case 'binary':
      return lanes(i.result.type, lane =>
        binary(i.code, scalarOf(i.left.type), laneOf(value(i.left), lane), laneOf(value(i.right), lane)),
      );
    case 'ternary': {
      const [a, b, c] = i.args.map(value);
      if (i.code === 'select') return lanes(i.result.type, n => (laneOf(a, n) !== 0 ? laneOf(b, n) : laneOf(c, n)));
      if (i.code === 'dot') return lanes(i.result.type, n => dotOfBytes(laneOf(a, n), laneOf(b, n), laneOf(c, n)));
      return lanes(i.result.type, n =>
        binary('add', scalar, binary('mul', scalar, laneOf(a, n), laneOf(b, n)), laneOf(c, n)),
      );
    }
    case 'extract':
      return laneOf(value(i.value), i.lane);
    case 'replace':
      return lanes(i.result.type, lane => laneOf(lane === i.lane ? value(i.scalar) : value(i.value), lane));
    case 'shuffle':
      return lanes(i.result.type, lane => {
        const from = i.lanes[lane];
        return laneOf(from < 4 ? value(i.left) : value(i.right), from % 4);
      });
    case 'zip':
      return zip(i, value(i.left), value(i.right));
    case 'load':
      return loadAt(machine, i);
    case 'get':
      return machine.cells[i.cell.cell];
  }
}

function zip({ bytes, high }: { readonly bytes: number; readonly high: boolean }, ...sides: Register[]): Register {
  const pieces = sides.map(side => new Uint8Array(new Int32Array(splat(side)).buffer).subarray(high ? 8 : 0));
  const from = (at: number): number =>
    pieces[Math.floor(at / bytes) % 2][Math.floor(at / 2 / bytes) * bytes + (at % bytes)];
  return [...new Int32Array(new Uint8Array(16).map((_, at) => from(at)).buffer)];
}

function splat(value: Register): readonly number[] {
  return typeof value === 'number' ? [value, value, value, value] : value;
}

function laneOf(value: Register, lane: number): number {
  return typeof value === 'number' ? value : value[lane];
}

function lanes(type: KernelType, make: (lane: number) => number): Register {
  return isVector(type) ? [make(0), make(1), make(2), make(3)] : make(0);
}

function integer(machine: Machine, value: KernelValue): number {
  const number = machine.registers[value.id];
  if (typeof number !== 'number') throw new InternalError('interpret', `register ${value.id} is no integer`);
  return number;
}

/**
 * The address of an access. It must lie in one of the buffers, and so must the address that an offset is counted from: a buffer may begin
 * with the memory, where WebAssembly knows no addresses before it, and adds offsets without wrapping.
 */
function addressOf(
  machine: Machine,
  { address, offset }: { readonly address: KernelValue; readonly offset: number },
  bytes: number,
): number {
  const base = integer(machine, address);
  const at = base + offset;
  const { buffers } = machine.run;
  if (buffers === undefined) return at;
  const buffer = buffers.find(({ start, end }) => start <= at && at + bytes <= end);
  if (!buffer) throw new InternalError('interpret', `bytes ${at} to ${at + bytes} are of no buffer`);
  if (offset > 0 && base < buffer.start)
    throw new InternalError('interpret', `an offset of ${offset} begins before the buffer that it leads into`);
  return at;
}

function loadAt(machine: Machine, i: Extract<Instruction, { readonly kind: 'load' }>): Register {
  const bytes = memoryBytes(i.element);
  const { type } = i.result;
  if (i.element === 'bits64') {
    const pair = addressOf(machine, i, bytes);
    return lanes(type, lane => machine.view.getInt32(pair + 4 * (lane % 2), true));
  }
  const address = addressOf(machine, i, isVector(type) && !i.splat ? 4 * bytes : bytes);
  return lanes(type, lane => read(machine.view, i.element, address + (i.splat ? 0 : lane * bytes)));
}

function storeAt(machine: Machine, i: Extract<Instruction, { readonly kind: 'store' }>): void {
  const bytes = memoryBytes(i.element);
  const held = machine.registers[i.value.id];
  const stored = i.lane !== undefined ? [laneOf(held, i.lane)] : typeof held === 'number' ? [held] : held;
  const address = addressOf(machine, i, stored.length * bytes);
  stored.forEach((value, at) => {
    write(machine.view, i.element, address + at * bytes, value);
  });
}

function read(view: DataView, element: MemoryElement, address: number): number {
  if (element === 'bits64') throw new InternalError('interpret', '64 bits are no number');
  return element === 'bits16' ? view.getUint16(address, true) : readElement(view, element, address);
}

/** Bytes of a copy go by truth values and through them as they are, so these are not made 0 or 1. */
function write(view: DataView, element: MemoryElement, address: number, value: number): void {
  if (element === 'bits64') throw new InternalError('interpret', '64 bits are not stored');
  if (element === 'bits16') view.setUint16(address, value, true);
  else if (element === 'bool') view.setUint8(address, value);
  else writeElement(view, element, address, value);
}
