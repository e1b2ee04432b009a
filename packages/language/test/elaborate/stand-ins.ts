/**
 * A small table of ops for tests of the elaborator, with the same types as the real ones. The elementwise ones have their formula, because
 * numbers are computed while compiling; nothing here is ever run on tensors.
 */
import type { Attributes, ElementType, TensorType } from '@tessera-dnn/graph';
import { elementCount, showType } from '@tessera-dnn/graph';
import type { Arguments, CompositeOp, MovementOp, OpDef, OpTable, Problem } from '@tessera-dnn/graph/op';

const doc = { summary: '', example: '' };
const notRun = () => {
  throw new Error('stand-ins are not run');
};

interface Formula {
  readonly name: string;
  readonly symbol?: string;
  readonly operands: readonly string[];
  readonly scalar: (args: readonly number[]) => number;
  readonly gives?: ElementType;
  readonly takes?: readonly ElementType[];
}

const formulas: readonly Formula[] = [
  { name: 'neg', symbol: '-', operands: ['x'], scalar: ([a]) => -a },
  { name: 'exp', operands: ['x'], scalar: ([a]) => Math.exp(a), takes: ['f32'] },
  { name: 'sqrt', operands: ['x'], scalar: ([a]) => Math.sqrt(a), takes: ['f32'] },
  { name: 'relu', operands: ['x'], scalar: ([a]) => Math.max(a, 0) },
  { name: 'add', symbol: '+', operands: ['a', 'b'], scalar: ([a, b]) => a + b },
  { name: 'subtract', symbol: '-', operands: ['a', 'b'], scalar: ([a, b]) => a - b },
  { name: 'multiply', symbol: '*', operands: ['a', 'b'], scalar: ([a, b]) => a * b },
  { name: 'divide', symbol: '/', operands: ['a', 'b'], scalar: ([a, b]) => a / b },
  { name: 'minimum', operands: ['a', 'b'], scalar: ([a, b]) => Math.min(a, b) },
  { name: 'eq', symbol: '==', operands: ['a', 'b'], scalar: ([a, b]) => Number(a === b), gives: 'bool' },
  { name: 'stop_gradient', operands: ['x'], scalar: ([a]) => a },
  { name: 'maximum', operands: ['a', 'b'], scalar: ([a, b]) => Math.max(a, b) },
  { name: 'greater', symbol: '>', operands: ['a', 'b'], scalar: ([a, b]) => Number(a > b), gives: 'bool' },
  { name: 'and', symbol: 'and', operands: ['a', 'b'], scalar: ([a, b]) => a && b, takes: ['bool'] },
  { name: 'not', symbol: 'not', operands: ['a'], scalar: ([a]) => 1 - a, takes: ['bool'] },
];

function elementwise({ name, symbol, operands, scalar, gives, takes }: Formula): OpDef {
  return {
    kind: 'elementwise',
    name,
    symbol,
    doc,
    parameters: operands.map(operand => ({ name: operand, kind: 'tensor' })),
    attributes: () => ({}),
    infer: types => {
      const [first] = types;
      const other = types.findIndex(type => type.element !== first.element);
      if (other !== -1)
        return mismatch(
          'type-mismatch',
          `${name} takes one element type, not ${types.map(showType).join(' and ')}`,
          types,
        );
      if (takes !== undefined && !takes.includes(first.element))
        return mismatch('type-mismatch', `${name} does not take ${first.element}`, types);
      const shape = broadcast(types.map(type => type.shape));
      return shape === undefined
        ? mismatch('shape-mismatch', `${name} cannot broadcast ${types.map(showType).join(' and ')}`, types)
        : { element: gives ?? first.element, shape };
    },
    evaluate: notRun,
    scalar,
    expression: notRun,
  };
}

function mismatch(code: Problem['code'], message: string, types: readonly TensorType[]): Problem {
  return { code, message, marks: types.map((type, operand) => ({ operand, message: `is ${showType(type)}` })) };
}

function broadcast(shapes: readonly (readonly number[])[]): number[] | undefined {
  const rank = Math.max(...shapes.map(shape => shape.length));
  const result: number[] = [];
  for (let axis = 1; axis <= rank; axis++) {
    const extents = shapes.map(shape => shape.at(-axis) ?? 1).filter(extent => extent !== 1);
    if (new Set(extents).size > 1) return undefined;
    result.unshift(extents[0] ?? 1);
  }
  return result;
}

const numbers = (given: unknown): readonly number[] =>
  typeof given === 'number' ? [given] : (given as readonly number[]);

type Plan = Pick<OpDef, 'name' | 'parameters' | 'infer' | 'symbol'> & {
  readonly attributes?: (args: Arguments, operands: readonly TensorType[]) => Attributes | Problem;
};

function movement({ attributes, ...plan }: Plan): MovementOp {
  return {
    kind: 'movement',
    doc,
    attributes:
      attributes ??
      (args => Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined)) as Attributes),
    evaluate: notRun,
    moves: notRun,
    ...plan,
  };
}

const matmul = movement({
  name: 'matmul',
  symbol: '@',
  parameters: [
    { name: 'a', kind: 'tensor' },
    { name: 'b', kind: 'tensor' },
    { name: 'transpose_b', kind: 'boolean', default: false },
  ],
  infer: ([a, b], { transpose_b }) => {
    const [rows, columns] = transpose_b ? [b.shape.at(-1), b.shape.at(-2)] : [b.shape.at(-2), b.shape.at(-1)];
    if (a.shape.at(-1) === rows) return { element: a.element, shape: [...a.shape.slice(0, -1), columns ?? 1] };
    return {
      code: 'shape-mismatch',
      message: `matmul cannot multiply ${showType(a)} by ${showType(b)}`,
      marks: [
        { operand: 0, message: `has ${a.shape.at(-1)} columns` },
        { operand: 1, message: `has ${rows} rows` },
      ],
    };
  },
});

