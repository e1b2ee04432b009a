/** The op `stack`: tensors of one type side by side along a new axis. */
import type { TensorType } from '@tessera-dnn/graph';
import { sameType, showType } from '@tessera-dnn/graph';
import { readAxis } from '../define/arguments.ts';
import { part, reshaped } from '../define/gradient.ts';
import { shapeMismatch, wrongCount } from '../define/problem.ts';
import { place } from './affine.ts';
import { anyElement, movement } from './movement.ts';

type StackAttributes = { readonly axis: number };

export const stack = movement<StackAttributes>({
  name: 'stack',
  doc: {
    summary: 'tensors of one type side by side along a new axis',
    example: 'model example(a: f32[2, 3], b: f32[2, 3]) -> f32[2, 2, 3] {\n  stack([a, b], axis: 0)\n}\n',
  },
  parameters: [
    { name: 'tensors', kind: 'tensors' },
    { name: 'axis', kind: 'integer', default: 0 },
  ],
  attributes: (args, operands) => {
    if (operands.length === 0) return wrongCount('stack', 'at least one tensor', 0);
    // The axis is counted in the result, which has one axis more than the operands.
    const axis = readAxis('stack', args['axis'] ?? 0, stacked(operands, 0));
    return typeof axis === 'number' ? { axis } : axis;
  },
  infer: (operands, { axis }) => {
    if (operands.length === 0) return wrongCount('stack', 'at least one tensor', 0);
    const other = operands.findIndex(type => !sameType(type, operands[0]));
    if (other < 0) return stacked(operands, axis);
    return shapeMismatch(
      `stack cannot join ${showType(operands[0])} and ${showType(operands[other])}`,
      [0, other].map(i => ({ operand: i, message: `is ${showType(operands[i])}` })),
      'all tensors must have one type',
    );
  },
  source: (index, { attributes: { axis } }) => ({
    operand: index[axis],
    index: index.filter((_, other) => other !== axis),
  }),
  moves: ({ operands, attributes: { axis }, result }) =>
    operands.map((type, operand) => {
      const to = result.shape.map((_, other) => (other === axis ? operand : 0));
      return place(operand, type.shape, to, own => (own < axis ? own : own + 1));
    }),
  gradient: ({ build, operands, upstream, attributes: { axis } }) =>
    operands.map((operand, i) => {
      const { shape } = build.type(upstream);
      const along = (there: number, elsewhere: readonly number[]) =>
        elsewhere.map((n, other) => (other === axis ? there : n));
      const start = along(
        i,
        shape.map(() => 0),
      );
      return reshaped(build, part(build, upstream, start, along(1, shape)), build.type(operand).shape);
    }),
  samples: pick => {
    const type = { element: anyElement(pick), shape: pick.shape(0, 3) };
    const axis = pick.int(-type.shape.length - 1, type.shape.length);
    return { operands: Array.from({ length: pick.int(1, 4) }, () => type), args: { axis } };
  },
});

function stacked([first, ...others]: readonly TensorType[], axis: number): TensorType {
  const shape = [...first.shape];
  shape.splice(axis, 0, 1 + others.length);
  return { element: first.element, shape };
}
