/**
 * Binds a program's dimension parameters by the shapes of its data: for `image: f32[n, 1, 28, 28]`, an array of shape [40, 1, 28, 28] makes
 * n 40, as a call inside the language would.
 */
import type { ast } from '@tessera-dnn/language';
import type { Pairs } from '../flags/values.ts';

interface Shaped {
  readonly shape: readonly number[];
}

/** One picture: in an input `[n, c, h, w]` or `[n, h, w, c]`, what the program leaves open is its own size. */
interface Pictured {
  readonly width: number;
  readonly height: number;
}

/**
 * Settings such as `lenet.n`, as `--set` gives them. If inputs disagree, the first one counts, and the others are later reported to have a
 * wrong shape.
 */
export function boundDimensions(program: ast.Entry, inputs: ReadonlyMap<string, Shaped | Pictured | number>): Pairs {
  const free = new Set(program.dimensions.map(dimension => dimension.name.text));
  const bound = new Map<string, string>();
  for (const { name, type } of program.inputs) {
    const given = inputs.get(name.text);
    const shape = given === undefined || typeof given === 'number' ? undefined : shapeOf(given, type.dimensions);
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

/** 0 stands for an extent that is not known. */
function shapeOf(given: Shaped | Pictured, dimensions: readonly ast.Expression[]): readonly number[] {
  if ('shape' in given) return given.shape;
  const { width, height } = given;
  if (dimensions.length !== 4) return [];
  const isLast = dimensions[3].kind === 'integer';
  return isLast && dimensions[1].kind !== 'integer' ? [1, height, width, 0] : [1, 0, height, width];
}
