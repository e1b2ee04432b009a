/** A program of three phases on two tiles, made by hand, and its placement: what tests of the referee break. */
import type { KernelCode } from '@tessera-dnn/graph/kernel';
import { tinyChip } from '@tessera-dnn/machine';
import { Copies } from '../../src/copies.ts';
import { type Placement, place } from '../../src/place/place.ts';
import type { Buffer, BufferId, BufferKind, ComputePhase, ExchangePhase, TileProgram } from '../../src/program.ts';

const f32 = { element: 'f32', shape: [4] } as const;

export function buffer(name: string, kind: BufferKind, bytes: readonly number[]): Buffer {
  return { name, kind, type: f32, bytes: Float64Array.from(bytes), origin: {}, resident: kind === 'param' };
}

export const chip = { ...tinyChip, tiles: 2 };

export const [w, a, b, c] = [0, 1, 2, 3] as BufferId[];

export function compute(slots: readonly BufferId[], overwritable: readonly number[]): ComputePhase {
  const refs = slots.map(s => ({ buffer: s, offset: 0 }));
  const classOf = new Int32Array(2).fill(slots.length === 2 ? 0 : 2);
  return { kind: 'compute', name: 'add', origin: {}, classOf, slots: refs, overwritable };
}

/** Each tile fetches the other's `a` into `b`. */
export const swap: ExchangePhase = {
  kind: 'exchange',
  name: 'swap',
  origin: {},
  copies: new Copies(Float64Array.from([0, 1, a, 1, 0, b, 0, 0, 16, 0, 1, 1, a, 0, 0, b, 1, 0, 16, 0])),
};

/** a = f(w); b = the other tile's a; c = g(a, b), over a. */
export function program(): TileProgram {
  const codeOf = (slots: number): KernelCode => ({ instructions: [], registers: 0, cells: 0, fields: 0, slots });
  const run = { name: 'm', kind: 'model', firstPhase: 0, phases: 3, inputs: [], outputs: [], updates: false } as const;
  return {
    tiles: 2,
    buffers: [
      buffer('w', 'param', [16, 16]),
      buffer('a', 'activation', [16, 16]),
      buffer('b', 'input', [16, 16]),
      buffer('c', 'activation', [16, 16]),
    ],
    phases: [compute([w, a], []), swap, compute([a, b, c], [0])],
    codes: [codeOf(2), codeOf(3)],
    codeNames: ['f', 'g'],
    classes: [
      { code: 0, fields: [], slots: 2, cycles: 1 },
      { code: 0, fields: [], slots: 2, cycles: 1, carried: { elementBytes: 4, loops: [{ count: 4, from: 4, to: 4 }] } },
      { code: 1, fields: [], slots: 3, cycles: 1 },
    ],
    spreads: [[]],
    tileStrideBytes: chip.sramBytes,
    programs: [run],
    prepare: { ...run, name: 'prepare', kind: 'prepare', phases: 0 },
    variables: [],
    contents: [],
    moves: [],
    outOfReach: [],
    transfer: 0 as BufferId,
    seed: 0 as BufferId,
  };
}

export function placed(tiles: TileProgram): Placement {
  return place(tiles, chip, {
    inPlace: true,
    reuse: true,
    strategy: 'greedy-by-size',
    codeBytes: [0, 0],
    pageBytes: 65_536,
  });
}
