/**
 * The order of samples in an epoch: a permutation that depends on seed and epoch alone, so that a training can be continued in the
 * middle of an epoch and on another host as if it had never stopped.
 *
 * The method is that of Fisher and Yates: from the last place to the first, each is exchanged with one at or before it. That one is
 * drawn by Threefry-2x32 with 20 rounds (Salmon et al. 2011), as a hash of epoch and place under the seed.
 */

/** The numbers below `count` in the order of `epoch`, which is the same on every host. `seed` has 32 bits, `count` is at most 2³². */
export function permutation(count: number, seed: number, epoch: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let last = count - 1; last > 0; last--) {
    // One product and one floor of doubles: the same in every engine, and uniform up to 2⁻³².
    const drawn = Math.floor((threefry([seed, shuffling], [epoch, last]) * (last + 1)) / 2 ** 32);
    [order[last], order[drawn]] = [order[drawn], order[last]];
  }
  return order;
}

/** The second word of the key (`shuf` in ASCII) sets these numbers apart from others of the same seed. */
const shuffling = 0x73687566;
const rotations = [13, 15, 26, 6, 17, 29, 16, 24];
const parity = 0x1bd11bda;

/** Threefry-2x32-20: the first word of the hash of a counter of two words under a key of two words, unsigned. */
export function threefry(key: readonly [number, number], counter: readonly [number, number]): number {
  const keys = [key[0], key[1], key[0] ^ key[1] ^ parity];
  let [a, b] = [(counter[0] + keys[0]) | 0, (counter[1] + keys[1]) | 0];
  for (let round = 0; round < 20; round++) {
    a = (a + b) | 0;
    const turn = rotations[round % 8];
    b = ((b << turn) | (b >>> (32 - turn))) ^ a;
    if (round % 4 !== 3) continue;
    const injection = (round + 1) / 4;
    a = (a + keys[injection % 3]) | 0;
    b = (b + keys[(injection + 1) % 3] + injection) | 0;
  }
  return a >>> 0;
}
