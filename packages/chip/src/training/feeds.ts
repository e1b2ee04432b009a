/** The inputs of a training that are no data: a learning rate, say. */
import type { Outcome } from '@tessera-dnn/diagnostics';
import type { ManifestProgram } from '@tessera-dnn/machine';
import type { Inputs } from '../chip.ts';
import { succeeded } from '../outcome.ts';
import { scalar, type TensorInput } from '../tensor-data.ts';
import type { Feed } from './reports.ts';

/** Feeds by the name of the input. */
export type Feeds = { readonly [input: string]: Feed };

/**
 * The values of all feeds in step `step`, counted from 1. Fails with a `wrong-type` for each number that its input does not have. An input that
 * the program does not have is left to `Chip.run`, which knows what to say.
 */
export function fedInputs(name: string, program: ManifestProgram, feeds: Feeds, step: number): Outcome<Inputs> {
  const fed = Object.entries(feeds).map(
    ([input, feed]) => [input, fedInput(name, program, input, feed, step)] as const,
  );
  const diagnostics = fed.flatMap(([, value]) => value.diagnostics);
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  return succeeded(Object.fromEntries(fed.flatMap(([input, value]) => (value.ok ? [[input, value.value]] : []))));
}

function fedInput(
  program: string,
  { inputs }: ManifestProgram,
  name: string,
  feed: Feed,
  step: number,
): Outcome<TensorInput> {
  const value = typeof feed === 'function' ? feed(step) : feed;
  if (typeof value !== 'number') return succeeded(value);
  const type = inputs.find(input => input.name === name)?.type ?? 'f32';
  return scalar(type, value, `input ${name} of ${program}`);
}
