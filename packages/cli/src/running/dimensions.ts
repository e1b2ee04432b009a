/**
 * Binds a program's dimension parameters by the shapes of its data: for `image: f32[n, 1, 28, 28]`, an array of shape [40, 1, 28, 28] makes
 * n 40, as a call inside the language would.
 */
import type { ast } from '@tessera-dnn/language';
import type { Pairs } from '../flags/values.ts';

interface Shaped {
  readonly shape: readonly number[];
}

/**
 * Settings such as `lenet.n`, as `--set` gives them. If inputs disagree, the first one counts, and the others are later reported to have a
 * wrong shape.
 */
export function boundDimensions(program: ast.Entry, inputs: ReadonlyMap<string, Shaped | number>): Pairs {
  const free = new Set(program.dimensions.map(dimension => dimension.name.text));
  const bound = new Map<string, string>();
  for (const { name, type } of program.inputs) {
    const given = inputs.get(name.text);
    const shape = typeof given === 'object' ? given.shape : undefined;
    if (shape?.length !== type.dimensions.length) continue;
    type.dimensions.forEach((dimension, axis) => {
      // No dimension can be 0, so an empty array binds nothing (its shape is wrong in any case), and 0 can stand for an extent that is not
      // known.
      if (dimension.kind === 'reference' && shape[axis] > 0 && free.delete(dimension.name)) {
        bound.set(`${program.name.text}.${dimension.name}`, String(shape[axis]));
      }
    });
  }
  return Object.fromEntries(bound);
}
