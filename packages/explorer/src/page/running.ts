/** The script of the worker that runs a program. It listens before the compiler’s library of 15 MB is there. */
import type { Answered, Asked, Told } from '../running/messages.ts';

const scope = globalThis as unknown as {
  onmessage: (event: { readonly data: Asked }) => void;
  postMessage: (told: Answered | Told) => void;
};
const ready = import('../running/answering.ts').then(({ answering }) => answering(told => scope.postMessage(told)));
scope.onmessage = ({ data }) => {
  ready
    .then(answer => answer(data))
    // Whoever waits hears of a fault of ours by the error event.
    .catch(error =>
      setTimeout(() => {
        throw error;
      }),
    );
};
