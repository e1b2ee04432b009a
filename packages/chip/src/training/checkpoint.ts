/**
 * A stopped training as data: the values of all variables (params, states, those of optimisers, the seed and the counters of random
 * numbers among them), and how far it has come. In strict mode a training that is continued from it gives the bits it would have given
 * without a stop.
 */
import type { Outcome } from '@tessera-dnn/diagnostics';
import { adoptFormerPaths, type ManifestVariable, sharedByTrains } from '@tessera-dnn/machine';
import type { Chip } from '../chip.ts';
import { type Failure, failed, succeeded } from '../outcome.ts';
import type { TensorData } from '../tensor-data.ts';

/** How far a training has come, and all that decides how it goes on besides the variables and the data itself. */
export interface TrainingProgress {
  readonly program: string;
  /** How many steps have been made, in all epochs together. */
  readonly steps: number;
  readonly samples: number;
  readonly batchSize: number;
  readonly shuffle: boolean;
  /** The seed of the shuffling. */
  readonly seed: number;
  /** A fingerprint by which the data is told from other data. */
  readonly data: string;
}

/** A variable with its value, row-major. */
export type SavedVariable = Pick<ManifestVariable, 'kind' | 'type' | 'shape'> & { readonly data: TensorData };

/** All that is needed to continue a training elsewhere, but for the artifact and the data. */
export interface Checkpoint {
  readonly progress: TrainingProgress;
  /** The values of all variables by path. */
  readonly variables: ReadonlyMap<string, SavedVariable>;
}

/** Copies of all variables of `chip` by path. */
export function saveVariables(chip: Chip): Outcome<Checkpoint['variables']> {
  const saved = new Map<string, SavedVariable>();
  for (const { path, kind, type, shape } of chip.manifest.variables) {
    const read = chip.readVariable(path);
    if (!read.ok) return read;
    saved.set(path, { kind, type, shape, data: read.value });
  }
  return succeeded(saved);
}

/** Writes saved variables back; a path that the chip does not have ends it with `no-such-variable`. */
export function restoreVariables(chip: Chip, variables: Checkpoint['variables']): Outcome<void> {
  for (const [path, { data }] of variables) {
    const written = chip.writeVariable(path, data);
    if (!written.ok) return written;
  }
  return succeeded(undefined);
}

/**
 * The checkpoint with its variables under the paths they have on `chip`, which an older artifact may have called otherwise.
 * `resume-mismatch` if a variable of the checkpoint is now several.
 */
export function adopted(chip: Chip, { progress, variables }: Checkpoint): Outcome<Checkpoint> {
  const { programs, variables: present } = chip.manifest;
  const trains = Object.keys(programs).filter(name => programs[name].kind === 'train');
  const { values, shared } = adoptFormerPaths(variables, present, trains);
  if (shared.length === 0) return succeeded({ progress, variables: values });
  const message = `the checkpoint is of another training:\n  ${shared.map(sharedByTrains).join('\n  ')}`;
  return failed('resume-mismatch', message, 'start anew from its weights: they are taken as they are');
}

/** A `resume-mismatch` that says why a training at `here` on `chip` cannot go on from the checkpoint, or `undefined` if it can. */
export function mismatch(chip: Chip, here: TrainingProgress, { progress, variables }: Checkpoint): Failure | undefined {
  const expected = new Map(chip.manifest.variables.map(variable => [variable.path, variable]));
  const reasons = [
    ...[...expected].flatMap(([path, variable]) => variableMismatch(path, variable, variables.get(path))),
    ...[...variables.keys()].filter(path => !expected.has(path)).map(path => `${path} is no variable of the program`),
    ...progressMismatch(here, progress),
  ];
  if (reasons.length === 0) return undefined;
  const shown = reasons.slice(0, 5).join('\n  ');
  const more = reasons.length > 5 ? `\n  and ${reasons.length - 5} more` : '';
  const message = `the checkpoint is of another training:\n  ${shown}${more}`;
  return failed('resume-mismatch', message, 'resume with what it was made with, or start anew from its weights');
}

function variableMismatch(path: string, { type, shape }: ManifestVariable, saved?: SavedVariable): readonly string[] {
  if (!saved) return [`it has no ${path}`];
  const [here, there] = [`${type}[${shape.join(', ')}]`, `${saved.type}[${saved.shape.join(', ')}]`];
  return here === there ? [] : [`${path} is ${there} there and ${here} here`];
}

const facts = {
  program: 'the program',
  samples: 'the number of samples',
  batchSize: 'the number of samples in a step',
  shuffle: 'whether samples are shuffled',
  seed: 'the seed of the shuffling',
  data: 'the fingerprint of the data',
} as const satisfies { readonly [fact in keyof TrainingProgress]?: string };

function progressMismatch(here: TrainingProgress, there: TrainingProgress): readonly string[] {
  const names = Object.keys(facts) as (keyof typeof facts)[];
  return (
    names
      // The seed matters only where samples are shuffled.
      .filter(name => name !== 'seed' || (here.shuffle && there.shuffle))
      .filter(name => here[name] !== there[name])
      .map(name => `${facts[name]} was ${there[name]} and is ${here[name]}`)
  );
}
