/** Rules for powers with known exponents. */
import type { ValueId } from '@tessera-dnn/graph';
import { isFloat } from '@tessera-dnn/graph';
import type { Rule, RuleContext } from '@tessera-dnn/graph/op';
import { ofType, ruleOn, type Seen, uniform } from './match.ts';

/** x, if the node is x ** `exponent` and nothing is broadcast; otherwise `undefined`. */
function base(match: RuleContext, { operands: [x, y], type }: Seen, exponent: number): ValueId | undefined {
  return uniform(match, y) === exponent ? ofType(match, x, type) : undefined;
}

/** The rules for powers, in the order in which they are tried. */
export const powerRules: readonly Rule[] = [
  ruleOn(['pow'], {
    name: 'square',
    doc: 'x ** 2 is x * x, which the oracle rounds alike',
    exact: true,
    apply: (match, node) => {
      const x = base(match, node, 2);
      return x === undefined ? undefined : match.op('mul', [x, x]);
    },
  }),
  ruleOn(['pow'], {
    name: 'power-zero',
    doc: 'x ** 0 is 1, of NaN too',
    exact: true,
    apply: (match, node) => (base(match, node, 0) === undefined ? undefined : match.constant(node.type, 1)),
  }),
  ruleOn(['pow'], {
    name: 'reciprocal',
    doc: 'x ** -1 of floats is 1 / x',
    exact: true,
    apply: (match, node) => {
      const x = base(match, node, -1);
      if (x === undefined || !isFloat(node.type.element)) return undefined;
      return match.op('div', [match.constant({ element: node.type.element, shape: [] }, 1), x]);
    },
  }),
  ruleOn(['pow'], {
    name: 'cube',
    doc: 'x ** 3 is x * x * x, within a rounding; of integers exactly',
    exact: false,
    apply: (match, node) => {
      const x = base(match, node, 3);
      return x === undefined ? undefined : match.op('mul', [match.op('mul', [x, x]), x]);
    },
  }),
  ruleOn(['pow'], {
    name: 'root',
    doc: 'x ** 0.5 is sqrt(x) and x ** -0.5 is rsqrt(x), within a rounding and but for the sign of zero; of -∞ they are ∞ and 0',
    exact: false,
    apply: (match, node) => {
      const root = base(match, node, 0.5);
      if (root !== undefined) return finiteRoot(match, 'sqrt', root, Infinity);
      const inverse = base(match, node, -0.5);
      return inverse === undefined ? undefined : finiteRoot(match, 'rsqrt', inverse, 0);
    },
  }),
];

/** The root of x, but `power` where x is -∞: there the root is NaN and the power is not. */
function finiteRoot(match: RuleContext, root: string, x: ValueId, power: number): ValueId {
  const number = (value: number) => match.constant({ element: match.type(x).element, shape: [] }, value);
  const isEnd = match.op('eq', [x, number(-Infinity)]);
  return match.op('where', [isEnd, number(power), match.op(root, [x])]);
}
