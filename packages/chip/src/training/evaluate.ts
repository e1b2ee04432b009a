/**
 * Runs a model over a whole data set, batch after batch, to see how good it is. A training goes on beside it on a chip of its own: what is
 * evaluated is given the variables of the other by {@link copyVariables}.
 */
import type { Outcome } from '@tessera-dnn/diagnostics';
import { type ManifestProgram, type ManifestTensor, valueArrays } from '@tessera-dnn/machine';
import type { Chip, Inputs, Outputs } from '../chip.ts';
import { kindOf, tagOf } from '../foreign.ts';
import { programNamed } from '../names.ts';
import { failed, succeeded } from '../outcome.ts';
import { pauses } from '../pause.ts';
import { elementsOf, type TensorData, type TensorInput } from '../tensor-data.ts';
import { type Batches, cutBatches, missingData, type TrainingData, takeBatch } from './batches.ts';
import { fedInputs } from './feeds.ts';

/** What an evaluation runs with besides its data. */
export interface EvaluationSettings {
  /** Inputs that are no data, the same in all runs. A number stands for a tensor of one element. */
  readonly inputs?: { readonly [input: string]: TensorInput };
}

/** What one run over the data may be told. */
export interface EvaluationRun {
  /** The names of outputs whose rows are kept, `[n, …]` where n are the samples of a batch (default: none). */
  readonly keep?: readonly string[];
  /** Ends it after the batch that is running, with what is known by then. */
  readonly signal?: AbortSignal;
}

/** What an evaluation found. */
export interface EvaluationResult {
  /** How many samples were run. */
  readonly samples: number;
  /** How many were left over at the end because they fill no batch, or because a signal ended it. */
  readonly left: number;
  /** The mean over all batches of every output that is one number, by name; empty if a signal ended it before the first batch. */
  readonly means: { readonly [output: string]: number };
  /** The rows of all samples, of outputs that were to be kept. */
  readonly rows: { readonly [output: string]: { readonly shape: readonly number[]; readonly data: TensorData } };
}

/**
 * Prepares to run the model `program` of `chip` over `data`, and runs nothing yet. Fails with `no-such-program`, `nothing-to-evaluate` for a training,
 * `missing-data` for inputs without values, and with what `createTraining` finds wrong with data.
 */
export function createEvaluation(
  chip: Chip,
  program: string,
  data: TrainingData,
  { inputs = {} }: EvaluationSettings = {},
): Outcome<Evaluation> {
  const found = programNamed(program, chip.manifest);
  if (!found.ok) return found;
  if (tagOf(data) !== 'Object')
    return failed('missing-data', `${program} takes data by name, and was given ${kindOf(data)}`);
  if (found.value.kind === 'train') return isTraining(program);
  const missing = found.value.inputs.filter(({ name }) => !Object.hasOwn(data, name) && !Object.hasOwn(inputs, name));
  const batches = cutBatches(program, found.value, data);
  const fed = fedInputs(program, found.value, inputs, 1);
  const lacking = missingData(program, missing);
  if (batches.ok && fed.ok && lacking.length === 0) {
    return succeeded(new Evaluation(chip, program, batches.value, fed.value));
  }
  return { ok: false, diagnostics: [...batches.diagnostics, ...fed.diagnostics, ...lacking] };
}

function isTraining(program: string) {
  const help = 'evaluate a model, or compile it with `evaluation: true`';
  return failed('nothing-to-evaluate', `${program} is a training, which would change what it is to judge`, help);
}

/**
 * Runs the model `program` of `chip` over `data`, in its order, and says how good it is. Fails with what {@link createEvaluation} and `Chip.run`
 * fail with.
 */
export async function evaluate(
  chip: Chip,
  program: string,
  data: TrainingData,
  options: EvaluationSettings & EvaluationRun = {},
): Promise<Outcome<EvaluationResult>> {
  const created = createEvaluation(chip, program, data, options);
  return created.ok ? created.value.run(options) : created;
}

/** Gives every variable of `to` that `from` has too the value that it has there. Both are artifacts of one text. */
export function copyVariables(from: Chip, to: Chip): Outcome<void> {
  const present = new Set(from.manifest.variables.map(({ path }) => path));
  for (const { path, embedded } of to.manifest.variables) {
    if (embedded || !present.has(path)) continue;
    const read = from.readVariable(path);
    const written = read.ok ? to.writeVariable(path, read.value) : read;
    if (!written.ok) return written;
  }
  return succeeded(undefined);
}

/** A model and the data that it is run over, any number of times; `createEvaluation` makes it. */
export class Evaluation {
  readonly chip: Chip;
  readonly program: string;
  readonly #batches: Batches;
  /** The inputs that are the same in all runs. */
  readonly #fed: Inputs;

  /** Use `createEvaluation`. */
  constructor(chip: Chip, program: string, batches: Batches, fed: Inputs) {
    this.chip = chip;
    this.program = program;
    this.#batches = batches;
    this.#fed = fed;
  }

  /** Runs over all data. States that the model changes go on from batch to batch. Fails with what `Chip.run` fails with. */
  async run({ keep = [], signal }: EvaluationRun = {}): Promise<Outcome<EvaluationResult>> {
    const { count, batchSize, samples } = this.#batches;
    const tally = new Tally(this.chip.programs[this.program], this.#batches, keep);
    const pause = pauses();
    let at = 0;
    for (; at < count && !signal?.aborted; at++) {
      const ran = this.chip.run(this.program, { ...takeBatch(this.#batches, undefined, at), ...this.#fed });
      if (!ran.ok) return ran;
      tally.add(ran.value, at);
      await pause();
    }
    return succeeded({ samples: at * batchSize, left: samples - at * batchSize, ...tally.result(at) });
  }
}

/** Adds up outputs that are one number, and collects rows of others. */
class Tally {
  readonly #batchSize: number;
  readonly #sums: Map<string, number>;
  readonly #rows: readonly { readonly output: ManifestTensor; readonly data: TensorData }[];

  constructor({ outputs }: ManifestProgram, { batchSize, count }: Batches, keep: readonly string[]) {
    this.#batchSize = batchSize;
    this.#sums = new Map(outputs.filter(({ shape }) => shape.length === 0).map(({ name }) => [name, 0]));
    const kept = outputs.filter(({ name, shape }) => keep.includes(name) && shape[0] === batchSize);
    this.#rows = kept.map(output => {
      return { output, data: new valueArrays[output.type](count * elementsOf(output.shape)) };
    });
  }

  add(outputs: Outputs, at: number): void {
    for (const [name, sum] of this.#sums) this.#sums.set(name, sum + outputs[name][0]);
    for (const { output, data } of this.#rows) data.set(outputs[output.name], at * elementsOf(output.shape));
  }

  result(batches: number): Pick<EvaluationResult, 'means' | 'rows'> {
    const sums = batches === 0 ? [] : [...this.#sums];
    const means = sums.map(([name, sum]) => [name, sum / batches] as const);
    const rows = this.#rows.map(({ output: { name, shape }, data }) => {
      const own = { shape: [this.#batchSize * batches, ...shape.slice(1)] };
      return [name, { ...own, data: data.subarray(0, elementsOf(own.shape)) }] as const;
    });
    return { means: Object.fromEntries(means), rows: Object.fromEntries(rows) };
  }
}
