/** Conversions keep every value, or say which one they would change. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConvertedTensor, convertTensor, type StoredTensor, storedTensor } from '../src/index.ts';
import { bits, elements, tensors } from './tensors.ts';

const message = (tensor: StoredTensor, element: ConvertedTensor['element']) => {
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

describe('floats of 16 bits', () => {
  const f32 = (...values: number[]): StoredTensor => ({
    element: 'f32',
    shape: [values.length],
    data: Float32Array.from(values),
  });

  it('are rounded to the nearest, of two to the even one, and say what changed most', () => {
    const half = convertTensor(f32(1 + 2 ** -11, 1 + 3 * 2 ** -11, -0.5, Infinity), 'f16');
    expect(half).toMatchObject({
      ok: true,
      value: {
        element: 'f16',
        data: Float32Array.of(1, 1 + 2 ** -9, -0.5, Infinity),
        rounding: { index: 0, from: 1 + 2 ** -11, to: 1, relativeError: 2 ** -11 / (1 + 2 ** -11) },
      },
    });
    const brain = convertTensor(
      { element: 'f64', shape: [2], data: Float64Array.of(1, 1 + 2 ** -8 + 2 ** -50) },
      'bf16',
    );
    expect(brain.ok && [...brain.value.data]).toEqual([1, 1 + 2 ** -7]);
    const small = convertTensor(f32(0.25, 1e-9), 'f16');
    expect(small.ok && small.value.rounding).toMatchObject({ index: 1, to: 0, relativeError: 1 });
  });

  it('say nothing where nothing changes', () => {
    const converted = convertTensor(f32(0.5, -0, Number.NaN, 2 ** -24), 'f16');
    expect(converted).toMatchObject({ ok: true, value: { data: Float32Array.of(0.5, -0, Number.NaN, 2 ** -24) } });
    expect(converted.ok && converted.value.rounding).toBeUndefined();
  });

  it('never make a finite number infinite', () => {
    expect(message(f32(65519, 65504), 'f16')).toBe('ok');
    expect(message(f32(1, -65520), 'f16')).toBe(
      'inexact-conversion: conv1.weight holds -65520 (element 1), which is beyond the largest f16, 65504',
    );
    expect(message({ element: 'f64', shape: [1], data: Float64Array.of(1e39) }, 'bf16')).toBe(
      'inexact-conversion: conv1.weight holds 1e+39 (element 0), which is beyond the largest bf16, 3.3895313892515355e+38',
    );
    expect(message({ element: 'bf16', shape: [1], data: Uint16Array.of(0x7f7f) }, 'f16')).toContain(
      'beyond the largest',
    );
  });
});

it('what a chip gives is stored as it is', () => {
  const chips = elements.filter(element => /^(f32|f16|bf16|i32|i8|u8|bool)$/.test(element));
  fc.assert(
    fc.property(tensors(chips), tensor => {
      const converted = convertTensor(tensor, tensor.element as ConvertedTensor['element']);
      if (!converted.ok) throw new Error(converted.diagnostics[0].message);
      const { element, shape, data } = converted.value;
      if (data.some(Number.isNaN)) return;
      expect(bits(storedTensor(element, shape, data))).toEqual(bits(tensor));
    }),
  );
});

describe('integers', () => {
  it('become narrower exactly or not at all', () => {
    const stored: StoredTensor = { element: 'i32', shape: [3], data: Int32Array.of(-128, 0, 127) };
    const narrow = convertTensor(stored, 'i8');
    expect(narrow.ok && narrow.value.data).toEqual(Int8Array.of(-128, 0, 127));
    expect(message(stored, 'u8')).toBe(
      'inexact-conversion: conv1.weight holds -128 (element 0), which i32 can say and u8 cannot',
    );
    expect(message({ element: 'u64', shape: [1], data: BigUint64Array.of(2n ** 63n) }, 'i8')).toBe(
      'inexact-conversion: conv1.weight holds 9223372036854775808 (element 0), which u64 can say and i8 cannot',
    );
  });

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
  expect(message({ element: 'f16', shape: [0], data: new Uint16Array() }, 'i8')).toBe(
    'type-mismatch: conv1.weight is f16, not i8',
  );
  expect(message({ element: 'i8', shape: [0], data: new Int8Array() }, 'bf16')).toBe(
    'type-mismatch: conv1.weight is i8, not bf16',
  );
});

it('shares data that is of the type already', () => {
  const data = Float32Array.of(1, 2);
  const converted = convertTensor({ element: 'f32', shape: [2], data }, 'f32');
  expect(converted.ok && converted.value.data).toBe(data);
});

describe('the nearest values, where they are asked for', () => {
  const nearest = (tensor: StoredTensor, element: ConvertedTensor['element']) => {
    const converted = convertTensor(tensor, element, 'x', 'nearest');
    return converted.ok ? [...converted.value.data] : converted.diagnostics[0].message;
  };
  const f64 = (...values: number[]): StoredTensor => ({
    element: 'f64',
    shape: [values.length],
    data: Float64Array.from(values),
  });

  it.each<[string, StoredTensor, ConvertedTensor['element'], readonly number[] | string]>([
    ['doubles', f64(0.1, Number.NaN, Infinity), 'f32', [Math.fround(0.1), Number.NaN, Infinity]],
    ['bytes', { element: 'u8', shape: [2], data: Uint8Array.of(0, 255) }, 'f32', [0, 255]],
    ['long integers', { element: 'i64', shape: [1], data: BigInt64Array.of(-3n) }, 'f16', [-3]],
    ['halves', { element: 'f16', shape: [2], data: Uint16Array.of(0x3c00, 0x4000) }, 'i32', [1, 2]],
    ['truth', { element: 'bool', shape: [2], data: Uint8Array.of(1, 0) }, 'f32', [1, 0]],
    ['whole doubles', f64(-1, 7), 'i8', [-1, 7]],
    ['fractions', f64(1, 0.5), 'i32', 'x holds 0.5 (element 1), which is no i32'],
    [
      'what is too large',
      f64(1e39),
      'f32',
      'x holds 1e+39 (element 0), which is beyond the largest f32, 3.4028234663852886e+38',
    ],
    ['negative numbers', f64(-1), 'u8', 'x holds -1 (element 0), which is no u8'],
    ['other numbers', f64(0, 2), 'bool', 'x holds 2 (element 1), which is no bool'],
  ])('%s', (_, tensor, element, expected) => {
    expect(nearest(tensor, element)).toEqual(expected);
  });
});
