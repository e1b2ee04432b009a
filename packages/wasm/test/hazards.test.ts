/** Values made before a store or an assignment and used after it: each case by hand. */
import { type KernelBuilder, type KernelValue, recordKernel } from '@tessera-dnn/graph/kernel';
import { instantiateCodelets } from '@tessera-dnn/wasm/testing';
import { describe, expect, test } from 'vitest';

interface Hazard {
  readonly name: string;
  /** Gets the address of eight i32, at first 1, 2, … 8. */
  readonly write: (k: KernelBuilder, x: KernelValue) => void;
  readonly after: readonly number[];
}

const loadAt = (k: KernelBuilder, x: KernelValue, i: number) => k.load('i32', x, 4 * i);

const hazards: readonly Hazard[] = [
  {
    name: 'two elements are swapped',
    write: (k, x) => {
      const first = loadAt(k, x, 0);
      const second = loadAt(k, x, 1);
      k.store(x, second);
      k.store(x, first, 4);
    },
    after: [2, 1, 3, 4, 5, 6, 7, 8],
  },
  {
    name: 'a sum of loads is stored after its terms were overwritten',
    write: (k, x) => {
      const sum = k.add(loadAt(k, x, 0), loadAt(k, x, 1));
      k.store(x, k.i32(50));
      k.store(x, k.i32(60), 4);
      k.store(x, sum, 8);
    },
    after: [50, 60, 3, 4, 5, 6, 7, 8],
  },
  {
    name: 'a vector is moved by one element over itself',
    write: (k, x) => {
      const low = k.load('i32x4', x);
      const high = k.load('i32x4', x, 12);
      k.store(x, low, 4);
      k.store(x, high, 16);
    },
    after: [1, 1, 2, 3, 4, 5, 6, 7],
  },
  {
    name: 'a loop moves elements towards the front',
    write: (k, x) => k.loop(0, 28, i => k.store(k.add(x, i), k.load('i32', k.add(x, i), 4)), 4),
    after: [2, 3, 4, 5, 6, 7, 8, 8],
  },
  {
    name: 'an expression of a cell is used once, after the cell has changed',
    write: (k, x) => {
      const cell = k.cell(k.i32(10));
      const before = k.add(k.mul(k.get(cell), 2), 1);
      k.set(cell, k.i32(99));
      k.store(x, before);
      k.store(x, k.get(cell), 4);
    },
    after: [21, 99, 3, 4, 5, 6, 7, 8],
  },
  {
    name: 'a cell is read once and used twice, on both sides of its change',
    write: (k, x) => {
      const cell = k.cell(loadAt(k, x, 3));
      const before = k.get(cell);
      k.store(x, before);
      k.set(cell, k.add(before, 1));
      k.store(x, before, 4);
      k.store(x, k.get(cell), 8);
    },
    after: [4, 4, 5, 4, 5, 6, 7, 8],
  },
  {
    name: 'two cells change places',
    write: (k, x) => {
      const a = k.cell(k.i32(10));
      const b = k.cell(k.i32(20));
      const oldA = k.get(a);
      const oldB = k.get(b);
      k.set(a, oldB);
      k.set(b, oldA);
      k.store(x, k.get(a));
      k.store(x, k.get(b), 4);
    },
    after: [20, 10, 3, 4, 5, 6, 7, 8],
  },
  {
    name: 'an expression of a cell outlives a loop that changes it',
    write: (k, x) => {
      const cell = k.cell(k.i32(1));
      const before = k.mul(k.get(cell), 30);
      k.loop(0, k.field(3), () => k.set(cell, k.mul(k.get(cell), 2)));
      k.store(x, before);
      k.store(x, k.get(cell), 4);
    },
    after: [30, 8, 3, 4, 5, 6, 7, 8],
  },
  {
    name: 'a cell read before a loop is used in the loop that changes it',
    write: (k, x) => {
      const cell = k.cell(k.i32(5));
      const before = k.get(cell);
      k.loop(0, k.field(3), () => k.set(cell, k.add(k.get(cell), before)));
      k.store(x, k.get(cell));
    },
    after: [20, 2, 3, 4, 5, 6, 7, 8],
  },
  {
    name: 'the bound of a loop is a cell that its body changes',
    write: (k, x) => {
      const cell = k.cell(k.field(2));
      const turns = k.cell(k.i32(0));
      k.loop(0, k.get(cell), () => {
        k.set(cell, k.i32(100));
        k.set(turns, k.add(k.get(turns), 1));
      });
      k.store(x, k.get(turns));
    },
    after: [2, 2, 3, 4, 5, 6, 7, 8],
  },
  {
    name: 'an expression of a cell outlives a branch that changes it',
    write: (k, x) => {
      const cell = k.cell(k.i32(7));
      const before = k.add(k.get(cell), 1);
      k.when(k.eq(loadAt(k, x, 0), 1), () => k.set(cell, k.i32(0)));
      k.store(x, before);
      k.store(x, k.get(cell), 4);
    },
    after: [8, 0, 3, 4, 5, 6, 7, 8],
  },
  {
    name: 'an expression of a cell outlives a branch that would change it, but is not taken',
    write: (k, x) => {
      const cell = k.cell(k.i32(7));
      const before = k.add(k.get(cell), 1);
      k.when(k.eq(loadAt(k, x, 0), 2), () => k.set(cell, k.i32(0)));
      k.store(x, before);
    },
    after: [8, 2, 3, 4, 5, 6, 7, 8],
  },
  {
    name: 'a branch is decided by what stood in memory before',
    write: (k, x) => {
      const small = k.lt(loadAt(k, x, 0), 5);
      k.store(x, k.i32(9));
      k.when(
        small,
        () => k.store(x, k.i32(1), 4),
        () => k.store(x, k.i32(0), 4),
      );
    },
    after: [9, 1, 3, 4, 5, 6, 7, 8],
  },
  {
    name: 'a loop runs from its first turn to its last, in steps, and not at all when it is empty',
    write: (k, x) => {
      k.loop(k.field(1), k.field(6), i => k.store(k.add(x, k.mul(i, 4)), k.neg(i)), 2);
      k.loop(k.field(3), k.field(3), () => k.store(x, k.i32(1000)));
      k.loop(k.field(3), k.field(-3), () => k.store(x, k.i32(1000)));
    },
    after: [1, -1, 3, -3, 5, -5, 7, 8],
  },
];

const kernels = hazards.map(hazard => recordKernel({ specialised: false }, k => hazard.write(k, k.address(0))));

describe.each(['fast', 'strict'] as const)('%s', math => {
  const instance = instantiateCodelets(kernels, { math });
  test.each(hazards.map((hazard, index) => ({ ...hazard, index })))('$name', ({ index, after }) => {
    const x = new Int32Array(instance.memory.buffer, instance.dataAddress, 8);
    x.set([1, 2, 3, 4, 5, 6, 7, 8]);
    instance.run(index, [instance.dataAddress]);
    expect([...x]).toEqual(after);
  });
});
