/** Operators of one operand, element by element, that differ in the formula alone. */
import type { Value } from '../draft/value.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';
import { isAnonymous } from '../text/names.ts';

/** What holds for all versions, whatever older ones said of storage. */
function unary(name: string, formula: (node: Node, x: Value) => Value): Operator {
  const lower = (node: Node) => {
    node.ignore('consumed_inputs');
    return formula(node, node.operand(0));
  };
  return { name, since: { 1: lower } };
}

const named = (name: string, op: string) => unary(name, (node, x) => node.call(op, [x]));

export const unaryOperators: readonly Operator[] = [
  named('Abs', 'abs'),
  named('Neg', 'neg'),
  named('Exp', 'exp'),
  named('Log', 'log'),
  named('Sqrt', 'sqrt'),
  named('Sin', 'sin'),
  named('Cos', 'cos'),
  named('Tanh', 'tanh'),
  named('Sigmoid', 'sigmoid'),
  named('Relu', 'relu'),
  named('Erf', 'erf'),
  named('Floor', 'floor'),
  named('Sign', 'sign'),
  named('Not', 'not'),
  unary('Identity', identity),
  unary('Reciprocal', (node, x) => node.call('div', [node.constant(x.type.element, [], 1), x])),
  unary('Ceil', (node, x) => node.call('neg', [node.call('floor', [node.call('neg', [x])])])),
  unary('Tan', (node, x) => node.call('div', [node.call('sin', [x]), node.call('cos', [x])])),
  unary('IsNaN', (node, x) => node.call('ne', [x, x])),
];

/**
 * The operand itself. Exporters write equal weights once, and hand them to each layer under a name of its own: there a vector is a copy, so that every layer
 * has its own again.
 */
function identity(node: Node, x: Value): Value {
  const { source } = x;
  const name = node.proto.outputs[0] ?? '';
  if (source.kind !== 'weight' || x.type.shape.length !== 1) return x;
  const own = isAnonymous(name) ? source.name : name;
  return { type: x.type, source: { ...source, name: own, stored: { ...source.stored } }, hint: { name: own } };
}
