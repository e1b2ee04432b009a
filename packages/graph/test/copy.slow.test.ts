import fc from 'fast-check';
import { expect, test } from 'vitest';
import { interpretWorkers } from '../src/kernel/interpret.ts';
import { recordCopy, recordFill } from '../src/structural/copy.ts';
import type { CopyNest } from '../src/structural/copy-nest.ts';

/** Nests whose targets do not collide: each target stride is past the whole inner nest; sources stride as they like. */
const nests: fc.Arbitrary<CopyNest> = fc
  .record({
    elementBytes: fc.constantFrom(1 as const, 4 as const),
    counts: fc.array(fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 16, max: 70 })), { maxLength: 3 }),
    gaps: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2)),
    steps: fc.tuple(fc.nat(3), fc.nat(9), fc.nat(30)),
    turn: fc.boolean(),
  })
  .map(({ elementBytes, counts, gaps, steps, turn }) => {
    let inner = 1;
    const loops = counts.map((count, i) => {
      const toBytes = inner * elementBytes;
      inner = inner * count + gaps[i];
      return { count, fromBytes: steps[i] * elementBytes, toBytes };
    });
    return { elementBytes, loops: turn ? loops : loops.reverse() };
  });

/** Changes of order: [outer][rows][columns] to [outer][columns][rows], dense, with rests that four does not divide. */
const transpositions: fc.Arbitrary<CopyNest> = fc
  .record({
    outer: fc.integer({ min: 1, max: 3 }),
    rows: fc.integer({ min: 4, max: 19 }),
    columns: fc.integer({ min: 4, max: 19 }),
  })
  .map(({ outer, rows, columns }) => ({
    elementBytes: 4,
    loops: [
      { count: outer, fromBytes: 4 * rows * columns, toBytes: 4 * rows * columns },
      { count: rows, fromBytes: 4, toBytes: 4 * columns },
      { count: columns, fromBytes: 4 * rows, toBytes: 4 },
    ],
  }));

function* places({ loops }: CopyNest): Generator<{ readonly from: number; readonly to: number }> {
  const total = loops.reduce((product, loop) => product * loop.count, 1);
  for (let i = 0; i < total; i++) {
    let rest = i;
    let from = 0;
    let to = 0;
    for (const loop of loops) {
      from += (rest % loop.count) * loop.fromBytes;
      to += (rest % loop.count) * loop.toBytes;
      rest = Math.floor(rest / loop.count);
    }
    yield { from, to };
  }
}

const target = 65536;
const size = 65536 + 2 ** 22;

function memoryOf(): ArrayBuffer {
  const memory = new ArrayBuffer(size);
  const bytes = new Uint8Array(memory, 0, target);
  for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 7 + (i >> 8)) & 0xff;
  return memory;
}

test('a copy carries exactly the elements of its nest', () => {
  fc.assert(
    fc.property(
      fc.oneof(nests, transpositions),
      fc.boolean(),
      fc.integer({ min: 1, max: 4 }),
      (nest, specialised, workers) => {
        const memory = memoryOf();
        const wanted = new Uint8Array(memory.slice(0));
        for (const { from, to } of places(nest)) {
          for (let b = 0; b < nest.elementBytes; b++) wanted[target + to + b] = wanted[from + b];
        }
        const { code, fields } = recordCopy(nest, { specialised });
        interpretWorkers(code, { memory, fields, slots: [0, target] }, workers);
        expect(Buffer.compare(new Uint8Array(memory), wanted)).toBe(0);
      },
    ),
    { numRuns: 150 },
  );
});

test('a fill writes its element everywhere in its nest and nowhere else', () => {
  fc.assert(
    fc.property(nests, fc.boolean(), fc.constantFrom(0, 1, -2, 17, 0x3f800000), (nest, specialised, value) => {
      const bits = nest.elementBytes === 1 ? (value << 24) >> 24 : value;
      const memory = memoryOf();
      const wanted = new Uint8Array(memory.slice(0));
      const view = new DataView(wanted.buffer);
      for (const { to } of places(nest)) {
        if (nest.elementBytes === 4) view.setInt32(target + to, bits, true);
        else view.setInt8(target + to, bits);
      }
      const { code, fields } = recordFill({ ...nest, bits }, { specialised });
      interpretWorkers(code, { memory, fields, slots: [target] }, 2);
      expect(Buffer.compare(new Uint8Array(memory), wanted)).toBe(0);
    }),
    { numRuns: 100 },
  );
});

test.each([true, false])('units of a source are so many bytes as the nest says (specialised: %s)', specialised => {
  const inner = { count: 2, fromBytes: 4, toBytes: 4 };
  const run = (nest: CopyNest): Uint8Array => {
    const memory = memoryOf();
    const { code, fields } = recordCopy(nest, { specialised });
    interpretWorkers(code, { memory, fields, slots: [0, target] }, 2);
    return new Uint8Array(memory, target, 64);
  };
  const far = run({ elementBytes: 4, loops: [{ count: 3, fromBytes: 14_000, toBytes: 8 }, inner] });
  const units = [{ count: 3, fromBytes: 0, toBytes: 8, fromUnits: 2 }, inner];
  expect(run({ elementBytes: 4, loops: units, unitBytes: 7000 })).toEqual(far);
  expect(far.some(byte => byte !== 0)).toBe(true);
});

test('copies of one structure share their code whatever their numbers', () => {
  const nest = (count: number, pitch: number): CopyNest => ({
    elementBytes: 4,
    loops: [
      { count, fromBytes: pitch, toBytes: 128 },
      { count: 32, fromBytes: 4, toBytes: 4 },
    ],
  });
  const code = (n: CopyNest): string => JSON.stringify(recordCopy(n, { specialised: false }).code);
  expect(code(nest(30, 256))).toBe(code(nest(70, 512)));
  const deep = [1024, 256, 64].map(pitch => ({ count: 3, fromBytes: pitch, toBytes: 2 * pitch }));
  const runs = { count: 5, fromBytes: 4, toBytes: 4 };
  expect(code({ elementBytes: 4, loops: deep })).toBe(code({ elementBytes: 4, loops: [...deep, runs] }));
  expect(code({ elementBytes: 4, loops: [runs] })).toBe(code(nest(2, 256)));
});
