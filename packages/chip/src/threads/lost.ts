/**
 * How the threads of an artifact learn that one of them is gone: a word becomes 1, and all who wait are woken. They stop with a trap, since
 * the work of the lost one will never be done.
 */

/** Indices of the words in the artifact's block: whether a thread is lost, what the first thread waits at, and what all others wait at. */
const [broken, done, called] = [0, 32, 48];

/** Tells all threads that one is lost; whoever waits for it stops within 100 ms. */
export function sayLost(words: Int32Array): void {
  Atomics.store(words, broken, 1);
  // Whoever is about to wait for another call finds that there was one.
  Atomics.add(words, called, 1);
  for (const word of [done, called]) Atomics.notify(words, word);
}

/** Whether that was said. */
export function isLost(words: Int32Array): boolean {
  return Atomics.load(words, broken) !== 0;
}
