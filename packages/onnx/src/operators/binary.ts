/** Operators of two operands that broadcast, element by element. Before version 7 only the second broadcast, where an attribute said so. */
import { isInteger } from '@tessera-dnn/graph';
import type { Value } from '../draft/value.ts';
import { legacyOperands } from '../lower/legacy.ts';
import type { Node } from '../lower/node.ts';
import type { Lower, Operator } from '../lower/operator.ts';

type Formula = (node: Node, a: Value, b: Value) => Value;

function binary(name: string, formula: Formula): Operator {
  const legacy: Lower = node => formula(node, ...legacyOperands(node));
  return { name, since: { 1: legacy, 7: node => formula(node, node.operand(0), node.operand(1)) } };
}

const bits = (name: string, op: string): Operator => ({
  name,
  since: { 18: node => node.call(op, [node.operand(0), node.operand(1)]) },
});

const named = (name: string, op: string) => binary(name, (node, a, b) => node.call(op, [a, b]));

export const binaryOperators: readonly Operator[] = [
  named('Add', 'add'),
  named('Sub', 'sub'),
  named('Mul', 'mul'),
  binary('Div', (node, a, b) => (isInteger(a.type.element) ? truncated(node, a, b) : node.call('div', [a, b]))),
  binary('Pow', (node, a, b) => power(node, a, b)),
  named('Equal', 'eq'),
  named('Less', 'lt'),
  named('LessOrEqual', 'le'),
  named('Greater', 'gt'),
  named('GreaterOrEqual', 'ge'),
  named('And', 'and'),
  named('Or', 'or'),
  named('Xor', 'ne'),
  bits('BitwiseAnd', 'bitwise_and'),
  bits('BitwiseOr', 'bitwise_or'),
  bits('BitwiseXor', 'bitwise_xor'),
];

/** ONNX divides whole numbers towards zero, as C does, and the language towards minus infinity. */
export function truncated(node: Node, a: Value, b: Value): Value {
  if (a.type.element === 'u8') return node.call('div', [a, b]);
  const quotient = node.call('div', [node.call('abs', [a]), node.call('abs', [b])]);
  const differ = node.call('ne', [node.call('lt', [a, 0]), node.call('lt', [b, 0])]);
  return node.call('where', [differ, node.call('neg', [quotient]), quotient]);
}

/** The exponent may have another type; the result has the base's. */
function power(node: Node, a: Value, b: Value): Value {
  if (a.type.element === b.type.element) return node.call('pow', [a, b]);
  const wide = isInteger(a.type.element) ? b.type.element : a.type.element;
  const result = node.call('pow', [cast(node, a, wide), cast(node, b, wide)]);
  return cast(node, result, a.type.element);
}

function cast(node: Node, x: Value, element: Value['type']['element']): Value {
  return x.type.element === element ? x : node.call('cast', [x], { element });
}
