/** Conditions of the form: offset ≡ residue modulo alignment. Two of them together are one such condition again, or contradict each other. */

/** The condition that a number is `residue` modulo `alignment`. */
export interface Congruence {
  readonly alignment: number;
  /** At least 0, less than `alignment`. */
  readonly residue: number;
}

/**
 * The condition that holds where both hold, by the Chinese remainder theorem; `undefined` if no number satisfies both, or none that a
 * double holds exactly.
 */
export function congruenceOf(one: Congruence, other: Congruence): Congruence | undefined {
  if (one.alignment === 1) return other;
  if (other.alignment === 1) return one;
  const [a, b] = [BigInt(one.alignment), BigInt(other.alignment)];
  const [divisor, inverse] = dividing(a, b);
  const difference = BigInt(other.residue) - BigInt(one.residue);
  if (difference % divisor !== 0n) return undefined;
  const period = b / divisor;
  const steps = ((((difference / divisor) * inverse) % period) + period) % period;
  const residue = BigInt(one.residue) + a * steps;
  if (residue > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  // If the alignment is larger than a double can hold, so is every solution but the residue itself.
  const alignment = a * period;
  const longest = BigInt(Number.MAX_SAFE_INTEGER);
  return { alignment: Number(alignment < longest ? alignment : longest), residue: Number(residue) };
}

/** Extended Euclid: the greatest common divisor d of both, and the inverse of one/d modulo other/d. */
function dividing(one: bigint, other: bigint): readonly [bigint, bigint] {
  let [rest, next] = [one, other];
  let [factor, nextFactor] = [1n, 0n];
  while (next !== 0n) {
    const quotient = rest / next;
    [rest, next] = [next, rest - quotient * next];
    [factor, nextFactor] = [nextFactor, factor - quotient * nextFactor];
  }
  return [rest, factor];
}

/** By Euclid's algorithm, of integers ≥ 0; that of 0 and n is n. */
export function greatestCommonDivisor(one: number, other: number): number {
  let [a, b] = [one, other];
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

/** The least number ≥ `value` that is `residue` modulo `alignment`. Remainders of doubles are exact, where a quotient would be rounded. */
export function roundUp(value: number, alignment: number, residue = 0): number {
  if (alignment === 1) return value;
  const over = (value - residue) % alignment;
  return over > 0 ? value + alignment - over : value - over;
}
