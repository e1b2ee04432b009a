/** The script of the worker that runs a program. It is told by number, and listens before the compiler’s library of 15 MB is there. */
import type { Answered, Asked } from '../running/messages.ts';

const scope = globalThis as unknown as {
  onmessage: (event: { readonly data: Asked }) => void;
  postMessage: (answered: Answered) => void;
};
const ready = import('../running/answering.ts').then(({ answering }) =>
  answering(answered => scope.postMessage(answered)),
);
let last: Promise<unknown> = ready;
scope.onmessage = ({ data }) => {
  last = last.then(async () => (await ready)(data));
  // A fault of ours ends the worker’s use; whoever waits hears of it by the error event.
  last.catch(error =>
    setTimeout(() => {
      throw error;
    }),
  );
};
