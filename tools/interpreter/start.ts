/**
 * Runs an artifact of this back end. The result of `start` has the names that a WebAssembly artifact exports (`docs/artifact.md`), so a
 * host of one can run the other.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import { interpretKernel, type KernelCode, unpackFields } from '@tessera-dnn/graph/kernel';
import { type Image, type ImageProgram, type Run, TableReader } from '@tessera-dnn/machine';
import { decode } from './artifact.ts';

export interface Interpreted {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** Runs all phases of a program, by its name. */
  readonly run: (program: string) => void;
  readonly init: (seed: number) => void;
  readonly read: (variable: number) => void;
  readonly write: (variable: number) => void;
  /** Runs one phase of a program, by its index, for some of the slots; slot = tile × workers + worker. */
  readonly step: (program: number, phase: number, firstSlot: number, endSlot: number) => void;
}

export function start(bytes: Uint8Array): Interpreted {
  const { image, kernels } = decode(bytes);
  const chip = new InterpretedChip(image, kernels);
  return {
    memory: chip.memory,
    run: name => chip.run(image.programs.findIndex(program => program.name === name)),
    init: seed => chip.init(seed),
    read: variable => chip.transfer(variable, 'toHost'),
    write: variable => chip.write(variable),
    step: (program, phase, firstSlot, endSlot) => chip.step(program, phase, firstSlot, endSlot),
  };
}

class InterpretedChip {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly #image: Image;
  readonly #kernels: readonly KernelCode[];
  readonly #view: DataView;
  readonly #tables: TableReader;

  constructor(image: Image, kernels: readonly KernelCode[]) {
    this.#image = image;
    this.#kernels = kernels;
    const slots = kernels.map(kernel => kernel.slots);
    this.#tables = new TableReader(image, slots);
    const buffer = new ArrayBuffer(image.totalBytes);
    this.memory = { buffer };
    this.#view = new DataView(buffer);
    for (const { address, bytes } of image.segments) new Uint8Array(buffer).set(bytes, address);
  }

  run(program: number): void {
    const slots = this.#image.tiles * this.#image.workers;
    const phases = this.#image.prepare.phases + this.#program(program).phases;
    for (let phase = 0; phase < phases; phase++) this.step(program, phase, 0, slots);
  }

  /** Runs a phase. The phases of `prepare` come first, and do nothing while prepared values are up to date. */
  step(index: number, phase: number, firstSlot: number, endSlot: number): void {
    const { prepare } = this.#image;
    const program = this.#program(index);
    if (phase < prepare.phases) {
      if (this.#flag === 0) this.#phase(prepare.firstPhase + phase, firstSlot, endSlot);
      return;
    }
    const own = phase - prepare.phases;
    if (own === 0) this.#flag = 1;
    this.#phase(program.firstPhase + own, firstSlot, endSlot);
    if (own === program.phases - 1 && program.invalidates) this.#flag = 0;
  }

  init(seed: number): void {
    const { seedAddress, transfers } = this.#image;
    this.#view.setInt32(seedAddress, seed, true);
    this.#flag = 0;
    for (let variable = 0; variable < transfers.count; variable++) {
      if (!this.#tables.transfers(variable, 'firstValue')) continue;
      this.transfer(variable, 'firstValue');
      this.transfer(variable, 'fromHost');
    }
  }

  write(variable: number): void {
    this.#flag = 0;
    this.transfer(variable, 'fromHost');
  }

  transfer(variable: number, list: 'toHost' | 'fromHost' | 'firstValue'): void {
    const runs = this.#tables.transfers(variable, list);
    if (!runs) throw new InternalError('interpreter', `variable ${variable} has no list ${list}`);
    for (const run of runs) this.#call(run, 0, this.#image.workers);
  }

  #program(index: number): ImageProgram {
    const program = this.#image.programs[index];
    if (!program) throw new InternalError('interpreter', `there is no program ${index}`);
    return program;
  }

  get #flag(): number {
    return this.#view.getInt32(this.#image.preparedFlag, true);
  }

  set #flag(value: 0 | 1) {
    this.#view.setInt32(this.#image.preparedFlag, value, true);
  }

  /** Runs the phase tile by tile, for those workers of each that are in the range. */
  #phase(phase: number, firstSlot: number, endSlot: number): void {
    const { workers } = this.#image;
    for (let tile = Math.floor(firstSlot / workers); tile * workers < endSlot; tile++) {
      const first = Math.max(firstSlot - tile * workers, 0);
      const end = Math.min(endSlot - tile * workers, workers);
      for (const run of this.#tables.runs(tile, phase)) this.#call(run, first, end);
    }
  }

  #call({ codelet, fields, slots }: Run, firstWorker: number, endWorker: number): void {
    const code = this.#kernels[codelet];
    const { workers } = this.#image;
    const run = { memory: this.memory.buffer, fields: unpackFields(code, this.#view, fields), slots, workers };
    for (let worker = firstWorker; worker < endWorker; worker++) interpretKernel(code, { ...run, worker });
  }
}
