/**
 * Tables of random programs whose addresses are as odd as they may be: what the reader finds
 * in them, and what the artifact runs, is what the program says. Codelets write down what they were called with.
 */
import { Copies, type Phase } from '@tessera-dnn/tiling';
import fc, { type GeneratorValue } from 'fast-check';
import { expect, test } from 'vitest';
import {
  addressIn,
  expected,
  far,
  hostBuffer,
  type Made,
  make,
  near,
  type Run,
  type Shape,
  start,
  tabled,
  tabledRead,
} from './support/logging-program.ts';

/** Copies of a phase may run in any order. */
function sorted(runs: readonly (Run & { readonly worker?: number })[]): readonly string[] {
  return runs.map(run => JSON.stringify([run.worker, run.codelet, run.fields, run.slots])).sort();
}

function checkRead(made: Made, tiles: readonly number[]): void {
  for (const tile of tiles) {
    made.program.phases.forEach((_, phase) => {
      expect(sorted(tabled(made, tile, phase))).toEqual(sorted(expected(made, tile, phase, 'table')));
    });
  }
}

/** Every phase from any slot to any other: what the workers of that range run. */
function checkSteps(made: Made, rangesOf: () => readonly [number, number]): void {
  const { program, image } = made;
  const { step } = start(made);
  // From the last to the first: a phase needs none before it.
  for (let phase = program.phases.length - 1; phase >= 0; phase--) {
    const [first, end] = rangesOf();
    const slots = Array.from({ length: end - first }, (_, i) => first + i);
    const due = slots.flatMap(slot => {
      const [tile, worker] = [Math.floor(slot / image.workers), slot % image.workers];
      return expected(made, tile, phase, 'recorded').map(run => ({ ...run, worker }));
    });
    expect(sorted(step(phase, first, end))).toEqual(sorted(due));
  }
}

const [tiles, sramBytes] = [3, 1 << 20];

function randomShape(gen: GeneratorValue): Shape {
  const below = (n: number) => gen(fc.nat, { max: n - 1 });
  const pick = <T>(from: readonly T[]): T => from[below(from.length)];
  const many = <T>(least: number, most: number, one: (index: number) => T): T[] =>
    Array.from({ length: least + below(most - least + 1) }, (_, i) => one(i));
  const number = () => pick([below(200), below(200) - 100, below(70_000), below(2 ** 31), 0 - below(2 ** 31)]);
  const codelets = [
    ...many(1, 3, () => ({ fields: below(4), slots: 2 })),
    ...many(0, 2, () => ({ fields: below(4), slots: 1 })),
    ...many(1, 3, () => ({ fields: below(4), slots: 3 + below(9) })),
  ];
  const classes = codelets.flatMap(({ fields }, codelet) =>
    many(1, 3, () => ({ codelet, fields: Array.from({ length: fields }, number) })),
  );
  const ofSlots = (fits: (slots: number) => boolean) =>
    classes.flatMap(({ codelet }, id) => (fits(codelets[codelet].slots) ? [id] : []));
  // Mostly small steps in words; then what needs more bytes, or is in no tile.
  let last = 0;
  const offset = () => {
    const next = pick([
      last,
      last + 4,
      last + 4 * below(256) - 512,
      4 * below(65_536),
      below(65_536),
      261_116,
      261_120,
      number(),
    ]);
    last = next;
    return next;
  };
  const place = () => pick([near, near, near, far, far, hostBuffer]);
  const copy = (tile: number): number[] => {
    const id = pick(ofSlots(slots => slots <= 2));
    const fill = codelets[classes[id].codelet].slots === 1;
    return [tile, id, fill ? -1 : place(), below(tiles), offset(), place(), tile, offset(), 0, 0];
  };
  const phases = many(1, 40, (index): Phase => {
    const base = { name: `${index}`, origin: {} };
    if (below(2) === 0) {
      const copies = Array.from({ length: tiles }, (_, tile) => many(0, pick([2, 40]), () => copy(tile))).flat(2);
      return { ...base, kind: 'exchange', copies: new Copies(Float64Array.from(copies)) };
    }
    const { slots } = pick(codelets);
    const able = ofSlots(count => count === slots);
    const classOf = Int32Array.from({ length: tiles }, () => (below(2) === 0 ? -1 : pick(able)));
    const refs = Array.from({ length: slots }, () => {
      const one = place();
      return { buffer: one, offset: below(2) === 0 ? offset() : Float64Array.from({ length: tiles }, offset) };
    });
    return { ...base, kind: 'compute', classOf, slots: refs, overwritable: [] };
  });
  const transfers = many(1, 5, () => {
    const id = pick([...classes.keys()]);
    const slots = Array.from({ length: codelets[classes[id].codelet].slots }, () => ({
      buffer: place(),
      tile: below(tiles),
      offset: offset(),
    }));
    return { class: id, slots };
  });
  return { tiles, sramBytes, codelets, classes, phases, transfers };
}

