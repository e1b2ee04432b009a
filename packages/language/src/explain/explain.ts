/** Looks a code up in the catalogue. */

import type { Explanation } from '@tessera-dnn/diagnostics';
import { catalogue } from './catalogue.ts';

/** The entry of `code`, or `undefined` if there is none; case does not matter. */
export function explain(code: string): Explanation | undefined {
  const wanted = code.trim().toLowerCase();
  return catalogue.find(entry => entry.code === wanted);
}
