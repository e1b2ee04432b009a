/**
 * The referee's eye on rounds. What is gathered for a round has that round as its version, and a result how many rounds have made it. A
 * vertex finds in each gathered operand the part that it names, and its result as an earlier round, or what filled it, has left it. Rounds come in
 * order, none is left out, and until the last is over nobody else reads the result.
 */
import type { ComputePhase, Round } from '../program.ts';

/** By result, which round comes next, and how many there are. */
export class RoundsSeen {
  readonly #next = new Map<number, { readonly index: number; readonly count: number }>();

  /** Notes the round that the phase is; gives what is wrong if it is not the one that has to come now. */
  begin({ slots, round }: ComputePhase): string | undefined {
    if (round === undefined) return undefined;
    const { index, count } = round;
    const result = slots[slots.length - 1].buffer;
    const expected = this.#next.get(result) ?? { index: 0, count };
    this.#next.set(result, { index: index + 1, count });
    if (index === expected.index && count === expected.count && index < count) return undefined;
    return `is made by round ${index} of ${count} where round ${expected.index} of ${expected.count} has to come`;
  }

  /** Whether rounds are still to come that make this buffer. */
  isUnfinished(buffer: number): boolean {
    const next = this.#next.get(buffer);
    return next !== undefined && next.index < next.count;
  }
}

/** What is wrong on a tile before its vertex of a round runs. `versionOf`: that of a buffer that is whole there; undefined of others. */
export function wrongInRound(
  { slots, round, overwritable }: ComputePhase,
  versionOf: (buffer: number) => number | undefined,
): { readonly what: string; readonly buffer: number } | undefined {
  if (round === undefined) return undefined;
  const result = slots[slots.length - 1].buffer;
  if (round.parts.length !== slots.length - 1 || overwritable.length > 0)
    return { what: 'is made in rounds that take other operands than they say, or overwrite them', buffer: result };
  const operand = wrongOperand(
    slots.slice(0, -1).map(slot => slot.buffer),
    round,
    versionOf,
  );
  if (operand) return operand;
  const made = versionOf(result);
  const begins = !round.adds && round.index === 0;
  if (begins || (made !== undefined && made <= round.index)) return undefined;
  return { what: `is not as round ${round.index} expects it`, buffer: result };
}

function wrongOperand(
  buffers: readonly number[],
  { index, parts }: Round,
  versionOf: (buffer: number) => number | undefined,
): { readonly what: string; readonly buffer: number } | undefined {
  const slot = buffers.findIndex((buffer, i) => parts[i] >= 0 && versionOf(buffer) !== parts[i]);
  if (slot < 0) return undefined;
  const buffer = buffers[slot];
  const what = `holds the part of round ${versionOf(buffer)} where round ${index} reads that of round ${parts[slot]}`;
  return { what, buffer };
}
