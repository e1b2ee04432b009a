/** The op `reshape`: the same elements, in row-major order, in another shape. */
import type { TensorType } from '@tessera-dnn/graph';
import { elementCount, rowMajorStrides, sameShape, showType } from '@tessera-dnn/graph';
import type { Argument, Problem } from '@tessera-dnn/graph/op';
import { isProblem } from '@tessera-dnn/graph/op';
import { readIntegers, readShape } from '../define/arguments.ts';
import { reshaped } from '../define/gradient.ts';
import { dot } from '../define/indices.ts';
import type { Pick } from '../define/pick.ts';
import { badAttribute, shapeMismatch, wrongCount } from '../define/problem.ts';
import { anyElement, movement } from './movement.ts';
import { reshapeMoves } from './refine.ts';

type ReshapeAttributes = { readonly shape: readonly number[] };

export const reshape = movement<ReshapeAttributes>({
  name: 'reshape',
  doc: {
    summary: 'the same elements in another shape; one extent may be -1 and is computed',
    example: 'model example(x: f32[2, 6]) -> f32[3, 4] {\n  reshape(x, [3, 4])\n}\n',
  },
  parameters: [
    { name: 'x', kind: 'tensor' },
    { name: 'shape', kind: 'list' },
  ],
  attributes: ({ shape }, [x]) => {
    const read = completeShape(shape, x);
    return isProblem(read) ? read : { shape: read };
  },
  infer: (operands, { shape }) => {
    if (operands.length !== 1) return wrongCount('reshape', 'one tensor', operands.length);
    const [x] = operands;
    const count = elementCount(x.shape);
    if (elementCount(shape) === count) return { element: x.element, shape };
    return shapeMismatch(`reshape cannot make ${showType({ element: x.element, shape })} of ${showType(x)}`, [
      { operand: 0, message: `has ${count} elements, not ${elementCount(shape)}` },
    ]);
  },
  source: (index, { operands: [x], result }) => {
    const element = dot(index, rowMajorStrides(result.shape));
    const strides = rowMajorStrides(x.shape);
    return { operand: 0, index: x.shape.map((extent, axis) => Math.floor(element / strides[axis]) % extent) };
  },
  moves: ({ operands: [x], result }) => reshapeMoves(x.shape, result.shape),
  gradient: ({ build, operands: [x], upstream }) => [reshaped(build, upstream, build.type(x).shape)],
  samples: pick => {
    const [from, to] = equalShapes(pick);
    return { operands: [{ element: anyElement(pick), shape: from }], args: { shape: to } };
  },
});

/** The shape a user wrote, in which one extent of -1 is replaced by the number that gives as many elements as `x` has. */
function completeShape(given: Argument | undefined, x: TensorType): readonly number[] | Problem {
  const list = readIntegers('reshape', 'shape', given);
  if (isProblem(list)) return list;
  const open = list.indexOf(-1);
  if (open < 0) return readShape('reshape', list);
  const known = list.filter((_, axis) => axis !== open);
  const rest = readShape('reshape', known);
  if (isProblem(rest)) return rest;
  const extent = elementCount(x.shape) / elementCount(rest);
  if (Number.isInteger(extent)) return list.map(n => (n === -1 ? extent : n));
  return badAttribute(
    'shape',
    `reshape cannot cut the ${elementCount(x.shape)} elements of ${showType(x)} into pieces of ${elementCount(rest)}`,
  );
}

/** Two different random shapes with equally many elements: the same prime factors, dealt out to the axes twice. */
function equalShapes(pick: Pick): readonly [readonly number[], readonly number[]] {
  const primes = Array.from({ length: pick.int(0, 6) }, () => pick.one([2, 2, 3, 3, 5]));
  const deal = (): number[] => {
    const shape = new Array<number>(pick.int(primes.length > 0 ? 1 : 0, 4)).fill(1);
    // Each factor goes to any axis, so that often neither shape refines the other.
    for (const prime of primes) shape[pick.int(0, shape.length - 1)] *= prime;
    return shape;
  };
  const [from, to] = [deal(), deal()];
  return sameShape(from, to) ? [from, [elementCount(from)]] : [from, to];
}
