/** The table of all operations, with one line for each. To add an operation, write its file and its line here. */
import { conv } from './contraction/conv/conv.ts';
import { convTranspose } from './contraction/conv-transpose/conv-transpose.ts';
import { convWeightGradient } from './contraction/conv-weight-gradient/conv-weight-gradient.ts';
import { einsum } from './contraction/einsum/einsum.ts';
import { matmul } from './contraction/matmul/matmul.ts';
import type { DefinedOp } from './define/op.ts';
import { abs } from './elementwise/abs.ts';
import { add } from './elementwise/add.ts';
import { and } from './elementwise/and.ts';
import { bitwiseAnd } from './elementwise/bitwise-and.ts';
import { bitwiseOr } from './elementwise/bitwise-or.ts';
import { bitwiseXor } from './elementwise/bitwise-xor.ts';
import { cast } from './elementwise/cast.ts';
import { cos } from './elementwise/cos.ts';
import { divide } from './elementwise/divide.ts';
import { equal } from './elementwise/equal.ts';
import { erf } from './elementwise/erf.ts';
import { exp } from './elementwise/exp.ts';
import { expm1 } from './elementwise/expm1.ts';
import { floor } from './elementwise/floor.ts';
import { greater } from './elementwise/greater.ts';
import { greaterEqual } from './elementwise/greater-equal.ts';
import { inFull } from './elementwise/in-full.ts';
import { less } from './elementwise/less.ts';
import { lessEqual } from './elementwise/less-equal.ts';
import { log } from './elementwise/log.ts';
import { log1p } from './elementwise/log1p.ts';
import { maximum } from './elementwise/maximum.ts';
import { minimum } from './elementwise/minimum.ts';
import { multiply } from './elementwise/multiply.ts';
import { neg } from './elementwise/neg.ts';
import { not } from './elementwise/not.ts';
import { notEqual } from './elementwise/not-equal.ts';
import { or } from './elementwise/or.ts';
import { power } from './elementwise/power.ts';
import { relu } from './elementwise/relu.ts';
import { remainder } from './elementwise/remainder.ts';
import { round } from './elementwise/round.ts';
import { rsqrt } from './elementwise/rsqrt.ts';
import { sigmoid } from './elementwise/sigmoid.ts';
import { sign } from './elementwise/sign.ts';
import { sin } from './elementwise/sin.ts';
import { sqrt } from './elementwise/sqrt.ts';
import { stochasticRound } from './elementwise/stochastic-round.ts';
import { stopGradient } from './elementwise/stop-gradient.ts';
import { straightThrough } from './elementwise/straight-through.ts';
import { subtract } from './elementwise/subtract.ts';
import { tanh } from './elementwise/tanh.ts';
import { where } from './elementwise/where.ts';
import { gather } from './indexing/gather.ts';
import { iota } from './indexing/iota.ts';
import { oneHot } from './indexing/one-hot.ts';
import { scatterAdd } from './indexing/scatter-add.ts';
import { update } from './indexing/update.ts';
import { broadcastTo } from './movement/broadcast-to.ts';
import { concat } from './movement/concat.ts';
import { pad } from './movement/pad.ts';
import { reshape } from './movement/reshape.ts';
import { slice } from './movement/slice.ts';
import { stack } from './movement/stack.ts';
import { transpose } from './movement/transpose.ts';
import { type Ops, tableOf } from './operations.ts';
import { dequantize } from './quantization/dequantize.ts';
import { dequantizeBroadcast } from './quantization/dequantize-broadcast.ts';
import { fakeQuantize } from './quantization/fake-quantize.ts';
import { quantize } from './quantization/quantize.ts';
import { quantizeBroadcast } from './quantization/quantize-broadcast.ts';
import { rescale } from './quantization/rescale.ts';
import { randomNormal } from './random/normal.ts';
import { randomUniform } from './random/uniform.ts';
import { argmax } from './reduction/argmax.ts';
import { argmin } from './reduction/argmin.ts';
import { cumsum } from './reduction/cumsum.ts';
import { max } from './reduction/max.ts';
import { mean } from './reduction/mean.ts';
import { min } from './reduction/min.ts';
import { prod } from './reduction/prod.ts';
import { sum } from './reduction/sum.ts';
import { avgPool } from './window/avg-pool.ts';
import { avgPoolGradient } from './window/avg-pool-gradient.ts';
import { maxPool } from './window/max-pool.ts';
import { maxPoolGradient } from './window/max-pool-gradient.ts';
import { upsample } from './window/upsample.ts';

const all: readonly DefinedOp[] = [
  // elementwise
  neg,
  abs,
  sign,
  exp,
  expm1,
  log,
  log1p,
  sqrt,
  rsqrt,
  sin,
  cos,
  tanh,
  sigmoid,
  relu,
  erf,
  floor,
  round,
  add,
  subtract,
  multiply,
  divide,
  remainder,
  power,
  maximum,
  minimum,
  equal,
  notEqual,
  less,
  lessEqual,
  greater,
  greaterEqual,
  and,
  or,
  not,
  bitwiseAnd,
  bitwiseOr,
  bitwiseXor,
  where,
  cast,
  stopGradient,
  inFull,
  stochasticRound,
  straightThrough,
  // numbers of 8 bits
  quantize,
  quantizeBroadcast,
  dequantize,
  dequantizeBroadcast,
  fakeQuantize,
  rescale,
  // contraction and windows
  matmul,
  einsum,
  conv,
  convTranspose,
  convWeightGradient,
  maxPool,
  maxPoolGradient,
  avgPool,
  avgPoolGradient,
  upsample,
  // reductions
  sum,
  mean,
  max,
  min,
  prod,
  argmax,
  argmin,
  cumsum,
  // movement
  reshape,
  transpose,
  pad,
  concat,
  stack,
  slice,
  broadcastTo,
  // indexing and random numbers
  gather,
  scatterAdd,
  update,
  oneHot,
  iota,
  randomUniform,
  randomNormal,
];

/** The table of the operations of this package. */
export const ops: Ops = tableOf(all);
