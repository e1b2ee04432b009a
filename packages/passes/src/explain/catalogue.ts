/** What no pass can do for a program. */
import type { CodeOf, Explanation } from '@tessera-dnn/diagnostics';

export const catalogue = [
  {
    code: 'not-differentiable',
    title: 'an operation that no gradient passes',
    text: 'A minimised loss, or what `gradient` is taken of, depends on a param through this operation, and Tessera knows no derivative of it. Of a gradient that is differentiated again, the operations that compute it need derivatives too. Where that way is not to be trained, put `stop_gradient` around it.',
  },
] as const satisfies readonly Explanation[];

/** The code of a diagnostic that this package may give; one without an entry above is a type error. */
export type Code = CodeOf<typeof catalogue>;
