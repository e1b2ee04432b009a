/** What `tessera why` says about rounds: which operations take their operands part by part, and along which axes. */
import { type Plan, type RoundsTaken, roundsTaken } from '@tessera-dnn/compiler';
import type { Paint } from '../session.ts';
import { counted, grouped } from './numbers.ts';

/** A line about the operations that work in rounds; empty if none does. */
export function roundsLine({ decisions }: Plan): string {
  const { length } = roundsTaken(decisions);
  return length === 0 ? '' : `${counted(length, 'operation')} in rounds, as the program does not fit at once`;
}

/** A line for each operation: in how many rounds it works, and what one takes. */
export function roundsText(all: readonly RoundsTaken[], paint: Paint): string {
  return all
    .map(({ name, rounds, along }) => {
      const axes = along.map(({ axis, summed, size, extent }) => {
        return `${grouped(size)} of ${grouped(extent)} along ${summed ? 'summed axis' : 'axis'} ${axis}`;
      });
      return `${paint.bold(name)} works in ${counted(rounds, 'round')}, as the program does not fit at once: ${axes.join(', ')} at a time`;
    })
    .join('\n');
}
