/** Every instruction of kernel code, on lanes that matter: wasm in strict mode = the interpreter of `graph`, bit for bit. */
import {
  interpretKernel,
  type KernelBuilder,
  type KernelType,
  type KernelValue,
  recordKernel,
} from '@tessera-dnn/graph/kernel';
import { instantiateCodelets } from '@tessera-dnn/wasm/testing';
import { describe, expect, test } from 'vitest';

const floats = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2.5,
  -2.5,
  3.7,
  -3.7,
  1e-45,
  -1e-45,
  1.2e-38,
  3.4e38,
  -3.4e38,
  1e10,
  8388609,
  16777217,
  2147483648,
  -2147483648,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
];
const integers = [
  0,
  1,
  -1,
  2,
  3,
  7,
  -7,
  31,
  32,
  33,
  255,
  65536,
  16777217,
  -2147483648,
  2147483647,
  0x5a5a5a5a,
  1 << 30,
];
const truths = [0, 1, 0, 1, 1, 0];

type Scalar = 'f32' | 'i32' | 'bool';
const samples: Readonly<Record<Scalar, readonly number[]>> = { f32: floats, i32: integers, bool: truths };
const bytesOf = (type: Scalar) => (type === 'bool' ? 1 : 4);
const wide = (type: Scalar): KernelType => `${type}x4` as KernelType;

interface Case {
  readonly name: string;
  readonly operands: readonly Scalar[];
  readonly result: Scalar;
  readonly write: (k: KernelBuilder, args: readonly KernelValue[]) => KernelValue;
  /** Values of the operands that trap or mean nothing. */
  readonly skip?: (args: readonly number[]) => boolean;
  /** Only one lane, or only four. */
  readonly lanes?: 1 | 4;
  /** Whether fast mode gives the same bits. */
  readonly fast?: boolean;
}

type Method =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'rem'
  | 'min'
  | 'max'
  | 'and'
  | 'or'
  | 'xor'
  | 'shl'
  | 'shr'
  | 'shru'
  | 'mulhu';
type Relation = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'ltu';
type Single =
  | 'neg'
  | 'abs'
  | 'sqrt'
  | 'floor'
  | 'ceil'
  | 'trunc'
  | 'nearest'
  | 'half'
  | 'brain'
  | 'not'
  | 'bits'
  | 'float'
  | 'convert'
  | 'truncate'
  | 'level'
  | 'widen';

const binary = (type: Scalar, codes: readonly (Method | Relation)[], result: Scalar, lanes?: 1 | 4): Case[] =>
  codes.map(code => ({
    name: `${code} ${type}`,
    operands: [type, type],
    result,
    write: (k, [a, b]) => k[code](a, b),
    lanes,
    skip: ([a, b]) =>
      (code === 'div' || code === 'rem') && type === 'i32' && (b === 0 || (a === -2147483648 && b === -1)),
  }));
const unary = (type: Scalar, codes: readonly Single[], result: Scalar): Case[] =>
  codes.map(code => ({ name: `${code} ${type}`, operands: [type], result, write: (k, [a]) => k[code](a) }));
/** With a constant in place of the right operand: the backend has shorter code for some. */
const withConstant = (code: 'min' | 'max' | 'mul' | 'add', type: Scalar, constants: readonly number[]): Case[] =>
  constants.map(c => ({
    name: `${code} ${type} and ${Object.is(c, -0) ? '-0' : c}`,
    operands: [type],
    result: type,
    write: (k, [a]) => k[code](a, c),
  }));

