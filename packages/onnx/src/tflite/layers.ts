/** Operators with weights or windows, whose feature maps have their channels first in ONNX. */
import { refuse } from '../draft/refusal.ts';
import type { Building } from './build.ts';
import { finish, type Given } from './finish.ts';
import type { Attributes } from './messages.ts';

/** `Padding.SAME`: as much as makes one window for each stride, the smaller half in front. */
const same = 0;

function window({ options }: Given, strides: readonly number[], dilations: readonly number[] = [1, 1]): Attributes {
  for (const one of [...strides, ...dilations]) if (one < 1 || one > mostStep) refuse(`it steps by ${one}`);
  return { strides, dilations, auto_pad: options.byte(0) === same ? 'SAME_UPPER' : 'VALID' };
}

/** No step of a window is wider. */
const mostStep = 1024;

/** Weights are `[out, h, w, in]`. */
export function convolution(given: Given): void {
  const { building, operator, options } = given;
  const [x, weight] = operator.inputs;
  const [, , , channels] = building.shape(x, 4);
  const [, height, width, inner] = building.shape(weight, 4);
  const attributes = window(given, [options.int(2, 1), options.int(1, 1)], [options.int(5, 1), options.int(4, 1)]);
  const operands = [building.value(x, 'first'), building.constant(weight, [0, 3, 1, 2]), ...biasOf(given)];
  const group = channels / inner;
  if (!Number.isInteger(group)) refuse(`its weights take ${inner} channels of ${channels}`);
  finish(
    given,
    building.emit('Conv', operands, { ...attributes, group, kernel_shape: [height, width] }),
    'first',
    options.byte(3),
  );
}

/** Weights are `[1, h, w, out]`; the results of an input channel are neighbours. */
export function depthwise(given: Given): void {
  const { building, operator, options } = given;
  const [x, weight] = operator.inputs;
  const [, , , channels] = building.shape(x, 4);
  const [, height, width] = building.shape(weight, 4);
  const attributes = window(given, [options.int(2, 1), options.int(1, 1)], [options.int(6, 1), options.int(5, 1)]);
  const operands = [building.value(x, 'first'), building.constant(weight, [3, 0, 1, 2]), ...biasOf(given)];
  const all = { ...attributes, group: channels, kernel_shape: [height, width] };
  finish(given, building.emit('Conv', operands, all), 'first', options.byte(4));
}

/** The third operand, which may be left out. */
function biasOf({ building, operator }: Given): readonly string[] {
  const [, , bias = -1] = operator.inputs;
  return bias < 0 ? [] : [building.value(bias)];
}

/** Weights are `[out, in]`; all but the last axis of x are samples. */
export function dense(given: Given): void {
  const { building, operator, options } = given;
  const [x, weight] = operator.inputs;
  if (options.byte(1) !== 0) refuse('its weights are shuffled');
  const [units, width] = building.shape(weight, 2);
  const flat = flatOperand(building, x, width);
  const result = building.emit('Gemm', [flat, building.value(weight), ...biasOf(given)], { transB: 1 });
  const { shape } = building.tensor(operator.outputs[0]);
  const isFlat = shape.length === 2 && shape[1] === units;
  finish(
    given,
    isFlat ? result : building.emit('Reshape', [result, building.integers(shape)]),
    'last',
    options.byte(0),
  );
}

function flatOperand(building: Building, x: number, width: number): string {
  const { shape } = building.tensor(x);
  const value = building.value(x);
  return shape.length === 2 && shape[1] === width
    ? value
    : building.emit('Reshape', [value, building.integers([-1, width])]);
}

/** Padding counts in no mean. */
export function pool(op: string): (given: Given) => void {
  return given => {
    const { building, operator, options } = given;
    const [, height, width] = building.shape(operator.inputs[0], 4);
    const size = [options.int(4), options.int(3)];
    // A larger one would be the whole map, and a damaged file may say any number.
    if (size.some((extent, axis) => extent < 1 || extent > [height, width][axis]))
      refuse(`its window is [${size.join(', ')}]`);
    const kernel = { kernel_shape: size };
    const { dilations: _, ...attributes } = window(given, [options.int(2, 1), options.int(1, 1)]);
    const result = building.emit(op, [building.value(operator.inputs[0], 'first')], { ...attributes, ...kernel });
    finish(given, result, 'first', options.byte(5));
  };
}

/** To the size of the result. `aligned` and `centred` are slots of flags that say where elements lie. */
export function resize(mode: 'linear' | 'nearest', aligned: number, centred: number): (given: Given) => void {
  return given => {
    const { building, operator, options } = given;
    const [n, height, width, channels] = building.shape(operator.outputs[0], 4);
    const places = options.flag(aligned) ? 'align_corners' : options.flag(centred) ? 'half_pixel' : 'asymmetric';
    if (mode === 'nearest' && places !== 'asymmetric') refuse(`its places are ${places}`);
    const attributes = {
      mode,
      coordinate_transformation_mode: places,
      ...(mode === 'nearest' && { nearest_mode: 'floor' }),
    };
    const operands = [
      building.value(operator.inputs[0], 'first'),
      '',
      '',
      building.integers([n, channels, height, width]),
    ];
    finish(given, building.emit('Resize', operands, attributes), 'first');
  };
}
