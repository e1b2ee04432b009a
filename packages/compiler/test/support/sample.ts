/**
 * How much the longest suites try. `npm test` tries a sample of their cases, the same in every run, so that it ends while one waits;
 * `npm test -- --whole` tries all.
 */
const whole = process.env['TESTS'] === 'whole';

/** Every `stride`th case, from number `first` on, counted from 0; all cases where the whole is asked for. Never none, unless there are none. */
export function sampled<T>(cases: readonly T[], stride: number, first = 0): readonly T[] {
  return whole ? cases : cases.filter((_, index) => index % stride === first % Math.min(stride, cases.length));
}
