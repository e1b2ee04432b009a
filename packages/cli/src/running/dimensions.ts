/**
 * A program's dimension parameters, bound by the shapes of what is to be put in: `image: f32[n, 1, 28, 28]` with an array of
 * [40, 1, 28, 28] makes n 40, as a call inside the language would.
 */
import type { ast } from '@tessera/language';
import type { Pairs } from '../flags/values.ts';

interface Shaped {
  readonly shape: readonly number[];
}

/** Settings like `lenet.n`, as `--set` gives them. Where inputs disagree, the first one counts, and the others have a wrong shape. */
export function boundDimensions(program: ast.Entry, inputs: ReadonlyMap<string, Shaped>): Pairs {
  const free = new Set(program.dimensions.map(dimension => dimension.name.text));
  const bound = new Map<string, string>();
  for (const { name, type } of program.inputs) {
    const shape = inputs.get(name.text)?.shape;
    if (shape?.length !== type.dimensions.length) continue;
    type.dimensions.forEach((dimension, axis) => {
      // No dimension is 0: an empty array has a wrong shape, whatever is asked for; and so an extent that is not known is 0.
      if (dimension.kind === 'reference' && shape[axis] > 0 && free.delete(dimension.name)) {
        bound.set(`${program.name.text}.${dimension.name}`, String(shape[axis]));
      }
    });
  }
  return Object.fromEntries(bound);
}
