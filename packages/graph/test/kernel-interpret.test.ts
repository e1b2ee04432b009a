import { describe, expect, test } from 'vitest';
import type { KernelBuilder } from '../src/kernel/builder.ts';
import type { KernelValue } from '../src/kernel/code.ts';
import { interpretKernel } from '../src/kernel/interpret.ts';
import { codeKey, printKernel } from '../src/kernel/print.ts';
import { recordKernel } from '../src/kernel/recorder.ts';

/** What a kernel leaves at address 0, as f32 or i32. */
function result(write: (k: KernelBuilder) => KernelValue): number[] {
  const { code, fields } = recordKernel({ specialised: false }, k => k.store(k.address(0), write(k)));
  const memory = new ArrayBuffer(64);
  interpretKernel(code, { memory, fields, slots: [0] });
  const type = code.instructions.findLast(i => i.kind === 'store');
  const floats = type?.kind === 'store' && type.value.type.startsWith('f');
  return [...(floats ? new Float32Array(memory) : new Int32Array(memory))];
}

describe('arithmetic is that of wasm', () => {
  test.each<[string, (k: KernelBuilder) => KernelValue, number]>([
    ['f32 sums are rounded', k => k.add(k.f32(2 ** 24), 1), 2 ** 24],
    ['fma rounds twice', k => k.fma(k.f32(1 + 2 ** -12), 1 + 2 ** -12, k.f32(-1)), 2 ** -11],
    ['nearest takes ties to even', k => k.nearest(k.f32(2.5)), 2],
    ['nearest of a negative tie', k => k.nearest(k.f32(-1.5)), -2],
    ['truncate saturates', k => k.truncate(k.f32(3e9)), 2147483647],
    ['truncate of NaN is 0', k => k.truncate(k.div(k.f32(0), 0)), 0],
    ['levels take ties to even', k => k.level(k.f32(-2.5)), -2],
    ['a level of NaN is 0', k => k.level(k.div(k.f32(0), 0)), 0],
    ['levels above 0', k => k.level(k.max(k.f32(-7), 0)), 0],
    ['integers wrap', k => k.mul(k.field(65537), k.field(65537)), 131073],
    ['mulhu is the high half', k => k.mulhu(k.field(-1), k.field(-1)), -2],
    ['shr keeps the sign', k => k.shr(k.field(-8), 1), -4],
    ['shru does not', k => k.shru(k.field(-8), 1), 2147483644],
    ['ltu compares without signs', k => k.widen(k.ltu(k.field(1), k.field(-1))), 1],
    ['bits', k => k.bits(k.f32(1)), 0x3f800000],
    ['div goes towards zero', k => k.div(k.field(-7), k.field(2)), -3],
    [
      'dot of signed bytes',
      k => k.dot(k.constant('i32x4', 0x0201ff80), k.constant('i32x4', 0x7f02fd03), k.constant('i32x4', 5)),
      -120,
    ],
    ['rem has the sign of the dividend', k => k.rem(k.field(-7), k.field(2)), -1],
  ])('%s', (_name, write, wanted) => {
    expect(result(write)[0]).toBe(wanted);
  });

  test('lanes: shuffle, replace, extract and splat', () => {
    const lanes = (k: KernelBuilder): KernelValue => k.replace(k.replace(k.constant('f32x4', 1), 1, 2), 2, 3);
    expect(result(k => k.shuffle(lanes(k), k.constant('f32x4', 9), [2, 1, 0, 4])).slice(0, 4)).toEqual([3, 2, 1, 9]);
    expect(result(k => k.add(lanes(k), k.extract(lanes(k), 1))).slice(0, 4)).toEqual([3, 4, 5, 3]);
    expect(result(k => k.select(k.gt(lanes(k), 1), lanes(k), -1)).slice(0, 4)).toEqual([-1, 2, 3, -1]);
  });
});

test('workers take shares that cover the whole exactly once', () => {
  const { code, fields } = recordKernel({ specialised: false }, k =>
    k.share(k.field(11), (from, to) =>
      k.loop(from, to, i => {
        const at = k.add(k.address(0), k.shl(i, 2));
        k.store(at, k.add(k.load('i32', at), 1));
      }),
    ),
  );
  const memory = new ArrayBuffer(64);
  for (let worker = 0; worker < 4; worker++) interpretKernel(code, { memory, fields, slots: [0], worker, workers: 4 });
  expect([...new Int32Array(memory, 0, 12)]).toEqual([...new Array<number>(11).fill(1), 0]);
});

test('a kernel prints one instruction a line, and equal code has an equal key', () => {
  const record = (count: number) =>
    recordKernel({ specialised: false }, k => {
      k.loop(0, k.field(count), i => k.store(k.add(k.address(0), i), k.f32(1), 4));
    });
  expect(printKernel(record(3).code)).toMatchInlineSnapshot(`
    "v0:i32 = field 0
    v1:i32 = 0
    v3:i32 = address 0
    v5:f32 = 1
    for v2 from v1 to v0 step 1
      v4:i32 = add v2 v3
      store v5 at v4 + 4
    "
  `);
  expect(codeKey(record(3).code)).toBe(codeKey(record(5).code));
});

test('an access lies in a buffer, and so does what its offset is counted from', () => {
  const run = (write: (k: KernelBuilder) => void) => {
    const { code, fields } = recordKernel({ specialised: false }, write);
    const buffers = [{ start: 32, end: 48 }];
    interpretKernel(code, { memory: new ArrayBuffer(64), fields, slots: [32], buffers });
  };
  run(k => k.store(k.address(0), k.load('f32x4', k.address(0))));
  run(k => k.store(k.add(k.address(0), 8), k.load('f32', k.address(0), 12)));
  expect(() => run(k => k.store(k.address(0), k.load('f32x4', k.address(0)), 4))).toThrow(/36 to 52 are of no buffer/);
  expect(() => run(k => k.store(k.add(k.address(0), -4), k.f32(1)))).toThrow(/28 to 32 are of no buffer/);
  expect(() => run(k => k.store(k.add(k.address(0), -4), k.f32(1), 4))).toThrow(/begins before the buffer/);
  run(k => k.store(k.add(k.address(0), 4), k.f32(1), -4));
});
