/** What fitting leaves of fields and code. That fitted kernels do as before is tested with random ones in `wasm`. */
import { expect, test } from 'vitest';
import { fieldOffset, packFields } from '../src/kernel/fields.ts';
import { fitFields } from '../src/kernel/fit.ts';
import { printKernel } from '../src/kernel/print.ts';
import { recordKernel } from '../src/kernel/recorder.ts';

/** Stores the sum of so many fields. */
function sumOf(fields: number) {
  return recordKernel({ specialised: false }, k => {
    const [first, ...others] = Array.from({ length: fields }, () => k.field(0));
    k.store(
      k.address(0),
      others.reduce((sum, field) => k.add(sum, field), first),
    );
  }).code;
}

test('a field takes as many bytes as its values need, wide ones first', () => {
  const vertices = [
    [0, -1, 0, 5, 70_000],
    [255, 127, 65_535, -32_768, 0],
  ];
  const { code, fieldsOf } = fitFields(sumOf(5), vertices);
  expect(code.fieldTypes).toEqual(['i32', 'u16', 'i16', 'u8', 'i8']);
  expect(fieldsOf([10, 11, 12, 13, 14])).toEqual([14, 12, 13, 10, 11]);
  expect(fieldOffset(code, 5)).toBe(10);
  const block = new DataView(packFields(code, [70_000, 65_535, -32_768, 255, -1]).buffer);
  const read = [block.getInt32(0, true), block.getUint16(4, true), block.getInt16(6, true), block.getUint8(8)];
  expect([...read, block.getInt8(9)]).toEqual([70_000, 65_535, -32_768, 255, -1]);
});

test('a field one too large for its type gets the next', () => {
  const typeOf = (value: number) => fitFields(sumOf(1), [[0], [value]]).code.fieldTypes?.[0];
  expect([255, 256, -128, -129, 65_535, 65_536, -32_768, -32_769].map(typeOf)).toEqual([
    'u8',
    'u16',
    'i8',
    'i16',
    'u16',
    'i32',
    'i16',
    'i32',
  ]);
});

test('fields that are always the same, or always as another, are gone', () => {
  const vertices = [
    [4, 9, 4, 7],
    [5, 9, 5, 8],
  ];
  const { code, fieldsOf } = fitFields(sumOf(4), vertices);
  expect(fieldsOf([4, 9, 4, 7])).toEqual([4, 7]);
  expect(printKernel(code)).toContain('= 9\n');
  expect(printKernel(code).match(/field 0/g)).toHaveLength(2);
});

test('a loop that turns once is its body, one that never does is nothing, and a branch that is decided is one side', () => {
  const { code } = recordKernel({ specialised: false }, k => {
    const [one, none] = [k.field(1), k.field(0)];
    k.loop(0, one, i => k.store(k.address(0), k.add(i, 40)));
    k.loop(0, none, i => k.store(k.address(0), k.add(i, 50)));
    k.when(
      k.lt(one, none),
      () => k.store(k.address(0), k.i32(60)),
      () => k.store(k.address(0), k.i32(70)),
    );
  });
  const text = printKernel(fitFields(code, [[1, 0]]).code);
  expect(text).not.toMatch(/for|if|field/);
  expect(text.match(/store/g)).toHaveLength(2);
});

test('multiples of a number are counted in it, where vertices are many and narrower for it', () => {
  const multiples = (unit: number, vertices: number) => Array.from({ length: vertices }, (_, i) => [unit * (i % 100)]);
  const many = fitFields(sumOf(1), multiples(-24, 40));
  expect(many.code.fieldTypes).toEqual(['i8']);
  expect(many.fieldsOf([-2400])).toEqual([-100]);
  expect(printKernel(many.code)).toContain('= 24\n');
  expect(fitFields(sumOf(1), multiples(-24, 20)).code.fieldTypes).toEqual(['i16']);
  // A byte is enough anyway.
  expect(printKernel(fitFields(sumOf(1), multiples(2, 40)).code)).not.toContain('mul');
});
