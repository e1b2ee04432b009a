/**
 * A running chip: an artifact with a memory of its own. Inputs and outputs are known by their names. Every mistake of the caller comes
 * back as a diagnostic and leaves the chip as it was.
 */
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import type { Manifest, ManifestProgram, ManifestTensor, ManifestVariable } from '@tessera-dnn/machine';
import type { Code } from './explain/catalogue.ts';
import { failed, succeeded, unknownName } from './outcome.ts';
import {
  readTensor,
  type TensorData,
  type TensorInput,
  type TensorPlace,
  tensorFault,
  writeTensor,
} from './tensor-data.ts';

/** Values of inputs by name. */
export type Inputs = { readonly [name: string]: TensorInput };
/** Copies of all outputs of a program by name, each row-major. */
export type Outputs = { readonly [name: string]: TensorData };

/** What is reported of one phase of a run after it has ended. */
export interface PhaseTrace {
  readonly program: string;
  /** Counted from 0. */
  readonly phase: number;
  /** As in the manifest (`conv1 · exchange`); `phase 3` where it has no names. */
  readonly name: string;
  /** Time on the host, not the modelled cycles of the chip. */
  readonly hostMilliseconds: number;
}

/** How to run a program. */
export interface RunOptions {
  /** Called after each phase; the program is then run phase by phase. */
  readonly trace?: (phase: PhaseTrace) => void;
}

/**
 * Calls `code`, which is the artifact's, on behalf of the host, and may stop it: WebAssembly has no limit on time, and code from
 * elsewhere may loop for ever. A trap is thrown on. After a stop the chip's memory is in no defined state.
 */
export type Caller = (code: () => void) => Outcome<void>;

const unlimited: Caller = code => {
  code();
  return succeeded(undefined);
};

/** The functions that every artifact exports, apart from its programs. */
interface Exports {
  readonly init: (seed: number) => void;
  readonly load: () => void;
  readonly read: (variable: number) => void;
  readonly write: (variable: number) => void;
  readonly step: (program: number, phase: number, firstSlot: number, endSlot: number) => void;
}

/**
 * An artifact that has been instantiated; `createChip` makes one. Its methods return diagnostics instead of throwing:
 * `no-such-program`, `no-such-input` and so on for names, `wrong-type` and `wrong-shape` for data, and `trap` if the artifact's code fails.
 */
export class Chip {
  readonly manifest: Manifest;
  /** The SRAM of all tiles and the host window; the manifest says what lies where. */
  readonly memory: WebAssembly.Memory;
  readonly #exports: Exports;
  readonly #programs: WebAssembly.Exports;
  readonly #call: Caller;
  /** Inputs that were set at least once, as `program input`. */
  readonly #given = new Set<string>();

  /** Use `createChip`. */
  constructor(manifest: Manifest, memory: WebAssembly.Memory, exports: WebAssembly.Exports, call: Caller = unlimited) {
    this.manifest = manifest;
    this.memory = memory;
    this.#exports = exports as unknown as Exports;
    this.#programs = exports;
    this.#call = call;
  }

  /** The programs by name, with the types of their inputs and outputs. */
  get programs(): Manifest['programs'] {
    return this.manifest.programs;
  }

  /** Makes the memory ready for the first run. `createChip` has done so already. */
  load(): Outcome<void> {
    return this.#guard(() => this.#exports.load());
  }

  /** Gives all states, and all variables that are not embedded, their first values again, by the seed. `bad-seed` unless it is a 32-bit integer. */
  init(seed: number): Outcome<void> {
    if (!Number.isInteger(seed) || seed !== (seed | 0))
      return failed('bad-seed', `a seed is a 32-bit integer, not ${seed}`);
    return this.#guard(() => this.#exports.init(seed));
  }

  /** Sets the input `name` of `program` for all its coming runs. */
  set(program: string, name: string, data: TensorInput): Outcome<void> {
    return this.#setAll(program, { [name]: data });
  }

