/** Diagnostics that are given by several packages, of which none depends on another. */
import type { CodeOf, Explanation } from './explanation.ts';

export const catalogue = [
  {
    code: 'type-mismatch',
    title: 'tensors whose element types do not go together',
    text: 'There are no implicit conversions between element types: write `cast(x, f32)`. Only numbers take the type of the tensor beside them.',
    example: 'model m(x: f32[4], y: i32[4]) {\n  x + y\n}\n',
  },
] as const satisfies readonly Explanation[];

/** The code of a diagnostic that this package may give; one without an entry above is a type error. */
export type Code = CodeOf<typeof catalogue>;
