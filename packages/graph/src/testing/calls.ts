/** How the stand-in ops that need attributes are called in random graphs. */
import { elementCount } from '../types.ts';
import type { RandomCall } from './random-graphs.ts';

const reductions: readonly RandomCall[] = ['sum', 'largest'].map(op => ({
  op,
  operands: 1,
  attributes: ([x], choose) => {
    if (x.element !== 'f32' || x.shape.length === 0) return undefined;
    const axes = x.shape.map((_, axis) => axis).filter(axis => axis === x.shape.length - 1 || choose(2) === 0);
    return { axes, keep: choose(2) === 0 };
  },
}));

const reshape: RandomCall = {
  op: 'reshape',
  operands: 1,
  attributes: ([x], choose) => {
    const count = elementCount(x.shape);
    const last = [1, 2, 3, count].filter(extent => count % extent === 0);
    const extent = last[choose(last.length)];
    return { shape: [count / extent, extent] };
  },
};

export const standInCalls: readonly RandomCall[] = [...reductions, reshape];
