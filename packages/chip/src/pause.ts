/** Lets a page react, or a process receive signals, while a training computes. */
import { now } from './foreign.ts';

/** Shorter than a frame of a screen with 60 of them in a second (16.7 ms). */
const patienceMilliseconds = 12;

/**
 * Makes a function to be called, and awaited, between steps. If 12 ms have passed since the host could do other things, it lets the host
 * do them; otherwise it returns `undefined` at once.
 */
export function pauses(): () => Promise<void> | undefined {
  let last = now();
  return () => {
    if (now() - last < patienceMilliseconds) return undefined;
    return otherThings().then(() => {
      last = now();
    });
  };
}

/** A message to oneself arrives after everything that is waiting already, and without the delay of some milliseconds that a timer has. */
function otherThings(): Promise<void> {
  // Pages that tests pretend have none.
  if (typeof MessageChannel !== 'function') return new Promise(resolve => setTimeout(resolve));
  const { port1, port2 } = new MessageChannel();
  return new Promise(resolve => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
