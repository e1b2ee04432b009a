/**
 * The op `upsample(x, scale, mode)`, with the semantics of PyTorch, for whole factors. `nearest` repeats elements; `bilinear` interpolates
 * between the centres of elements (`align_corners = false`), along the only axis if there is only one spatial axis.
 */
import type { Box, TensorType } from '@tessera-dnn/graph';
import { showType } from '@tessera-dnn/graph';
import type { Arguments, Problem } from '@tessera-dnn/graph/op';
import { isProblem } from '@tessera-dnn/graph/op';
import { channelsLast } from '../contraction/conv/variants.ts';
import { signBounds } from '../define/bounds.ts';
import { elementSets } from '../define/element-sets.ts';
import type { Sample } from '../define/op.ts';
import { defineOp } from '../define/op.ts';
import type { Pick } from '../define/pick.ts';
import { badAttribute, refusedElement, shapeMismatch, wrongCount } from '../define/problem.ts';
import { readSpatial } from '../define/spatial.ts';
import type { UpsampleAttributes } from './upsample-attributes.ts';
import { upsampleGradient } from './upsample-gradient.ts';
import { upsampleKernel } from './upsample-kernel.ts';
import { evaluateUpsample } from './upsample-oracle.ts';

export const upsample = defineOp<UpsampleAttributes>({
  kind: 'kernel',
  name: 'upsample',
  doc: {
    summary: 'enlarges the spatial axes by whole factors',
    example: `model enlarge(image: f32[1, 3, 8, 8]) -> f32[1, 3, 16, 16] {
  return upsample(image, 2, mode: "bilinear")
}`,
  },
  parameters: [
    { name: 'x', kind: 'tensor' },
    { name: 'scale', kind: 'list' },
    { name: 'mode', kind: 'text', default: 'nearest' },
  ],
  attributes: readAttributes,
  infer,
  evaluate: evaluateUpsample,
  space: ({ result }) => ({ extents: result.shape, combine: [] }),
  regions: ({ operands: [x], attributes }, box) => [region(x, attributes, box)],
  variants: ({ operands: [x] }) => {
    const layout = channelsLast(x.shape.length - 2);
    return [
      { name: 'channels', result: layout, operands: [layout], quantum: [1, 4] },
      { name: 'any', result: 'any', operands: ['any'] },
    ];
  },
  overwrites: () => [],
  bounds: ([x], { mode }) => (mode === 'nearest' ? x : signBounds(x)),
  kernel: upsampleKernel,
  gradient: upsampleGradient,
  samples,
  accuracy: 'exact',
});

function readAttributes(args: Arguments, operands: readonly TensorType[]): UpsampleAttributes | Problem {
  const wrong = checkRank(operands);
  if (wrong) return wrong;
  const scale = readSpatial('upsample', args, operands[0].shape.length - 2, { name: 'scale', least: 1 });
  if (isProblem(scale)) return scale;
  const mode = args['mode'] ?? 'nearest';
  if (mode === 'nearest' || mode === 'bilinear') return { scale, mode };
  return badAttribute('mode', `mode of upsample is "nearest" or "bilinear", not ${JSON.stringify(mode)}`);
}

function checkRank(operands: readonly TensorType[]): Problem | undefined {
  if (operands.length !== 1) return wrongCount('upsample', 'one tensor', operands.length);
  const [x] = operands;
  if (x.shape.length === 3 || x.shape.length === 4) return undefined;
  return shapeMismatch(`upsample takes a feature map [N, C, W] or [N, C, H, W], not ${showType(x)}`, [
    { operand: 0, message: `is ${showType(x)}` },
  ]);
}

function infer(operands: readonly TensorType[], { scale, mode }: UpsampleAttributes): TensorType | Problem {
  const wrong = checkRank(operands);
  if (wrong) return wrong;
  const [x] = operands;
  const accepted = mode === 'nearest' ? elementSets.number : elementSets.float;
  if (!accepted.some(element => element === x.element)) return refusedElement('upsample', operands, 0, accepted);
  return { element: x.element, shape: x.shape.map((extent, axis) => (axis < 2 ? extent : extent * scale[axis - 2])) };
}

/** The first and the last element of an axis that result `o` needs: the same twice for `nearest`, and outside of the outermost centres. */
export function neighbours(
  extent: number,
  scale: number,
  mode: UpsampleAttributes['mode'],
  o: number,
): [number, number] {
  if (mode === 'nearest') return [Math.floor(o / scale), Math.floor(o / scale)];
  const low = Math.floor(Math.max(0, 2 * o + 1 - scale) / (2 * scale));
  return [low, Math.min(low + 1, extent - 1)];
}

function region(x: TensorType, { scale, mode }: UpsampleAttributes, box: Box): Box {
  const ends = x.shape.map((extent, axis): readonly [number, number, number] => {
    const last = box.start[axis] + (box.count[axis] - 1) * box.step[axis];
    if (axis < 2) return [box.start[axis], last, box.step[axis]];
    const [from] = neighbours(extent, scale[axis - 2], mode, box.start[axis]);
    const [, to] = neighbours(extent, scale[axis - 2], mode, last);
    return [from, to, 1];
  });
  return {
    start: ends.map(([from]) => from),
    count: ends.map(([from, to, step]) => (to - from) / step + 1),
    step: ends.map(([, , step]) => step),
  };
}

function samples(pick: Pick): Sample {
  const rank = pick.int(1, 2);
  const each = (make: () => number): readonly number[] => Array.from({ length: rank }, make);
  return {
    operands: [{ element: 'f32', shape: [pick.int(1, 2), pick.one([1, 3, 4, 6, 8]), ...each(() => pick.int(1, 6))] }],
    args: {
      scale: pick.chance() ? pick.int(1, 4) : each(() => pick.int(1, 4)),
      mode: pick.one(['nearest', 'bilinear']),
    },
  };
}
