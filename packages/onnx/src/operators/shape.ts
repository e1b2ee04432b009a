/** Operators that give a tensor another shape, and those that ask for the shape of one. */
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import { axesOf, product, upTo } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';

export const shapes: readonly Operator[] = [
  {
    name: 'Reshape',
    since: {
      1: node => reshape(node, node.ints('shape') ?? refuse('it has no shape')),
      5: node => reshape(node, node.numbers(1)),
    },
  },
  { name: 'Flatten', since: { 1: flatten } },
  {
    name: 'Squeeze',
    since: { 1: node => squeeze(node, node.ints('axes')), 13: node => squeeze(node, node.optionalNumbers(1)) },
  },
  {
    name: 'Unsqueeze',
    since: { 1: node => unsqueeze(node, node.ints('axes') ?? []), 13: node => unsqueeze(node, node.numbers(1)) },
  },
  { name: 'Shape', since: { 1: shapeOf } },
  { name: 'Size', since: { 1: node => node.constant('i32', [], product(node.operand(0).type.shape)) } },
];

/** `x` in another shape; nothing where it has it. */
export function reshaped(node: Node, x: Value, shape: readonly number[]): Value {
  if (x.type.shape.join() === shape.join()) return x;
  if (x.source.kind === 'constant' && x.type.shape.includes(0)) return { ...x, type: { ...x.type, shape } };
  return node.call('reshape', [x], { shape });
}

function reshape(node: Node, wanted: readonly number[]): Value {
  node.ignore('consumed_inputs');
  const x = node.operand(0);
  const keeps = !node.flag('allowzero', false);
  const filled = wanted.map((extent, axis) =>
    extent === 0 && keeps ? (x.type.shape[axis] ?? refuse('its shape takes over an axis that is not there')) : extent,
  );
  const open = filled.filter(extent => extent === -1).length;
  if (open > 1) refuse(`its shape [${wanted.join(', ')}] leaves several axes open`);
  const rest = product(x.type.shape) / product(filled.filter(extent => extent !== -1));
  return reshaped(
    node,
    x,
    filled.map(extent => (extent === -1 ? rest : extent)),
  );
}

function flatten(node: Node): Value {
  const x = node.operand(0);
  const { shape } = x.type;
  const axis = node.int('axis', 1);
  if (axis < -shape.length || axis > shape.length) refuse(`axis ${axis} is none of its operand`);
  const at = axis < 0 ? axis + shape.length : axis;
  return reshaped(node, x, [product(shape.slice(0, at)), product(shape.slice(at))]);
}

function squeeze(node: Node, axes: readonly number[] | undefined): Value {
  const x = node.operand(0);
  const { shape } = x.type;
  const dropped =
    axes === undefined ? upTo(shape.length).filter(axis => shape[axis] === 1) : axesOf(axes, shape.length);
  const wide = dropped.find(axis => shape[axis] !== 1);
  if (wide !== undefined) refuse(`axis ${wide} has ${shape[wide]} places and cannot be left out`);
  return reshaped(
    node,
    x,
    shape.filter((_, axis) => !dropped.includes(axis)),
  );
}

function unsqueeze(node: Node, axes: readonly number[]): Value {
  const x = node.operand(0);
  const rank = x.type.shape.length + axes.length;
  const added = axesOf(axes, rank);
  const rest = [...x.type.shape];
  return reshaped(
    node,
    x,
    upTo(rank).map(axis => (added.includes(axis) ? 1 : rest.shift()!)),
  );
}

function shapeOf(node: Node): Value {
  const { shape } = node.operand(0).type;
  const place = (at: number) => Math.min(Math.max(at < 0 ? at + shape.length : at, 0), shape.length);
  const part = shape.slice(place(node.int('start', 0)), place(node.int('end', shape.length)));
  return node.constant('i32', [part.length], part);
}
