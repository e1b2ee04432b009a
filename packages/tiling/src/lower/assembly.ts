/** The tile program under construction: buffers, phases, and the registry in which equal kernels and equal vertices are found again. */
import { InternalError } from '@tessera/diagnostics';
import {
  codeKey,
  countKernel,
  fitFields,
  type KernelCode,
  type Origin,
  type RecordedKernel,
  type RecordOptions,
  recordCopy,
  recordFill,
  type TensorType,
} from '@tessera/graph';
import { type ChipSpec, tableFormat, usualWorkers } from '@tessera/machine';
import type { CellLoop } from '../geometry/lattice.ts';
import type { Nest } from '../geometry/nest.ts';
import {
  type Buffer,
  type BufferId,
  type BufferKind,
  type Carried,
  copyWidth,
  type Moved,
  type Phase,
  type Spread,
  type VertexClass,
} from '../program.ts';
import { kernelCycles } from '../split/cycles.ts';
import { tileStage } from '../stages.ts';
import type { VertexRecorder } from './record.ts';

const { recordBytes } = tableFormat;

export class Assembly {
  readonly chip: ChipSpec;
  readonly buffers: Buffer[] = [];
  readonly phases: Phase[] = [];
  readonly codes: KernelCode[] = [];
  readonly codeNames: string[] = [];
  readonly classes: VertexClass[] = [];
  readonly moves: Moved[] = [];
  /** Names of kernels that cannot be run. */
  readonly outOfReach = new Set<string>();
  readonly spreads: Spread[] = [[]];
  readonly tileStrideBytes: number;
  /** About what the phases so far take in each tile's table. */
  readonly tableBytes: Float64Array;
  /** By everything but the coordinates that a kernel depends on. */
  readonly recorders = new Map<string, VertexRecorder>();
  readonly #codeIds = new Map<string, number>();
  readonly #classIds = new Map<string, number>();
  readonly #copyIds = new Map<string, number>();
  readonly #spreadIds = new Map<string, number>([['', 0]]);

  /** How all kernels of the program are recorded. */
  readonly recording: RecordOptions;
  /** How those are recorded whose cycles decide where work is cut: as for the usual workers, whatever the chip has. */
  readonly sampling: RecordOptions;

  constructor(chip: ChipSpec, math: 'fast' | 'strict', tileStrideBytes: number) {
    this.chip = chip;
    this.tileStrideBytes = tileStrideBytes;
    this.tableBytes = new Float64Array(chip.tiles);
    this.recording = { specialised: chip.specialise, fused: math === 'fast', ordered: chip.workers === 1 };
    this.sampling = { ...this.recording, ordered: usualWorkers(chip) === 1 };
  }

  phase(phase: Phase): void {
    this.phases.push(phase);
    if (phase.kind === 'compute') {
      phase.classOf.forEach((id, tile) => {
        if (id >= 0) this.tableBytes[tile] += recordBytes;
      });
    } else {
      for (let at = 0; at < phase.copies.length; at += copyWidth) this.tableBytes[phase.copies[at]] += recordBytes;
    }
  }

  buffer(name: string, kind: BufferKind, type: TensorType, bytes: Float64Array, origin: Origin): BufferId {
    const resident = kind === 'param' || kind === 'state' || kind === 'prepared' || kind === 'constant';
    this.buffers.push({ name, kind, type, bytes, origin, resident });
    return (this.buffers.length - 1) as BufferId;
  }

  /** The new value of the variable in `old`, to be written over it: nothing may read `old` behind that. */
  newValue(old: BufferId, origin: Origin): BufferId {
    const { name, kind, type, bytes } = this.buffers[old];
    this.buffers.push({ name: `${name}′`, kind, type, bytes, origin, resident: false, replaces: old });
    return (this.buffers.length - 1) as BufferId;
  }

  /** Sizes of buffers may grow while their users are found (the transfer area). */
  enlarge(buffer: BufferId, bytes: number): void {
    const grown = this.buffers[buffer].bytes;
    if (grown.length !== 1)
      throw new InternalError(tileStage.name, 'only host buffers grow', this.buffers[buffer].name);
    grown[0] = Math.max(grown[0], bytes);
  }

