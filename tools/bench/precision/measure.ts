/** Times a network in all precisions in turns; what is too far from `f32` is not timed. */
import { relativeDifference } from '../contestants.ts';
import { type Patience, type Side, timeInTurns } from '../measure.ts';
import { bars, type Narrow, type PrecisionContest } from './contestants.ts';

export interface PrecisionSide extends Side {
  readonly stored: 'f32' | Narrow;
  /** The largest difference from the outputs in `f32`, divided by the largest number. */
  readonly difference: number;
}

export interface PrecisionMeasurement {
  readonly name: string;
  readonly multiplyAdds: number;
  /** `f32` first. */
  readonly sides: readonly PrecisionSide[];
  readonly peak: number;
}

export async function measurePrecisions(
  name: string,
  { f32, narrow, multiplyAdds }: PrecisionContest,
  patience: Patience,
): Promise<PrecisionMeasurement> {
  const expected = (await f32.run()).slice();
  const differences = [0];
  for (const [stored, contestant] of narrow) {
    const difference = relativeDifference(await contestant.run(), expected);
    if (difference > bars[stored].tolerance)
      throw new Error(`${name}: the outputs in ${stored} differ by ${difference}`);
    differences.push(difference);
  }
  const { sides, peak } = await timeInTurns([f32, ...narrow.values()], patience);
  const stored = ['f32', ...narrow.keys()] as const;
  return {
    name,
    multiplyAdds,
    sides: sides.map((side, i) => ({ ...side, stored: stored[i], difference: differences[i] })),
    peak,
  };
}
