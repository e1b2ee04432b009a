/** Operators that only carry elements: in another order, beside each other, repeated. */
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import { axisOf, upTo } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';
import { reshaped } from './shape.ts';
import { part } from './slice.ts';

export const movements: readonly Operator[] = [
  { name: 'Transpose', since: { 1: node => transposed(node, node.operand(0), node.ints('perm')) } },
  {
    name: 'Concat',
    since: { 1: node => concat(node, node.int('axis', 1)), 4: node => concat(node, node.int('axis', 0)) },
  },
  { name: 'Expand', since: { 8: expand } },
  { name: 'Tile', since: { 6: node => tile(node, node.numbers(1)) } },
  {
    name: 'Split',
    since: { 1: node => split(node, node.ints('split')), 13: node => split(node, node.optionalNumbers(1)) },
  },
  { name: 'DepthToSpace', since: { 1: depthToSpace } },
  { name: 'SpaceToDepth', since: { 1: spaceToDepth } },
];

/** The axes in another order, reversed where none is given. */
export function transposed(node: Node, x: Value, order?: readonly number[]): Value {
  const rank = x.type.shape.length;
  const axes = order?.map(axis => axisOf(axis, rank)) ?? upTo(rank).toReversed();
  if (axes.length !== rank || new Set(axes).size < rank)
    refuse(`its perm [${axes.join(', ')}] is no order of ${rank} axes`);
  return axes.every((axis, at) => axis === at) ? x : node.call('transpose', [x], { axes });
}

function concat(node: Node, axis: number): Value {
  return concatenated(node, node.operands(), axis);
}

/** Tensors one behind the other; those without elements add nothing. */
export function concatenated(node: Node, all: readonly Value[], axis: number): Value {
  const at = axisOf(axis, all[0]?.type.shape.length ?? refuse('it has no operands'));
  const filled = all.filter(({ type }) => !type.shape.includes(0));
  if (filled.length === 0) return all[0];
  return filled.length === 1 ? filled[0] : node.call('concat', filled, { axis: at });
}

function expand(node: Node): Value {
  const x = node.operand(0);
  return expanded(node, x, broadcastShape(x.type.shape, node.numbers(1)));
}

/** The shape to which two shapes broadcast. */
export function broadcastShape(a: readonly number[], b: readonly number[]): readonly number[] {
  const rank = Math.max(a.length, b.length);
  const at = (shape: readonly number[], axis: number) => shape[axis - rank + shape.length] ?? 1;
  return upTo(rank).map(axis => {
    const [one, other] = [at(a, axis), at(b, axis)];
    if (one !== other && one !== 1 && other !== 1) refuse(`[${a.join(', ')}] and [${b.join(', ')}] do not broadcast`);
    return one === 1 ? other : one;
  });
}

/** `x` repeated to a larger shape. */
export function expanded(node: Node, x: Value, shape: readonly number[]): Value {
  if (shape.includes(0)) return node.constant(x.type.element, shape, []);
  return x.type.shape.join() === shape.join() ? x : node.call('broadcast_to', [x], { shape });
}

function tile(node: Node, repeats: readonly number[]): Value {
  const x = node.operand(0);
  const { shape } = x.type;
  if (repeats.length !== shape.length || repeats.some(n => n < 1))
    refuse(`its repeats [${repeats.join(', ')}] are not one number for each axis`);
  const wide = expanded(
    node,
    reshaped(
      node,
      x,
      shape.flatMap(extent => [1, extent]),
    ),
    shape.flatMap((extent, axis) => [repeats[axis], extent]),
  );
  return reshaped(
    node,
    wide,
    shape.map((extent, axis) => extent * repeats[axis]),
  );
}

function split(node: Node, sizes: readonly number[] | undefined): readonly Value[] {
  const x = node.operand(0);
  const axis = axisOf(node.int('axis', 0), x.type.shape.length);
  const extent = x.type.shape[axis];
  const parts = node.int('num_outputs', node.proto.outputs.length);
  const each = Math.ceil(extent / parts);
  const counts = sizes ?? upTo(parts).map(at => Math.min(each, extent - at * each));
  if (counts.reduce((sum, count) => sum + count, 0) !== extent)
    refuse(`its parts [${counts.join(', ')}] do not make up ${extent}`);
  return counts.map((count, at) =>
    part(
      node,
      x,
      axis,
      counts.slice(0, at).reduce((sum, one) => sum + one, 0),
      count,
    ),
  );
}

function depthToSpace(node: Node): Value {
  const x = node.operand(0);
  const size = node.int('blocksize', 0);
  const [n, c, h, w] = picture(x, size);
  const depth = c / size ** 2;
  const crd = node.text('mode', 'DCR') === 'CRD';
  const apart = reshaped(node, x, crd ? [n, depth, size, size, h, w] : [n, size, size, depth, h, w]);
  const order = crd ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2];
  return reshaped(node, transposed(node, apart, order), [n, depth, h * size, w * size]);
}

function spaceToDepth(node: Node): Value {
  const x = node.operand(0);
  const size = node.int('blocksize', 0);
  const [n, c, h, w] = picture(x, size);
  const apart = reshaped(node, x, [n, c, h / size, size, w / size, size]);
  return reshaped(node, transposed(node, apart, [0, 3, 5, 1, 2, 4]), [n, c * size ** 2, h / size, w / size]);
}

function picture({ type: { shape } }: Value, size: number): readonly number[] {
  if (shape.length !== 4 || size < 1) refuse('it takes [n, c, h, w] and blocks of 1 or more');
  return shape;
}
