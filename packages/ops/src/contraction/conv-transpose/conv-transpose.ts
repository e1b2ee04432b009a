/**
 * The op `conv_transpose(x, weight)`, with the semantics of PyTorch, over one or two spatial axes; the weights are `[in, out/groups, …]`.
 * For one axis and one group: `result[n, o, y] = Σ x[n, i, v] · weight[i, o, k]` over all v, k with `v·s - p + k·d = y`.
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
import { axisRange, boxOf } from '../../define/window.ts';
import { checkGroups, checkRanks } from '../conv/check.ts';
import { spaceAxes, spatialRank } from '../conv/convolution.ts';
import { contractedElement } from '../elements.ts';
import type { ConvTransposeAttributes } from './attributes.ts';
import { evaluateConvTranspose } from './evaluate.ts';
import { convTransposeGradient } from './gradient.ts';
import { convTransposeKernel } from './kernel.ts';
import { innerSums, residueRegion, scatterAxis } from './residues.ts';
import { convTransposeSamples } from './samples.ts';
import { convTransposeVariants } from './variants.ts';

export const convTranspose = defineOp<ConvTransposeAttributes>({
  kind: 'kernel',
  name: 'conv_transpose',
  doc: {
    summary: 'transposed convolution over one or two spatial axes',
    example: `model enlarge(image: f32[1, 2, 4, 4]) -> f32[1, 1, 8, 8] {
  param weight: f32[2, 1, 2, 2] = he_normal
  return conv_transpose(image, weight, stride: 2)
}`,
  },
  parameters: [
    { name: 'x', kind: 'tensor' },
    { name: 'weight', kind: 'tensor' },
    { name: 'stride', kind: 'list', default: 1 },
    { name: 'padding', kind: 'list', default: 0 },
    { name: 'output_padding', kind: 'list', default: 0 },
    { name: 'dilation', kind: 'list', default: 1 },
    { name: 'groups', kind: 'integer', default: 1 },
  ],
  attributes: readAttributes,
  infer,
  evaluate: evaluateConvTranspose,
  space,
  regions,
  variants: convTransposeVariants,
  bounded: true,
  overwrites: () => [],
  kernel: convTransposeKernel,
  gradient: convTransposeGradient,
  samples: convTransposeSamples,
  accuracy: 'sum',
});

function readAttributes(args: Arguments, operands: readonly TensorType[]): ConvTransposeAttributes | Problem {
  const wrong = checkRanks('conv_transpose', operands);
  if (wrong) return wrong;
  const rank = spatialRank(operands);
  const read = (name: string, fallback: number) =>
    readSpatial('conv_transpose', args, rank, { name, fallback, least: fallback });
  const [stride, outputPadding, dilation] = [read('stride', 1), read('output_padding', 0), read('dilation', 1)];
  const padding = readPadding('conv_transpose', args, rank);
  const groups = readInteger('conv_transpose', 'groups', args['groups'] ?? 1, 1);
  if (isProblem(stride)) return stride;
  if (isProblem(padding)) return padding;
  if (isProblem(outputPadding)) return outputPadding;
  if (isProblem(dilation)) return dilation;
  if (typeof groups !== 'number') return groups;
  const wide = outputPadding.findIndex((extra, i) => extra >= Math.max(stride[i], dilation[i]));
  if (wide >= 0) {
    const message = `output_padding ${outputPadding[wide]} of conv_transpose is not less than its stride or dilation`;
    return badAttribute('output_padding', message);
  }
  return { stride, padding, output_padding: outputPadding, dilation, groups };
}

function infer(operands: readonly TensorType[], attributes: ConvTransposeAttributes): TensorType | Problem {
  const [x, weight] = operands;
  const { groups } = attributes;
  const wrong =
    checkRanks('conv_transpose', operands) ?? checkGroups('conv_transpose', groups, x.shape[1], 'input channels');
  if (wrong) return wrong;
  const element = contractedElement('conv_transpose', operands);
  if (typeof element !== 'string') return element;
  if (weight.shape[0] !== x.shape[1]) {
    return shapeMismatch(`conv_transpose cannot apply weights ${showType(weight)} to ${showType(x)}`, [
      { operand: 0, message: `has ${x.shape[1]} channels` },
      { operand: 1, message: `takes ${weight.shape[0]} channels` },
    ]);
  }
  const extents = attributes.stride.map((stride, i) => {
    const [low, high] = attributes.padding[i];
    const reach = (weight.shape[2 + i] - 1) * attributes.dilation[i] + 1;
    return (x.shape[2 + i] - 1) * stride + reach - low - high + attributes.output_padding[i];
  });
  if (extents.some(extent => extent < 1)) {
    const message = `conv_transpose of ${showType(x)} by ${showType(weight)} leaves nothing inside its padding`;
    return { ...badAttribute('padding', message), code: 'shape-mismatch' };
  }
  return { element, shape: [x.shape[0], weight.shape[1] * groups, ...extents] };
}

/**
 * The axes of the result, then the input channels of a group, then the taps. With several groups the channels are not cut: what a part needs
 * of x would be no box.
 */
function space({ operands, attributes, result }: OpContext<ConvTransposeAttributes>): ReturnType<KernelOp['space']> {
  const [x, weight] = operands;
  const taps = weight.shape.slice(2);
  const { spatial } = spaceAxes(spatialRank(operands));
  return {
    extents: [...result.shape, x.shape[1] / attributes.groups, ...taps],
    combine: [attributes.groups === 1 ? 'add' : undefined, ...taps.map(() => 'add' as const)],
    movable: attributes.groups === 1 ? [0, 1, result.shape.length] : [0],
    inner: spatial.map((axis, i) => innerSums(scatterAxis(operands, attributes, i), taps[i], axis)),
  };
}

function regions({ operands, attributes }: OpContext<ConvTransposeAttributes>, box: Box): readonly Box[] {
  const axes = spaceAxes(spatialRank(operands));
  const { inputs, outputs } = channelRegions(operands, attributes, box, axes.channels);
  const spatial = axes.spatial.map((axis, i) =>
    residueRegion(scatterAxis(operands, attributes, i), axisRange(box, axis), axisRange(box, axes.taps[i])),
  );
  const taps = axes.taps.map(axis => axisRange(box, axis));
  return [boxOf([axisRange(box, 0), inputs, ...spatial]), boxOf([inputs, outputs, ...taps])];
}

/** The input channels that the groups of a box read, and the axis of output channels in the weights that they need. */
function channelRegions(
  [x, weight]: readonly TensorType[],
  { groups }: ConvTransposeAttributes,
  box: Box,
  axis: number,
): { readonly inputs: Range; readonly outputs: Range } {
  if (groups === 1) return { inputs: axisRange(box, axis), outputs: axisRange(box, 1) };
  const perGroup = weight.shape[1];
  const inner = x.shape[1] / groups;
  const last = box.start[1] + (box.count[1] - 1) * box.step[1];
  const [first, final] = [Math.floor(box.start[1] / perGroup), Math.floor(last / perGroup)];
  const whole = { start: 0, count: perGroup, step: 1 };
  const own = { start: box.start[1] - first * perGroup, count: box.count[1], step: box.step[1] };
  return {
    inputs: { start: first * inner, count: (final - first + 1) * inner, step: 1 },
    outputs: first === final ? own : whole,
  };
}
