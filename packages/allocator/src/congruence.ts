/** Offsets that are a residue modulo an alignment: two such conditions at once are one, or cannot both hold. */

export interface Congruence {
  readonly alignment: number;
  /** At least 0, less than `alignment`. */
  readonly residue: number;
}

/**
 * The numbers that satisfy both, by the Chinese remainder theorem; `undefined` if there are none, or none that a double holds exactly.
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
  // A longer alignment than a double holds leaves the residue alone: no next number is in reach either.
  const alignment = a * period;
  const longest = BigInt(Number.MAX_SAFE_INTEGER);
  return { alignment: Number(alignment < longest ? alignment : longest), residue: Number(residue) };
}

/** The greatest common divisor of both, and the first's inverse modulo the second where that is divided by it: Euclid. */
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

export function greatestCommonDivisor(one: number, other: number): number {
  let [a, b] = [one, other];
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

/** The least number that satisfies the congruence and is at least `value`; exact, where a division would round. */
export function roundUp(value: number, alignment: number, residue = 0): number {
  if (alignment === 1) return value;
  const over = (value - residue) % alignment;
  return over > 0 ? value + alignment - over : value - over;
}
