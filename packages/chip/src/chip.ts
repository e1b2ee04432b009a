/// <reference lib="esnext.disposable" preserve="true" />
/**
 * A running chip: an artifact with a memory of its own. Inputs and outputs are known by their names. Every mistake of the caller comes
 * back as a diagnostic and leaves the chip as it was.
 */
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import type { Manifest, ManifestProgram, ManifestTensor, ManifestVariable } from '@tessera-dnn/machine';
import { aborted, unlessAborted } from './abort.ts';
import { bindMembers } from './bind.ts';
import type { Code } from './explain/catalogue.ts';
import { kindOf, now, tagOf } from './foreign.ts';
import { programNamed, tensorNamed, variableNamed } from './names.ts';
import { type Failure, failed, succeeded } from './outcome.ts';
import type { Runner } from './runner.ts';
import {
  elementsFor,
  readTensor,
  type TensorData,
  type TensorInput,
  type TensorPlace,
  writeTensor,
} from './tensor-data.ts';
import { FirstValues, type Weights } from './variables.ts';

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

/** How to run a program beside other things. */
export interface AsyncRunOptions {
  /**
   * When it is aborted, the answer is `run-aborted` at once. A run that has begun goes on to its end, so that no variable is half updated;
   * later runs wait for it.
   */
  readonly signal?: AbortSignal;
}

/**
 * An artifact that has been instantiated; `createChip` makes one. Its methods return diagnostics instead of throwing:
 * `no-such-program`, `no-such-input` and so on for names, `wrong-type` and `wrong-shape` for data, `trap` if the artifact's code fails,
 * `chip-busy` while `runAsync` runs a program, `thread-lost` after one of its threads has ended, and `disposed` at last.
 */
export class Chip {
  readonly manifest: Manifest;
  /** The SRAM of all tiles and the host window; the manifest says what lies where. */
  readonly memory: WebAssembly.Memory;
  readonly #runner: Runner;
  readonly #firstValues: FirstValues;
  /** Inputs that were set at least once, as `program input`. */
  readonly #given = new Set<string>();
  /** The program whose tensors are in the memory that programs share. */
  #last: string | undefined;

