/** The operators of TensorFlow Lite that are imported: one entry each, by the code that the schema gives them. */
import { widened } from '@tessera-dnn/machine';
import { refuse } from '../draft/refusal.ts';
import type { Building } from './build.ts';
import { toFirst } from './build.ts';
import { finish, type Given, orderOf } from './finish.ts';
import { convolution, dense, depthwise, pool, resize } from './layers.ts';

/** Adds nodes, and says with `finish` what the result is. */
type Write = (given: Given) => void;

const unary =
  (op: string, attributes: (given: Given) => Parameters<Building['emit']>[2] = () => ({})): Write =>
  given => {
    const { building, operator } = given;
    const order = orderOf(building, operator.inputs[0]);
    finish(given, building.emit(op, [building.value(operator.inputs[0], order)], attributes(given)), order);
  };

/** Both operands in the order of the one that has four axes. A vector of channels, and what has one element, fits both orders. */
const binary =
  (op: string, slot?: number): Write =>
  given => {
    const { building, operator, options } = given;
    const wide = operator.inputs.filter(at => building.tensor(at).shape.length === 4 && !building.isConstant(at));
    const isFirst = wide.some(at => building.lies(at, 'first')) && operator.inputs.every(at => fitsFirst(building, at));
    const order = isFirst ? 'first' : 'last';
    const operands = operator.inputs.map(at => (isFirst ? alongFirst(building, at) : building.value(at)));
    finish(given, building.emit(op, operands), order, slot === undefined ? 0 : options.byte(slot));
  };

function fitsFirst(building: Building, at: number): boolean {
  const { shape } = building.tensor(at);
  return shape.length === 4 || (building.isConstant(at) && shape.length <= 1);
}

function alongFirst(building: Building, at: number): string {
  const { shape } = building.tensor(at);
  if (shape.length === 4) return building.value(at, 'first');
  return building.constant(at, undefined, shape.length === 0 ? [] : [shape[0], 1, 1]);
}

const reduction =
  (op: string): Write =>
  given => {
    const { building, operator, options } = given;
    const [x] = operator.inputs;
    const { shape } = building.tensor(x);
    const keep = options.flag(0);
    const axes = building.known(operator.inputs[1]).map(axis => (axis < 0 ? axis + shape.length : axis));
    // Over the places of a map, what is left lies alike in both orders, but for the channels if all axes stay.
    const isFirst = building.lies(x, 'first') && axes.length === 2 && axes.includes(1) && axes.includes(2);
    const own = isFirst ? axes.map(axis => toFirst.indexOf(axis)) : axes;
    const attributes = { keepdims: keep ? 1 : 0 };
    const result = building.emit(
      op,
      [building.value(x, isFirst ? 'first' : 'last'), building.integers(own)],
      attributes,
    );
    finish(given, result, isFirst && keep ? 'first' : 'last');
  };

/** Reshapes and the like: the result's shape says all. */
const toShape: Write = given => {
  const { building, operator } = given;
  const shape = building.integers(building.tensor(operator.outputs[0]).shape);
  finish(given, building.emit('Reshape', [building.value(operator.inputs[0]), shape]), 'last');
};

/** The same numbers in another type, or as levels of another scale. */
const converted: Write = given => {
  const { building, operator } = given;
  const [from, to] = [operator.inputs[0], operator.outputs[0]];
  const [source, target] = [from, to].map(at => building.tensor(at));
  if (source.type === float16 && target.type === float32) {
    // Weights in 16 bits: those of the program have 32.
    if (!building.isConstant(from) || source.data.length % 2 > 0) refuse(`${source.name} is no constant`);
    const wide = widened('f16', new Uint16Array(new Uint8Array(source.data).buffer));
    building.replace(to, { ...target, data: new Uint8Array(wide.buffer) });
    return;
  }
  const order = orderOf(building, from);
  finish(given, building.value(from, order), order);
};

const [float32, float16] = [0, 1];

const concat: Write = given => {
  const { building, operator, options } = given;
  const isFirst =
    operator.inputs.every(at => building.tensor(at).shape.length === 4) &&
    operator.inputs.some(at => building.lies(at, 'first'));
  const { shape } = building.tensor(operator.outputs[0]);
  const axis = options.int(0) < 0 ? options.int(0) + shape.length : options.int(0);
  const order = isFirst ? 'first' : 'last';
  const parts = operator.inputs.map(at => building.value(at, order));
  finish(
    given,
    building.emit('Concat', parts, { axis: isFirst ? toFirst.indexOf(axis) : axis }),
    order,
    options.byte(1),
  );
};

