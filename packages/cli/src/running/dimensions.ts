/**
 * A model's dimension parameters, bound by the shapes of what is to be put in: `image: f32[n, 1, 28, 28]` with an array of
 * [40, 1, 28, 28] makes n 40, as a call inside the language would.
 */
import type { StoredTensor } from '@tessera/formats';
import type { ast } from '@tessera/language';
import type { Pairs } from '../flags/values.ts';

/** Settings like `lenet.n`, as `--set` gives them. Where inputs disagree, the first one counts, and the others have a wrong shape. */
export function boundDimensions(model: ast.Entry, inputs: ReadonlyMap<string, StoredTensor>): Pairs {
  const free = new Set(model.dimensions.map(dimension => dimension.name.text));
  const bound: Record<string, string> = {};
  for (const { name, type } of model.inputs) {
    const shape = inputs.get(name.text)?.shape;
    if (shape?.length !== type.dimensions.length) continue;
    type.dimensions.forEach((dimension, axis) => {
      // No dimension is 0: an empty array has a wrong shape, whatever is asked for.
      if (dimension.kind === 'reference' && shape[axis] > 0 && free.delete(dimension.name)) {
        bound[`${model.name.text}.${dimension.name}`] = String(shape[axis]);
      }
    });
  }
  return bound;
}
