/** Conversions keep every value, or say which one they would change. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convertTensor, type StoredTensor } from '../src/index.ts';

const message = (tensor: StoredTensor, element: 'f32' | 'i32' | 'bool') => {
  const { ok, diagnostics } = convertTensor(tensor, element, 'conv1.weight');
  return ok ? 'ok' : `${diagnostics[0].code}: ${diagnostics[0].message}`;
};

describe('floats', () => {
  it('narrows 64-bit data exactly or not at all', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.float(), fc.double())), values => {
        const converted = convertTensor(
          { element: 'f64', shape: [values.length], data: Float64Array.from(values) },
          'f32',
        );
        expect(converted.ok).toBe(values.every(value => Object.is(Math.fround(value), value)));
        if (converted.ok) expect([...converted.value.data]).toEqual(values);
      }),
    );
  });

  it('widens halves: smallest, largest, infinite, signed zero', () => {
    const halves: StoredTensor = {
      element: 'f16',
      shape: [6],
      data: Uint16Array.of(1, 0x3ff, 0x400, 0x7bff, 0xfc00, 0x8000),
    };
    const widened = convertTensor(halves, 'f32');
    expect(widened.ok && [...widened.value.data]).toEqual([
      2 ** -24,
      2 ** -14 - 2 ** -24,
      2 ** -14,
      65504,
      -Infinity,
      -0,
    ]);
    const bfloats: StoredTensor = { element: 'bf16', shape: [3], data: Uint16Array.of(0x3f80, 0xc049, 0x7f80) };
    const wide = convertTensor(bfloats, 'f32');
    expect(wide.ok && [...wide.value.data]).toEqual([1, -3.140625, Infinity]);
  });
});

describe('integers', () => {
  it('narrows 64-bit data exactly or not at all', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer().map(BigInt), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }))),
        values => {
          const converted = convertTensor(
            { element: 'i64', shape: [values.length], data: BigInt64Array.from(values) },
            'i32',
          );
          expect(converted.ok).toBe(values.every(value => BigInt.asIntN(32, value) === value));
          if (converted.ok) expect([...converted.value.data].map(BigInt)).toEqual(values);
        },
      ),
    );
  });

  it('widens bytes', () => {
    const labels: StoredTensor = { element: 'u8', shape: [2], data: Uint8Array.of(0, 255) };
    const converted = convertTensor(labels, 'i32');
    expect(converted.ok && [...converted.value.data]).toEqual([0, 255]);
  });
});

it('says what would be lost, and never casts', () => {
  expect(message({ element: 'f64', shape: [2], data: Float64Array.of(0.5, 0.1) }, 'f32')).toBe(
    'inexact-conversion: conv1.weight holds 0.1 (element 1), which f64 can say and f32 cannot',
  );
  expect(message({ element: 'u32', shape: [1], data: Uint32Array.of(2 ** 31) }, 'i32')).toBe(
    'inexact-conversion: conv1.weight holds 2147483648 (element 0), which u32 can say and i32 cannot',
  );
  expect(message({ element: 'i32', shape: [0], data: new Int32Array() }, 'f32')).toBe(
    'type-mismatch: conv1.weight is i32, not f32',
  );
  expect(message({ element: 'f32', shape: [0], data: new Float32Array() }, 'i32')).toBe(
    'type-mismatch: conv1.weight is f32, not i32',
  );
  expect(message({ element: 'u8', shape: [0], data: new Uint8Array() }, 'bool')).toBe(
    'type-mismatch: conv1.weight is u8, not bool',
  );
});

it('shares data that is of the type already', () => {
  const data = Float32Array.of(1, 2);
  const converted = convertTensor({ element: 'f32', shape: [2], data }, 'f32');
  expect(converted.ok && converted.value.data).toBe(data);
});
