/** The op `slice`: of every axis a range of elements with a step. A negative step walks backwards from `start`. */
import type { TensorType } from '@tessera-dnn/graph';
import { showType } from '@tessera-dnn/graph';
import type { Problem } from '@tessera-dnn/graph/op';
import { isProblem } from '@tessera-dnn/graph/op';
import { readIntegers } from '../define/arguments.ts';
import { badAttribute, wrongCount } from '../define/problem.ts';
import { isLoop, loop } from './affine.ts';
import { anyElement, movement } from './movement.ts';
import type { SliceAttributes } from './slice-attributes.ts';
import { sliceGradient } from './slice-gradient.ts';

export const slice = movement<SliceAttributes>({
  name: 'slice',
  doc: {
    summary: 'every step-th element of a range of every axis; also written x[a:b:c]',
    example: 'model example(x: f32[4, 9]) -> f32[2, 4] {\n  x[1:3, 1:9:2]\n}\n',
  },
  parameters: [
    { name: 'x', kind: 'tensor' },
    { name: 'start', kind: 'list' },
    { name: 'count', kind: 'list' },
    { name: 'step', kind: 'list', default: null },
  ],
  attributes: (args, [x]) => {
    const start = readIntegers('slice', 'start', args['start']);
    if (isProblem(start)) return start;
    const count = readIntegers('slice', 'count', args['count']);
    if (isProblem(count)) return count;
    const step = readIntegers('slice', 'step', args['step'] ?? x.shape.map(() => 1));
    if (isProblem(step)) return step;
    // The step of a single element has no effect; it is made 1, so that equal slices have equal attributes.
    return (
      misfit({ start, count, step }, x) ?? { start, count, step: step.map((n, axis) => (count[axis] === 1 ? 1 : n)) }
    );
  },
  infer: (operands, { count }) =>
    operands.length === 1
      ? { element: operands[0].element, shape: count }
      : wrongCount('slice', 'one tensor', operands.length),
  source: (index, { attributes: { start, step } }) => ({
    operand: 0,
    index: index.map((at, axis) => start[axis] + at * step[axis]),
  }),
  moves: ({ attributes: { start, count, step } }) => {
    const loops = count.map((n, axis) => loop(n, { axis, step: step[axis] }, { axis, step: 1 }));
    return [{ source: { operand: 0, start }, to: count.map(() => 0), loops: loops.filter(isLoop) }];
  },
  gradient: sliceGradient,
  samples: pick => {
    const shape = pick.shape(0, 4);
    const step = shape.map(() => pick.one([1, 1, 1, 2, 3, -1, -2]));
    const count = shape.map((extent, axis) => pick.int(1, Math.ceil(extent / Math.abs(step[axis]))));
    const start = shape.map((extent, axis) => {
      const span = (count[axis] - 1) * Math.abs(step[axis]);
      const low = pick.int(0, extent - 1 - span);
      return step[axis] > 0 ? low : low + span;
    });
    return { operands: [{ element: anyElement(pick), shape }], args: { start, count, step } };
  },
});

function misfit({ start, count, step }: SliceAttributes, x: TensorType): Problem | undefined {
  const rank = x.shape.length;
  for (const [name, list] of Object.entries({ start, count, step })) {
    if (list.length !== rank)
      return badAttribute(name, `${name} of slice has ${list.length} numbers for ${showType(x)}`);
  }
  for (let axis = 0; axis < rank; axis++) {
    const last = start[axis] + (count[axis] - 1) * step[axis];
    if (count[axis] < 1) return badAttribute('count', `slice of axis ${axis} would be empty`);
    if (step[axis] === 0) return badAttribute('step', `slice of axis ${axis} has a step of 0`);
    const outside = [start[axis], last].find(at => at < 0 || at >= x.shape[axis]);
    if (outside !== undefined) {
      return badAttribute(
        'start',
        `slice reads element ${outside} of axis ${axis}, which has ${x.shape[axis]}, of ${showType(x)}`,
      );
    }
  }
  return undefined;
}
