/** The script of the worker that plans. */
import { type Answer, answer, type Order } from '../live/answer.ts';

const scope = globalThis as unknown as {
  onmessage: (event: { readonly data: Order }) => void;
  postMessage: (answer: Answer) => void;
};
scope.onmessage = ({ data }) => scope.postMessage(answer(data));
