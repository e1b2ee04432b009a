/** What the curve of a training shows: its loss, and the number of that name of its validations. */
import { lossesOf } from '@tessera-dnn/chip';
import type { CurveData } from '../show/curve.ts';
import type { Point } from './curve.ts';
import type { Prepared } from './prepare.ts';
import type { ValidationReport } from './validation.ts';

interface Told {
  readonly losses: readonly Point[];
  readonly validations: readonly ValidationReport[];
}

/** The curve, from the first step of this run on. */
export function pictureOf({ chip, training }: Prepared, { losses, validations }: Told): CurveData {
  const [name = 'loss'] = lossesOf(chip.programs[training.program]);
  const held = validations.filter(({ means }) => Object.hasOwn(means, name));
  return { name, losses, validations: held.map(({ step, means }) => ({ step, value: means[name] })) };
}
