/** The op `minimum`: the smaller of two; NaN if either is. */
import type { ValueId } from '@tessera-dnn/graph';
import { elementwise } from '../define/elementwise.ts';
import { arithmetic, seen, zero } from '../define/gradient.ts';

export const minimum = elementwise({
  name: 'minimum',
  doc: {
    summary: 'the smaller of two',
    example: 'model example(x: f32[2, 3], y: f32[3]) -> f32[2, 3] {\n  minimum(x, y)\n}\n',
  },
  operands: ['x', 'y'],
  accepts: 'number',
  scalar: ([x, y]) => Math.min(x, y),
  expression: (k, [x, y]) => k.min(x, y),
  bounds: ([x, y]) => [Math.min(x[0], y[0]), Math.min(x[1], y[1])],
  gradient: ({ build, operands: [x, y], upstream }) => {
    const { where, compare } = arithmetic(build);
    // If the operands are equal, the first gets the derivative, as in all ops; if one is NaN, both get it.
    return [where(compare('gt', x, y), zero, upstream), where(compare('le', x, y), zero, upstream)];
  },
  guards: call => {
    const { compare } = arithmetic(call.build);
    const [x, y] = call.operands;
    const unless = (condition: ValueId) => seen(call, call.build.op('not', [condition]));
    return [unless(compare('gt', x, y)), unless(compare('le', x, y))];
  },
});
