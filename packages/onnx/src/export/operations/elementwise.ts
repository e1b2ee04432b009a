/** Operations on each element by itself. */
import { isInteger, sameShape } from '@tessera-dnn/graph';
import { cast, type Export, type Exporting, number } from '../operator.ts';

/** Operations that an operator of ONNX does alike. */
const alike: { readonly [op: string]: string } = {
  ...{
    neg: 'Neg',
    abs: 'Abs',
    sign: 'Sign',
    exp: 'Exp',
    log: 'Log',
    sqrt: 'Sqrt',
    sin: 'Sin',
    cos: 'Cos',
    tanh: 'Tanh',
  },
  ...{ sigmoid: 'Sigmoid', relu: 'Relu', erf: 'Erf', add: 'Add', sub: 'Sub', mul: 'Mul', pow: 'Pow', eq: 'Equal' },
  ...{ maximum: 'Max', minimum: 'Min', lt: 'Less', le: 'LessOrEqual', gt: 'Greater', ge: 'GreaterOrEqual' },
  ...{ and: 'And', or: 'Or', not: 'Not', where: 'Where' },
  ...{ bitwise_and: 'BitwiseAnd', bitwise_or: 'BitwiseOr', bitwise_xor: 'BitwiseXor' },
};

/** Whole numbers are their own floor, and nearest whole number. */
const wholeAlready =
  (op: string): Export =>
  ({ node, inputs, emit }) =>
    isInteger(node.type.element) ? inputs[0] : emit(op, inputs);

/** What training alone makes a difference to. */
const itself: Export = ({ inputs }) => inputs[0];

export const elementwise: { readonly [op: string]: Export } = {
  ...Object.fromEntries(
    Object.entries(alike).map(([op, name]): [string, Export] => [op, ({ emit, inputs }) => emit(name, inputs)]),
  ),
  ne: ({ emit, inputs }) => emit('Not', [emit('Equal', inputs)]),
  floor: wholeAlready('Floor'),
  round: wholeAlready('Round'),
  rsqrt: ({ emit, inputs }) => emit('Reciprocal', [emit('Sqrt', inputs)]),
  expm1,
  log1p,
  div: given => (isInteger(given.node.type.element) ? wholeQuotient(given) : given.emit('Div', given.inputs)),
  rem: given => (isInteger(given.node.type.element) ? wholeRemainder(given) : floatRemainder(given)),
  cast: given => cast(given, given.inputs[0], given.operands[0].type.element, given.node.type.element),
  stop_gradient: itself,
  in_full: itself,
  // The second operand matters to a training only, and yet may have more extents.
  straight_through: ({ node, operands, inputs, emit, integers }) => {
    const { shape } = node.type;
    return sameShape(operands[0].type.shape, shape) ? inputs[0] : emit('Expand', [inputs[0], integers(shape)]);
  },
  rescale: given => {
    const { emit, operands, inputs } = given;
    const x = cast(given, inputs[0], operands[0].type.element, 'f32');
    return emit('Add', [emit('Mul', [x, inputs[1]]), inputs[2]]);
  },
};

/** Near 0, where exp(x) - 1 has no digits left, 2·tanh(x/2) / (1 - tanh(x/2)), which is the same. */
function expm1(given: Exporting): string {
  const { emit, inputs } = given;
  const [x] = inputs;
  const half = emit('Tanh', [emit('Mul', [x, number(given, 0.5)])]);
  const near = emit('Div', [emit('Mul', [half, number(given, 2)]), emit('Sub', [number(given, 1), half])]);
  return emit('Where', [isSmall(given), near, emit('Sub', [emit('Exp', [x]), number(given, 1)])]);
}

/**
 * Near 0 log(u) · x / (u - 1), where u is 1 + x as it is rounded: the error of log(u) is that of u - 1, by which it is divided (Goldberg, "What every
 * computer scientist should know about floating-point arithmetic", theorem 4). Where u is 1, x itself.
 */
function log1p(given: Exporting): string {
  const { emit, inputs } = given;
  const [x] = inputs;
  const one = number(given, 1);
  const u = emit('Add', [x, one]);
  const log = emit('Log', [u]);
  const near = emit('Mul', [log, emit('Div', [x, emit('Sub', [u, one])])]);
  return emit('Where', [isSmall(given), emit('Where', [emit('Equal', [u, one]), x, near]), log]);
}

function isSmall(given: Exporting): string {
  return given.emit('Less', [given.emit('Abs', given.inputs), number(given, 0.5)]);
}

/** ONNX's quotient is rounded towards zero, and ours down; without the remainder both are the same. By 0 it is 0. */
function wholeQuotient(given: Exporting): string {
  const { emit, inputs } = given;
  const [x, y] = inputs;
  const divisor = withoutZero(given, y);
  const quotient = emit('Div', [emit('Sub', [x, emit('Mod', [x, divisor])]), divisor]);
  return zeroWhereZero(given, y, quotient);
}

function wholeRemainder(given: Exporting): string {
  const [x, y] = given.inputs;
  return zeroWhereZero(given, y, given.emit('Mod', [x, withoutZero(given, y)]));
}

function isConstantWithoutZero({ operands: [, { data }] }: Exporting): boolean {
  return typeof data === 'number' ? data !== 0 : (data?.every(value => value !== 0) ?? false);
}

function withoutZero(given: Exporting, y: string): string {
  if (isConstantWithoutZero(given)) return y;
  return given.emit('Where', [given.emit('Equal', [y, number(given, 0)]), number(given, 1), y]);
}

function zeroWhereZero(given: Exporting, y: string, result: string): string {
  if (isConstantWithoutZero(given)) return result;
  return given.emit('Where', [given.emit('Equal', [y, number(given, 0)]), number(given, 0), result]);
}

/** ONNX's remainder of floats has the sign of x, and ours that of y: where they differ, y is added. */
function floatRemainder(given: Exporting): string {
  const { emit, inputs } = given;
  const [, y] = inputs;
  const zero = number(given, 0);
  const rest = emit('Mod', inputs, { fmod: 1 });
  const differs = emit('Xor', [emit('Less', [rest, zero]), emit('Less', [y, zero])]);
  const isOther = emit('And', [emit('Not', [emit('Equal', [rest, zero])]), differs]);
  return emit('Where', [isOther, emit('Add', [rest, y]), rest]);
}
