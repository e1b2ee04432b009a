/** Operators that take elements at places that are data: `Gather`, `GatherElements`, `GatherND`. Negative places count from the end. */
import { rowMajorStrides } from '@tessera-dnn/graph';
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import { axisOf, product, upTo } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';
import { part } from './slice.ts';

export const gathers: readonly Operator[] = [
  { name: 'Gather', since: { 1: gather } },
  { name: 'GatherElements', since: { 11: gatherElements } },
  { name: 'GatherND', since: { 11: gatherNd } },
];

function gather(node: Node): Value {
  const [x, indices] = [node.operand(0), node.operand(1)];
  const axis = axisOf(node.int('axis', 0), x.type.shape.length);
  const places = fromStart(node, indices, x.type.shape[axis]);
  // One place that is known is a part, which costs nothing.
  if (
    places.source.kind === 'constant' &&
    places.source.data.length === 1 &&
    indices.type.shape.length === 0 &&
    x.source.kind !== 'constant'
  ) {
    const one = part(node, x, axis, places.source.data[0], 1);
    return node.call('reshape', [one], { shape: x.type.shape.filter((_, at) => at !== axis) });
  }
  return node.call('gather', [x, places], axis === 0 ? {} : { axis });
}

/** Places from 0 on; those that are known must lie within the axis. */
export function fromStart(node: Node, indices: Value, extent: number): Value {
  const { source, type } = indices;
  if (type.element !== 'i32') refuse(`its places are ${type.element}`);
  if (source.kind === 'constant') {
    const data = source.data.map(at => (at < 0 ? at + extent : at));
    const outside = data.find(at => at < 0 || at >= extent);
    if (outside !== undefined) refuse(`place ${outside} is none of an axis with ${extent}`);
    return node.constant('i32', type.shape, data);
  }
  return node.call('where', [node.call('lt', [indices, 0]), node.call('add', [indices, extent]), indices]);
}

/** For each element of a tensor of this shape, where it lies in `within` if the coordinate of `axis` were 0. */
export function placesBeside(node: Node, shape: readonly number[], within: readonly number[], axis: number): Value {
  const [own, strides] = [rowMajorStrides(shape), rowMajorStrides(within)];
  const data = upTo(product(shape)).map(at =>
    own.reduce(
      (sum, stride, other) => sum + (other === axis ? 0 : (Math.floor(at / stride) % shape[other]) * strides[other]),
      0,
    ),
  );
  return node.constant('i32', shape, data);
}

/** Where each element that `indices` names along `axis` lies in a tensor of shape `within`, counted row by row. */
export function elementPlaces(node: Node, indices: Value, within: readonly number[], axis: number): Value {
  const along = fromStart(node, indices, within[axis]);
  const stride = rowMajorStrides(within)[axis];
  const scaled = stride === 1 ? along : node.call('mul', [along, stride]);
  return node.call('add', [scaled, placesBeside(node, indices.type.shape, within, axis)]);
}

function gatherElements(node: Node): Value {
  const [x, indices] = [node.operand(0), node.operand(1)];
  const axis = axisOf(node.int('axis', 0), x.type.shape.length);
  const flat = node.call('reshape', [x], { shape: [product(x.type.shape)] });
  return node.call('gather', [flat, elementPlaces(node, indices, x.type.shape, axis)]);
}

/** Where each slice that the last axis of `indices` names lies, counted in slices; the first `batch` axes are shared. */
export function slicePlaces(node: Node, indices: Value, within: readonly number[], batch: number): Value {
  const { shape } = indices.type;
  const depth = shape.at(-1) ?? refuse('its places have no axis');
  const named = within.slice(0, batch + depth);
  const strides = rowMajorStrides(named);
  const outer = shape.slice(0, -1);
  const parts = upTo(depth).map(at => {
    const one = node.call('reshape', [part(node, indices, shape.length - 1, at, 1)], { shape: outer });
    const along = fromStart(node, one, named[batch + at]);
    return strides[batch + at] === 1 ? along : node.call('mul', [along, strides[batch + at]]);
  });
  const sum = parts.reduce((total, one) => node.call('add', [total, one]));
  if (batch === 0) return sum;
  const own = rowMajorStrides(outer);
  const before = upTo(product(outer)).map(at =>
    upTo(batch).reduce((total, axis) => total + (Math.floor(at / own[axis]) % outer[axis]) * strides[axis], 0),
  );
  return node.call('add', [sum, node.constant('i32', outer, before)]);
}

function gatherNd(node: Node): Value {
  const [x, indices] = [node.operand(0), node.operand(1)];
  const batch = node.int('batch_dims', 0);
  const depth = batch + (indices.type.shape.at(-1) ?? 0);
  const rows = node.call('reshape', [x], {
    shape: [product(x.type.shape.slice(0, depth)), ...x.type.shape.slice(depth)],
  });
  return node.call('gather', [rows, slicePlaces(node, indices, x.type.shape, batch)]);
}