const relations: readonly Relation[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'];
const cases: readonly Case[] = [
  ...unary('f32', ['neg', 'abs', 'sqrt', 'floor', 'ceil', 'trunc', 'nearest', 'half', 'brain'], 'f32'),
  ...unary('f32', ['bits', 'truncate'], 'i32'),
  ...unary('f32', ['level'], 'i32'),
  { name: 'level above 0', operands: ['f32'], result: 'i32', write: (k, [a]) => k.level(k.max(a, 0)) },
  ...unary('i32', ['neg', 'abs', 'not'], 'i32'),
  ...unary('i32', ['convert'], 'f32'),
  ...unary('bool', ['not'], 'bool'),
  ...unary('bool', ['widen'], 'i32'),
  { name: 'float i32', operands: ['f32'], result: 'f32', write: (k, [a]) => k.float(k.xor(k.bits(a), -2147483648)) },
  ...binary('f32', ['add', 'sub', 'mul', 'div', 'min', 'max'], 'f32'),
  ...binary('f32', relations, 'bool'),
  ...binary('i32', ['add', 'sub', 'mul', 'min', 'max', 'and', 'or', 'xor'], 'i32'),
  ...binary('i32', ['div', 'rem', 'mulhu'], 'i32', 1),
  ...binary('i32', ['shl', 'shr', 'shru'], 'i32', 1),
  ...binary('i32', [...relations, 'ltu'], 'bool'),
  ...binary('bool', ['and', 'or', 'xor', 'eq', 'ne', 'lt', 'le', 'gt', 'ge'], 'bool'),
  ...(['shl', 'shr', 'shru'] as const).flatMap(code =>
    [0, 1, 13, 31, 32].map(
      (count): Case => ({
        name: `${code} i32 by ${count}`,
        operands: ['i32'],
        result: 'i32',
        write: (k, [a]) => k[code](a, count),
      }),
    ),
  ),
  ...withConstant('min', 'f32', [0, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY]),
  ...withConstant('max', 'f32', [0, -0, 1.5, Number.NaN, Number.NEGATIVE_INFINITY]),
  ...withConstant('mul', 'f32', [1, 2, -1, 0]),
  ...withConstant('add', 'f32', [0, -0]),
  ...withConstant('mul', 'i32', [0, 1, 8, -1, -8]),
  { name: 'fma f32', operands: ['f32', 'f32', 'f32'], result: 'f32', write: (k, [a, b, c]) => k.fma(a, b, c) },
  { name: 'fma i32', operands: ['i32', 'i32', 'i32'], result: 'i32', write: (k, [a, b, c]) => k.fma(a, b, c) },
  { name: 'dot', operands: ['i32', 'i32', 'i32'], result: 'i32', lanes: 4, write: (k, [a, b, c]) => k.dot(a, b, c) },
  {
    name: 'dot with bytes below 128',
    operands: ['i32', 'i32', 'i32'],
    result: 'i32',
    lanes: 4,
    write: (k, [a, b, c]) => k.dot(a, k.and(b, 0x7f7f7f7f), c),
    fast: true,
  },
  ...([1, 2] as const).flatMap(bytes =>
    [false, true].map(
      (high): Case => ({
        name: `zip ${bytes} ${high}`,
        operands: ['i32', 'i32'],
        result: 'i32',
        lanes: 4,
        write: (k, [a, b]) => k.zip(a, b, bytes, high),
      }),
    ),
  ),
  { name: 'select f32', operands: ['bool', 'f32', 'f32'], result: 'f32', write: (k, [m, a, b]) => k.select(m, a, b) },
  { name: 'select i32', operands: ['bool', 'i32', 'i32'], result: 'i32', write: (k, [m, a, b]) => k.select(m, a, b) },
  {
    name: 'select bool',
    operands: ['bool', 'bool', 'bool'],
    result: 'bool',
    write: (k, [m, a, b]) => k.select(m, a, b),
  },
  ...(['f32', 'i32', 'bool'] as const).flatMap((type): Case[] => [
    { name: `extract ${type}`, operands: [type], result: type, lanes: 4, write: (k, [a]) => k.splat(k.extract(a, 2)) },
    {
      name: `replace ${type}`,
      operands: [type, type],
      result: type,
      lanes: 4,
      write: (k, [a, b]) => k.replace(a, 3, k.extract(b, 1)),
    },
    {
      name: `shuffle ${type}`,
      operands: [type, type],
      result: type,
      lanes: 4,
      write: (k, [a, b]) => k.shuffle(a, b, [7, 0, 5, 2]),
    },
    {
      name: `one lane beside four, ${type}`,
      operands: [type, type],
      result: type,
      lanes: 4,
      write: (k, [a, b]) => k.select(k.eq(a, k.extract(b, 0)), k.extract(a, 3), b),
    },
  ]),
];

/** A combination of operand values per element; lanes are neighbours. */
function combinations(of: Case): readonly (readonly number[])[] {
  const [first, ...others] = of.operands.map(type => samples[type]);
  const all = others.reduce<readonly (readonly number[])[]>(
    (sofar, values) =>
      sofar.flatMap((row, i) => values.filter((_, j) => sofar.length < 200 || (i + j) % 7 === 0).map(v => [...row, v])),
    first.map(value => [value]),
  );
  const kept = all.filter(row => !of.skip?.(row));
  // Whole vectors.
  return [...kept, ...kept.slice(0, (4 - (kept.length % 4)) % 4)];
}

function kernelOf(of: Case, lanes: 1 | 4, count: number) {
  return recordKernel({ specialised: false }, k => {
    k.loop(
      0,
      k.field(count),
      i => {
        const at = (type: Scalar, slot: number) => k.add(k.address(slot), k.mul(i, bytesOf(type)));
        const type = (scalar: Scalar) => (lanes === 4 ? wide(scalar) : scalar);
        const args = of.operands.map((operand, slot) => k.load(type(operand), at(operand, slot)));
        k.store(at(of.result, of.operands.length), of.write(k, args));
      },
      lanes,
    );
  });
}

function writeOperand(memory: ArrayBufferLike, type: Scalar, address: number, values: readonly number[]): void {
  if (type === 'f32') new Float32Array(memory, address, values.length).set(values);
  else if (type === 'i32') new Int32Array(memory, address, values.length).set(values);
  else new Uint8Array(memory, address, values.length).set(values);
}

/** The result's bits, all NaNs alike: wasm leaves their payload to the machine. */
function bitsAt(memory: ArrayBufferLike, type: Scalar, address: number, count: number): (number | string)[] {
  if (type === 'bool') return [...new Uint8Array(memory, address, count)];
  const values = new Float32Array(memory, address, count);
  const bits = new Int32Array(memory, address, count);
  return [...bits].map((word, i) => (type === 'f32' && Number.isNaN(values[i]) ? 'NaN' : word));
}

const trials = cases.flatMap(of =>
  ([1, 4] as const)
    .filter(lanes => (of.lanes ?? lanes) === lanes)
    .map(lanes => {
      const rows = combinations(of);
      return {
        of,
        lanes,
        rows,
        kernel: kernelOf(of, lanes, rows.length),
        title: `${of.name}, ${lanes} lane${lanes > 1 ? 's' : ''}`,
      };
    }),
);

describe.each(['strict', 'fast'] as const)('wasm in %s mode = interpreter', math => {
  const ours = trials.filter(({ of }) => math === 'strict' || of.fast);
  const instance = instantiateCodelets(
    ours.map(trial => trial.kernel),
    { math },
  );
  test.each(ours.map((trial, index) => ({ ...trial, index })))('$title', ({ of, rows, kernel, index }) => {
    const space = 8 * rows.length;
    const slots = [...of.operands, of.result].map((_, slot) => instance.dataAddress + slot * space);
    const end = instance.dataAddress + slots.length * space;
    new Uint8Array(instance.memory.buffer, instance.dataAddress, end - instance.dataAddress).fill(0xee);
    of.operands.forEach((type, slot) => {
      writeOperand(
        instance.memory.buffer,
        type,
        slots[slot],
        rows.map(row => row[slot]),
      );
    });
    const memory = instance.memory.buffer.slice(0, end);
    interpretKernel(kernel.code, { memory, fields: kernel.fields, slots });
    instance.run(index, slots);
    const at = slots[of.operands.length];
    expect(bitsAt(instance.memory.buffer, of.result, at, rows.length)).toEqual(
      bitsAt(memory, of.result, at, rows.length),
    );
    const untouched = (buffer: ArrayBufferLike) => new Uint8Array(buffer, at + rows.length * bytesOf(of.result), 4);
    expect(untouched(instance.memory.buffer)).toEqual(untouched(memory));
  });
});
