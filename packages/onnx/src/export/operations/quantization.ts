/** Floats as levels of 8 bits, and back. */
import { cast, type Export, type Exporting, type Refused, reshaped } from '../operator.ts';

export const quantization: { readonly [op: string]: Export } = {
  quantize_broadcast: given => {
    const along = quantities(given);
    if ('refused' in along) return along;
    const x = cast(given, given.inputs[0], given.operands[0].type.element, 'f32');
    return given.emit('QuantizeLinear', [x, along.scale, along.zero], along.axis);
  },
  dequantize_broadcast: given => {
    const along = quantities(given);
    if ('refused' in along) return along;
    return given.emit('DequantizeLinear', [given.inputs[0], along.scale, along.zero], along.axis);
  },
};

interface Along {
  readonly scale: string;
  readonly zero: string;
  readonly axis: { readonly axis?: number };
}

/** Scale and zero point as ONNX takes them: one number each, or one for each place along an axis. */
function quantities(given: Exporting): Along | Refused {
  const { operands, inputs, node } = given;
  const rank = node.type.shape.length;
  if (operands[0].type.shape.length !== rank)
    return { refused: 'gives a result of more axes than its operand, which ONNX cannot' };
  const axes = new Set(operands.slice(1).flatMap(({ type: { shape } }) => longAxes(shape, rank)));
  if (axes.size > 1) return { refused: 'has scales along several axes, and ONNX along one' };
  const [axis] = axes;
  const shape = axis === undefined ? [] : [node.type.shape[axis]];
  const [scale, zero] = operands.slice(1).map(({ type }, i) => {
    const own = longAxes(type.shape, rank).length > 0 || axis === undefined ? shape : [1];
    const flat =
      type.shape.length === own.length && type.shape.every((n, i) => n === own[i])
        ? inputs[i + 1]
        : reshaped(given, inputs[i + 1], own);
    return own.length === shape.length && own[0] === shape[0]
      ? flat
      : given.emit('Expand', [flat, given.integers(shape)]);
  });
  return { scale, zero, axis: axis === undefined ? {} : { axis } };
}

/** The axes of the result along which a tensor of this shape, which broadcasts to it, differs. */
function longAxes(shape: readonly number[], rank: number): readonly number[] {
  return shape.flatMap((extent, axis) => (extent === 1 ? [] : [axis + rank - shape.length]));
}
