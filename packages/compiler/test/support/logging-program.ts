/**
 * Programs for tests of tables: whose codelets do nothing but write down what they were called with, and whose addresses may lie anywhere,
 * since nothing is read from them.
 */
import {
  fieldBytes,
  fieldType,
  fitFields,
  type RecordedKernel,
  recordKernel,
  unpackFields,
} from '@tessera-dnn/graph/kernel';
import { type Image, TableReader, type Run as TableRun, wasmPageBytes } from '@tessera-dnn/machine';
import {
  type Buffer,
  type BufferId,
  buildImage,
  type Phase,
  type Placement,
  place,
  type TileProgram,
  type VertexClass,
} from '@tessera-dnn/tiling';
import { compileCodelets, link } from '@tessera-dnn/wasm';
import { chipOf } from './run-module.ts';

const logBytes = 1 << 20;

/** What one tile, or the host, runs: the codelet, its fields, and the addresses of its slots, in bytes of the whole memory. */
export interface Run {
  readonly codelet: number;
  readonly fields: readonly number[];
  readonly slots: readonly number[];
}

export interface Made {
  readonly shape: Shape;
  readonly program: TileProgram;
  readonly placement: Placement;
  readonly image: Image;
}

/** A codelet that appends to the log: its number, the worker, the fields as it sees them, its addresses. */
function logging(codelet: number, fields: number, slots: number, workers: number, log: number): RecordedKernel {
  return recordKernel({ specialised: false }, k => {
    const values = Array.from({ length: fields }, () => k.field(0));
    const at = k.load('i32', k.i32(log));
    k.share(k.i32(workers), worker => {
      const addresses = Array.from({ length: slots }, (_, slot) => k.address(slot));
      const entry = [k.i32(codelet), worker, ...values, ...addresses];
      entry.forEach((value, i) => {
        k.store(k.add(at, 4 * i), value);
      });
      k.store(k.i32(log), k.add(at, 4 * entry.length));
    });
  });
}

export interface Shape {
  readonly tiles: number;
  readonly sramBytes: number;
  /** Fields and slots of each codelet. */
  readonly codelets: readonly { readonly fields: number; readonly slots: number }[];
  /** Codelet and fields of each class. */
  readonly classes: readonly { readonly codelet: number; readonly fields: readonly number[] }[];
  readonly phases: readonly Phase[];
  readonly transfers?: TileProgram['variables'][number]['read'];
}

/** Buffers: two on every tile, two in the host window, of which the first is the log. */
export const [near, far, log, hostBuffer] = [0, 1, 2, 3] as BufferId[];

export function make(shape: Shape): Made {
  const { tiles, sramBytes, codelets, classes, phases, transfers = [] } = shape;
  const chip = { ...chipOf(2), tiles, sramBytes, workers: 3 };
  const type = { element: 'f32', shape: [4] } as const;
  const buffer = (name: string, kind: Buffer['kind'], bytes: readonly number[]): Buffer => ({
    name,
    kind,
    bytes: Float64Array.from(bytes),
    type,
    origin: {},
    resident: kind !== 'host',
  });
  const everywhere = new Array<number>(tiles).fill(16);
  const kernels = codelets.map(({ fields, slots }, codelet) =>
    logging(codelet, fields, slots, chip.workers, tiles * sramBytes),
  );
  const fitted = kernels.map(({ code }, codelet) => {
    const served = classes.filter(c => c.codelet === codelet).map(c => c.fields);
    return fitFields(
      { ...code, slots: codelets[codelet].slots },
      served.length > 0 ? served : [new Array(code.fields).fill(0)],
    );
  });
  const run = { kind: 'model', firstPhase: 0, inputs: [], outputs: [], updates: false } as const;
  const program: TileProgram = {
    tiles,
    buffers: [
      buffer('near', 'param', everywhere),
      buffer('far', 'param', everywhere),
      buffer('log', 'host', [logBytes]),
      buffer('host', 'host', [16]),
    ],
    phases,
    codes: fitted.map(({ code }) => code),
    codeNames: fitted.map((_, codelet) => `codelet ${codelet}`),
    classes: classes.map(({ codelet, fields }): VertexClass => {
      return { code: codelet, fields: fitted[codelet].fieldsOf(fields), slots: codelets[codelet].slots, cycles: 1 };
    }),
    spreads: [[]],
    tileStrideBytes: sramBytes,
    programs: [{ ...run, name: 'go', phases: phases.length }],
    prepare: { ...run, name: 'prepare', kind: 'prepare', phases: 0 },
    variables: [
      {
        index: 0,
        path: 'v',
        kind: 'param',
        type,
        buffer: near,
        embedded: true,
        read: transfers,
        write: [],
        first: [],
        cells: [],
      },
    ],
    contents: [],
    moves: [],
    outOfReach: [],
    transfer: hostBuffer,
    seed: hostBuffer,
  };
  const options = {
    inPlace: false,
    reuse: true,
    strategy: 'greedy-by-size',
    codeBytes: codelets.map(() => 0),
    pageBytes: wasmPageBytes,
  } as const;
  const placement = place(program, chip, options);
  const image = buildImage(program, placement, chip, { source: 'random.dnn', math: 'strict', features: [] });
  return { shape, program, placement, image };
}

