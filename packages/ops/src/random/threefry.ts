/**
 * Threefry-2x32 with 20 rounds: a hash of a 64-bit counter under a 64-bit key, which passes the BigCrush tests for random numbers (Salmon,
 * Moraes, Dror, Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011). It needs only additions, rotations and exclusive or, all of
 * which work on four lanes at once.
 */
import type { KernelBuilder, KernelValue } from '@tessera-dnn/graph/kernel';

const rotations = [13, 15, 26, 6, 17, 29, 16, 24];
/** The constant of the key schedule, without which a key of zeros would be weak. */
const parity = 0x1bd11bda;

/** Both words of the hash. Key and counter are i32, in one lane or four. */
export function threefry(
  k: KernelBuilder,
  key: readonly [KernelValue, KernelValue],
  counter: readonly [KernelValue, KernelValue],
): readonly [KernelValue, KernelValue] {
  const keys = [key[0], key[1], k.xor(k.xor(key[0], key[1]), parity)];
  let a = k.add(counter[0], keys[0]);
  let b = k.add(counter[1], keys[1]);
  for (let round = 0; round < 20; round++) {
    a = k.add(a, b);
    const turn = rotations[round % 8];
    b = k.xor(k.or(k.shl(b, turn), k.shru(b, 32 - turn)), a);
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      a = k.add(a, keys[injection % 3]);
      b = k.add(k.add(b, keys[(injection + 1) % 3]), injection);
    }
  }
  return [a, b];
}

/** The same with numbers, for the oracle; both words are unsigned. */
export function threefryOf(
  key: readonly [number, number],
  counter: readonly [number, number],
): readonly [number, number] {
  const keys = [key[0], key[1], key[0] ^ key[1] ^ parity];
  let [a, b] = [(counter[0] + keys[0]) | 0, (counter[1] + keys[1]) | 0];
  for (let round = 0; round < 20; round++) {
    a = (a + b) | 0;
    const turn = rotations[round % 8];
    b = ((b << turn) | (b >>> (32 - turn))) ^ a;
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      a = (a + keys[injection % 3]) | 0;
      b = (b + keys[(injection + 1) % 3] + injection) | 0;
    }
  }
  return [a >>> 0, b >>> 0];
}
