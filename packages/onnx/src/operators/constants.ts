/** Operators that make tensors of nothing but numbers. */
import { isFloat } from '@tessera-dnn/graph';
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import { product, upTo } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';

export const constants: readonly Operator[] = [
  { name: 'Constant', since: { 1: constant } },
  { name: 'ConstantOfShape', since: { 9: ofShape } },
  { name: 'Range', since: { 11: range } },
  { name: 'EyeLike', since: { 9: eyeLike } },
  { name: 'OneHot', since: { 9: oneHot } },
];

function constant(node: Node): Value {
  const stored = node.tensor('value');
  const name = node.proto.outputs[0] ?? '';
  if (stored !== undefined) return node.around.value(stored, name);
  if (node.has('value_float')) return node.constant('f32', [], node.float('value_float', 0));
  if (node.has('value_int')) return node.constant('i32', [], node.int('value_int', 0));
  const [floats, ints] = [node.floats('value_floats'), node.ints('value_ints')];
  if (node.has('value_floats') && floats !== undefined) return node.constant('f32', [floats.length], floats);
  if (node.has('value_ints') && ints !== undefined) return node.constant('i32', [ints.length], ints);
  return refuse('it is a constant of no tensor of numbers');
}

function ofShape(node: Node): Value {
  const shape = node.numbers(0);
  const stored = node.tensor('value');
  const value = stored && node.around.value(stored, '');
  if (shape.some(extent => extent < 0)) refuse(`its shape is [${shape.join(', ')}]`);
  if (value === undefined) return node.constant('f32', shape, product(shape) === 0 ? [] : 0);
  if (value.source.kind !== 'constant') return refuse('its value is more than one number');
  return node.constant(value.type.element, shape, product(shape) === 0 ? [] : value.source.data[0]);
}

function range(node: Node): Value {
  const [[start], [limit], [delta]] = [node.numbers(0), node.numbers(1), node.numbers(2)];
  const { element } = node.operand(0).type;
  const count = Math.max(0, Math.ceil((limit - start) / delta));
  if (!Number.isFinite(count) || count > 2 ** 24) refuse(`it has ${count} numbers`);
  return node.constant(
    element,
    [count],
    upTo(count).map(at => start + at * delta),
  );
}

function eyeLike(node: Node): Value {
  const x = node.operand(0);
  const [rows, columns] = x.type.shape;
  if (x.type.shape.length !== 2) refuse('its operand is no matrix');
  const element = node.has('dtype') ? node.around.element(node.int('dtype', 0)) : x.type.element;
  const k = node.int('k', 0);
  return node.constant(
    element,
    [rows, columns],
    upTo(rows * columns).map(at => Number((at % columns) - Math.floor(at / columns) === k)),
  );
}

function oneHot(node: Node): Value {
  const indices = node.operand(0);
  const [depth] = node.numbers(1);
  const values = node.operand(2);
  const rank = indices.type.shape.length + 1;
  const axis = node.int('axis', -1);
  const at = axis < 0 ? axis + rank : axis;
  const whole = isFloat(indices.type.element) ? node.call('cast', [indices], { element: 'i32' }) : indices;
  const shape = [...indices.type.shape.slice(0, at), 1, ...indices.type.shape.slice(at)];
  const place = node.call('reshape', [node.call('rem', [whole, node.constant('i32', [], depth)])], { shape });
  const inside = node.call('and', [node.call('ge', [whole, -depth]), node.call('lt', [whole, depth])]);
  const classes = node.constant(
    'i32',
    upTo(rank).map(axis => (axis === at ? depth : 1)),
    upTo(depth),
  );
  const hit = node.call('and', [node.call('eq', [place, classes]), node.call('reshape', [inside], { shape })]);
  const one = (which: number) =>
    node.call('reshape', [node.call('slice', [values], { start: [which], count: [1] })], { shape: [] });
  return node.call('where', [hit, one(1), one(0)]);
}
