import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KernelBuilder } from '../src/kernel/builder.ts';
import type { KernelValue, MemoryElement, RecordedKernel } from '../src/kernel/code.ts';
import type { KernelCounts } from '../src/kernel/count.ts';
import { countKernel } from '../src/kernel/count.ts';
import { interpretKernel } from '../src/kernel/interpret.ts';
import { recordKernel } from '../src/kernel/recorder.ts';
import { recordCopy } from '../src/structural/copy.ts';

/** How often stores of one and of four lanes, turns of loops and branches really run, of each the most over the workers. */
function measured({ code, fields }: RecordedKernel, workers: number): Partial<KernelCounts> {
  const most = { store: 0, vectorStore: 0, loop: 0, branch: 0 };
  for (let worker = 0; worker < workers; worker++) {
    const counts = { store: 0, vectorStore: 0, loop: 0, branch: 0 };
    interpretKernel(code, {
      memory: new ArrayBuffer(2 ** 20),
      fields,
      slots: [0, 2 ** 19],
      worker,
      workers,
      trace: i => {
        if (i.kind === 'store')
          counts[i.value.type === 'i32x4' || i.value.type === 'boolx4' ? 'vectorStore' : 'store']++;
        if (i.kind === 'loop') counts.loop++;
        if (i.kind === 'if') counts.branch++;
      },
    });
    for (const name of ['store', 'vectorStore', 'loop', 'branch'] as const)
      most[name] = Math.max(most[name], counts[name]);
  }
  return most;
}

function counted({ code, fields }: RecordedKernel, workers: number): Partial<KernelCounts> {
  const { store, vectorStore, loop, branch } = countKernel(code, fields, workers);
  return { store, vectorStore, loop, branch };
}

test('a copy is counted as it runs', () => {
  const loop = fc.record({
    count: fc.integer({ min: 1, max: 40 }),
    fromBytes: fc.constantFrom(0, 4, 8),
    toBytes: fc.constantFrom(4, 64),
  });
  fc.assert(
    fc.property(
      fc.array(loop, { maxLength: 3 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 6 }),
      (loops, specialised, workers) => {
        const kernel = recordCopy({ loops, elementBytes: 4 }, { specialised });
        expect(counted(kernel, workers)).toEqual(measured(kernel, workers));
      },
    ),
    { numRuns: 100 },
  );
});

describe('loops inside loops', () => {
  const record = (write: (k: KernelBuilder) => void): RecordedKernel => recordKernel({ specialised: false }, write);
  const touch = (k: KernelBuilder): void => k.store(k.address(0), k.i32(0));

  test.each<[string, (k: KernelBuilder) => void]>([
    ['of a fixed length', k => k.loop(0, k.field(7), () => k.loop(0, k.field(5), () => touch(k)))],
    ['as long as the outer index', k => k.loop(0, k.field(7), i => k.loop(0, i, () => touch(k), 2))],
    ['clipped at a border', k => k.loop(0, k.field(9), i => k.loop(k.max(k.sub(3, i), 0), k.field(4), () => touch(k)))],
    ['between two others', k => k.loop(0, 3, i => k.loop(0, k.field(4), () => k.loop(0, i, () => touch(k))))],
    [
      'under a branch',
      k =>
        k.loop(0, k.field(8), i =>
          k.when(
            k.lt(i, 3),
            () => touch(k),
            () => {
              touch(k);
              touch(k);
            },
          ),
        ),
    ],
    [
      'bounded by a cell that the outer loop counts up',
      k => {
        const bound = k.cell(k.i32(0));
        k.loop(0, k.field(6), () => {
          k.loop(0, k.get(bound), () => touch(k));
          k.set(bound, k.add(k.get(bound), 2));
        });
      },
    ],
    [
      'behind one that counts its bound down',
      k => {
        const bound = k.cell(k.i32(5));
        k.loop(0, k.field(3), () => k.set(bound, k.sub(k.get(bound), 1)));
        k.loop(0, k.get(bound), () => touch(k));
      },
    ],
    [
      'shared by the workers',
      k => k.share(k.field(11), (from, to) => k.loop(from, to, () => k.loop(0, k.field(3), () => touch(k)))),
    ],
  ])('%s', (_name, write) => {
    const kernel = record(write);
    for (const workers of [1, 3]) expect(counted(kernel, workers)).toEqual(measured(kernel, workers));
  });

  test('a bound read from memory is taken for one turn, and of two branches on data the longer one', () => {
    const kernel = record(k => {
      k.loop(0, k.load('i32', k.address(0)), () => touch(k));
      k.when(
        k.gt(k.load('f32', k.address(0)), 0),
        () => touch(k),
        () => {
          touch(k);
          touch(k);
        },
      );
    });
    expect(countKernel(kernel.code, kernel.fields, 1)).toMatchObject({
      loop: 1,
      branch: 1,
      store: 3,
      load: 3,
      float: 1,
    });
  });
});

