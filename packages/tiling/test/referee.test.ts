/** The referee must notice every way to break a placement; a hand-made program of three phases on two tiles is broken one way at a time. */
import { describe, expect, test } from 'vitest';
import { Copies } from '../src/copies.ts';
import type { Placement } from '../src/place/place.ts';
import { refereePlacement } from '../src/place/referee.ts';
import type { BufferId, Carried, ComputePhase, ExchangePhase, TileProgram, VertexClass } from '../src/program.ts';
import { a, b, buffer, c, chip, compute, placed, program, swap, w } from './support/three-phases.ts';

test('a sound placement passes', () => {
  const tiles = program();
  const placement = placed(tiles);
  expect(placement.storage.rootOf[c]).toBe(a);
  expect(() => refereePlacement(tiles, placement, chip.sramBytes)).not.toThrow();
});

describe('a broken placement is named', () => {
  const moved = (index: BufferId, to: (placement: Placement) => number): (() => void) => {
    const tiles = program();
    const placement = placed(tiles);
    const offsets = placement.offsets.map(o => o.slice());
    offsets[index][1] = to(placement);
    return () => refereePlacement(tiles, { ...placement, offsets }, chip.sramBytes);
  };

  test('a live value that is overwritten', () => {
    expect(moved(b, p => p.offsets[a][1])).toThrow(/a on tile 0|b on tile 1|does not hold|read and written/);
    expect(moved(b, p => p.offsets[a][1] + 8)).toThrow(/referee/);
  });

  test('scratch memory over what its vertex reads, or too little of it', () => {
    const sound = program();
    const scratch = sound.buffers.length as BufferId;
    const [first, second] = [sound.phases[0], { ...compute([a, b, c], [0]), scratch }];
    const judge = (usedBytes: number, offsetOf: (placement: Placement) => number) => {
      const tiles: TileProgram = {
        ...sound,
        buffers: [...sound.buffers, buffer('s', 'scratch', [32, 32])],
        phases: [first, swap, second],
        classes: sound.classes.with(2, { code: 1, fields: [], slots: 4, cycles: 1, scratchBytes: usedBytes }),
        codes: sound.codes.with(1, { ...sound.codes[1], slots: 4 }),
      };
      const placement = placed(tiles);
      const offsets = placement.offsets.map(o => o.slice());
      offsets[scratch][1] = offsetOf(placement);
      refereePlacement(tiles, { ...placement, offsets }, chip.sramBytes);
    };
    const own = (placement: Placement): number => placement.offsets[scratch][1];
    expect(() => judge(32, own)).not.toThrow();
    expect(() => judge(48, own)).toThrow(/s on tile 0 has too few bytes for a vertex that uses 48/);
    // Over b, but not beyond the data area, which may end with it.
    const over = (p: Placement): number => Math.min(p.offsets[b][1], p.tableOffset - 32);
    expect(() => judge(32, over)).toThrow(/b on tile 1 lies over scratch memory/);
    // Over w and, as it is longer, over what is behind it.
    expect(() => judge(32, p => p.offsets[w][1])).toThrow(/w on tile 1 is lost|a on tile 1 lies over scratch memory/);
  });

  test('a variable that is lost', () => {
    expect(moved(c, p => p.offsets[w][1])).toThrow(/w on tile 1 is lost/);
  });

  test('a buffer over the tables or beyond the SRAM', () => {
    expect(moved(a, p => p.tableOffset)).toThrow(/outside the data area/);
    expect(moved(a, () => chip.sramBytes - 8)).toThrow(/outside the data area/);
  });

  test('a read before the write', () => {
    const tiles = program();
    const early = { ...tiles, phases: [tiles.phases[1], tiles.phases[0], tiles.phases[2]] };
    expect(() => refereePlacement(early, placed(tiles), chip.sramBytes)).toThrow(/a on tile 1 does not hold its value/);
  });

  test('a copy into another tile, and one that writes twice', () => {
    const tiles = program();
    const [first, second] = swap.copies;
    const foreign = { ...swap, copies: Copies.of([{ ...first, toTile: 1 }, second]) };
    const twice = { ...swap, copies: Copies.of([first, second, first]) };
    const run = (phase: ExchangePhase) => () =>
      refereePlacement({ ...tiles, phases: [tiles.phases[0], phase, tiles.phases[2]] }, placed(tiles), chip.sramBytes);
    expect(run(foreign)).toThrow(/written by another tile/);
    expect(run(twice)).toThrow(/written twice/);
  });

  test('a copy from several tiles of a buffer that does not lie alike on them', () => {
    const tiles = { ...program(), spreads: [[], [{ count: 2, tiles: 1 }]] };
    // Tile 0 fetches half of `b` from either tile.
    const copies = new Copies(Float64Array.from([0, 1, a, 0, 0, b, 0, 0, 16, 1, 1, 1, a, 0, 0, b, 1, 0, 16, 0]));
    const walking = { ...tiles, phases: [tiles.phases[0], { ...swap, copies }, tiles.phases[2]] };
    const placement = placed(walking);
    expect(() => refereePlacement(walking, placement, chip.sramBytes)).not.toThrow();
    const offsets = placement.offsets.map(o => o.slice());
    offsets[a][1] += 16;
    expect(() => refereePlacement(walking, { ...placement, offsets }, chip.sramBytes)).toThrow(/a on tile 1/);
  });
});