  /** The class of a recorded vertex or copy of so many slots; `name` names its codelet in profiles if it is new. */
  classOf(recorded: RecordedKernel, slots: number, name: string, carried?: Carried): number {
    if (recorded.outOfReach) this.outOfReach.add(name);
    const codeText = `${slots};${codeKey(recorded.code)}`;
    let code = this.#codeIds.get(codeText);
    if (code === undefined) {
      code = this.codes.length;
      this.codes.push({ ...recorded.code, slots });
      this.codeNames.push(name);
      this.#codeIds.set(codeText, code);
    }
    const key = `${code}:${recorded.fields.join(',')}`;
    let id = this.#classIds.get(key);
    if (id === undefined) {
      id = this.classes.length;
      const counts = countKernel(recorded.code, recorded.fields, this.chip.workers);
      const cycles = kernelCycles(counts, this.chip, this.chip.workers);
      if (!(cycles >= 0 && cycles < Number.POSITIVE_INFINITY))
        throw new InternalError(tileStage.name, `a vertex of ${cycles} cycles`, name);
      this.classes.push({ code, fields: recorded.fields, slots, cycles });
      this.#classIds.set(key, id);
    }
    if (carried) this.classes[id] = { carried, ...this.classes[id] };
    return id;
  }

  /** The number of a copy's loops over tiles. */
  spread(loops: readonly CellLoop[]): number {
    const key = loops.map(({ count, tiles }) => `${count},${tiles}`).join(';');
    let id = this.#spreadIds.get(key);
    if (id === undefined) {
      id = this.spreads.length;
      this.spreads.push(loops.map(({ count, tiles }) => ({ count, tiles })));
      this.#spreadIds.set(key, id);
    }
    return id;
  }

  /** The codes, each fitted to the fields of all its vertices, and the vertices with what is left of their fields. */
  fitted(): { readonly codes: readonly KernelCode[]; readonly classes: readonly VertexClass[] } {
    const vertices = this.codes.map((): (readonly number[])[] => []);
    for (const { code, fields } of this.classes) vertices[code].push(fields);
    const fitted = this.codes.map((code, id) => fitFields(code, vertices[id]));
    return {
      codes: fitted.map(({ code }) => code),
      classes: this.classes.map(c => ({ ...c, fields: fitted[c.code].fieldsOf(c.fields) })),
    };
  }

  /** The class of a copy with the given loops. Slots: source, target. */
  copyClass(loops: Nest['loops'], elementBytes: number): number {
    const key = `${elementBytes};${loops.map(l => `${l.count},${l.from},${l.to},${l.tiles ?? ''}`).join(';')}`;
    let id = this.#copyIds.get(key);
    if (id === undefined) {
      const bytes = elementBytes === 1 ? 1 : 4;
      const byteLoops = loops.map(l => ({ count: l.count, fromBytes: l.from, toBytes: l.to, fromUnits: l.tiles }));
      const nest = { loops: byteLoops, elementBytes: bytes, unitBytes: this.tileStrideBytes | 0 } as const;
      id = this.classOf(recordCopy(nest, this.recording), 2, 'copy', { elementBytes: bytes, loops });
      this.#copyIds.set(key, id);
    }
    return id;
  }

  /** The class of a fill of the given loops with one value. Slot: target. */
  fillClass(loops: Nest['loops'], type: TensorType, value: number): number {
    const key = `fill ${type.element} ${Object.is(value, -0) ? '-0' : value};${loops.map(l => `${l.count},${l.to}`).join(';')}`;
    let id = this.#copyIds.get(key);
    if (id === undefined) {
      const nest = { loops: loops.map(l => ({ count: l.count, toBytes: l.to })), ...bitsOf(type, value) };
      const carried = { elementBytes: nest.elementBytes, loops };
      id = this.classOf(recordFill(nest, this.recording), 1, 'fill', carried);
      this.#copyIds.set(key, id);
    }
    return id;
  }
}

/** An element's size and its bits as a signed integer. */
function bitsOf(type: TensorType, value: number): { readonly elementBytes: 1 | 4; readonly bits: number } {
  if (type.element === 'f32') return { elementBytes: 4, bits: new Int32Array(Float32Array.of(value).buffer)[0] };
  return { elementBytes: type.element === 'i32' ? 4 : 1, bits: value };
}
