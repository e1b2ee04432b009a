/**
 * The op `conv(x, weight)`, with the semantics of PyTorch, over one or two spatial axes.
 * `result[n, o, y, x] = Σ input[n, g·I + i, y·s - p + ky·d, x·s - p + kx·d] · weight[o, i, ky, kx]`, where g is the group of o, and
 * padding is zero.
 */
import type { Box, TensorType } from '@tessera-dnn/graph';
import { showType } from '@tessera-dnn/graph';
import type { Arguments, KernelOp, OpContext, Problem } from '@tessera-dnn/graph/op';
import { isProblem } from '@tessera-dnn/graph/op';
import { readInteger } from '../../define/arguments.ts';
import { defineOp } from '../../define/op.ts';
import { badAttribute, shapeMismatch } from '../../define/problem.ts';
import { readPadding, readSpatial } from '../../define/spatial.ts';
import { axisRange, boxOf, innerResults, windowExtent, windowRegion } from '../../define/window.ts';
import { contractedElement } from '../elements.ts';
import { checkGroups, checkRanks } from './check.ts';
import type { ConvAttributes } from './convolution.ts';
import { spaceAxes, spatialRank, windowAxis } from './convolution.ts';
import { evaluateConv } from './evaluate.ts';
import { convGradient } from './gradient.ts';
import { convKernel } from './kernel.ts';
import { convSamples } from './samples.ts';
import { convOverwrites, convVariants } from './variants.ts';

export const conv = defineOp<ConvAttributes>({
  kind: 'kernel',
  name: 'conv',
  doc: {
    summary: 'convolution over one or two spatial axes, with stride, padding, dilation and groups',
    example: `model edges(image: f32[1, 1, 8, 8]) -> f32[1, 4, 8, 8] {
  param weight: f32[4, 1, 3, 3] = he_normal
  return conv(image, weight, padding: 1)
}`,
  },
  parameters: [
    { name: 'x', kind: 'tensor' },
    { name: 'weight', kind: 'tensor' },
    { name: 'stride', kind: 'list', default: 1 },
    { name: 'padding', kind: 'list', default: 0 },
    { name: 'dilation', kind: 'list', default: 1 },
    { name: 'groups', kind: 'integer', default: 1 },
  ],
  attributes: readAttributes,
  infer,
  evaluate: evaluateConv,
  space,
  regions,
  variants: convVariants,
  bounded: true,
  overwrites: convOverwrites,
  kernel: convKernel,
  gradient: convGradient,
  samples: convSamples,
  accuracy: 'sum',
});

function readAttributes(args: Arguments, operands: readonly TensorType[]): ConvAttributes | Problem {
  const wrong = checkRanks('conv', operands);
  if (wrong) return wrong;
  const rank = spatialRank(operands);
  const stride = readSpatial('conv', args, rank, { name: 'stride', fallback: 1, least: 1 });
  const padding = readPadding('conv', args, rank);
  const dilation = readSpatial('conv', args, rank, { name: 'dilation', fallback: 1, least: 1 });
  const groups = readInteger('conv', 'groups', args['groups'] ?? 1, 1);
  if (isProblem(stride)) return stride;
  if (isProblem(padding)) return padding;
  if (isProblem(dilation)) return dilation;
  if (typeof groups !== 'number') return groups;
  return { stride, padding, dilation, groups };
}

function infer(operands: readonly TensorType[], attributes: ConvAttributes): TensorType | Problem {
  const [x, weight] = operands;
  const { groups, padding } = attributes;
  const wrong =
    checkRanks('conv', operands) ??
    checkGroups('conv', groups, x.shape[1], 'input channels') ??
    checkGroups('conv', groups, weight.shape[0], 'output channels');
  if (wrong) return wrong;
  const element = contractedElement('conv', operands);
  if (typeof element !== 'string') return element;
  if (weight.shape[1] * groups !== x.shape[1]) {
    const each = groups === 1 ? '' : ` in each of ${groups} groups`;
    return shapeMismatch(`conv cannot apply weights ${showType(weight)} to ${showType(x)}`, [
      { operand: 0, message: `has ${x.shape[1]} channels` },
      { operand: 1, message: `takes ${weight.shape[1]} channels${each}` },
    ]);
  }
  const extents = padding.map(([, high], i) => windowExtent(windowAxis(operands, attributes, i), high));
  if (extents.some(extent => extent < 1)) return tooLarge(x, weight);
  return { element, shape: [x.shape[0], weight.shape[0], ...extents] };
}

function tooLarge(x: TensorType, weight: TensorType): Problem {
  const problem = badAttribute('padding', `conv's weights ${showType(weight)} reach beyond the padded ${showType(x)}`);
  return { ...problem, code: 'shape-mismatch', marks: [{ operand: 1, message: 'is larger than the padded input' }] };
}

/**
 * The axes of the result, then the input channels of a group, then the taps. With several groups the channels are not cut: what a part needs
 * of x would be no box.
 */
function space({ operands, attributes, result }: OpContext<ConvAttributes>): ReturnType<KernelOp['space']> {
  const [, channels, ...taps] = operands[1].shape;
  const { spatial } = spaceAxes(spatialRank(operands));
  return {
    extents: [...result.shape, channels, ...taps],
    combine: [attributes.groups === 1 ? 'add' : undefined, ...taps.map(() => 'add' as const)],
    movable: attributes.groups === 1 ? [0, 1, result.shape.length] : [0],
    inner: spatial.map((axis, i) => innerResults(windowAxis(operands, attributes, i), axis)),
  };
}

function regions({ operands, attributes }: OpContext<ConvAttributes>, box: Box): readonly Box[] {
  const axes = spaceAxes(spatialRank(operands));
  const weight = [1, axes.channels, ...axes.taps].map(axis => axisRange(box, axis));
  const spatial = axes.spatial.map((axis, i) =>
    windowRegion(windowAxis(operands, attributes, i), axisRange(box, axis), axisRange(box, axes.taps[i])),
  );
  const input = [axisRange(box, 0), channelRegion(operands[1], attributes, box, axes.channels), ...spatial];
  return [boxOf(input), boxOf(weight)];
}

/** The input channels that the groups of a box read. */
function channelRegion(weight: TensorType, { groups }: ConvAttributes, box: Box, axis: number) {
  if (groups === 1) return axisRange(box, axis);
  const [outputs, inner] = weight.shape;
  const perGroup = outputs / groups;
  const last = box.start[1] + (box.count[1] - 1) * box.step[1];
  const firstGroup = Math.floor(box.start[1] / perGroup);
  const groupCount = Math.floor(last / perGroup) - firstGroup + 1;
  return { start: firstGroup * inner, count: groupCount * inner, step: 1 };
}