describe('a copy', () => {
  /** The swap with copies of such loops: [tile, class, from, fromTile, fromOffset, to, toTile, toOffset, bytes, spread] each. */
  const refereed = (loops: Carried['loops'], copies: readonly (readonly number[])[]) => () => {
    const tiles = program();
    const carrying: VertexClass = { ...tiles.classes[1], carried: { elementBytes: 4, loops } };
    const phases = [
      tiles.phases[0],
      { ...swap, copies: new Copies(Float64Array.from(copies.flat())) },
      tiles.phases[2],
    ];
    const classes = tiles.classes.with(1, carrying);
    refereePlacement({ ...tiles, phases, classes }, placed(program()), chip.sramBytes);
  };
  const every = (count: number, from: number, to: number) => [{ count, from, to }];
  const halves = (toOffset: number) => [
    [0, 1, a, 1, 0, b, 0, 0, 8, 0],
    [0, 1, a, 1, 8, b, 0, toOffset, 8, 0],
    [1, 1, a, 0, 0, b, 1, 0, 8, 0],
    [1, 1, a, 0, 8, b, 1, 8, 8, 0],
  ];

  test('may bring half of a buffer, or every other element', () => {
    expect(refereed(every(2, 4, 4), halves(8))).not.toThrow();
    expect(refereed(every(2, 4, 8), halves(4).with(3, [1, 1, a, 0, 8, b, 1, 4, 8, 0]))).not.toThrow();
  });

  test('writes no byte that another copy writes', () => {
    expect(refereed(every(2, 4, 4), halves(4))).toThrow('b on tile 0 has a byte that two copies write in phase 1');
    expect(refereed(every(2, 4, 0), halves(8))).toThrow('b on tile 0 has a byte that two copies write in phase 1');
  });

  test('stays inside of its buffers', () => {
    expect(refereed(every(2, 4, 4), halves(12))).toThrow('b on tile 0 is written beyond its end');
    expect(refereed(every(2, 12, 4), halves(8))).toThrow('a on tile 1 is read beyond its end');
    expect(refereed(every(2, 4, 4), halves(Number.NaN))).toThrow('b on tile 0 is written beyond its end');
  });

  test('carries as many bytes as it says', () => {
    expect(refereed(every(3, 4, 4), halves(8))).toThrow('b on tile 0 is written by a copy of other bytes than it says');
  });
});

test('a vertex finds its slots inside of their buffers, as many as its code has', () => {
  const tiles = program();
  const with3 = (phase: ComputePhase) => () =>
    refereePlacement({ ...tiles, phases: tiles.phases.with(2, phase) }, placed(tiles), chip.sramBytes);
  const third = compute([a, b, c], [0]);
  const at = (offset: number | Float64Array) => ({ ...third, slots: third.slots.with(1, { buffer: b, offset }) });
  expect(with3(at(12))).not.toThrow();
  expect(with3(at(Float64Array.of(0, 16)))).toThrow('b on tile 1 has no place at byte 16 for a vertex in phase 2');
  expect(with3(at(Number.NaN))).toThrow('b on tile 0 has no place at byte NaN for a vertex');
  expect(with3({ ...third, classOf: Int32Array.of(0, 0) })).toThrow(
    'a on tile 0 is one of 3 operands and results, not 2',
  );
});

