/** The op `broadcast_to`: a tensor repeated to a larger shape, by the rules of NumPy. */
import { showType } from '@tessera-dnn/graph';
import { isProblem } from '@tessera-dnn/graph/op';
import { readShape } from '../define/arguments.ts';
import { sumTo } from '../define/gradient.ts';
import { shapeMismatch, wrongCount } from '../define/problem.ts';
import { isLoop, loop } from './affine.ts';
import { anyElement, movement } from './movement.ts';

type BroadcastAttributes = { readonly shape: readonly number[] };

export const broadcastTo = movement<BroadcastAttributes>({
  name: 'broadcast_to',
  doc: {
    summary: 'a tensor repeated to a larger shape',
    example: 'model example(x: f32[3]) -> f32[2, 3] {\n  broadcast_to(x, [2, 3])\n}\n',
  },
  parameters: [
    { name: 'x', kind: 'tensor' },
    { name: 'shape', kind: 'list' },
  ],
  attributes: args => {
    const shape = readShape('broadcast_to', args['shape']);
    return isProblem(shape) ? shape : { shape };
  },
  infer: (operands, { shape }) => {
    if (operands.length !== 1) return wrongCount('broadcast_to', 'one tensor', operands.length);
    const [x] = operands;
    const skipped = shape.length - x.shape.length;
    const wrong = x.shape.findIndex((extent, axis) => extent !== 1 && extent !== shape[skipped + axis]);
    if (skipped >= 0 && wrong < 0) return { element: x.element, shape };
    const why = skipped < 0 ? `has ${x.shape.length} axes` : `has ${x.shape[wrong]} on axis ${wrong}`;
    return shapeMismatch(`broadcast_to cannot repeat ${showType(x)} to [${shape.join(', ')}]`, [
      { operand: 0, message: why },
    ]);
  },
  source: (index, { operands: [x] }) => {
    const own = index.slice(index.length - x.shape.length);
    return { operand: 0, index: own.map((at, axis) => (x.shape[axis] === 1 ? 0 : at)) };
  },
  moves: ({ operands: [x], result }) => {
    const skipped = result.shape.length - x.shape.length;
    const loops = result.shape.map((extent, axis) => {
      const own = axis - skipped;
      const from = own >= 0 && x.shape[own] !== 1 ? { axis: own, step: 1 } : undefined;
      return loop(extent, from, { axis, step: 1 });
    });
    const source = { operand: 0, start: x.shape.map(() => 0) };
    return [{ source, to: result.shape.map(() => 0), loops: loops.filter(isLoop) }];
  },
  gradient: ({ build, operands: [x], upstream }) => [sumTo(build, upstream, build.type(x).shape)],
  samples: pick => {
    const shape = pick.shape(0, 4);
    const own = shape.slice(pick.int(0, shape.length)).map(extent => (pick.chance(0.4) ? 1 : extent));
    return { operands: [{ element: anyElement(pick), shape: own }], args: { shape } };
  },
});
