/**
 * A program on a chip: begun with inputs, run phase by phase, forward and back, and looked into. All of it is in one worker, and ends with it.
 *
 * Back is from the start: the variables are put back as they were when the run began, and its phases are run again up to the one before. So a run of any length
 * needs no memory beside that of its variables, and what is seen on the way back is what was seen before.
 */
import {
  type Chip,
  createChip,
  createTraining,
  loadArtifact,
  missingFeatures,
  type TensorData,
  type Training,
} from '@tessera-dnn/chip';
import { assemble, type Plan, tryPlanWithTables } from '@tessera-dnn/compiler';
import { InternalError, type Outcome } from '@tessera-dnn/diagnostics';
import type { ManifestProgram } from '@tessera-dnn/machine';
import { explore } from '../data/explore.ts';
import type { Explored, ExploredProgram } from '../data/explored.ts';
import { loadOf, type Order } from '../live/answer.ts';
import { optionsOf } from '../live/settings.ts';
import { gathered, type Place, placesOf } from './gather.ts';
import type { AskOf, Looked, Measured, Moment, Opened, TrainingSteps } from './messages.ts';
import { kindsFor } from './sample.ts';
import { heldBuffer } from './still-there.ts';
import { toldSteps } from './told-steps.ts';

/** A run that has begun. */
interface Run {
  readonly program: string;
  readonly explored: ExploredProgram;
  readonly inputs: AskOf<'begin'>['inputs'];
  /** Variables as they were, where the program may change them. */
  readonly before: ReadonlyMap<string, TensorData>;
  readonly milliseconds: Float64Array;
  done: number;
}

/** However short a time a program is measured, it is run so often. */
const leastRuns = 3;

/** Compiles what is ordered, and makes a chip of it. Where it does not fit, or cannot be compiled, the diagnostics say so. */
export async function openSession(order: Order): Promise<Outcome<Session>> {
  const options = { ...optionsOf(order.settings), load: loadOf(order), portable: !hasRelaxed() };
  const { outcome: planned, tables } = tryPlanWithTables(order.source, options, 'without-hints');
  const artifact = planned.ok ? assemble(planned.value) : planned;
  const loaded = artifact.ok ? await loadArtifact(artifact.value.bytes) : artifact;
  const chip = loaded.ok ? await createChip(loaded.value, { seed: 0 }) : loaded;
  if (!planned.ok || !tables || !chip.ok) return { ok: false, diagnostics: chip.diagnostics };
  const explored = explore(planned.value, tables, planned.diagnostics);
  return { ok: true, value: new Session(planned.value, chip.value, explored), diagnostics: planned.diagnostics };
}

function hasRelaxed(): boolean {
  return missingFeatures(['relaxed-simd']).length === 0;
}

/** Use {@link openSession}. */
export class Session {
  readonly chip: Chip;
  readonly opened: Opened;
  readonly #plan: Plan;
  readonly #places: ReadonlyMap<number, Place>;
  #run: Run | undefined;
  #training: Training | undefined;

  constructor(plan: Plan, chip: Chip, explored: Explored) {
    this.chip = chip;
    this.#plan = plan;
    this.#places = placesOf(plan);
    const programs = Object.entries(chip.programs).map(([name, { kind, inputs }]) => ({ name, kind, inputs }));
    this.opened = { explored, programs, kinds: kindsFor(modelsOf(chip)) };
  }

