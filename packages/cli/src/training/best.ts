/** The best validation that a training has had. It is saved with the training, so that a resumed one goes on waiting where it was. */

/** Whether less is better, or more. */
export type Mode = 'min' | 'max';

/** How long a training has waited for a better validation. */
export interface Waiting {
  /** The output that is monitored. */
  readonly output: string;
  readonly mode: Mode;
  /** How many validations there have been since the best one, or in all if there is none. */
  readonly waited: number;
}

export interface Best extends Waiting {
  readonly value: number;
  /** After how many steps it was found. */
  readonly step: number;
}

/** Whether the value is better than the best one so far. NaN and the infinities never are: nothing could be better than one, and JSON cannot keep it. */
export function isBetter(value: number, best: Best | undefined, mode: Mode): boolean {
  if (!Number.isFinite(value)) return false;
  if (best === undefined) return true;
  return mode === 'min' ? value < best.value : value > best.value;
}

/** Whether what a file says is a best validation. */
export function isBest(value: unknown): boolean {
  if (!isWaiting(value)) return false;
  const { value: found, step } = value as { readonly [field: string]: unknown };
  return Number.isFinite(found) && isCount(step);
}

/** Whether what a file says is how long a training has waited. */
export function isWaiting(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { output, mode, waited } = value as { readonly [field: string]: unknown };
  return typeof output === 'string' && (mode === 'min' || mode === 'max') && isCount(waited);
}

/** Whether what a file says is how many there are of something. */
export function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