  /** Use `createChip`. */
  constructor(manifest: Manifest, memory: WebAssembly.Memory, runner: Runner) {
    this.manifest = manifest;
    this.memory = memory;
    this.#runner = runner;
    this.#firstValues = new FirstValues(manifest.variables, {
      read: path => this.readVariable(path),
      write: (path, data) => this.#write(path, data),
      draw: seed => runner.call(() => runner.functions.init(seed)),
    });
    bindMembers(this, Chip.prototype);
  }

  /** The programs by name, with the types of their inputs and outputs. */
  get programs(): Manifest['programs'] {
    return this.manifest.programs;
  }

  /** Makes the memory ready for the first run. `createChip` has done so already. */
  load(): Outcome<void> {
    return this.#runner.call(() => this.#runner.functions.load());
  }

  /** Gives all variables their values for the first run, but for `others`, which get theirs later. `createChip` has done so already. */
  begin(seed?: number, weights?: Weights, others?: ReadonlySet<string>): Outcome<void> {
    return this.#firstValues.begin(seed, weights, others);
  }

  /** Gives all variables that are not embedded their first values again, by the seed. `bad-seed` unless it is a 32-bit integer. */
  init(seed: number): Outcome<void> {
    return this.#firstValues.draw(seed);
  }

  /** Gives the states their first values again, those that are embedded apart, and leaves params as they are: to begin another sequence, say. */
  reset(): Outcome<void> {
    return this.#runner.fault ?? this.#firstValues.reset();
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
    const begun = this.#begin(program, inputs);
    if (!begun.ok) return begun;
    const { trace } = options ?? {};
    const ran = trace ? this.#traced(program, trace) : this.#runner.run(program, begun.value);
    return ran.ok ? succeeded(this.#outputs(begun.value), begun.diagnostics) : ran;
  }

  /**
   * Like `run`, but this thread goes on with other things: a worker runs the program, with all threads of the chip. Where memory cannot be
   * shared with a worker (the artifact was compiled for one thread, or the page is not isolated from others), this thread runs it, and does
   * other things behind each phase at which 12 ms are over. Runs that are asked for meanwhile come in their turn; inputs are read when it
   * is theirs. Also fails with `run-aborted`. Never rejects.
   */
  runAsync(program: string, inputs: Inputs = {}, options: AsyncRunOptions = {}): Promise<Outcome<Outputs>> {
    const { signal } = options ?? {};
    const ended = this.#runner.inTurn(async () => {
      if (signal?.aborted) return aborted(program);
      const begun = this.#begin(program, inputs);
      if (!begun.ok) return begun;
      const ran = await this.#runner.runApart(program, begun.value);
      return ran.ok ? succeeded(this.#outputs(begun.value), begun.diagnostics) : ran;
    });
    return signal ? unlessAborted(signal, ended, aborted(program)) : ended;
  }

  /**
   * Runs one phase of `program` for the slots `[firstSlot, endSlot)`, where slot = tile × workers + worker; for all of them by default.
   * `bad-phase`, `bad-slots` for what the chip does not have; `bad-turn` where another program has run since the phase before, since programs
   * share their memory.
   */
  step(program: string, phase: number, firstSlot = 0, endSlot = this.slots): Outcome<void> {
    const found = programNamed(program, this.manifest);
    if (!found.ok) return found;
    const { index, phases } = found.value;
    if (!isIndex(phase, phases))
      return failed('bad-phase', `${program} has phases 0 to ${phases - 1}, and no phase ${phase}`);
    if (!isIndex(firstSlot, endSlot + 1) || !isIndex(endSlot, this.slots + 1)) {
      return failed('bad-slots', `[${firstSlot}, ${endSlot}) is no range of the chip's ${this.slots} slots`);
    }
    if (phase > 0 && this.#last !== program) return outOfTurn(program, phase, this.#last);
    this.#last = program;
    return this.#runner.call(() => this.#runner.functions.step(index, phase, firstSlot, endSlot));
  }

  /** How many workers all tiles have together. */
  get slots(): number {
    return this.#runner.slots;
  }

  /** How many threads run a program, this one included. */
  get threads(): number {
    return this.#runner.threads;
  }

  /** Ends the chip's threads. Garbage collection does so too, at a time of its own. */
  dispose(): void {
    this.#runner.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** A copy of what the last run of `program` left in the output called `name`. */
  output(program: string, name: string): Outcome<TensorData> {
    const found = this.#runner.fault ?? tensorNamed(name, program, 'outputs', this.manifest);
    return found.ok ? succeeded(readTensor(this.memory, found.value)) : found;
  }

  /** A copy of a param or state, row-major in the shape it was declared with, whatever its layout on the tiles. */
  readVariable(path: string): Outcome<TensorData> {
    const found = variableNamed(path, this.manifest);
    if (!found.ok) return found;
    const read = this.#runner.call(() => this.#runner.functions.read(found.value.index));
    return read.ok ? succeeded(readTensor(this.memory, this.#transferPlace(found.value))) : read;
  }

  /** Replaces a param or state. The next run first computes again the prepared values that depend on it. */
  writeVariable(path: string, data: TensorInput): Outcome<void> {
    const written = this.#write(path, data);
    if (written.ok) this.#firstValues.wrote(path);
    return written;
  }

  #write(path: string, data: TensorInput): Outcome<void> {
    const found = this.#runner.fault ?? variableNamed(path, this.manifest);
    if (!found.ok) return found;
    const place = this.#transferPlace(found.value);
    const elements = elementsFor(data, place, `variable ${path}`);
    if (!elements.ok) return elements;
    writeTensor(this.memory, elements.value, place);
    return this.#runner.call(() => this.#runner.functions.write(found.value.index));
  }

  /** Everything before a program runs: its inputs are set, and none is missing. With a warning if what it gives cannot be meant. */
  #begin(program: string, inputs: Inputs): Outcome<ManifestProgram> {
    const found = programNamed(program, this.manifest);
    if (!found.ok) return found;
    const all = this.#setAll(program, inputs);
    if (!all.ok) return all;
    const missing = found.value.inputs.filter(({ name }) => !this.#given.has(`${program} ${name}`));
    if (missing.length > 0) return { ok: false, diagnostics: missing.map(tensor => missingInput(program, tensor)) };
    this.#last = program;
    return succeeded(found.value, this.#firstValues.warnings(found.value));
  }

  #outputs({ outputs }: ManifestProgram): Outputs {
    return Object.fromEntries(outputs.map(tensor => [tensor.name, readTensor(this.memory, tensor)]));
  }

  /** Sets all inputs, or none if any of them is wrong. */
  #setAll(program: string, inputs: Inputs): Outcome<void> {
    if (this.#runner.fault) return this.#runner.fault;
    if (!hasNames(inputs)) return withoutNames(program, inputs, this.manifest);
    const checked = Object.entries(inputs).map(([name, data]) => {
      const place = tensorNamed(name, program, 'inputs', this.manifest);
      const elements = place.ok ? elementsFor(data, place.value, `input ${name} of ${program}`) : place;
      return { name, place, elements };
    });
    const diagnostics = checked.flatMap(({ elements }) => elements.diagnostics);
    if (diagnostics.length > 0) return { ok: false, diagnostics: diagnostics.slice(0, mostFaults) };
    for (const { name, place, elements } of checked) {
      if (place.ok && elements.ok) writeTensor(this.memory, elements.value, place.value);
      this.#given.add(`${program} ${name}`);
    }
    return succeeded(undefined);
  }

  #traced(program: string, trace: (phase: PhaseTrace) => void): Outcome<void> {
    const { phases, phaseNames } = this.manifest.programs[program];
    for (let phase = 0; phase < phases; phase++) {
      const before = now();
      const stepped = this.step(program, phase);
      if (!stepped.ok) return stepped;
      const hostMilliseconds = now() - before;
      trace({ program, phase, name: phaseNames?.[phase] ?? `phase ${phase}`, hostMilliseconds });
    }
    return succeeded(undefined);
  }

  #transferPlace({ type, shape }: ManifestVariable): TensorPlace {
    return { type, shape, address: this.manifest.memory.host.transfer };
  }
}

/** More faults than anybody reads of one call. */
const mostFaults = 10;

/** Whether values are given by names: an array or a picture is one value without. */
function hasNames(inputs: unknown): boolean {
  return tagOf(inputs) === 'Object';
}

function withoutNames(program: string, inputs: unknown, { programs }: Manifest): Failure {
  const name = programs[program].inputs[0]?.name ?? 'x';
  const message = `${program} takes its inputs by name, in an object, and was given ${kindOf(inputs)}`;
  return failed('inputs-without-names', message, `run('${program}', { ${name}: … })`);
}

function outOfTurn(program: string, phase: number, last: string | undefined): Failure {
  const wanted = `phase ${phase} of ${program} follows on its phase ${phase - 1}`;
  return failed('bad-turn', `${wanted}, but ${last ?? 'nothing'} has run before it`);
}

function isIndex(value: number, end: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < end;
}

function missingInput(program: string, { name, type, shape }: ManifestTensor): Diagnostic<Code> {
  const message = `input ${name} of ${program}, ${type}[${shape.join(', ')}], was never set`;
  return { code: 'missing-input', severity: 'error', message };
}
