/** How ops that need arguments are called in random graphs: arguments that fit the operands, drawn without knowing more of them. */
import { type Arguments, elementCount, isFloat, isProblem, type TensorType } from '@tessera/graph';
import type { RandomCall } from '@tessera/graph/testing';
import { createPick, ops, type Pick } from '@tessera/ops';

/** Arguments for a call on `operands`; undefined where the op makes no sense on them. */
type Draw = (pick: Pick, operands: readonly TensorType[]) => Arguments | undefined;

/** Intermediate results stay small: the oracle interprets. */
const mostElements = 4096;

function calls(names: readonly string[], operands: number, draw: Draw): RandomCall[] {
  return names.map(op => ({
    op,
    operands,
    attributes: (types, choose) => {
      const args = draw(createPick(choose(10_000)), types);
      const attributes = args && ops.find(op)?.attributes(args, types);
      return attributes === undefined || isProblem(attributes) ? undefined : attributes;
    },
  }));
}

const anAxis = (pick: Pick, { shape }: TensorType) => pick.int(-shape.length, shape.length - 1);
const isImage = ({ element, shape }: TensorType) => isFloat(element) && (shape.length === 3 || shape.length === 4);
const spatial = (pick: Pick, { shape }: TensorType, low: number, high: number) =>
  shape.slice(2).map(() => pick.int(low, high));

const reduction: Draw = (pick, [x]) => {
  const axes = x.shape.map((_, axis) => axis).filter(() => pick.chance());
  return axes.length === 0 ? undefined : { axis: axes, keep: pick.chance() };
};

const alongAxis: Draw = (pick, [x]) => (x.shape.length === 0 ? undefined : { axis: anAxis(pick, x) });

const slice: Draw = (pick, [x]) => {
  const step = x.shape.map(() => pick.one([1, 1, 2, 3, -1, -2]));
  const count = x.shape.map((extent, axis) => pick.int(1, Math.ceil(extent / Math.abs(step[axis]))));
  const start = x.shape.map((extent, axis) => {
    const span = (count[axis] - 1) * Math.abs(step[axis]);
    const low = pick.int(0, extent - 1 - span);
    return step[axis] > 0 ? low : low + span;
  });
  return { start, count, step };
};

const reshape: Draw = (pick, [x]) => {
  const shape: number[] = [];
  let left = elementCount(x.shape);
  while (left > 1 && shape.length < 4) {
    const extent = pick.one(Array.from({ length: left }, (_, i) => i + 1).filter(n => left % n === 0));
    shape.push(extent);
    left /= extent;
  }
  return { shape: [...shape, left] };
};

const transpose: Draw = (pick, [x]) => {
  const axes = x.shape.map((_, axis) => axis);
  for (let i = axes.length - 1; i > 0; i--) {
    const j = pick.int(0, i);
    [axes[i], axes[j]] = [axes[j], axes[i]];
  }
  return { axes };
};

const broadcast: Draw = (pick, [x]) => {
  const shape = [...(pick.chance() ? [pick.int(1, 4)] : []), ...x.shape.map(n => (n === 1 ? pick.int(1, 9) : n))];
  return elementCount(shape) > mostElements ? undefined : { shape };
};

const pad: Draw = (pick, [x]) => {
  const padding = x.shape.map(() => [pick.int(0, 2), pick.int(0, 2)]);
  return elementCount(x.shape) > mostElements / 4 ? undefined : { padding, value: pick.int(0, 1) };
};

const conv: Draw = (pick, [x, weight]) => {
  if (!isImage(x) || weight.shape.length !== x.shape.length) return undefined;
  return {
    stride: spatial(pick, x, 1, 3),
    padding: x.shape.slice(2).map(() => [pick.int(0, 2), pick.int(0, 2)]),
    dilation: spatial(pick, x, 1, 2),
    groups: x.shape[1] / weight.shape[1],
  };
};

const convTranspose: Draw = (pick, [x, weight]) => {
  if (!isImage(x) || weight.shape.length !== x.shape.length || elementCount(x.shape) > 512) return undefined;
  return { stride: spatial(pick, x, 1, 2), padding: pick.int(0, 1), groups: pick.int(1, 2) };
};

const pool: Draw = (pick, [x]) => {
  if (!isImage(x)) return undefined;
  const kernel = spatial(pick, x, 1, 4);
  return {
    kernel,
    stride: spatial(pick, x, 1, 3),
    padding: kernel.map(k => pick.int(0, Math.floor(k / 2))),
    ceil: pick.chance(0.3),
  };
};

const upsample: Draw = (pick, [x]) => {
  if (!isImage(x) || elementCount(x.shape) > 512) return undefined;
  return { scale: spatial(pick, x, 1, 3), mode: pick.one(['nearest', 'bilinear']) };
};

const join: Draw = (pick, operands) =>
  operands[0].shape.length === 0 ? undefined : { axis: anAxis(pick, operands[0]) };

export const randomCalls: readonly RandomCall[] = [
  ...calls(['sum', 'mean', 'max', 'min', 'prod'], 1, reduction),
  ...calls(['sum', 'mean', 'max', 'cumsum', 'argmax', 'argmin'], 1, alongAxis),
  ...calls(['slice', 'slice'], 1, slice),
  ...calls(['reshape'], 1, reshape),
  ...calls(['transpose'], 1, transpose),
  ...calls(['broadcast_to'], 1, broadcast),
  ...calls(['pad'], 1, pad),
  ...calls(['concat', 'stack'], 2, join),
  ...calls(['concat'], 3, join),
  ...calls(['conv', 'conv', 'conv'], 2, conv),
  ...calls(['conv_transpose'], 2, convTranspose),
  ...calls(['max_pool', 'avg_pool'], 1, pool),
  ...calls(['upsample'], 1, upsample),
  ...calls(['matmul', 'matmul'], 2, pick => ({ transpose_a: pick.chance(0.3), transpose_b: pick.chance(0.3) })),
  ...calls(['gather'], 2, alongAxis),
  ...calls(['one_hot'], 1, pick => ({ depth: pick.int(1, 6) })),
  ...calls(['cast'], 1, pick => ({ element: pick.one(['f32', 'f32', 'i32', 'bool']) })),
];
