/** Operators that put elements at places that are data: `ScatterElements`, `ScatterND`, and `Scatter`, as the first was called before. */
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import { axisOf, product } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';
import { elementPlaces, slicePlaces } from './gather.ts';

export const scatters: readonly Operator[] = [
  { name: 'Scatter', since: { 9: scatterElements } },
  { name: 'ScatterElements', since: { 11: scatterElements } },
  { name: 'ScatterND', since: { 11: scatterNd } },
];

function scatterElements(node: Node): Value {
  const [x, indices, updates] = [node.operand(0), node.operand(1), node.operand(2)];
  const { shape } = x.type;
  const axis = axisOf(node.int('axis', 0), shape.length);
  const count = product(shape);
  const flat = node.call('reshape', [x], { shape: [count] });
  return node.call('reshape', [put(node, flat, elementPlaces(node, indices, shape, axis), updates)], { shape });
}

function scatterNd(node: Node): Value {
  const [x, indices, updates] = [node.operand(0), node.operand(1), node.operand(2)];
  const { shape } = x.type;
  const depth = indices.type.shape.at(-1) ?? 0;
  const rows = node.call('reshape', [x], { shape: [product(shape.slice(0, depth)), ...shape.slice(depth)] });
  return node.call('reshape', [put(node, rows, slicePlaces(node, indices, shape, 0), updates)], { shape });
}

/** `rows` with `updates` at `places` of the first axis, set or added as the node says. */
function put(node: Node, rows: Value, places: Value, updates: Value): Value {
  const how = node.text('reduction', 'none');
  const [extent] = rows.type.shape;
  if (rows.type.element !== 'f32') refuse(`it puts ${rows.type.element}`);
  if (how === 'add') return node.call('add', [rows, node.call('scatter_add', [updates, places], { extent })]);
  if (how !== 'none') refuse(`its reduction is ${how}`);
  // What is put twice has no certain value in ONNX: one of the places must be left, and a sum would be none of them.
  if (places.source.kind !== 'constant' || new Set(places.source.data).size < places.source.data.length) {
    return last(node, rows, places, updates);
  }
  const sums = node.call('scatter_add', [updates, places], { extent });
  const hits = node.call('scatter_add', [node.constant('f32', updates.type.shape, 1), places], { extent });
  return node.call('where', [node.call('gt', [hits, 0]), sums, rows]);
}

/** Of several updates at one place the last stays: each one counts only if no later one has its place. */
function last(node: Node, rows: Value, places: Value, updates: Value): Value {
  const count = product(places.type.shape);
  if (count > 1024) refuse(`it puts ${count} elements at places that are not known beforehand`);
  const [column, row] = [
    [count, 1],
    [1, count],
  ].map(shape => node.call('reshape', [places], { shape }));
  const at = Array.from({ length: count }, (_, i) => i);
  const later = node.call('lt', [node.constant('i32', [count, 1], at), node.constant('i32', [1, count], at)]);
  const again = node.call('and', [node.call('eq', [column, row]), later]);
  const hidden = node.call('max', [node.call('cast', [again], { element: 'i32' })], { axis: 1 });
  const stays = node.call('eq', [
    node.call('reshape', [hidden], { shape: [...places.type.shape, ...rows.type.shape.slice(1).map(() => 1)] }),
    0,
  ]);
  const [extent] = rows.type.shape;
  const sums = node.call('scatter_add', [node.call('where', [stays, updates, 0]), places], { extent });
  const hits = node.call('scatter_add', [node.constant('f32', updates.type.shape, 1), places], { extent });
  return node.call('where', [node.call('gt', [hits, 0]), sums, rows]);
}
