/** Random calls of `conv_weight_gradient`, for the laws. */
import type { Sample } from '../../define/op.ts';
import type { Pick } from '../../define/pick.ts';
import { windowExtent } from '../../define/window.ts';
import { convSamples } from '../conv/samples.ts';

/** The call that belongs to a random convolution, sometimes with fewer slopes than that has results. */
export function weightGradientSamples(pick: Pick): Sample {
  const { operands, args } = convSamples(pick);
  const [x, weight] = operands;
  const [stride, dilation] = [args['stride'], args['dilation']] as readonly (readonly number[])[];
  const padding = args['padding'] as number | readonly (readonly [number, number])[];
  const taps = weight.shape.slice(2);
  const places = taps.map((count, i) => {
    const [low, high] = typeof padding === 'number' ? [padding, padding] : padding[i];
    const axis = { input: x.shape[2 + i], taps: count, stride: stride[i], dilation: dilation[i], low };
    const extent = windowExtent(axis, high);
    return pick.chance(0.2) ? pick.int(1, extent) : extent;
  });
  const slopes = { element: weight.element, shape: [x.shape[0], weight.shape[0], ...places] };
  return { operands: [x, slopes], args: { ...args, taps } };
}
