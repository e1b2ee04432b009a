/** Rules for arithmetic that changes nothing, or that is cheaper in another form. */
import type { ValueId } from '@tessera-dnn/graph';
import { isFloat } from '@tessera-dnn/graph';
import type { Rule, RuleContext } from '@tessera-dnn/graph/op';
import { isPowerOfTwo, ofType, ruleOn, type Seen, uniform } from './match.ts';

/** The other operand, if one is a constant of which every element is `number`; for `-` and `/` that must be the second. */
function beside(match: RuleContext, { op, operands: [x, y] }: Seen, number: number): ValueId | undefined {
  if (Object.is(uniform(match, y), number)) return x;
  const commutes = op === 'add' || op === 'mul';
  return commutes && Object.is(uniform(match, x), number) ? y : undefined;
}

/** The rules for arithmetic, in the order in which they are tried. */
export const arithmeticRules: readonly Rule[] = [
  ruleOn(['mul', 'div', 'pow'], {
    name: 'times-one',
    doc: 'x * 1, x / 1 and x ** 1 are x',
    exact: true,
    apply: (match, node) => {
      const x = beside(match, node, 1);
      return x === undefined ? undefined : ofType(match, x, node.type);
    },
  }),
  ruleOn(['add', 'sub'], {
    name: 'plus-nothing',
    doc: 'x + -0 and x - 0 are x; so is x + 0 of integers',
    exact: true,
    apply: (match, node) => {
      const nothing = node.op === 'add' && isFloat(node.type.element) ? -0 : 0;
      const x = beside(match, node, nothing);
      return x === undefined ? undefined : ofType(match, x, node.type);
    },
  }),
  ruleOn(['add', 'sub'], {
    name: 'plus-zero',
    doc: 'x + 0 is x, but for the sign of zero',
    exact: false,
    apply: (match, node) => {
      const x = beside(match, node, node.op === 'add' ? 0 : -0);
      return x === undefined ? undefined : ofType(match, x, node.type);
    },
  }),
  ruleOn(['mul', 'div'], {
    name: 'times-minus-one',
    doc: 'x * -1 and x / -1 are -x',
    exact: true,
    apply: (match, node) => {
      const x = beside(match, node, -1);
      return x !== undefined && ofType(match, x, node.type) !== undefined ? match.op('neg', [x]) : undefined;
    },
  }),
  ruleOn(['div'], {
    name: 'divide-by-power-of-two',
    doc: 'dividing by a power of two is multiplying by its reciprocal',
    exact: true,
    apply: (match, { operands: [x, y], type }) => {
      const by = type.element === 'f32' ? uniform(match, y) : undefined;
      if (by === undefined || !isPowerOfTwo(by)) return undefined;
      return match.op('mul', [x, match.constant(match.type(y), 1 / by)]);
    },
  }),
  ruleOn(['neg', 'not'], {
    name: 'twice-undone',
    doc: '-(-x) and not not x are x',
    exact: true,
    apply: (match, { op, operands: [x] }) => {
      const inner = match.node(x);
      return inner.op === op ? inner.operands[0] : undefined;
    },
  }),
  ruleOn(['abs', 'relu', 'floor', 'round', 'sign', 'in_full'], {
    name: 'once-is-enough',
    doc: 'the second of two of abs, relu, floor, round, sign or in_full does nothing',
    exact: true,
    apply: (match, { op, operands: [x] }) => (match.node(x).op === op ? x : undefined),
  }),
  ruleOn(['abs'], {
    name: 'abs-of-neg',
    doc: 'abs(-x) is abs(x)',
    exact: true,
    apply: (match, { operands: [x] }) => {
      const inner = match.node(x);
      return inner.op === 'neg' ? match.op('abs', inner.operands) : undefined;
    },
  }),
  ruleOn(['add', 'sub'], {
    name: 'plus-minus',
    doc: 'x + -y is x - y, and x - -y is x + y',
    exact: true,
    apply: (match, { op, operands: [x, y] }) => {
      const inner = match.node(y);
      return inner.op === 'neg' ? match.op(op === 'add' ? 'sub' : 'add', [x, inner.operands[0]]) : undefined;
    },
  }),
  ruleOn(['maximum', 'minimum', 'and', 'or'], {
    name: 'of-itself',
    doc: 'the greater of x and x is x, and so on',
    exact: true,
    apply: (_match, { operands: [x, y] }) => (x === y ? x : undefined),
  }),
  ruleOn(['where'], {
    name: 'where-either',
    doc: 'choosing between x and x is x; a condition that is known chooses now',
    exact: true,
    apply: (match, { operands: [condition, a, b], type }) => {
      const known = uniform(match, condition);
      const chosen = a === b || known === 1 ? a : known === 0 ? b : undefined;
      return chosen === undefined ? undefined : ofType(match, chosen, type);
    },
  }),
  ruleOn(['where'], {
    name: 'where-not',
    doc: 'where(not c, a, b) is where(c, b, a)',
    exact: true,
    apply: (match, { operands: [condition, a, b] }) => {
      const inner = match.node(condition);
      return inner.op === 'not' ? match.op('where', [inner.operands[0], b, a]) : undefined;
    },
  }),
  ruleOn(['not'], {
    name: 'not-equal',
    doc: 'not (x == y) is x != y, and the other way round; orders have no such rule, for NaN',
    exact: true,
    apply: (match, { operands: [x] }) => {
      const { op, operands } = match.node(x);
      if (op !== 'eq' && op !== 'ne') return undefined;
      return match.op(op === 'eq' ? 'ne' : 'eq', operands);
    },
  }),
  ruleOn(['cast'], {
    name: 'cast-to-same',
    doc: 'a cast to the element type a tensor has is the tensor',
    exact: true,
    apply: (match, { operands: [x], type }) => ofType(match, x, type),
  }),
];
