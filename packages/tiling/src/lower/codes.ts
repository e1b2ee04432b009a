/** The registry of kernels: equal code is one codelet, equal code with equal fields one class, and both are found again by their text. */
import { InternalError } from '@tessera-dnn/diagnostics';
import { elementBytes, type TensorType, writeElement } from '@tessera-dnn/graph';
import {
  codeKey,
  countKernel,
  fitFields,
  type KernelCode,
  type RecordedKernel,
  type RecordOptions,
} from '@tessera-dnn/graph/kernel';
import { type FillNest, recordCopy, recordFill } from '@tessera-dnn/graph/structural';
import { type ChipSpec, usualWorkers } from '@tessera-dnn/machine';
import type { CellLoop } from '../geometry/lattice.ts';
import type { Nest } from '../geometry/nest.ts';
import type { Carried, Spread, VertexClass } from '../program.ts';
import { kernelCycles } from '../split/cycles.ts';
import { tileStage } from '../stages.ts';

/** A kernel of so many slots, and the name of its codelet in profiles if it is new. Copies say what they carry. */
interface NewVertex {
  readonly recorded: RecordedKernel;
  readonly slots: number;
  readonly name: string;
  readonly carried?: Carried;
}

/** The kernels, classes and loops over tiles of one program, each there once and called by its number from then on. */
export class Codes {
  readonly #chip: ChipSpec;
  readonly #codes: KernelCode[] = [];
  readonly #classes: VertexClass[] = [];
  readonly names: string[] = [];
  /** Names of kernels that cannot be run. */
  readonly outOfReach = new Set<string>();
  readonly spreads: Spread[] = [[]];
  readonly tileStrideBytes: number;
  readonly #codeIds = new Map<string, number>();
  readonly #classIds = new Map<string, number>();
  readonly #copyIds = new Map<string, number>();
  readonly #spreadIds = new Map<string, number>([['', 0]]);

  /** How all kernels of the program are recorded. */
  readonly recording: RecordOptions;
  /** How those are recorded whose cycles decide where work is cut: as for the usual workers and one thread, whatever there are. */
  readonly sampling: RecordOptions;

  /** How many threads have scratch memory of their own for the same vertex. */
  readonly scratchCopies: number;

  /** `threads`: how many may share the work. */
  constructor(chip: ChipSpec, math: 'fast' | 'strict', tileStrideBytes: number, threads = 1) {
    this.#chip = chip;
    this.tileStrideBytes = tileStrideBytes;
    const recording = { specialised: chip.specialise, fused: math === 'fast' };
    this.scratchCopies = chip.tiles * chip.workers === 1 ? threads : 1;
    this.recording = { ...recording, ordered: chip.workers === 1, divided: threads > 1 && chip.workers === 1 };
    this.sampling = { ...recording, ordered: usualWorkers(chip) === 1 };
  }

  /** The class of a vertex or a copy. */
  classOf({ recorded, slots, name, carried }: NewVertex): number {
    if (recorded.outOfReach) this.outOfReach.add(name);
    const { scratchBytes } = recorded;
    const scratch = scratchBytes > 0 ? { scratchBytes } : undefined;
    const id = this.#classWith(recorded, scratch ? slots + 1 : slots, name, scratch);
    if (carried) this.#classes[id] = { carried, ...this.#classes[id] };
    return id;
  }

  /** The bytes of scratch memory that a class of vertices uses. */
  scratchBytes(id: number): number {
    return this.#classes[id].scratchBytes ?? 0;
  }

  /** The class for the same vertex in a phase whose vertices have scratch memory. */
  besideScratch(id: number): number {
    const { code, fields, slots, scratchBytes } = this.#classes[id];
    if (scratchBytes !== undefined) return id;
    return this.#classWith({ code: this.#codes[code], fields }, slots + 1, this.names[code], { scratchBytes: 0 });
  }

  #classWith(
    recorded: Pick<RecordedKernel, 'code' | 'fields'>,
    slots: number,
    name: string,
    scratch: Pick<VertexClass, 'scratchBytes'> | undefined,
  ): number {
    const { fields } = recorded;
    const code = this.#codeOf(recorded.code, slots, name);
    const key = `${code}:${fields.join(',')}`;
    let id = this.#classIds.get(key);
    if (id === undefined) {
      id = this.#classes.length;
      this.#classes.push({ code, fields, slots, cycles: this.#cyclesOf(recorded, name), ...scratch });
      this.#classIds.set(key, id);
    }
    return id;
  }

  #codeOf(code: KernelCode, slots: number, name: string): number {
    const text = `${slots};${codeKey(code)}`;
    let id = this.#codeIds.get(text);
    if (id === undefined) {
      id = this.#codes.length;
      this.#codes.push({ ...code, slots });
      this.names.push(name);
      this.#codeIds.set(text, id);
    }
    return id;
  }

  #cyclesOf({ code, fields }: Pick<RecordedKernel, 'code' | 'fields'>, name: string): number {
    const { workers } = this.#chip;
    const cycles = kernelCycles(countKernel(code, fields, workers), this.#chip, workers);
    if (!(cycles >= 0 && cycles < Number.POSITIVE_INFINITY))
      throw new InternalError(tileStage.name, `a vertex of ${cycles} cycles`, name);
    return cycles;
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

  /** The class of a copy with the given loops. Slots: source, target. */
  copyClass(loops: Nest['loops'], elementBytes: 1 | 2 | 4): number {
    const key = `${elementBytes};${loops.map(l => `${l.count},${l.from},${l.to},${l.tiles ?? ''}`).join(';')}`;
    let id = this.#copyIds.get(key);
    if (id === undefined) {
      const byteLoops = loops.map(l => ({ count: l.count, fromBytes: l.from, toBytes: l.to, fromUnits: l.tiles }));
      const nest = { loops: byteLoops, elementBytes, unitBytes: this.tileStrideBytes | 0 } as const;
      const recorded = recordCopy(nest, this.recording);
      id = this.classOf({ recorded, slots: 2, name: 'copy', carried: { elementBytes, loops } });
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
      id = this.classOf({ recorded: recordFill(nest, this.recording), slots: 1, name: 'fill', carried });
      this.#copyIds.set(key, id);
    }
    return id;
  }

  /** The codes, each fitted to the fields of all its vertices, and the vertices with what is left of their fields. */
  fitted(): { readonly codes: readonly KernelCode[]; readonly classes: readonly VertexClass[] } {
    const vertices = this.#codes.map((): (readonly number[])[] => []);
    for (const { code, fields } of this.#classes) vertices[code].push(fields);
    const fitted = this.#codes.map((code, id) => fitFields(code, vertices[id]));
    return {
      codes: fitted.map(({ code }) => code),
      classes: this.#classes.map(c => ({ ...c, fields: fitted[c.code].fieldsOf(c.fields) })),
    };
  }
}

/** An element's size and its bits as a signed integer. */
function bitsOf({ element }: TensorType, value: number): Pick<FillNest, 'elementBytes' | 'bits'> {
  const size = elementBytes[element];
  const word = new DataView(new ArrayBuffer(4));
  writeElement(word, element, 0, value);
  return { elementBytes: size, bits: word.getInt32(0, true) };
}
