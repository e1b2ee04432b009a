/** Whether this thread may wait for others: that of a page may not, a worker's and that of a Node process may. */

let answer: boolean | undefined;

/** Asked once: `Atomics.wait` throws where waiting is forbidden, whether there is something to wait for or not. */
export function mayWait(): boolean {
  answer ??= tryToWait();
  return answer;
}

function tryToWait(): boolean {
  try {
    // A page that is not isolated has no SharedArrayBuffer, but shared memories.
    const { buffer }: { readonly buffer: ArrayBufferLike } = new WebAssembly.Memory({
      initial: 1,
      maximum: 1,
      shared: true,
    });
    // The word is 0, and not the 1 that would be waited for.
    Atomics.wait(new Int32Array(buffer, 0, 1), 0, 1);
    return true;
  } catch {
    return false;
  }
}
