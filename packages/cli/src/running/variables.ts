/** The variables of an artifact: gives them values from a file, and counts those whose values come from `init(seed)`. */
import type { Chip } from '@tessera-dnn/chip';
import { matchWeights } from '@tessera-dnn/compiler';
import type { Outcome } from '@tessera-dnn/diagnostics';
import { type Manifest, valueArrays } from '@tessera-dnn/machine';
import { readWeights } from '../files/weights.ts';
import { conversionOf, type FileFlags } from '../flags/files.ts';
import type { Io } from '../io.ts';
import { succeeded } from '../session.ts';

/** Writes the tensors of the file of weights, if there is one, into the chip's variables. Returns the paths of the variables that were written. */
export function loadWeights(
  io: Io,
  chip: Chip,
  { weights: file, ...flags }: FileFlags & { readonly weights?: string },
): Outcome<ReadonlySet<string>> {
  if (file === undefined) return succeeded(new Set());
  const read = readWeights(io, file, flags.rename);
  if (!read.ok) return read;
  const variables = chip.manifest.variables.map(({ path, kind, type, shape, copyOf }) => ({
    path,
    kind,
    copyOf,
    type: { element: type, shape },
  }));
  const programs = Object.entries(chip.manifest.programs).map(([name, { kind }]) => ({ name, kind }));
  const { tensors, spare, foreign } = read.value;
  const matched = matchWeights({ variables, programs }, tensors, spare, foreign, conversionOf(flags));
  if (!matched.ok) return matched;
  for (const { path, type } of chip.manifest.variables) {
    const data = matched.value.get(path);
    const written = data === undefined ? undefined : chip.writeVariable(path, valueArrays[type].from(data));
    if (written?.ok === false) return written;
  }
  return succeeded(new Set(matched.value.keys()), [...read.diagnostics, ...matched.diagnostics]);
}

/** How many params and states have their first values from `init`. */
export interface Initialised {
  readonly params: number;
  readonly states: number;
}

/** Counts the variables that are neither embedded in the artifact nor among the `loaded` paths, and so have first values from `init`. */
export function initialised({ variables }: Manifest, loaded: ReadonlySet<string>): Initialised {
  const left = variables.filter(({ path, embedded }) => !embedded && !loaded.has(path));
  const params = left.filter(({ kind }) => kind === 'param').length;
  return { params, states: left.length - params };
}
