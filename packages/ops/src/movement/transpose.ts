/** The op `transpose`: the axes of a tensor in another order. */
import { showType } from '@tessera-dnn/graph';
import { isProblem } from '@tessera-dnn/graph/op';
import { readAxisList } from '../define/arguments.ts';
import { badAttribute, wrongCount } from '../define/problem.ts';
import { place } from './affine.ts';
import { anyElement, movement } from './movement.ts';

type TransposeAttributes = {
  /** Axis i of the result is axis `axes[i]` of the operand. */
  readonly axes: readonly number[];
};

export const transpose = movement<TransposeAttributes>({
  name: 'transpose',
  doc: {
    summary: 'the axes in another order; reversed where none is given',
    example: 'model example(x: f32[2, 3, 4]) -> f32[4, 2, 3] {\n  transpose(x, [2, 0, 1])\n}\n',
  },
  parameters: [
    { name: 'x', kind: 'tensor' },
    { name: 'axes', kind: 'list', default: null },
  ],
  attributes: (args, [x]) => {
    const rank = x.shape.length;
    if (args['axes'] === undefined) return { axes: x.shape.map((_, axis) => rank - 1 - axis) };
    const axes = readAxisList('transpose', args['axes'], x, 'axes');
    if (isProblem(axes)) return axes;
    if (axes.length === rank) return { axes };
    return badAttribute(
      'axes',
      `transpose needs each of the ${rank} axes of ${showType(x)} once, not ${axes.length} axes`,
    );
  },
  infer: (operands, { axes }) => {
    if (operands.length !== 1) return wrongCount('transpose', 'one tensor', operands.length);
    const [x] = operands;
    return { element: x.element, shape: axes.map(axis => x.shape[axis]) };
  },
  source: (index, { attributes: { axes } }) => {
    const from = index.map(() => 0);
    axes.forEach((axis, to) => {
      from[axis] = index[to];
    });
    return { operand: 0, index: from };
  },
  moves: ({ operands: [x], attributes: { axes } }) => [
    place(
      0,
      x.shape,
      x.shape.map(() => 0),
      axis => axes.indexOf(axis),
    ),
  ],
  gradient: ({ build, upstream, attributes: { axes } }) => [
    build.op('transpose', [upstream], { axes: axes.map((_, axis) => axes.indexOf(axis)) }),
  ],
  samples: pick => {
    const shape = pick.shape(0, 4);
    const axes = shape.map((_, axis) => axis);
    for (let i = axes.length - 1; i > 0; i--) {
      const j = pick.int(0, i);
      [axes[i], axes[j]] = [axes[j], axes[i]];
    }
    const args = pick.chance(0.2) ? {} : { axes: pick.chance() ? axes : axes.map(axis => axis - shape.length) };
    return { operands: [{ element: anyElement(pick), shape }], args };
  },
});
