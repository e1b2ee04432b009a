/** The op `concat`: tensors joined along an axis, one after the other. */
import { showType } from '@tessera-dnn/graph';
import { readAxis } from '../define/arguments.ts';
import { part } from '../define/gradient.ts';
import { mixedElements, shapeMismatch, wrongCount } from '../define/problem.ts';
import { place } from './affine.ts';
import { anyElement, movement } from './movement.ts';

type ConcatAttributes = { readonly axis: number };

export const concat = movement<ConcatAttributes>({
  name: 'concat',
  doc: {
    summary: 'tensors one behind the other along an axis',
    example: 'model example(a: f32[2, 3], b: f32[2, 4]) -> f32[2, 7] {\n  concat([a, b], axis: 1)\n}\n',
  },
  parameters: [
    { name: 'tensors', kind: 'tensors' },
    { name: 'axis', kind: 'integer' },
  ],
  attributes: (args, operands) => {
    if (operands.length === 0) return wrongCount('concat', 'at least one tensor', 0);
    const axis = readAxis('concat', args['axis'], operands[0]);
    return typeof axis === 'number' ? { axis } : axis;
  },
  infer: (operands, { axis }) => {
    if (operands.length === 0) return wrongCount('concat', 'at least one tensor', 0);
    const [first] = operands;
    for (const [operand, type] of operands.entries()) {
      if (type.element !== first.element) return mixedElements('concat', operands, 0, operand);
      const fits =
        type.shape.length === first.shape.length &&
        type.shape.every((extent, other) => other === axis || extent === first.shape[other]);
      if (!fits) {
        return shapeMismatch(
          `concat cannot join ${showType(first)} and ${showType(type)} along axis ${axis}`,
          [0, operand].map(i => ({ operand: i, message: `is ${showType(operands[i])}` })),
          'all axes but the joined one must agree',
        );
      }
    }
    const total = operands.reduce((sum, type) => sum + type.shape[axis], 0);
    return { element: first.element, shape: first.shape.map((extent, other) => (other === axis ? total : extent)) };
  },
  source: (index, { operands, attributes: { axis } }) => {
    let [operand, at] = [0, index[axis]];
    while (at >= operands[operand].shape[axis]) at -= operands[operand++].shape[axis];
    return { operand, index: index.map((i, other) => (other === axis ? at : i)) };
  },
  moves: ({ operands, attributes: { axis } }) => {
    let start = 0;
    return operands.map((type, operand) => {
      const to = type.shape.map((_, other) => (other === axis ? start : 0));
      start += type.shape[axis];
      return place(operand, type.shape, to);
    });
  },
  gradient: ({ build, operands, upstream, attributes: { axis } }) => {
    let next = 0;
    return operands.map(operand => {
      const { shape } = build.type(operand);
      const start = next;
      next += shape[axis];
      return part(
        build,
        upstream,
        shape.map((_, other) => (other === axis ? start : 0)),
        shape,
      );
    });
  },
  samples: pick => {
    const shape = pick.shape(1, 3);
    const axis = pick.int(0, shape.length - 1);
    const element = anyElement(pick);
    const operands = Array.from({ length: pick.int(1, 4) }, () => ({
      element,
      shape: shape.map((extent, other) => (other === axis ? pick.int(1, 5) : extent)),
    }));
    return { operands, args: { axis: pick.chance() ? axis : axis - shape.length } };
  },
});
