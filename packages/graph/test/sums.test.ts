/** Sums in blocks: the code that comes of it, and that it adds the same terms, whatever the loops. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KernelBuilder } from '../src/kernel/builder.ts';
import type { KernelValue, RecordedKernel } from '../src/kernel/code.ts';
import { interpretKernel } from '../src/kernel/interpret.ts';
import { printKernel } from '../src/kernel/print.ts';
import { recordKernel } from '../src/kernel/recorder.ts';
import { boundSums, longestSums } from '../src/kernel/sums.ts';

function record(write: (k: KernelBuilder) => void, specialised = false): RecordedKernel {
  return recordKernel({ specialised }, write);
}

/** Adds up `count` numbers from slot 0 on, in rows of `inner`; stores what has been added after each row, or only in the end. */
function rowsOf(count: number, inner: number, running: boolean, lanes: 1 | 4 = 1) {
  return (k: KernelBuilder): void => {
    const type = lanes === 4 ? 'f32x4' : 'f32';
    const bytes = 4 * lanes;
    const sum = k.cell(k.constant(type, 0));
    const store = (at: KernelValue) => k.store(k.add(k.address(1), k.mul(at, bytes)), k.get(sum));
    k.loop(0, k.field(count), row => {
      k.loop(0, k.field(inner), column => {
        const at = k.mul(k.add(k.mul(row, inner), column), bytes);
        k.set(sum, k.add(k.get(sum), k.load(type, k.add(k.address(0), at))));
      });
      if (running) store(row);
    });
    if (!running) store(k.i32(0));
  };
}

/** What a kernel makes of whole numbers, whose sums are exact in any order. */
function run({ code, fields }: RecordedKernel, values: readonly number[], results: number): readonly number[] {
  const memory = new ArrayBuffer(4 * (values.length + results));
  new Float32Array(memory).set(values);
  interpretKernel(code, { memory, fields, slots: [0, 4 * values.length] });
  return [...new Float32Array(memory, 4 * values.length)];
}

describe('a long sum', () => {
  it('is made in blocks', () => {
    const recorded = record(rowsOf(1, 600, false));
    expect(printKernel(boundSums(recorded).code)).toMatchInlineSnapshot(`
      "v18:f32 = 0
      v26:i32 = 128
      v0:f32 = 0
      v1:i32 = field 0
      v2:i32 = 0
      v4:i32 = field 1
      v6:i32 = 600
      v9:i32 = 4
      v12:i32 = address 0
      v16:i32 = address 1
      c0:f32 = v0
      for v3 from v2 to v1 step 1
        for v22 from v2 to v4 step 128
          c1:f32 = v18
          v23:i32 = sub v4 v22
          v24:i32 = min v23 v26
          v25:i32 = add v22 v24
          for v5 from v22 to v25 step 1
            v7:i32 = mul v3 v6
            v8:i32 = add v5 v7
            v10:i32 = mul v8 v9
            v11:f32 = c1
            v13:i32 = add v10 v12
            v14:f32 = load v13 + 0
            v15:f32 = add v11 v14
            c1 = v15
          v20:f32 = c0
          v21:f32 = c1
          v19:f32 = add v20 v21
          c0 = v19
      v17:f32 = c0
      store v17 at v16 + 0
      "
    `);
  });

  it('keeps its terms, in any nest of loops and with any lengths', () => {
    const shape = fc.record({
      count: fc.integer({ min: 1, max: 40 }),
      inner: fc.integer({ min: 1, max: 40 }),
      longest: fc.integer({ min: 2, max: 9 }),
      running: fc.boolean(),
      lanes: fc.constantFrom(1, 4),
      specialised: fc.boolean(),
    });
    fc.assert(
      fc.property(shape, ({ count, inner, longest, running, lanes, specialised }) => {
        const recorded = record(rowsOf(count, inner, running, lanes), specialised);
        const bounded = boundSums(recorded, { few: longest, many: longest });
        const values = Array.from({ length: count * inner * lanes }, (_, i) => (i * 7919) % 101);
        const results = lanes * (running ? count : 1);
        expect(run(bounded, values, results)).toEqual(run(recorded, values, results));
        if (count * inner > longest) expect(bounded.code.cells).toBeGreaterThan(recorded.code.cells);
      }),
    );
  });

  it('is made in blocks where nobody knows how long it is', () => {
    const recorded = record(k => {
      const sum = k.cell(k.f32(0));
      k.loop(0, k.truncate(k.load('f32', k.address(0))), i => {
        k.set(sum, k.add(k.get(sum), k.load('f32', k.add(k.address(0), k.mul(i, 4)))));
      });
      k.store(k.address(1), k.get(sum));
    });
    const values = Array.from({ length: 2000 }, (_, i) => (i === 0 ? 2000 : i % 5));
    const bounded = boundSums(recorded);
    expect(bounded.code.cells).toBeGreaterThan(recorded.code.cells);
    expect(run(bounded, values, 1)).toEqual(run(recorded, values, 1));
  });

  it('of four lanes leaves the registers to its blocks', () => {
    expect(boundSums(record(rowsOf(1, 600, false, 4))).code.aside).toEqual([0]);
  });
});

describe('code stays as it is', () => {
  it('where sums are short', () => {
    const recorded = record(rowsOf(1, longestSums.few, false));
    expect(boundSums(recorded)).toBe(recorded);
  });

  it('where a cell is no sum', () => {
    const recorded = record(k => {
      const [most, doubled] = [k.cell(k.f32(0)), k.cell(k.f32(1))];
      const count = k.cell(k.i32(0));
      k.loop(0, k.field(5000), i => {
        k.set(most, k.max(k.get(most), k.load('f32', k.add(k.address(0), i))));
        k.set(doubled, k.mul(k.get(doubled), 2));
        k.set(count, k.add(k.get(count), 1));
      });
      for (const cell of [most, doubled, count]) k.store(k.address(1), k.get(cell));
    });
    expect(boundSums(recorded)).toBe(recorded);
  });

  it('where a clipped loop turns seldom, however its bounds are computed', () => {
    const recorded = record(k => {
      k.share(k.field(100), (from, to) =>
        k.loop(from, to, place => {
          const first = k.max(k.sub(2, place), 0);
          const end = k.min(k.sub(102, place), k.field(5));
          const sum = k.cell(k.f32(0));
          k.loop(0, k.max(k.sub(end, first), 0), tap => {
            k.set(sum, k.add(k.get(sum), k.load('f32', k.add(k.address(0), tap))));
          });
          k.store(k.add(k.address(1), place), k.get(sum));
        }),
      );
    });
    expect(boundSums(recorded, { few: 5, many: 5 })).toBe(recorded);
  });
});
