/** What the page and the worker that runs a program tell each other. Data only: it crosses from one thread to another. */
import type { Inputs, TrainingData } from '@tessera-dnn/chip';
import type { JsonDiagnostic } from '@tessera-dnn/diagnostics';
import type { ElementValues, ManifestElement, ManifestTensor } from '@tessera-dnn/machine';
import type { Explored } from '../data/explored.ts';
import type { Order } from '../live/answer.ts';

/** A tensor as it was at some moment. */
export interface SeenTensor {
  readonly name: string;
  readonly type: ManifestElement;
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: ElementValues;
}

/** A program that can be run, as its artifact says. */
export interface Runnable {
  readonly name: string;
  readonly kind: 'model' | 'train';
  readonly inputs: readonly ManifestTensor[];
}

/** The program has been compiled, and a chip runs it. */
export interface Opened {
  /** Of the plan that runs, with code to the byte. */
  readonly explored: Explored;
  readonly programs: readonly Runnable[];
  /** How many kinds of samples suit it. */
  readonly kinds: number;
}

/** How far a run has come. */
export interface Moment {
  readonly program: string;
  /** Phases that have been run, from 0 to all; those that prepare are not counted. */
  readonly done: number;
  /** By phase, the time that it took when it was last run, in milliseconds; NaN where it has not been. */
  readonly milliseconds: Float64Array;
  /** What the program gives, at its end; none before. */
  readonly outputs: readonly SeenTensor[];
}

/** By phase, the mean of so many runs, in milliseconds of the host. */
export interface Measured {
  readonly program: string;
  readonly runs: number;
  readonly milliseconds: Float64Array;
}

/** A buffer's tensor; or why there is none to be seen. */
export type Looked = { readonly tensor: SeenTensor } | { readonly reason: string };

/** A training that goes on. */
export interface TrainingSteps {
  /** Steps that have been made, counted over all that this training was gone on with. */
  readonly steps: number;
  readonly epoch: number;
  /** Of the steps since the last of these messages: the outputs that are one number, by name; a loss first. */
  readonly scalars: Readonly<Record<string, readonly number[]>>;
  readonly samplesPerSecond: number;
}

/** What the worker is asked for, in this order: it opens, begins a run, and goes on and back in it. Whatever is asked ends a training that goes on. */
export type Ask =
  | { readonly kind: 'open'; readonly order: Order }
  /** Begins a run of the program with these inputs, with variables as they are now. */
  | { readonly kind: 'begin'; readonly program: string; readonly inputs: Inputs }
  | { readonly kind: 'go'; readonly done: number }
  /** Times phases in runs of the whole program, for about so long. */
  | { readonly kind: 'measure'; readonly milliseconds: number }
  /** The tensor of any of the buffers in the storage whose root this is, as it is now. */
  | { readonly kind: 'look'; readonly root: number }
  /**
   * Trains until something else is asked, and tells of its steps meanwhile. `data` has all samples of the inputs that have some, `inputs` the others; without `data` the
   * training before goes on.
   */
  | { readonly kind: 'train'; readonly program: string; readonly data?: TrainingData; readonly inputs: Inputs }
  | { readonly kind: 'stop' }
  /** Draws all variables anew. */
  | { readonly kind: 'draw'; readonly seed: number };

/** What it answers to each. */
export interface Answers {
  readonly open: Opened;
  readonly begin: Moment;
  readonly go: Moment;
  readonly measure: Measured;
  readonly look: Looked;
  readonly train: undefined;
  readonly stop: undefined;
  readonly draw: undefined;
}

export type AskOf<K extends Ask['kind']> = Extract<Ask, { readonly kind: K }>;

/** An ask, with a number that its answer has too. */
export interface Asked {
  readonly number: number;
  readonly ask: Ask;
}

/** The value is what {@link Answers} says; without one the diagnostics say why. */
export interface Answered {
  readonly kind: 'answer';
  readonly number: number;
  readonly value?: unknown;
  readonly isDone: boolean;
  readonly diagnostics: readonly JsonDiagnostic[];
}

/** What is told of an ask before its answer. */
export interface Told {
  readonly kind: 'progress';
  readonly number: number;
  readonly progress: TrainingSteps;
}
