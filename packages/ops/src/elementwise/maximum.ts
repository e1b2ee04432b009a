/** The op `maximum`: the greater of two; NaN if either is. */
import type { ValueId } from '@tessera-dnn/graph';
import { elementwise } from '../define/elementwise.ts';
import { arithmetic, seen, zero } from '../define/gradient.ts';

export const maximum = elementwise({
  name: 'maximum',
  doc: {
    summary: 'the greater of two',
    example: 'model example(x: f32[2, 3], y: f32[3]) -> f32[2, 3] {\n  maximum(x, y)\n}\n',
  },
  operands: ['x', 'y'],
  accepts: 'number',
  scalar: ([x, y]) => Math.max(x, y),
  expression: (k, [x, y]) => k.max(x, y),
  bounds: ([x, y]) => [Math.max(x[0], y[0]), Math.max(x[1], y[1])],
  gradient: ({ build, operands: [x, y], upstream }) => {
    const { where, compare } = arithmetic(build);
    // If the operands are equal, the first gets the derivative, as in all ops; if one is NaN, both get it.
    return [where(compare('lt', x, y), zero, upstream), where(compare('ge', x, y), zero, upstream)];
  },
  guards: call => {
    const { compare } = arithmetic(call.build);
    const [x, y] = call.operands;
    const unless = (condition: ValueId) => seen(call, call.build.op('not', [condition]));
    return [unless(compare('lt', x, y)), unless(compare('ge', x, y))];
  },
});