  /**
   * Sets `inputs`, runs `program` once and returns copies of its outputs by name. Inputs that are not given keep their last value; one
   * that was never given is `missing-input`. Nothing runs, and nothing is set, if any input is wrong.
   */
  run(program: string, inputs: Inputs = {}, options: RunOptions = {}): Outcome<Outputs> {
    const found = this.#program(program);
    if (!found.ok) return found;
    const all = this.#setAll(program, inputs);
    if (!all.ok) return all;
    const missing = found.value.inputs.filter(({ name }) => !this.#given.has(`${program} ${name}`));
    if (missing.length > 0) return { ok: false, diagnostics: missing.map(tensor => missingInput(program, tensor)) };
    const ran = options.trace
      ? this.#traced(program, options.trace)
      : this.#guard(this.#programs[program] as () => void);
    if (!ran.ok) return ran;
    return succeeded(
      Object.fromEntries(found.value.outputs.map(tensor => [tensor.name, readTensor(this.memory, tensor)])),
    );
  }

  /**
   * Runs one phase of `program` for the slots `[firstSlot, endSlot)`, where slot = tile × workers + worker; for all of them by default.
   * `bad-phase`, `bad-slots` for what the chip does not have.
   */
  step(program: string, phase: number, firstSlot = 0, endSlot = this.slots): Outcome<void> {
    const found = this.#program(program);
    if (!found.ok) return found;
    const { index, phases } = found.value;
    if (!isIndex(phase, phases))
      return failed('bad-phase', `${program} has phases 0 to ${phases - 1}, and no phase ${phase}`);
    if (!isIndex(firstSlot, endSlot + 1) || !isIndex(endSlot, this.slots + 1)) {
      return failed('bad-slots', `[${firstSlot}, ${endSlot}) is no range of the chip's ${this.slots} slots`);
    }
    return this.#guard(() => this.#exports.step(index, phase, firstSlot, endSlot));
  }

  /** How many workers all tiles have together. */
  get slots(): number {
    return this.manifest.chip.tiles * this.manifest.chip.workers;
  }

  /** A copy of what the last run of `program` left in the output called `name`. */
  output(program: string, name: string): Outcome<TensorData> {
    const found = this.#tensor(program, 'outputs', name);
    return found.ok ? succeeded(readTensor(this.memory, found.value)) : found;
  }

  /** A copy of a param or state, row-major in the shape it was declared with, whatever its layout on the tiles. */
  readVariable(path: string): Outcome<TensorData> {
    const found = this.#variable(path);
    if (!found.ok) return found;
    const read = this.#guard(() => this.#exports.read(found.value.index));
    return read.ok ? succeeded(readTensor(this.memory, this.#transferPlace(found.value))) : read;
  }

  /** Replaces a param or state. The next run first computes again the prepared values that depend on it. */
  writeVariable(path: string, data: TensorInput): Outcome<void> {
    const found = this.#variable(path);
    if (!found.ok) return found;
    const place = this.#transferPlace(found.value);
    const fault = tensorFault(data, place, `variable ${path}`);
    if (fault) return { ok: false, diagnostics: [fault] };
    writeTensor(this.memory, data, place);
    return this.#guard(() => this.#exports.write(found.value.index));
  }

  /** Sets all inputs, or none if any of them is wrong. */
  #setAll(program: string, inputs: Inputs): Outcome<void> {
    const checked = Object.entries(inputs).map(([name, data]) => {
      const found = this.#tensor(program, 'inputs', name);
      const fault = found.ok ? tensorFault(data, found.value, `input ${name} of ${program}`) : undefined;
      return { name, data, found, diagnostics: fault ? [fault] : found.diagnostics };
    });
    const diagnostics = checked.flatMap(input => input.diagnostics);
    if (diagnostics.length > 0) return { ok: false, diagnostics };
    for (const { name, data, found } of checked) {
      if (found.ok) writeTensor(this.memory, data, found.value);
      this.#given.add(`${program} ${name}`);
    }
    return succeeded(undefined);
  }

  #traced(program: string, trace: (phase: PhaseTrace) => void): Outcome<void> {
    const { phases, phaseNames } = this.manifest.programs[program];
    for (let phase = 0; phase < phases; phase++) {
      const before = performance.now();
      const stepped = this.step(program, phase);
      if (!stepped.ok) return stepped;
      const hostMilliseconds = performance.now() - before;
      trace({ program, phase, name: phaseNames?.[phase] ?? `phase ${phase}`, hostMilliseconds });
    }
    return succeeded(undefined);
  }

  #transferPlace({ type, shape }: ManifestVariable): TensorPlace {
    return { type, shape, address: this.manifest.memory.host.transfer };
  }

  #program(name: string): Outcome<ManifestProgram> {
    const { programs } = this.manifest;
    if (Object.hasOwn(programs, name)) return succeeded(programs[name]);
    return unknownName('no-such-program', 'the artifact has no program', name, Object.keys(programs));
  }

  #tensor(program: string, side: 'inputs' | 'outputs', name: string): Outcome<ManifestTensor> {
    const found = this.#program(program);
    if (!found.ok) return found;
    const tensors = found.value[side];
    const tensor = tensors.find(tensor => tensor.name === name);
    if (tensor) return succeeded(tensor);
    const noun = side === 'inputs' ? 'input' : 'output';
    return unknownName(
      `no-such-${noun}`,
      `${program} has no ${noun}`,
      name,
      tensors.map(({ name }) => name),
    );
  }

  #variable(path: string): Outcome<ManifestVariable> {
    const { variables } = this.manifest;
    const variable = variables.find(variable => variable.path === path);
    if (variable) return succeeded(variable);
    return unknownName(
      'no-such-variable',
      'the artifact has no variable',
      path,
      variables.map(({ path }) => path),
    );
  }

  /** A sound artifact never traps; one that was tampered with may. */
  #guard(call: () => void): Outcome<void> {
    try {
      return this.#call(call);
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      return failed('trap', `the artifact's code trapped: ${error.message}`);
    }
  }
}

function isIndex(value: number, end: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < end;
}

function missingInput(program: string, { name, type, shape }: ManifestTensor): Diagnostic<Code> {
  const message = `input ${name} of ${program}, ${type}[${shape.join(', ')}], was never set`;
  return { code: 'missing-input', severity: 'error', message };
}
