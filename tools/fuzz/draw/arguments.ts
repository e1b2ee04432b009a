/** Draws arguments of operations that fit given operands, of which only the types are known. */
import { elementCount, isFloat, type TensorType } from '@tessera-dnn/graph';
import type { Arguments } from '@tessera-dnn/graph/op';
import type { Pick } from '@tessera-dnn/ops';

/** How an operation is called on values of a pool: on how many, and with which arguments; undefined if they make no sense for it. */
export interface Draw {
  readonly operands: readonly number[];
  readonly args: (pick: Pick, operands: readonly TensorType[]) => Arguments | undefined;
}

const anAxis = (pick: Pick, { shape }: TensorType) => pick.int(-shape.length, shape.length - 1);
const isImage = ({ element, shape }: TensorType) => isFloat(element) && (shape.length === 3 || shape.length === 4);
const spatial = (pick: Pick, { shape }: TensorType, low: number, high: number) =>
  shape.slice(2).map(() => pick.int(low, high));

const alongAxis: Draw['args'] = (pick, [x]) => (x.shape.length === 0 ? undefined : { axis: anAxis(pick, x) });

const reduction: Draw['args'] = (pick, [x]) => {
  if (pick.chance(0.2)) return {};
  const axes = x.shape.map((_, axis) => axis).filter(() => pick.chance());
  return axes.length === 0 ? undefined : { axis: axes, keep: pick.chance() };
};

const slice: Draw['args'] = (pick, [x]) => {
  const step = x.shape.map(() => pick.one([1, 1, 2, 3, -1, -2]));
  const count = x.shape.map((extent, axis) => pick.int(1, Math.ceil(extent / Math.abs(step[axis]))));
  const start = x.shape.map((extent, axis) => {
    const span = (count[axis] - 1) * Math.abs(step[axis]);
    const low = pick.int(0, extent - 1 - span);
    return step[axis] > 0 ? low : low + span;
  });
  return { start, count, step };
};

const reshape: Draw['args'] = (pick, [x]) => {
  const shape: number[] = [];
  let left = elementCount(x.shape);
  while (left > 1 && shape.length < 4) {
    const extent = pick.one(Array.from({ length: left }, (_, i) => i + 1).filter(n => left % n === 0));
    shape.push(extent);
    left /= extent;
  }
  return { shape: [...shape, left] };
};

const transpose: Draw['args'] = (pick, [x]) => {
  const axes = x.shape.map((_, axis) => axis);
  for (let i = axes.length - 1; i > 0; i--) {
    const j = pick.int(0, i);
    [axes[i], axes[j]] = [axes[j], axes[i]];
  }
  return { axes };
};

const broadcast: Draw['args'] = (pick, [x]) => ({
  shape: [...(pick.chance() ? [pick.int(1, 4)] : []), ...x.shape.map(n => (n === 1 ? pick.int(1, 9) : n))],
});

const pad: Draw['args'] = (pick, [x]) => ({
  padding: x.shape.map(() => [pick.int(0, 2), pick.int(0, 2)]),
  value: pick.int(0, 1),
});

const conv: Draw['args'] = (pick, [x, weight]) => {
  if (!isImage(x) || weight.shape.length !== x.shape.length) return undefined;
  return {
    stride: spatial(pick, x, 1, 3),
    padding: x.shape.slice(2).map(() => [pick.int(0, 2), pick.int(0, 2)]),
    dilation: spatial(pick, x, 1, 2),
    groups: x.shape[1] / weight.shape[1],
  };
};

const convTranspose: Draw['args'] = (pick, [x, weight]) => {
  if (!isImage(x) || weight.shape.length !== x.shape.length) return undefined;
  return { stride: spatial(pick, x, 1, 3), padding: pick.int(0, 1), groups: pick.int(1, 2) };
};

const pool: Draw['args'] = (pick, [x]) => {
  if (!isImage(x)) return undefined;
  const kernel = spatial(pick, x, 1, 4);
  const padding = kernel.map(k => pick.int(0, Math.floor(k / 2)));
  return { kernel, stride: spatial(pick, x, 1, 3), padding, ceil: pick.chance(0.3) };
};

const upsample: Draw['args'] = (pick, [x]) =>
  isImage(x) ? { scale: spatial(pick, x, 1, 3), mode: pick.one(['nearest', 'bilinear']) } : undefined;

const operators = ['add', 'sub', 'mul', 'div', 'rem', 'pow', 'maximum', 'minimum', 'eq', 'ne', 'lt', 'le', 'gt', 'ge'];
const functions = ['neg', 'abs', 'sign', 'exp', 'log', 'sqrt', 'rsqrt', 'sin', 'cos', 'tanh', 'sigmoid', 'relu', 'erf'];

function all(names: readonly string[], operands: readonly number[], args: Draw['args'] = () => ({})) {
  return names.map(name => [name, { operands, args }] as const);
}

/** By operation. Operations that are not listed are drawn from their own samples only. */
export const draws: ReadonlyMap<string, Draw> = new Map([
  ...all([...functions, 'floor', 'not', 'stop_gradient', 'in_full'], [1]),
  ...all([...operators, 'and', 'or'], [2]),
  ...all(['where'], [3]),
  ...all(['sum', 'mean', 'max', 'min', 'prod'], [1], reduction),
  ...all(['cumsum', 'argmax', 'argmin'], [1], alongAxis),
  ...all(['slice'], [1], slice),
  ...all(['reshape'], [1], reshape),
  ...all(['transpose'], [1], transpose),
  ...all(['broadcast_to'], [1], broadcast),
  ...all(['pad'], [1], pad),
  ...all(['concat', 'stack'], [2, 3], alongAxis),
  ...all(['conv'], [2], conv),
  ...all(['conv_transpose'], [2], convTranspose),
  ...all(['max_pool', 'avg_pool'], [1], pool),
  ...all(['upsample'], [1], upsample),
  ...all(['matmul'], [2], pick => ({ transpose_a: pick.chance(0.3), transpose_b: pick.chance(0.3) })),
  ...all(['gather'], [2], alongAxis),
  ...all(['one_hot'], [1], pick => ({ depth: pick.int(1, 6) })),
  ...all(['cast'], [1], pick => ({ element: pick.one(['f32', 'f32', 'i32', 'bool']) })),
]);