test('random tables say what the program says, read and run, from any phase and for any slots', () => {
  fc.assert(
    fc.property(fc.gen(), gen => {
      const made = make(randomShape(gen));
      checkRead(made, [0, 1, 2]);
      checkSteps(made, () => {
        const first = gen(fc.nat, { max: 9 });
        return [first, first + gen(fc.nat, { max: 9 - first })];
      });
      const { program, shape, image } = made;
      const all = program.variables[0].read.map(({ class: id, slots }) => ({
        codelet: shape.classes[id].codelet,
        slots: slots.map(({ buffer, tile, offset }) => addressIn(made, buffer, tile, offset)),
        id,
      }));
      expect(tabledRead(made, 0)).toEqual(
        all.map(({ id, ...run }) => ({ ...run, fields: program.classes[id].fields })),
      );
      const workers = Array.from({ length: image.workers }, (_, worker) => worker);
      expect(start(made).read()).toEqual(
        all.flatMap(({ id, ...run }) => workers.map(worker => ({ ...run, worker, fields: shape.classes[id].fields }))),
      );
    }),
    { numRuns: 30, interruptAfterTimeLimit: 20_000 },
  );
});

test('more than 256 codelets have numbers of two bytes', () => {
  const codelets = Array.from({ length: 300 }, () => ({ fields: 1, slots: 2 }));
  const classes = codelets.flatMap((_, codelet) => [5, 70_000].map(value => ({ codelet, fields: [value] })));
  const copies = classes.map((_, id) => [id % tiles, id, near, 0, 4 * id, far, id % tiles, 8 * id, 0, 0]);
  const phases: Phase[] = [
    { kind: 'exchange', name: 'all', origin: {}, copies: new Copies(Float64Array.from(copies.flat())) },
  ];
  const made = make({ tiles, sramBytes, codelets, classes, phases });
  expect(made.image.tables.numberBytes).toBe(2);
  checkRead(made, [0, 1, 2]);
  checkSteps(made, () => [1, 8]);
});

test('a table of more than 64 KiB has a directory of larger units, long lists, and blocks out of sight', () => {
  const codelets = [
    { fields: 0, slots: 2 },
    { fields: 1, slots: 2 },
  ];
  const classes = [{ codelet: 0, fields: [] }, ...[1, 2].map(value => ({ codelet: 1, fields: [value] }))];
  // The last copy names a block that lies before all others.
  const list = (phase: number) =>
    Array.from({ length: 1500 }, (_, i) => {
      const id = i === 0 || i === 1499 ? 2 * Number(i > 0) : 1;
      return [0, id, near, i % 3, ((i * 7919) % 60_000) * 4, far, 0, ((i * 104_729 + phase) % 60_000) * 4, 0, 0];
    });
  const phases = Array.from({ length: 17 }, (_, phase): Phase => {
    const copies = new Copies(Float64Array.from(list(phase).flat()));
    return { kind: 'exchange', name: `${phase}`, origin: {}, copies };
  });
  const made = make({ tiles, sramBytes: 1 << 22, codelets, classes, phases });
  expect(made.placement.tables.bytes[0]).toBeGreaterThan(65_536);
  expect(made.image.tables.unitBytes).toBe(16);
  checkRead(made, [0, 1]);
  checkSteps(made, () => [0, 3]);
});

test('a tile may be further away than two bytes can say', () => {
  const many = 70_000;
  const copies = [69_999, 32_767, 32_768, 0, 5].map(from => [0, 0, near, from, 64, far, 0, from * 4, 0, 0]);
  const back = [0, 37_231, 37_230].map(from => [69_999, 0, near, from, 8, far, 69_999, from * 4, 0, 0]);
  const all = new Copies(Float64Array.from([...copies, ...back].flat()));
  const phases: Phase[] = [{ kind: 'exchange', name: 'far', origin: {}, copies: all }];
  const [codelets, classes] = [[{ fields: 0, slots: 2 }], [{ codelet: 0, fields: [] }]];
  const made = make({ tiles: many, sramBytes: 1024, codelets, classes, phases });
  checkRead(made, [0, 1, 69_999]);
  const runs = start(made).step(0, 0, 3 * many);
  const due = [0, 69_999].flatMap(tile => expected(made, tile, 0, 'recorded'));
  expect(sorted(runs)).toEqual(sorted([0, 1, 2].flatMap(worker => due.map(run => ({ ...run, worker })))));
});