/** What the tables of the image say that a tile runs in a phase. */
export function tabled({ program, image }: Made, tile: number, phase: number): readonly Run[] {
  const reader = new TableReader(image, slotsOf(program));
  return reader.runs(tile, phase).map(run => withFields(reader, program, run));
}

/** What they say that the host runs to read a variable. */
export function tabledRead({ program, image }: Made, variable: number): readonly Run[] | undefined {
  const reader = new TableReader(image, slotsOf(program));
  return reader.transfers(variable, 'toHost')?.map(run => withFields(reader, program, run));
}

function slotsOf({ codes }: TileProgram): readonly number[] {
  return codes.map(code => code.slots);
}

function withFields(reader: TableReader, { codes }: TileProgram, { codelet, fields, slots }: TableRun): Run {
  const code = codes[codelet];
  if (code.fields > 0 && fields % fieldBytes[fieldType(code, 0)] !== 0) throw new Error(`fields at ${fields}`);
  return { codelet, fields: unpackFields(code, reader.contents(fields), 0), slots };
}

/** Addresses are modulo 2^32. */
function wrap(address: number): number {
  return ((address % 2 ** 32) + 2 ** 32) % 2 ** 32;
}

export function addressIn({ program, placement }: Made, buffer: BufferId, tile: number, offset: number): number {
  if (program.buffers[buffer].kind === 'host') return wrap(placement.offsets[buffer][0] + offset);
  return wrap(tile * placement.tileStrideBytes + placement.offsets[buffer][tile] + offset);
}

/** What a tile runs in a phase, by the program and the placement alone, with the fields of its table or those that were recorded. */
export function expected(made: Made, tile: number, phase: number, whose: 'table' | 'recorded'): readonly Run[] {
  const { program, shape } = made;
  const at = (buffer: BufferId, ofTile: number, offset: number) => addressIn(made, buffer, ofTile, offset);
  const run = (id: number, slots: readonly number[]): Run => {
    const { fields } = whose === 'table' ? program.classes[id] : shape.classes[id];
    return { codelet: program.classes[id].code, fields, slots };
  };
  const what = program.phases[phase];
  if (what.kind === 'compute') {
    if (what.classOf[tile] < 0) return [];
    const slots = what.slots.map(({ buffer, offset }) =>
      at(buffer, tile, typeof offset === 'number' ? offset : offset[tile]),
    );
    return [run(what.classOf[tile], slots)];
  }
  const runs: Run[] = [];
  for (const { tile: of, class: id, from, fromTile, fromOffset, to, toTile, toOffset } of what.copies) {
    if (of !== tile) continue;
    const target = at(to as BufferId, toTile, toOffset);
    runs.push(run(id, from < 0 ? [target] : [at(from as BufferId, fromTile, fromOffset), target]));
  }
  return runs;
}

export type Worked = Run & { readonly worker: number };

/** Runs phases for ranges of slots, and reads the variable; gives what the codelets logged. */
export function start(made: Made) {
  const { program, image, shape } = made;
  const linked = link(compileCodelets(program.codes, { math: 'strict', workers: image.workers }), image);
  if (!linked.ok) throw new Error(linked.diagnostics[0].message);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(linked.value));
  const memory = exports['memory'] as WebAssembly.Memory;
  const logAt = made.placement.offsets[log][0];
  const logged = (call: () => void): readonly Worked[] => {
    const words = new Int32Array(memory.buffer, logAt, logBytes / 4);
    words[0] = logAt + 4;
    call();
    const runs: Worked[] = [];
    for (let at = 1; logAt + 4 * at < words[0]; ) {
      const [codelet, worker] = words.subarray(at, at + 2);
      const { fields, slots } = shape.codelets[codelet];
      const numbers = [...words.subarray(at + 2, at + 2 + fields + slots)];
      runs.push({ codelet, worker, fields: numbers.slice(0, fields), slots: numbers.slice(fields).map(wrap) });
      at += 2 + fields + slots;
    }
    return runs;
  };
  const step = exports['step'] as (...numbers: number[]) => void;
  const read = exports['read'] as (variable: number) => void;
  return {
    step: (phase: number, first: number, end: number) => logged(() => step(0, phase, first, end)),
    read: () => logged(() => read(0)),
  };
}
