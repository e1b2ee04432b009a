/** Seeds: integers of 32 bits, with a sign. */
import { kindOf } from './foreign.ts';
import { type Failure, failed } from './outcome.ts';

/** Whether it is one. */
export function isSeed(seed: unknown): seed is number {
  return Number.isInteger(seed) && seed === ((seed as number) | 0);
}

/** A `bad-seed`. */
export function badSeed(seed: unknown): Failure {
  return failed('bad-seed', `a seed is a 32-bit integer, not ${typeof seed === 'number' ? seed : kindOf(seed)}`);
}