const pad: Write = given => {
  const { building, operator } = given;
  const [x, amounts, value] = operator.inputs;
  const isFirst = building.tensor(x).shape.length === 4;
  const numbers = building.known(amounts);
  if (numbers.length !== 2 * building.tensor(x).shape.length) refuse(`its amounts are ${numbers.length} numbers`);
  const axes = isFirst ? toFirst : building.tensor(x).shape.map((_, axis) => axis);
  const pads = [0, 1].flatMap(end => axes.map(axis => numbers[2 * axis + end]));
  const order = isFirst ? 'first' : 'last';
  const operands = [
    building.value(x, order),
    building.integers(pads),
    ...(value === undefined ? [] : [building.value(value)]),
  ];
  finish(given, building.emit('Pad', operands), order);
};

const gather: Write = given => {
  const { building, operator, options } = given;
  if (options.int(1) !== 0) refuse('it has batch axes');
  finish(
    given,
    building.emit(
      'Gather',
      operator.inputs.map(at => building.value(at)),
      { axis: options.int(0) },
    ),
    'last',
  );
};

const entries: readonly (readonly [code: number, name: string, write: Write])[] = [
  [0, 'ADD', binary('Add', 0)],
  [1, 'AVERAGE_POOL_2D', pool('AveragePool')],
  [2, 'CONCATENATION', concat],
  [3, 'CONV_2D', convolution],
  [4, 'DEPTHWISE_CONV_2D', depthwise],
  [6, 'DEQUANTIZE', converted],
  [8, 'FLOOR', unary('Floor')],
  [9, 'FULLY_CONNECTED', dense],
  [14, 'LOGISTIC', unary('Sigmoid')],
  [17, 'MAX_POOL_2D', pool('MaxPool')],
  [18, 'MUL', binary('Mul', 0)],
  [19, 'RELU', unary('Relu')],
  [
    21,
    'RELU6',
    given => {
      const order = orderOf(given.building, given.operator.inputs[0]);
      finish(given, given.building.value(given.operator.inputs[0], order), order, 3);
    },
  ],
  [22, 'RESHAPE', toShape],
  [23, 'RESIZE_BILINEAR', resize('linear', 2, 3)],
  [
    25,
    'SOFTMAX',
    given => {
      const { building, operator, options } = given;
      if (options.float(0, 1) !== 1) refuse(`its beta is ${options.float(0)}`);
      finish(given, building.emit('Softmax', [building.value(operator.inputs[0])], { axis: -1 }), 'last');
    },
  ],
  [28, 'TANH', unary('Tanh')],
  [34, 'PAD', pad],
  [36, 'GATHER', gather],
  [
    39,
    'TRANSPOSE',
    given => {
      const { building, operator } = given;
      finish(
        given,
        building.emit('Transpose', [building.value(operator.inputs[0])], { perm: building.known(operator.inputs[1]) }),
        'last',
      );
    },
  ],
  [40, 'MEAN', reduction('ReduceMean')],
  [41, 'SUB', binary('Sub', 0)],
  [42, 'DIV', binary('Div', 0)],
  [43, 'SQUEEZE', toShape],
  [47, 'EXP', unary('Exp')],
  [54, 'PRELU', binary('PRelu')],
  [55, 'MAXIMUM', binary('Max')],
  [57, 'MINIMUM', binary('Min')],
  [59, 'NEG', unary('Neg')],
  [60, 'PADV2', pad],
  [66, 'SIN', unary('Sin')],
  [70, 'EXPAND_DIMS', toShape],
  [73, 'LOG', unary('Log')],
  [74, 'SUM', reduction('ReduceSum')],
  [75, 'SQRT', unary('Sqrt')],
  [78, 'POW', binary('Pow')],
  [82, 'REDUCE_MAX', reduction('ReduceMax')],
  [89, 'REDUCE_MIN', reduction('ReduceMin')],
  [97, 'RESIZE_NEAREST_NEIGHBOR', resize('nearest', 0, 1)],
  [98, 'LEAKY_RELU', unary('LeakyRelu', ({ options }) => ({ alpha: { float: options.float(0) } }))],
  [101, 'ABS', unary('Abs')],
  [104, 'CEIL', unary('Ceil')],
  [108, 'COS', unary('Cos')],
  [111, 'ELU', unary('Elu')],
  [114, 'QUANTIZE', converted],
  [117, 'HARD_SWISH', unary('HardSwish')],
];

const byCode = new Map(entries.map(([code, name, write]) => [code, { name, write }]));

/** What writes an operator, with its name; undefined for one that is not imported. */
export function liteOperator(code: number): { readonly name: string; readonly write: Write } | undefined {
  return byCode.get(code);
}

/** The names of the operators that are imported. */
export const liteOperators: readonly string[] = entries.map(([, name]) => name);
