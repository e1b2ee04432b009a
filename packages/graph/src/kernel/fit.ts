/**
 * Fits kernel code to the vertices that share it, so that their field blocks, which every tile has in its memory, are short.
 *
 * Before: code as it was recorded, and the fields of all its vertices. After: code that does the same for each of them, in which
 * 1. a field that is the same for all vertices is a constant, and what was computed from constants is one too; a loop that then turns
 *    once is its body, and of a branch that is then decided only the side taken is left;
 * 2. fields that are equal to each other for every vertex are one;
 * 3. each field has the narrowest type that holds its values, wide ones first: so none needs padding. Where all its values are multiples
 *    of a number and a type is narrower for what is left of them, it counts in that unit, if vertices are so many that this saves more
 *    than multiplying takes.
 */
import { binary } from './arithmetic.ts';
import type { FieldType, Instruction, KernelCode, KernelValue } from './code.ts';
import { fieldBytes } from './fields.ts';

export interface FittedCode {
  readonly code: KernelCode;
  /** The values of the code's fields for a vertex that was recorded with the given ones. */
  readonly fieldsOf: (recorded: readonly number[]) => readonly number[];
}

/** A recorded field that is still read, with its values in units. */
interface Column {
  readonly field: number;
  readonly unit: number;
  readonly type: FieldType;
}

/** `vertices` are the values of the record's fields, one list per vertex, at least one. */
export function fitFields(code: KernelCode, vertices: readonly (readonly number[])[]): FittedCode {
  const columns = Array.from({ length: code.fields }, (_, field) => vertices.map(fields => fields[field]));
  const constants = new Map<number, number>();
  /** The first field with the same column. */
  const firstEqual = new Map<string, number>();
  const sameAs = columns.map((column, field) => {
    if (column.every(value => value === column[0])) constants.set(field, column[0]);
    const key = column.join();
    if (!firstEqual.has(key)) firstEqual.set(key, field);
    return firstEqual.get(key) as number;
  });
  const kept = [...columns.keys()]
    .filter(field => !constants.has(field) && sameAs[field] === field)
    .map((field): Column => ({ field, ...narrowed(columns[field]) }))
    .sort((a, b) => fieldBytes[b.type] - fieldBytes[a.type] || a.field - b.field);
  const fit: Fit = {
    constants,
    known: new Map(),
    placeOf: field => kept.findIndex(column => column.field === sameAs[field]),
    unitOf: index => kept[index].unit,
    registers: code.registers,
  };
  const instructions = fitBlock(code.instructions, fit);
  const fieldTypes = kept.map(({ type }) => type);
  return {
    code: { ...code, instructions, registers: fit.registers, fields: kept.length, fieldTypes },
    fieldsOf: recorded => kept.map(({ field, unit }) => recorded[field] / unit),
  };
}

const ranges: readonly (readonly [FieldType, number, number])[] = [
  ['u8', 0, 0xff],
  ['i8', -0x80, 0x7f],
  ['u16', 0, 0xffff],
  ['i16', -0x8000, 0x7fff],
];

function narrowest(values: readonly number[]): FieldType {
  const least = values.reduce((a, b) => Math.min(a, b));
  const most = values.reduce((a, b) => Math.max(a, b));
  return ranges.find(([, low, high]) => low <= least && most <= high)?.[0] ?? 'i32';
}

/** Bytes that a unit must save over all vertices of a program, of which a tile has a part: multiplying takes four bytes of code. */
const leastSavedBytes = 32;

function narrowed(values: readonly number[]): Pick<Column, 'unit' | 'type'> {
  const type = narrowest(values);
  const unit = values.reduce(greatestDivisor, 0);
  const inUnits = narrowest(values.map(value => value / unit));
  const saved = (fieldBytes[type] - fieldBytes[inUnits]) * values.length;
  return saved < leastSavedBytes ? { unit: 1, type } : { unit, type: inUnits };
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? Math.abs(a) : greatestDivisor(b, a % b);
}

interface Fit {
  readonly constants: ReadonlyMap<number, number>;
  readonly placeOf: (field: number) => number;
  /** The unit in which the field at this place of the record counts. */
  readonly unitOf: (index: number) => number;
  /** How many registers the code has so far. */
  registers: number;
  /** Integers and truth values by register, as they become known. */
  readonly known: Map<number, number>;
}

function fitBlock(block: readonly Instruction[], fit: Fit): readonly Instruction[] {
  return block.flatMap(instruction => fitOne(instruction, fit));
}

function fitOne(i: Instruction, fit: Fit): readonly Instruction[] {
  switch (i.kind) {
    case 'field': {
      const value = fit.constants.get(i.index);
      return value === undefined ? fieldInUnits(i, fit) : [constant(i, value, fit)];
    }
    case 'constant':
      if (i.result.type === 'i32' || i.result.type === 'bool') fit.known.set(i.result.id, i.value);
      return [i];
    case 'binary': {
      const [a, b] = [fit.known.get(i.left.id), fit.known.get(i.right.id)];
      const divides = i.code === 'div' || i.code === 'rem';
      // A division by zero traps where it runs, and only if it runs.
      if (a === undefined || b === undefined || (divides && b === 0)) return [i];
      return [constant(i, binary(i.code, i.left.type, a, b), fit)];
    }
    case 'loop':
      return fitLoop(i, fit);
    case 'if': {
      const condition = fit.known.get(i.condition.id);
      if (condition !== undefined) return fitBlock(condition === 0 ? i.otherwise : i.taken, fit);
      return [{ ...i, taken: fitBlock(i.taken, fit), otherwise: fitBlock(i.otherwise, fit) }];
    }
    default:
      return [i];
  }
}

function fieldInUnits(i: Extract<Instruction, { kind: 'field' }>, fit: Fit): readonly Instruction[] {
  const index = fit.placeOf(i.index);
  const unit = fit.unitOf(index);
  if (unit === 1) return [{ ...i, index }];
  const [left, right] = [0, 1].map((): KernelValue => ({ id: fit.registers++, type: 'i32' }));
  return [
    { kind: 'field', result: left, index },
    { kind: 'constant', result: right, value: unit },
    { kind: 'binary', result: i.result, code: 'mul', left, right },
  ];
}

function constant(
  { result }: Extract<Instruction, { kind: 'field' | 'binary' }>,
  value: number,
  fit: Fit,
): Instruction {
  fit.known.set(result.id, value);
  return { kind: 'constant', result, value };
}

function fitLoop(i: Extract<Instruction, { kind: 'loop' }>, fit: Fit): readonly Instruction[] {
  const [from, to] = [fit.known.get(i.from.id), fit.known.get(i.to.id)];
  if (from === undefined || to === undefined || from + i.step < to) return [{ ...i, body: fitBlock(i.body, fit) }];
  if (from >= to) return [];
  fit.known.set(i.index.id, from);
  return [{ kind: 'constant', result: i.index, value: from }, ...fitBlock(i.body, fit)];
}
