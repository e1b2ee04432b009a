/** What the metadata of a checkpoint's file says about its training: JSON under one key, which is checked when it is read. */
import type { TrainingProgress } from '@tessera-dnn/chip';
import type { Safetensors } from '@tessera-dnn/formats';
import type { Manifest } from '@tessera-dnn/machine';

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

export type Metadata = TrainingProgress &
  TrainingSetting & {
    readonly version: 1;
    /** The paths of all variables that are not params. */
    readonly states: readonly string[];
  };

/** The setting in which an artifact with that manifest trains. `artifact` is the hash of its code. */
export function settingOf({ chip, math, threads }: Manifest, artifact: string): TrainingSetting {
  return { chip: chip.name, tiles: chip.tiles, math, artifact, threads };
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
  states: value => Array.isArray(value) && value.every(path => typeof path === 'string'),
};

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
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
