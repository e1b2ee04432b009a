/** The gradients of the gradients of pools, which are linear in the slopes that they spread: each collects what has been spread. */
import type { Gradient } from '@tessera-dnn/graph/op';
import { arithmetic } from '../define/gradient.ts';
import { forEachIndex } from '../define/indices.ts';
import { covered, elementsAt, type Windows } from './windows-apart.ts';

/** The derivative by a slope is the sum of those by the elements of its window. */
export const ofAvgPoolGradient: Gradient<Windows> = ({
  build,
  operands: [slopes],
  upstream,
  attributes: { kernel, stride, padding },
}) => {
  const counts = build.type(slopes).shape.slice(2);
  const map = covered(build, upstream, { kernel, stride, padding }, counts, 0);
  const whole = { kernel, stride, padding: kernel.map(() => [0, 0] as const), ceil: false, count_padding: true };
  const taps = kernel.reduce((product, extent) => product * extent, 1);
  return [arithmetic(build).mul(build.op('avg_pool', [map], whole), { number: taps })];
};

/** The derivative by a slope is that by the first element of its window that is the largest; which one that is does not change with x. */
export const ofMaxPoolGradient: Gradient<Windows> = ({
  build,
  operands: [x, largest],
  upstream,
  attributes: { kernel, stride, padding },
}) => {
  const { shape } = build.type(largest);
  const counts = shape.slice(2);
  const windows = { kernel, stride, padding };
  const elements = covered(build, x, windows, counts, Number.NaN);
  const derivatives = covered(build, upstream, windows, counts, 0);
  const taps: number[][] = [];
  forEachIndex(kernel, tap => taps.push([...tap]));
  const { where, compare } = arithmetic(build);
  // From the last element to the first, so that of equal ones the first has the last word.
  const picked = taps.reduceRight(
    (later, tap) => {
      const isLargest = compare('eq', elementsAt(build, elements, windows, counts, tap), largest);
      return where(isLargest, elementsAt(build, derivatives, windows, counts, tap), later);
    },
    build.constant(build.type(largest), 0),
  );
  return [undefined, undefined, picked];
};