function reduction(name: string): MovementOp {
  return movement({
    name,
    parameters: [
      { name: 'x', kind: 'tensor' },
      { name: 'axis', kind: 'list', default: null },
    ],
    attributes: ({ axis }, [x]): Attributes | Problem => {
      const axes = axis === undefined ? x.shape.map((_, i) => i) : numbers(axis);
      const bad = axes.find(a => a < -x.shape.length || a >= x.shape.length);
      if (bad === undefined) return { axes: axes.map(a => (a < 0 ? a + x.shape.length : a)) };
      return { code: 'bad-axis', message: `axis ${bad} of ${name} is outside ${showType(x)}`, attribute: 'axis' };
    },
    infer: ([x], { axes }) => ({
      element: x.element,
      shape: x.shape.filter((_, axis) => !numbers(axes).includes(axis)),
    }),
  });
}

/** A convolution that checks nothing: its result has the shape of its input, with the channels of its weight. */
const conv = movement({
  name: 'conv',
  parameters: [
    { name: 'x', kind: 'tensor' },
    { name: 'weight', kind: 'tensor' },
    ...['stride', 'padding', 'dilation', 'groups'].map(name => ({ name, kind: 'list', default: 1 }) as const),
  ],
  infer: ([x, weight]) => ({ element: x.element, shape: x.shape.with(1, weight.shape[0]) }),
});

const reshape = movement({
  name: 'reshape',
  parameters: [
    { name: 'x', kind: 'tensor' },
    { name: 'shape', kind: 'list' },
  ],
  infer: ([x], { shape }) =>
    elementCount(numbers(shape)) === elementCount(x.shape)
      ? { element: x.element, shape: numbers(shape) }
      : {
          code: 'bad-attribute',
          message: `reshape cannot make [${numbers(shape).join(', ')}] of ${showType(x)}`,
          attribute: 'shape',
        },
});

const slice = movement({
  name: 'slice',
  parameters: [
    { name: 'x', kind: 'tensor' },
    { name: 'start', kind: 'list' },
    { name: 'count', kind: 'list' },
    { name: 'step', kind: 'list' },
  ],
  infer: ([x], { count }) => ({ element: x.element, shape: numbers(count) }),
});

const concat = movement({
  name: 'concat',
  parameters: [
    { name: 'parts', kind: 'tensors' },
    { name: 'axis', kind: 'integer' },
  ],
  infer: (parts, { axis }) => ({
    element: parts[0].element,
    shape: parts[0].shape.with(
      Number(axis),
      parts.reduce((all, part) => all + part.shape[Number(axis)], 0),
    ),
  }),
});

const where = movement({
  name: 'where',
  parameters: [
    { name: 'condition', kind: 'tensor' },
    { name: 'a', kind: 'tensor' },
    { name: 'b', kind: 'tensor' },
  ],
  infer: ([condition, a, b]) => ({
    element: a.element,
    shape: broadcast([condition.shape, a.shape, b.shape]) ?? a.shape,
  }),
});

const gather = movement({
  name: 'gather',
  parameters: [
    { name: 'x', kind: 'tensor' },
    { name: 'indices', kind: 'tensor' },
  ],
  infer: ([x, indices]) =>
    indices.element === 'i32'
      ? { element: x.element, shape: [...indices.shape, ...x.shape.slice(1)] }
      : mismatch('type-mismatch', 'the indices of gather are i32', [x, indices]),
});

const cast = movement({
  name: 'cast',
  parameters: [
    { name: 'x', kind: 'tensor' },
    { name: 'element', kind: 'element' },
  ],
  infer: ([x], { element }) => ({ element: element as ElementType, shape: x.shape }),
});

function random(name: string): MovementOp {
  return movement({
    name,
    parameters: [
      { name: 'shape', kind: 'list' },
      { name: 'place', kind: 'integer' },
      { name: 'seed', kind: 'tensor' },
      { name: 'step', kind: 'tensor' },
    ],
    infer: (_operands, { shape }) => ({ element: 'f32', shape: numbers(shape) }),
  });
}

/** `twice(x)`: expands into `add(x, x)`. */
const twice: CompositeOp = {
  kind: 'composite',
  name: 'twice',
  doc,
  parameters: [{ name: 'x', kind: 'tensor' }],
  attributes: () => ({}),
  infer: ([x]) => x,
  evaluate: notRun,
  expand: (build, [x]) => build.op('add', [x, x]),
};

const all: readonly OpDef[] = [
  ...formulas.map(elementwise),
  ...[
    matmul,
    reduction('sum'),
    reduction('max'),
    conv,
    reshape,
    slice,
    concat,
    where,
    gather,
    cast,
    random('random_uniform'),
    random('random_normal'),
  ],
  twice,
];

export const standIns: OpTable = {
  all,
  find: name => all.find(op => op.name === name),
  rules: [],
  roles: {
    cast: 'cast',
    choice: 'where',
    stop: 'stop_gradient',
    reshape: 'reshape',
    slice: 'slice',
    total: 'sum',
    greatest: 'max',
    greater: 'maximum',
    lesser: 'minimum',
    root: 'sqrt',
    uniform: 'random_uniform',
    normal: 'random_normal',
  },
  masked: (_, __, value) => value,
  pick: (_, value) => value,
};
