/** What the metadata of a checkpoint's file says about its training: JSON under one key, which is checked when it is read. */
import type { TrainingProgress } from '@tessera-dnn/chip';
import type { Safetensors } from '@tessera-dnn/formats';
import type { Manifest } from '@tessera-dnn/machine';
import { type Best, isBest, isCount, isWaiting, type Waiting } from './best.ts';

export const metadataKey = 'tessera.training';

/** What the bits of a training depend on besides the checkpoint itself. */
export interface TrainingSetting {
  readonly chip: string;
  readonly tiles: number;
  readonly math: 'fast' | 'strict';
  /** The hash of the artifact's code. */
  readonly artifact: string;
  /** How many threads the artifact may have; absent if it is one. It changes that code, and no bit. */
  readonly threads?: number;
}

/** What a training has found out so far, apart from its variables. */
export interface Findings {
  /** Its best validation. */
  readonly best?: Best;
  /** How long it has waited for a first best validation; absent if there is one. */
  readonly waiting?: Waiting;
  /** The names of classes in order, by the input that has their numbers: those of folders, or texts of a table. */
  readonly classes?: { readonly [input: string]: readonly string[] };
}

export type Metadata = TrainingProgress &
  TrainingSetting &
  Findings & {
    readonly version: 1;
    /** The paths of all variables that are not params. */
    readonly states: readonly string[];
  };

/** The setting in which an artifact with that manifest trains. `artifact` is the hash of its code. */
export function settingOf({ chip, math, threads }: Manifest, artifact: string): TrainingSetting {
  return { chip: chip.name, tiles: chip.tiles, math, artifact, threads };
}

/** What a training found out that saved these tensors; nothing where none did. */
export function findingsOf({ metadata }: Safetensors): Findings {
  const text = metadata.get(metadataKey);
  return (text === undefined ? undefined : parseMetadata(text)) ?? {};
}

/** The paths of the states in a file that a training saved. A model that only runs needs few of them, so the others may be ignored. */
export function trainingStates({ metadata }: Safetensors): ReadonlySet<string> {
  const text = metadata.get(metadataKey);
  return new Set(text === undefined ? [] : parseMetadata(text)?.states);
}

const types: { readonly [field in keyof Required<Metadata>]: (value: unknown) => boolean } = {
  version: value => value === 1,
  program: value => typeof value === 'string',
  steps: isCount,
  samples: isCount,
  batchSize: isCount,
  shuffle: value => typeof value === 'boolean',
  seed: value => Number.isInteger(value),
  data: value => typeof value === 'string',
  chip: value => typeof value === 'string',
  tiles: isCount,
  math: value => value === 'fast' || value === 'strict',
  artifact: value => typeof value === 'string',
  threads: value => value === undefined || isCount(value),
  states: areTexts,
  best: value => value === undefined || isBest(value),
  waiting: value => value === undefined || isWaiting(value),
  classes: value => value === undefined || (isRecord(value) && Object.values(value).every(areTexts)),
};

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(text => typeof text === 'string');
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads the JSON; undefined if it is not sound or lacks a field. */
export function parseMetadata(text: string): Metadata | undefined {
  try {
    const json: { readonly [field: string]: unknown } = JSON.parse(text);
    const sound = Object.entries(types).every(([field, holds]) => holds(json?.[field]));
    return sound ? (json as unknown as Metadata) : undefined;
  } catch {
    return undefined;
  }
}
