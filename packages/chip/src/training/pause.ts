/** Keeps a page, or a process that waits for signals, alive while a training computes. */

/** Not much longer than a screen's frame. */
const patienceMilliseconds = 12;

/** A function that lets the host do other things if it has not for some milliseconds, and else returns at once. */
export function pauses(): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    if (performance.now() - last < patienceMilliseconds) return undefined;
    return otherThings().then(() => {
      last = performance.now();
    });
  };
}

/** A message to oneself comes after what waits already, and without the milliseconds that a timer takes at least. */
function otherThings(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise(resolve => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