  /** Begins a run; nothing of it has been run then. */
  begin({ program, inputs }: AskOf<'begin'>): Outcome<Moment> {
    const explored = this.opened.explored.programs.find(({ name }) => name === program);
    const before = this.#updates(program) ? this.#variables() : succeeded(new Map<string, TensorData>());
    const set = before.ok ? this.#set(program, inputs) : before;
    if (!set.ok || !before.ok || !explored) return { ok: false, diagnostics: set.diagnostics };
    const milliseconds = new Float64Array(explored.phases).fill(Number.NaN);
    this.#run = { program, explored, inputs, before: before.value, milliseconds, done: 0 };
    return succeeded(this.#moment(this.#run));
  }

  /** Goes on, or back, until so many phases have been run. */
  go({ done }: AskOf<'go'>): Outcome<Moment> {
    const run = this.#begun();
    const back = done < run.done ? this.#restart(run) : succeeded(undefined);
    if (!back.ok) return back;
    const first = run.explored.firstNumber;
    // What prepares is run before the first phase, and does nothing where its results are fresh.
    if (run.done === 0 && done > 0)
      for (let phase = 0; phase < first; phase++) {
        const prepared = this.chip.step(run.program, phase);
        if (!prepared.ok) return prepared;
      }
    while (run.done < Math.min(done, run.explored.phases)) {
      const start = performance.now();
      const stepped = this.chip.step(run.program, first + run.done);
      if (!stepped.ok) return stepped;
      run.milliseconds[run.done++] = performance.now() - start;
    }
    return succeeded(this.#moment(run));
  }

  /** Times each phase, in runs of the whole program; afterwards variables are as they were, and the run stands where it stood. */
  measure({ milliseconds }: AskOf<'measure'>): Outcome<Measured> {
    const run = this.#begun();
    const { done, program } = run;
    const sums = new Float64Array(run.explored.phases);
    const begin = performance.now();
    let runs = 0;
    for (; runs < leastRuns || performance.now() - begin < milliseconds; runs++) {
      const ran = this.go({ kind: 'go', done: 0 });
      const ended = ran.ok ? this.go({ kind: 'go', done: run.explored.phases }) : ran;
      if (!ended.ok) return ended;
      run.milliseconds.forEach((each, phase) => {
        sums[phase] += each;
      });
    }
    const back = this.go({ kind: 'go', done });
    // A mean, since the clocks of browsers are coarse: a phase that is shorter than a tick takes one tick now and then.
    return back.ok ? succeeded({ program, runs, milliseconds: sums.map(sum => sum / runs) }) : back;
  }

  /** What a storage holds now. */
  look({ root }: AskOf<'look'>): Outcome<Looked> {
    const run = this.#begun();
    const held = heldBuffer(this.opened.explored, run.explored, root, run.done);
    if ('reason' in held) return succeeded(held);
    const place = this.#places.get(held.buffer);
    if (!place) return succeeded({ reason: 'It holds copies or parts, and no tensor of its own.' });
    const data = gathered(this.chip.memory.buffer as ArrayBuffer, this.#plan, held.buffer, place);
    const { element: type, shape } = place.type;
    return succeeded({ tensor: { name: this.#plan.tiles.buffers[held.buffer].name, type, shape, data } });
  }

  /** Trains until it is aborted; `tell` hears of the steps, some ten times a second. A run has to begin again then, as its variables are others. */
  async train(
    ask: AskOf<'train'>,
    signal: AbortSignal,
    tell: (steps: TrainingSteps) => void,
  ): Promise<Outcome<undefined>> {
    this.#run = undefined;
    const { program, data, inputs } = ask;
    if (data || this.#training?.program !== program) {
      const created = createTraining(this.chip, program, data ?? {}, { inputs, rollback: false });
      if (!created.ok) return created;
      this.#training = created.value;
    }
    const told = toldSteps(tell);
    // This is a worker: nobody is kept waiting while it computes, and between steps it hears of what it is asked.
    const ran = await this.#training.run({
      epochs: Number.MAX_SAFE_INTEGER,
      signal,
      background: false,
      onStep: told.add,
    });
    told.end();
    return ran.ok ? succeeded(undefined) : ran;
  }

  /** Draws all variables anew; a run has to begin again then. A training may go on with them. */
  draw({ seed }: AskOf<'draw'>): Outcome<undefined> {
    this.#run = undefined;
    const drawn = this.chip.init(seed);
    return drawn.ok ? succeeded(undefined) : drawn;
  }

  /** The page begins a run before it asks for more of it. */
  #begun(): Run {
    if (!this.#run) throw new InternalError('run', 'no run has begun');
    return this.#run;
  }

  #restart(run: Run): Outcome<undefined> {
    for (const [path, data] of run.before) {
      const written = this.chip.writeVariable(path, data);
      if (!written.ok) return written;
    }
    run.done = 0;
    return this.#set(run.program, run.inputs);
  }

  #set(program: string, inputs: Run['inputs']): Outcome<undefined> {
    for (const { name } of this.chip.programs[program].inputs) {
      const set = this.chip.set(program, name, inputs[name]);
      if (!set.ok) return set;
    }
    return succeeded(undefined);
  }

  #variables(): Outcome<ReadonlyMap<string, TensorData>> {
    const values = new Map<string, TensorData>();
    for (const { path } of this.chip.manifest.variables) {
      const read = this.chip.readVariable(path);
      if (!read.ok) return read;
      values.set(path, read.value);
    }
    return succeeded(values);
  }

  #updates(program: string): boolean {
    return this.#plan.tiles.programs.some(({ name, updates }) => name === program && updates);
  }

  #moment({ program, explored, done, milliseconds }: Run): Moment {
    const { outputs } = this.chip.programs[program];
    const isOver = done === explored.phases;
    return {
      program,
      done,
      milliseconds: milliseconds.slice(),
      outputs: isOver
        ? outputs.flatMap(({ name, type, shape }) => {
            const data = this.chip.output(program, name);
            return data.ok ? [{ name, type, shape, data: data.value }] : [];
          })
        : [],
    };
  }
}

function modelsOf({ programs }: Chip): readonly ManifestProgram[] {
  const all = Object.values(programs);
  const models = all.filter(({ kind }) => kind === 'model');
  return models.length > 0 ? models : all;
}

function succeeded<T>(value: T): Outcome<T> {
  return { ok: true, value, diagnostics: [] };
}
