/** The best validation that a training has had. It is saved with the training, so that a resumed one goes on waiting where it was. */

/** Whether less is better, or more. */
export type Mode = 'min' | 'max';

export interface Best {
  /** The output that is monitored. */
  readonly output: string;
  readonly mode: Mode;
  readonly value: number;
  /** After how many steps it was found. */
  readonly step: number;
  /** How many validations there have been since then. */
  readonly waited: number;
}

/** Whether the value is better than the best one so far. NaN and the infinities never are: nothing could be better than one, and JSON cannot keep it. */
export function isBetter(value: number, best: Best | undefined, mode: Mode): boolean {
  if (!Number.isFinite(value)) return false;
  if (best === undefined) return true;
  return mode === 'min' ? value < best.value : value > best.value;
}

/** Whether what a file says is a best validation. */
export function isBest(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { output, mode, value: found, step, waited } = value as { readonly [field: string]: unknown };
  const counts = [step, waited].every(count => Number.isSafeInteger(count) && Number(count) >= 0);
  return typeof output === 'string' && (mode === 'min' || mode === 'max') && Number.isFinite(found) && counts;
}
