/**
 * Draws calls of the prelude's blocks, each on operands of a shape that it accepts: a value of the pool if one fits, or else one that is
 * made to fit. A test demands that every block of the prelude is here or is called by one that is.
 */
import { isFloat, type TensorType } from '@tessera-dnn/graph';
import type { Args, Operand } from '../describe/program.ts';
import { divisors } from './network-parts.ts';
import type { Sketch } from './sketch.ts';

type DrawLayer = (sketch: Sketch, block: string) => string | undefined;

const f32 = (...shape: number[]): TensorType => ({ element: 'f32', shape });

/** A float tensor with one of the ranks. */
function float(sketch: Sketch, ranks: readonly number[]): string {
  const { pick } = sketch;
  const found = pick.chance(0.75)
    ? sketch.some(({ element, shape }) => isFloat(element) && ranks.includes(shape.length))
    : undefined;
  if (found !== undefined) return found;
  const rank = pick.one(ranks);
  const shape = pick.shape(rank, rank);
  return sketch.fitted(f32(...shape.map((extent, axis) => (axis < 2 ? Math.min(extent, 12) : extent))));
}

const shapeOf = (sketch: Sketch, name: string): readonly number[] => sketch.typeOf(name).shape;

function layer(ranks: readonly number[], args: (sketch: Sketch, shape: readonly number[]) => Args): DrawLayer {
  return (sketch, block) => {
    const x = float(sketch, ranks);
    return sketch.call(block, [x], args(sketch, shapeOf(sketch, x)), sketch.pick.chance(0.93));
  };
}

const anyRank = [0, 1, 2, 3, 4];

/** Layers whose arguments do not matter. */
const plain = (ranks: readonly number[]): DrawLayer => layer(ranks, () => ({}));

function windowed({ pick }: Sketch, [, , ...space]: readonly number[]) {
  const kernel = space.map(extent => pick.int(1, Math.min(4, extent + 1)));
  return {
    kernel: pick.chance() ? kernel[0] : kernel,
    ...(pick.chance(0.4) && { stride: space.map(() => pick.int(1, 3)) }),
    ...(pick.chance(0.6) && { padding: pick.int(0, 2) }),
    ...(pick.chance(0.2) && { dilation: space.map(() => pick.int(1, 2)) }),
    ...(pick.chance(0.3) && { bias: false }),
  };
}

function convolutionArgs(sketch: Sketch, shape: readonly number[]): Args {
  const { pick } = sketch;
  const groups = pick.chance(0.4) ? pick.one(divisors(shape[1])) : 1;
  const channels = groups * pick.int(1, Math.max(1, Math.floor(12 / groups)));
  return { channels, ...windowed(sketch, shape), ...(groups > 1 && { groups }) };
}

const transposed: DrawLayer = layer([4], (sketch, shape) => {
  const { dilation, ...args } = convolutionArgs(sketch, shape);
  const { pick } = sketch;
  return {
    ...args,
    dilation: pick.chance(0.5) ? dilation : undefined,
    output_padding: pick.chance(0.2) ? 1 : undefined,
  };
});

const embedding: DrawLayer = (sketch, block) => {
  const { pick } = sketch;
  const ids =
    sketch.some(({ element }) => element === 'i32') ?? sketch.fitted({ element: 'i32', shape: pick.shape(0, 2) });
  return sketch.call(block, [ids], { count: pick.int(1, 14), dims: pick.int(1, 9) }, pick.chance(0.93));
};

const attention: DrawLayer = (sketch, block) => {
  const { pick } = sketch;
  const q = float(sketch, [2, 3, 4]);
  const shape = shapeOf(sketch, q);
  const [d] = shape.slice(-1);
  const steps = pick.chance() ? (shape.at(-2) as number) : pick.int(1, 9);
  const k = sketch.fitted(f32(...shape.slice(0, -2), steps, d));
  const v = pick.chance() ? k : sketch.fitted(f32(...shape.slice(0, -2), steps, pick.int(1, 9)));
  return sketch.call(block, [q, k, v], pick.chance() ? { causal: true } : {});
};

const heads: DrawLayer = layer([3], ({ pick }, [, , channels]) => ({
  heads: pick.one(divisors(channels)),
  ...(pick.chance() && { causal: true }),
}));

/** With a cache, which the steps do not fill. */
const rotaryHeads: DrawLayer = (sketch, block) => {
  const { pick } = sketch;
  const kv = pick.int(1, 2);
  const heads = kv * pick.int(1, 2);
  const x = sketch.fitted(f32(pick.int(1, 3), pick.int(1, 6), heads * 2 * pick.int(1, 2)));
  const cache: Args = pick.chance() ? { cache: 8, at: pick.int(0, 2) } : {};
  return sketch.call(block, [x], { heads, kv_heads: kv, ...cache }, pick.chance(0.93));
};