describe('a new value of a variable', () => {
  /** a = f(w); w′ = g(a), over w; and, if asked for, c = h(w) or c = h(w′) after it. */
  function updating(reads: BufferId | undefined): TileProgram {
    const tiles = program();
    const buffers = tiles.buffers.map((held, i) => (i === b ? { ...held, name: 'w′', replaces: w } : held));
    const third = reads === undefined ? [] : [compute([reads, c], [])];
    const phases = [compute([w, a], []), compute([a, b], []), ...third];
    return { ...tiles, buffers, phases, programs: [{ ...tiles.programs[0], phases: phases.length }] };
  }

  test('lies where the old one did, and is read there', () => {
    const tiles = updating(b);
    const placement = placed(tiles);
    expect(placement.offsets[b]).toEqual(placement.offsets[w]);
    expect(placement.tiles[0].transients).toBe(16);
    expect(() => refereePlacement(tiles, placement, chip.sramBytes)).not.toThrow();
  });

  test('leaves nothing of the old one to read', () => {
    const tiles = updating(w);
    expect(() => refereePlacement(tiles, placed(tiles), chip.sramBytes)).toThrow(/w on tile 0 does not hold its value/);
  });

  test('must be there at the end', () => {
    const tiles = updating(undefined);
    const idle = { ...compute([a, b], []), classOf: Int32Array.of(0, -1) };
    const half = { ...tiles, phases: [tiles.phases[0], idle] };
    expect(() => refereePlacement(half, placed(half), chip.sramBytes)).toThrow(/w on tile 1 is lost/);
  });
});

describe('a result behind the reads of an operand', () => {
  /** a = f(w); c = g(a), 16 bytes or more before a. */
  const tiles: TileProgram = {
    ...program(),
    phases: [compute([w, a], []), { ...compute([a, c], []), behind: [{ slot: 0, distanceBytes: 16 }] }],
    programs: [{ ...program().programs[0], phases: 2 }],
  };
  const buffers = tiles.buffers.map(held => ({ ...held, bytes: held.bytes.map(bytes => 4 * bytes) }));
  const large = { ...tiles, buffers };

  test('shares memory with it where that is fullest', () => {
    const placement = placed(large);
    expect(placement.tiles[0].transients).toBe(64 + 16);
    expect(placement.offsets[a][0] - placement.offsets[c][0]).toBe(16);
    expect(() => refereePlacement(large, placement, chip.sramBytes)).not.toThrow();
  });

  test('keeps its distance', () => {
    const placement = placed(large);
    const nearer = placement.offsets.map((offset, i) => (i === c ? offset.map(at => at + 8) : offset));
    expect(() => refereePlacement(large, { ...placement, offsets: nearer }, chip.sramBytes)).toThrow(
      /a on tile 0 is overwritten while it is read/,
    );
  });

  test('goes elsewhere where the operand is read again', () => {
    const phases = [...large.phases, compute([a, c, b], [])];
    const again = { ...large, phases, programs: [{ ...large.programs[0], phases: 3 }] };
    const placement = placed(again);
    expect(placement.ties).toEqual([]);
    expect(placement.storage.decisions[0]).toMatchObject({
      how: 'apart',
      reason: expect.stringMatching(/^the operand is read again in phase 2 of \w+, add$/),
    });
  });
});

test('in place is refused where the operand is read again or another slot needs it', () => {
  const tiles = program();
  const again = {
    ...tiles,
    phases: [...tiles.phases, compute([a, c, b], [])],
    programs: [{ ...tiles.programs[0], phases: 4 }],
  };
  const later = placed(again);
  expect(later.storage.rootOf[c]).toBe(c);
  expect(later.storage.decisions[0].reason).toMatch(/read again in phase 3/);
  const both = { ...tiles, phases: [tiles.phases[0], tiles.phases[1], compute([a, a, c], [0])] };
  expect(placed(both).storage.rootOf[c]).toBe(c);
});
