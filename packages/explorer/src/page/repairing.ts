/** The script of the worker that looks for changes with which a program fits. It tells each as it is found, and then that there are no more. */
import type { Order } from '../live/answer.ts';
import { type Repair, repairsOf } from '../live/repairs.ts';

const scope = globalThis as unknown as {
  onmessage: (event: { readonly data: Order }) => void;
  postMessage: (repair: Repair | undefined) => void;
};
scope.onmessage = ({ data }) => {
  for (const repair of repairsOf(data)) scope.postMessage(repair);
  scope.postMessage(undefined);
};
