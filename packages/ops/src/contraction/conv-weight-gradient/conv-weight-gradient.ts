/**
 * The op `conv_weight_gradient(x, slopes, taps)`: the derivatives of a loss by the weights of `conv(x, weight)`, given those by its result,
 * the *slopes*. `result[o, i, ky, kx] = Σ slopes[n, o, y, x] · x[n, g·I + i, y·s - p + ky·d, x·s - p + kx·d]`, where g is the group of o,
 * and padding is zero.
 *
 * The axes of its result are those of the weights. Batch and spatial axes are summed; they may be cut, and the parts added.
 */
import type { Box, TensorType } from '@tessera-dnn/graph';
import { showType } from '@tessera-dnn/graph';
import type { Arguments, KernelOp, OpContext, Problem } from '@tessera-dnn/graph/op';
import { isProblem } from '@tessera-dnn/graph/op';
import { readInteger } from '../../define/arguments.ts';
import { defineOp } from '../../define/op.ts';
import { badAttribute, shapeMismatch } from '../../define/problem.ts';
import { readPadding, readSpatial } from '../../define/spatial.ts';
import type { Range } from '../../define/window.ts';
import { axisRange, boxOf, innerResults, windowExtent, windowRegion } from '../../define/window.ts';
import { checkGroups, checkRanks } from '../conv/check.ts';
import { spatialRank } from '../conv/convolution.ts';
import { contractedElement } from '../elements.ts';
import { axesOf, tapAxis, type WeightGradientAttributes } from './axes.ts';
import { evaluateWeightGradient } from './evaluate.ts';
import { weightGradientKernel } from './kernel.ts';
import { weightGradientSamples } from './samples.ts';
import { secondGradient } from './second-gradient.ts';
import { weightGradientVariants } from './variants.ts';

export const convWeightGradient = defineOp<WeightGradientAttributes>({
  kind: 'kernel',
  name: 'conv_weight_gradient',
  doc: {
    summary: 'the gradient of the weights of a convolution of x, given that of its result',
    example: `model weights(x: f32[1, 3, 8, 8], slopes: f32[1, 4, 6, 6]) -> f32[4, 3, 3, 3] {
  return conv_weight_gradient(x, slopes, taps: 3)
}`,
  },
  parameters: [
    { name: 'x', kind: 'tensor' },
    { name: 'slopes', kind: 'tensor' },
    { name: 'taps', kind: 'list' },
    { name: 'stride', kind: 'list', default: 1 },
    { name: 'padding', kind: 'list', default: 0 },
    { name: 'dilation', kind: 'list', default: 1 },
    { name: 'groups', kind: 'integer', default: 1 },
  ],
  attributes: readAttributes,
  infer,
  evaluate: evaluateWeightGradient,
  space,
  regions,
  variants: weightGradientVariants,
  overwrites: () => [],
  kernel: weightGradientKernel,
  gradient: secondGradient,
  samples: weightGradientSamples,
  accuracy: 'sum',
});

const name = 'conv_weight_gradient';

function readAttributes(args: Arguments, operands: readonly TensorType[]): WeightGradientAttributes | Problem {
  const wrong = checkRanks(name, operands);
  if (wrong) return wrong;
  const rank = spatialRank(operands);
  const taps = readSpatial(name, args, rank, { name: 'taps', least: 1 });
  const stride = readSpatial(name, args, rank, { name: 'stride', fallback: 1, least: 1 });
  const padding = readPadding(name, args, rank);
  const dilation = readSpatial(name, args, rank, { name: 'dilation', fallback: 1, least: 1 });
  const groups = readInteger(name, 'groups', args['groups'] ?? 1, 1);
  if (isProblem(taps)) return taps;
  if (isProblem(stride)) return stride;
  if (isProblem(padding)) return padding;
  if (isProblem(dilation)) return dilation;
  if (typeof groups !== 'number') return groups;
  return { taps, stride, padding, dilation, groups };
}

function infer(operands: readonly TensorType[], attributes: WeightGradientAttributes): TensorType | Problem {
  const [x, slopes] = operands;
  const { groups, taps, padding } = attributes;
  const wrong =
    checkRanks(name, operands) ??
    checkGroups(name, groups, x.shape[1], 'input channels') ??
    checkGroups(name, groups, slopes.shape[1], 'output channels');
  if (wrong) return wrong;
  const element = contractedElement(name, operands);
  if (typeof element !== 'string') return element;
  const extents = padding.map(([, high], i) => windowExtent(tapAxis(x, attributes, i), high));
  if (extents.some(extent => extent < 1)) {
    return badAttribute('taps', `${name} reaches with taps [${taps.join(', ')}] beyond the padded ${showType(x)}`);
  }
  const fits = slopes.shape[0] === x.shape[0] && extents.every((extent, i) => slopes.shape[2 + i] <= extent);
  if (fits) return { element, shape: [slopes.shape[1], x.shape[1] / groups, ...taps] };
  return shapeMismatch(`${name} of ${showType(x)} cannot have slopes ${showType(slopes)}`, [
    { operand: 0, message: `gives ${x.shape[0]} maps of at most ${extents.join(' by ')}` },
    { operand: 1, message: `is ${showType(slopes)}` },
  ]);
}

function space({ operands, attributes, result }: OpContext<WeightGradientAttributes>): ReturnType<KernelOp['space']> {
  const [x, slopes] = operands;
  const summed = [slopes.shape[0], ...slopes.shape.slice(2)];
  const batch = result.shape.length;
  const movable = attributes.groups === 1 ? [0, 1, batch] : [batch];
  const { places } = axesOf(spatialRank(operands));
  return {
    extents: [...result.shape, ...summed],
    combine: summed.map(() => 'add' as const),
    movable,
    inner: places.map((axis, i) => innerResults(tapAxis(x, attributes, i), axis)),
  };
}

function regions({ operands, attributes, result }: OpContext<WeightGradientAttributes>, box: Box): readonly Box[] {
  const [x] = operands;
  const { taps, batch, places } = axesOf(spatialRank(operands));
  const spatial = taps.map((axis, i) =>
    windowRegion(tapAxis(x, attributes, i), axisRange(box, places[i]), axisRange(box, axis)),
  );
  return [
    boxOf([axisRange(box, batch), channelRange(result, attributes, box), ...spatial]),
    boxOf([axisRange(box, batch), axisRange(box, 0), ...places.map(axis => axisRange(box, axis))]),
  ];
}

/** The input channels that a box needs: for a single group exactly those; for several, all channels of these groups. */
function channelRange({ shape: [outputs, inner] }: TensorType, { groups }: WeightGradientAttributes, box: Box): Range {
  const perGroup = outputs / groups;
  const first = Math.floor(box.start[0] / perGroup);
  const last = Math.floor((box.start[0] + (box.count[0] - 1) * box.step[0]) / perGroup);
  if (first === last) return { ...axisRange(box, 1), start: first * inner + box.start[1] };
  return { start: first * inner, count: (last - first + 1) * inner, step: 1 };
}
