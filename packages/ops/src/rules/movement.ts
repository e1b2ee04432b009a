/** Rules for movement that moves nothing, and for movement of what was just moved. */
import type { TensorType, ValueId } from '@tessera-dnn/graph';
import { sameShape, sameType } from '@tessera-dnn/graph';
import type { Rule, RuleContext } from '@tessera-dnn/graph/op';
import { numbers, ofType, ruleOn } from './match.ts';

/** The rules for movement, in the order in which they are tried. */
export const movementRules: readonly Rule[] = [
  ruleOn(['reshape', 'broadcast_to', 'pad', 'concat'], {
    name: 'unmoved',
    doc: 'a reshape, broadcast, border or concatenation that gives the same type gives the same tensor',
    exact: true,
    apply: (match, { operands: [x], type }) => ofType(match, x, type),
  }),
  ruleOn(['stop_gradient', 'straight_through'], {
    name: 'nothing-to-stop',
    doc: 'once gradients are built, what they do not pass, or pass elsewhere, is its operand',
    exact: true,
    apply: (match, { operands: [x], type }) => ofType(match, x, type),
  }),
  ruleOn(['slice'], {
    name: 'whole-slice',
    doc: 'a slice that leaves nothing out, forwards, is its operand',
    exact: true,
    apply: (match, { operands: [x], attributes, type }) =>
      numbers(attributes, 'step').every(step => step === 1) ? ofType(match, x, type) : undefined,
  }),
  ruleOn(['transpose'], {
    name: 'untransposed',
    doc: 'a transpose that keeps the order of axes is its operand',
    exact: true,
    apply: (_match, { operands: [x], attributes }) =>
      numbers(attributes, 'axes').every((axis, i) => axis === i) ? x : undefined,
  }),
  ruleOn(['reshape'], {
    name: 'reshape-twice',
    doc: 'of two reshapes the last counts',
    exact: true,
    apply: (match, { operands: [x], attributes }) => {
      const inner = match.node(x);
      return inner.op === 'reshape' ? match.op('reshape', inner.operands, attributes) : undefined;
    },
  }),
  ruleOn(['transpose'], {
    name: 'transpose-twice',
    doc: 'two transposes are one',
    exact: true,
    apply: (match, { operands: [x], attributes }) => {
      const inner = match.node(x);
      if (inner.op !== 'transpose') return undefined;
      const before = numbers(inner.attributes, 'axes');
      return match.op('transpose', inner.operands, { axes: numbers(attributes, 'axes').map(axis => before[axis]) });
    },
  }),
  ruleOn(['transpose'], {
    name: 'transpose-of-ones',
    doc: 'a transpose that only moves axes of extent 1 is a reshape',
    exact: true,
    apply: (match, { operands: [x], attributes, type }) => {
      const { shape } = match.type(x);
      const long = numbers(attributes, 'axes').filter(axis => shape[axis] !== 1);
      const ordered = long.every((axis, i) => i === 0 || axis > long[i - 1]);
      return ordered ? match.op('reshape', [x], { shape: type.shape }) : undefined;
    },
  }),
  ruleOn(['slice'], {
    name: 'slice-twice',
    doc: 'a slice of a slice is one slice',
    exact: true,
    apply: (match, { operands: [x], attributes, type }) => {
      const inner = match.node(x);
      if (inner.op !== 'slice') return undefined;
      const [start, step] = ['start', 'step'].map(name => numbers(inner.attributes, name));
      const own = numbers(attributes, 'step');
      return match.op('slice', inner.operands, {
        start: numbers(attributes, 'start').map((at, axis) => start[axis] + at * step[axis]),
        count: type.shape,
        step: own.map((n, axis) => (type.shape[axis] === 1 ? 1 : n * step[axis])),
      });
    },
  }),
  ruleOn(['broadcast_to'], {
    name: 'broadcast-twice',
    doc: 'of two broadcasts the last counts',
    exact: true,
    apply: (match, { operands: [x], attributes }) => {
      const inner = match.node(x);
      return inner.op === 'broadcast_to' ? match.op('broadcast_to', inner.operands, attributes) : undefined;
    },
  }),
  ruleOn(['add'], {
    name: 'pads-side-by-side',
    doc: 'a sum of tensors that lie side by side among zeros is both of them joined, but for the sign of zero',
    exact: false,
    apply: (match, { operands, type }) => joinPads(match, operands, type),
  }),
  ruleOn(['stack'], {
    name: 'stack-of-one',
    doc: 'a stack of one tensor is a reshape',
    exact: true,
    apply: (match, { operands, type }) =>
      operands.length === 1 ? match.op('reshape', operands, { shape: type.shape }) : undefined,
  }),
  ruleOn(['max', 'min', 'prod'], {
    name: 'reduce-nothing',
    doc: 'a reduction of axes of extent 1 is a reshape',
    exact: true,
    apply: (match, { operands: [x], attributes, type }) => {
      const { element, shape } = match.type(x);
      const single = numbers(attributes, 'axes').every(axis => shape[axis] === 1);
      return single && element === type.element ? match.op('reshape', [x], { shape: type.shape }) : undefined;
    },
  }),
  ruleOn(['sum'], {
    name: 'sum-nothing',
    doc: 'a sum over axes of extent 1 is a reshape, but for the sign of zero',
    exact: false,
    apply: (match, { operands: [x], attributes, type }) => {
      const { element, shape } = match.type(x);
      const single = numbers(attributes, 'axes').every(axis => shape[axis] === 1);
      return single && element === type.element ? match.op('reshape', [x], { shape: type.shape }) : undefined;
    },
  }),
];

