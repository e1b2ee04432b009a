/** Finds NaN and infinity in the losses and params of a training, after which it cannot go on. */
import { isFloat, type ManifestProgram, type ManifestTensor } from '@tessera-dnn/machine';
import type { Chip, Outputs } from '../chip.ts';
import { type Failure, failed } from '../outcome.ts';

const smaller = 'a smaller rate, or `clip` behind the optimiser, keeps updates in bounds';

/**
 * The outputs that must stay finite: scalars of floats whose names end in `loss`, or, if there are none, all scalars of floats. The
 * first is the loss that is reported.
 */
export function lossesOf({ outputs }: ManifestProgram): readonly string[] {
  const scalars = outputs.filter(isFloatScalar).map(({ name }) => name);
  const named = scalars.filter(name => /loss$/i.test(name));
  return named.length > 0 ? named : scalars;
}

function isFloatScalar({ type, shape }: ManifestTensor): boolean {
  return isFloat(type) && shape.every(extent => extent === 1);
}

/** A `non-finite-loss` for the first of `losses` that is NaN or infinite, or `undefined`. `step` is counted from 1. */
export function nonFiniteLoss(losses: readonly string[], outputs: Outputs, step: number): Failure | undefined {
  const name = losses.find(loss => !Number.isFinite(outputs[loss][0]));
  if (name === undefined) return undefined;
  const message = `${name} is ${valueName(outputs[name][0])} at step ${step}`;
  return failed('non-finite-loss', message, smaller);
}

/** A `non-finite-weights` for the first param with an element that is NaN or infinite after `steps` steps, or `undefined`. */
export function nonFiniteParam(chip: Chip, steps: number): Failure | undefined {
  for (const { path, kind, type } of chip.manifest.variables) {
    if (kind !== 'param' || !isFloat(type)) continue;
    const read = chip.readVariable(path);
    const value = read.ok ? firstNonFinite(read.value) : undefined;
    if (value === undefined) continue;
    const message = `${path} has an element that is ${valueName(value)} after step ${steps}`;
    return failed('non-finite-weights', message, smaller);
  }
  return undefined;
}

function firstNonFinite(values: ArrayLike<number>): number | undefined {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return values[i];
  return undefined;
}

/** How messages call a value that is not finite. */
function valueName(value: number): string {
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'infinite' : 'negative infinite';
}
