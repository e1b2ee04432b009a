/** Operators that choose or compare, and remainders. */
import { isFloat } from '@tessera-dnn/graph';
import type { Operand } from '../draft/draft.ts';
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';
import { truncated } from './binary.ts';

export const selections: readonly Operator[] = [
  { name: 'Where', since: { 9: node => node.call('where', [node.operand(0), node.operand(1), node.operand(2)]) } },
  { name: 'Clip', since: { 1: clipByAttributes, 11: clip } },
  { name: 'Mod', since: { 10: mod } },
  { name: 'IsInf', since: { 10: isInfinite } },
  { name: 'BitShift', since: { 11: shift } },
];

function clipByAttributes(node: Node): Value {
  node.ignore('consumed_inputs');
  const x = node.operand(0);
  const low = node.has('min') ? node.call('maximum', [x, node.float('min', 0)]) : x;
  return node.has('max') ? node.call('minimum', [low, node.float('max', 0)]) : low;
}

function clip(node: Node): Value {
  const [x, low, high] = [node.operand(0), node.optional(1), node.optional(2)];
  const above = low === undefined ? x : node.call('maximum', [x, single(node, low)]);
  return high === undefined ? above : node.call('minimum', [above, single(node, high)]);
}

function single(node: Node, value: Value): Operand {
  if (value.source.kind === 'constant') return node.constant(value.type.element, [], value.source.data[0]);
  return value.type.shape.length === 0 ? value : node.call('reshape', [value], { shape: [] });
}

/** With `fmod`, the sign of the dividend, as in C; else that of the divisor, as in the language. */
function mod(node: Node): Value {
  const [a, b] = [node.operand(0), node.operand(1)];
  if (!node.flag('fmod', false)) {
    if (isFloat(a.type.element)) refuse('it takes floats only with fmod');
    return node.call('rem', [a, b]);
  }
  if (!isFloat(a.type.element)) return node.call('sub', [a, node.call('mul', [truncated(node, a, b), b])]);
  const rest = node.call('rem', [node.call('abs', [a]), node.call('abs', [b])]);
  return node.call('where', [node.call('lt', [a, 0]), node.call('neg', [rest]), rest]);
}

function isInfinite(node: Node): Value {
  const x = node.operand(0);
  const [positive, negative] = [node.flag('detect_positive', true), node.flag('detect_negative', true)];
  const above = node.call('eq', [x, Number.POSITIVE_INFINITY]);
  const below = node.call('eq', [x, Number.NEGATIVE_INFINITY]);
  if (positive && negative) return node.call('or', [above, below]);
  return positive ? above : negative ? below : node.call('ne', [above, above]);
}

/** Shifts of numbers without a sign are products with powers of two, and quotients. */
function shift(node: Node): Value {
  const [x, by] = [node.operand(0), node.operand(1)];
  if (x.type.element !== 'u8') refuse('it shifts numbers of more than 8 bits');
  const wide = (value: Value) => node.call('cast', [value], { element: 'i32' });
  const factor = node.call(
    'cast',
    [node.call('pow', [node.constant('f32', [], 2), node.call('cast', [by], { element: 'f32' })])],
    { element: 'i32' },
  );
  const op = node.text('direction', '') === 'LEFT' ? 'mul' : 'div';
  return node.call('cast', [node.call(op, [wide(x), factor])], { element: 'u8' });
}