/** The rule that lets elementwise ops, those with these names, read what was broadcast for them, since they broadcast by themselves. */
export function broadcastOperands(elementwise: readonly string[]): Rule {
  return ruleOn(elementwise, {
    name: 'broadcast-operand',
    doc: 'an elementwise op broadcasts its operands itself',
    exact: true,
    apply: (match, { op, operands, attributes, type }) => {
      const sources = operands.map(operand => {
        const { op: inner, operands: own } = match.node(operand);
        return inner === 'broadcast_to' ? own[0] : operand;
      });
      // A broadcast must stay if the result gets its shape from it alone.
      const needed = operands.findIndex((operand, i) => {
        if (sources[i] === operand) return false;
        const shapes = operands.map((other, j) => match.type(j === i ? sources[i] : other).shape);
        return sameShape(joint(shapes), type.shape);
      });
      if (needed < 0) return undefined;
      const kept = operands.map((operand, i) => (i === needed ? sources[i] : operand));
      const value = match.op(op, kept, attributes);
      return sameType(match.type(value), type) ? value : undefined;
    },
  });
}

/** The rule that removes leading axes of extent 1 which a reshape adds to operands of elementwise ops, those with these names. */
export function leadingOnes(elementwise: readonly string[]): Rule {
  return ruleOn(elementwise, {
    name: 'leading-ones',
    doc: 'an elementwise op adds leading axes of extent 1 to its operands itself',
    exact: true,
    apply: (match, { op, operands, attributes, type }) => {
      const sources = operands.map(operand => {
        const { op: inner, operands: own, type: to } = match.node(operand);
        const first = to.shape.findIndex(extent => extent !== 1);
        if (inner !== 'reshape' || first <= 0) return operand;
        const shape = to.shape.slice(first);
        return sameShape(match.type(own[0]).shape, shape) ? own[0] : match.op('reshape', own, { shape });
      });
      if (sources.every((source, i) => source === operands[i])) return undefined;
      const value = match.op(op, sources, attributes);
      return sameType(match.type(value), type) ? value : undefined;
    },
  });
}

/** The common shape of shapes that can be broadcast. */
function joint(shapes: readonly (readonly number[])[]): readonly number[] {
  const rank = Math.max(...shapes.map(shape => shape.length));
  return Array.from({ length: rank }, (_, axis) =>
    Math.max(...shapes.map(shape => shape[axis - (rank - shape.length)] ?? 1)),
  );
}

type AxisPaddings = readonly (readonly [number, number])[];

/**
 * In a backward pass each slice of a tensor contributes a pad of the whole tensor's size, and these are added. If two pads are neighbours, this
 * joins them, so that the cost of a slice does not depend on the size of the tensor.
 */
function joinPads(match: RuleContext, operands: readonly ValueId[], type: TensorType): ValueId | undefined {
  const pads = operands.map(operand => match.node(operand));
  if (!pads.every(pad => pad.op === 'pad' && pad.attributes['value'] === 0 && sameType(pad.type, type)))
    return undefined;
  const paddings = pads.map(({ attributes }) => attributes['padding'] as AxisPaddings);
  const [first, second] = paddings[0].some(([before], axis) => before > paddings[1][axis][0]) ? [1, 0] : [0, 1];
  const [low, high] = [paddings[first], paddings[second]];
  const apart = low.flatMap(([before, after], axis) =>
    before === high[axis][0] && after === high[axis][1] ? [] : [axis],
  );
  const [axis] = apart;
  const inner = [first, second].map(i => pads[i].operands[0]);
  if (apart.length !== 1 || low[axis][0] + match.type(inner[0]).shape[axis] !== high[axis][0]) return undefined;
  const joined = match.op(
    'concat',
    inner.flatMap(value => partsOf(match, value, axis)),
    { axis },
  );
  const padding = low.map((border, i) => (i === axis ? ([border[0], high[i][1]] as const) : border));
  return match.op('pad', [joined], { padding, value: 0 });
}

/** The operands of a concatenation along `axis`, so that several joins become one; for any other value, the value alone. */
function partsOf(match: RuleContext, value: ValueId, axis: number): readonly ValueId[] {
  const { op, operands, attributes } = match.node(value);
  return op === 'concat' && attributes['axis'] === axis ? operands : [value];
}