test('instructions fall into the classes of the cycle table', () => {
  const { code, fields } = recordKernel({ specialised: false }, k => {
    const at = k.address(0);
    const v = k.load('f32x4', at);
    const s = k.loadSplat('f32x4', at, 16);
    const x = k.load('f32', at, 32);
    k.store(at, k.sqrt(k.fma(v, s, k.div(v, s))));
    k.store(at, k.add(k.mul(x, x), k.fma(x, x, x)));
    k.storeLane(at, v, 1);
  });
  expect(countKernel(code, fields, 1)).toEqual({
    integer: 0,
    float: 2,
    vector: 0,
    multiplyAdd: 1,
    vectorMultiplyAdd: 1,
    divide: 8,
    load: 3,
    vectorLoad: 1,
    store: 2,
    vectorStore: 1,
    loop: 0,
    branch: 0,
    ...nothingNarrow,
  });
});

const nothingNarrow = {
  load16: 0,
  load8: 0,
  vectorLoad16: 0,
  vectorLoad8: 0,
  vectorStore16: 0,
  vectorStore8: 0,
  vectorMultiplyAdd16: 0,
  vectorMultiplyAdd8: 0,
};

describe('narrow elements', () => {
  type Slots = readonly [MemoryElement, MemoryElement];
  const counts = (slots: Slots, write: (k: KernelBuilder, x: KernelValue, y: KernelValue) => void) => {
    const { code, fields } = recordKernel({ specialised: true }, k => write(k, k.address(0), k.address(1)), slots);
    const { integer, load, ...rest } = countKernel(code, fields, 1);
    return Object.fromEntries(Object.entries(rest).filter(([, count]) => count > 0));
  };

  test('a multiply-add of two that are loaded is one of their width, of one that is wide it is wide', () => {
    const multiply = (k: KernelBuilder, x: KernelValue, y: KernelValue): void => {
      const w = k.load('f32x4', y);
      const sum = k.cell(k.constant('f32x4', 0));
      k.set(sum, k.fma(k.loadSplat('f32x4', x), w, k.get(sum)));
      k.set(sum, k.fma(k.splat(k.extract(k.load('f32x4', x), 2)), w, k.get(sum)));
    };
    expect(counts(['f16', 'bf16'], multiply)).toEqual({
      load16: 1,
      vectorLoad16: 2,
      vector: 2,
      vectorMultiplyAdd16: 2,
    });
    expect(counts(['f16', 'f32'], multiply)).toMatchObject({ load16: 1, vectorLoad: 1, vectorMultiplyAdd: 2 });
  });

  test('what was computed is as wide as registers', () => {
    const square = (k: KernelBuilder, x: KernelValue): void => {
      const doubled = k.mul(k.load('f32x4', x), k.constant('f32x4', 2));
      k.fma(doubled, doubled, doubled);
    };
    expect(counts(['f16', 'f16'], square)).toEqual({ vectorLoad16: 1, vector: 1, vectorMultiplyAdd: 1 });
  });

  test('a product of bytes and its sum are one multiply-add, of the wider of both if they differ', () => {
    const multiply = (k: KernelBuilder, x: KernelValue, y: KernelValue): void => {
      const product = k.mul(k.load('i32x4', x), k.loadSplat('i32x4', y));
      k.add(k.add(product, product), k.load('i32x4', x));
    };
    expect(counts(['i8', 'u8'], multiply)).toEqual({ load8: 1, vectorLoad8: 2, vectorMultiplyAdd8: 1, vector: 1 });
    expect(counts(['bits16', 'u8'], multiply)).toMatchObject({ load8: 1, vectorLoad16: 2, vectorMultiplyAdd16: 1 });
  });

  test('four are stored by their bytes, one as any other, and truth values as 32 bits', () => {
    const store = (k: KernelBuilder, x: KernelValue, y: KernelValue): void => {
      const v = k.load('f32x4', x);
      k.store(x, v);
      k.storeLane(x, v, 1);
      k.store(y, k.lt(v, v));
    };
    expect(counts(['f16', 'bool'], store)).toEqual({
      vectorLoad16: 1,
      vectorStore16: 1,
      store: 1,
      vectorStore: 1,
      vector: 1,
    });
  });
});