/** A recurrent layer. It is unrolled step by step, so there are few steps. */
const recurrent: DrawLayer = (sketch, block) => {
  const { pick } = sketch;
  const x = sketch.fitted(f32(pick.int(1, 4), pick.int(1, 5), pick.int(1, 9)));
  return sketch.call(block, [x], { units: pick.int(1, 9) }, pick.chance(0.93));
};

const alongAxis: DrawLayer = layer([1, 2, 3, 4], ({ pick }, shape) =>
  pick.chance() ? {} : { axis: pick.int(-shape.length, shape.length - 1) },
);

const loss: DrawLayer = (sketch, block) => {
  const { pick } = sketch;
  const x = float(sketch, anyRank);
  const y = sketch.fitted(sketch.typeOf(x));
  const reduce: Args = pick.chance(0.3) ? { reduce: pick.one(['sum', 'none']) } : {};
  const args = block === 'huber' && pick.chance() ? { delta: pick.one([0.5, 2]), ...reduce } : reduce;
  return sketch.call(block, [x, y], args);
};

const entropyOfProbabilities: DrawLayer = (sketch, block) => {
  const x = sketch.tamed(float(sketch, anyRank), [0, 1]);
  const y = x && sketch.tamed(sketch.fitted(sketch.typeOf(x)), [0, 1]);
  return x && y && sketch.call(block, [x, y]);
};

/** A logistic loss: x is any value, y is between 0 and 1. */
const logistic: DrawLayer = (sketch, block) => {
  const x = float(sketch, anyRank);
  const y = sketch.tamed(sketch.fitted(sketch.typeOf(x)), [0, 1]);
  return y && sketch.call(block, [x, y], sketch.pick.chance(0.3) ? { reduce: 'sum' } : {});
};

const entropyOfClasses: DrawLayer = (sketch, block) => {
  const { pick } = sketch;
  const logits = float(sketch, [2, 3, 4]);
  const [batch, , ...space] = shapeOf(sketch, logits);
  const label: Operand = sketch.fitted({ element: 'i32', shape: [batch, ...space] });
  return sketch.call(block, [logits, label], pick.chance(0.3) ? { reduce: pick.one(['sum', 'none']) } : {});
};

const epsilon: DrawLayer = layer([1, 2, 3, 4], ({ pick }) => (pick.chance(0.7) ? {} : { epsilon: 0.01 }));

export const layers: { readonly [block: string]: DrawLayer } = {
  dense: layer([1, 2, 3, 4], ({ pick }) => ({ units: pick.int(1, 20), ...(pick.chance(0.3) && { bias: false }) })),
  conv1d: layer([3], convolutionArgs),
  conv2d: layer([4], convolutionArgs),
  depthwise_conv2d: layer([4], windowed),
  conv_transpose2d: transposed,
  embedding,
  dropout: layer(anyRank, ({ pick }) => ({ rate: pick.one([0, 0.1, 0.5]) })),
  random_crop: layer([4], ({ pick }, [, , height, width]) => ({
    size: [pick.int(1, height), pick.int(1, width)],
    ...(pick.chance() && { padding: pick.int(0, 2) }),
  })),
  random_flip: layer([2, 3, 4], ({ pick }, shape) => (pick.chance() ? {} : { axis: pick.int(1, shape.length - 1) })),
  flatten: plain([2, 3, 4]),
  global_avg_pool: plain([3, 4]),
  quantized: layer(anyRank, ({ pick }) => (pick.chance() ? {} : { zero: pick.int(-9, 9) })),
  batch_norm: layer([2, 3, 4], ({ pick }) => (pick.chance(0.7) ? {} : { momentum: 0.3 })),
  layer_norm: epsilon,
  group_norm: layer([3, 4], ({ pick }, shape) => ({ groups: pick.one(divisors(shape[1])) })),
  rms_norm: epsilon,
  attention,
  multi_head_attention: heads,
  rotary_attention: rotaryHeads,
  lstm: recurrent,
  gru: recurrent,
  leaky_relu: layer(anyRank, ({ pick }) => (pick.chance() ? {} : { slope: 0.25 })),
  gelu: plain(anyRank),
  silu: plain(anyRank),
  hard_sigmoid: plain(anyRank),
  hard_swish: plain(anyRank),
  softplus: plain(anyRank),
  selu: plain(anyRank),
  celu: plain(anyRank),
  mish: plain(anyRank),
  softsign: plain(anyRank),
  log_sigmoid: plain(anyRank),
  softmin: alongAxis,
  elu: layer(anyRank, ({ pick }) => (pick.chance() ? {} : { alpha: 0.5 })),
  softmax: alongAxis,
  log_softmax: alongAxis,
  mse: loss,
  mae: loss,
  huber: loss,
  binary_cross_entropy: entropyOfProbabilities,
  logistic_loss: logistic,
  cross_entropy: entropyOfClasses,
};
