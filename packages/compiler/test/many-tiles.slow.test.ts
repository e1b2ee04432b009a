/**
 * Small whole programs on many tiles give what the interpreter and one tile give, models as well as training: layers of few channels,
 * operands of other ranks than results, and tensors of one element, where a split has little to go by.
 */
import { describe, expect, test } from 'vitest';
import { worstDifference } from './support/differential.ts';
import { chipOf } from './support/run-module.ts';

/** A model over `x` of the given type, and its training: so that all its gradients are computed, that of `x` too. */
function trained(shape: string, body: string): string {
  return `model m(x: f32[${shape}]) { param dx: f32[${shape}] = zeros
    let v = x + dx
    return ${body} }
  train t(x: f32[${shape}]) {
    let l = mean(m(x) ** 2)
    minimize l using sgd(rate: 0.1)
    return { l } }`;
}

const programs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'grouped convolutions': {
    'depthwise, one tap, 1-d': trained('1, 9, 11', 'conv1d(v, 9, kernel: 1, groups: 9, bias: false) as c'),
    'two channels in a chain': trained(
      '1, 2, 5, 7',
      'v |> conv2d(2, kernel: 1, groups: 2) as a |> relu |> conv2d(2, kernel: [3, 2], groups: 2) as b |> conv2d(2, kernel: 1, groups: 2) as c',
    ),
    'depthwise behind a relu': trained(
      '1, 3, 8, 8',
      'v |> conv2d(8, kernel: 3, padding: 1) as a |> relu |> depthwise_conv2d(1) as b',
    ),
    'transposed, depthwise, strided, dilated': trained(
      '1, 12, 8, 4',
      'conv_transpose2d(v, 12, kernel: [1, 1], stride: [2, 4], output_padding: [0, 1], dilation: [2, 1], groups: 12) as c',
    ),
    'strided and dilated, between a norm and a residual': trained(
      '2, 6, 9, 7',
      'v |> batch_norm as n |> conv2d(6, kernel: [3, 2], stride: [2, 3], dilation: [2, 1], padding: 1, groups: 3) as a |> relu |> depthwise_conv2d(3, padding: 1) as b',
    ),
    'transposed in groups, behind what it enlarges': trained(
      '1, 4, 3, 5',
      'v |> depthwise_conv2d(1) as a |> conv_transpose2d(6, kernel: [2, 3], stride: [3, 2], padding: [0, 1], groups: 2) as b |> silu |> conv2d(2, kernel: 1, groups: 2) as c',
    ),
    'one channel a group in 1-d, several outputs each': trained(
      '2, 5, 13',
      'v |> conv1d(10, kernel: 3, stride: 2, groups: 5, bias: false) as a |> tanh |> conv1d(10, kernel: 1, groups: 10) as b',
    ),
  },
  'sums at places that data name': {
    'rows of a table': 'model m(v: f32[40, 5], ids: i32[40]) { scatter_add(v, ids, extent: 7) }',
    'single numbers': 'model m(v: f32[50], ids: i32[50]) { scatter_add(v, ids, extent: 9) }',
    'places of two axes, in the middle':
      'model m(v: f32[2, 6, 4, 3], ids: i32[6, 4]) { scatter_add(v, ids, extent: 8, axis: 1) * 2 }',
    'a table that learns': `train t(ids: i32[6, 4], y: f32[6, 4, 5]) {
      let l = mean((embedding(ids, 7, 5) as e - y) ** 2)
      minimize l using adam(rate: 0.1)
      return { l } }`,
  },
  upsampling: {
    'bilinear by one': trained('2, 6, 4', 'upsample(v, [1], mode: "bilinear")'),
    'bilinear in 1-d': trained('1, 3, 7', 'upsample(relu(v), [3], mode: "bilinear") * 0.5'),
    'bilinear in 2-d, odd extents, other factors': trained(
      '1, 5, 3, 7',
      'v |> depthwise_conv2d(1) as a |> upsample([2, 3], mode: "bilinear") |> conv2d(2, kernel: 1) as b',
    ),
    'nearest, of one row': trained('1, 2, 1, 5', 'upsample(v, [1, 2]) |> avg_pool(1, stride: [1, 3])'),
  },
  'one element': {
    'a learned factor, clipped': `train t(x: f32[4]) { param p: f32[1] = ones
      let l = mean((x * p - 1) ** 2)
      minimize l using adam() clip 1
      return { l } }`,
    'a choice in a shared block': `block choice(c) {
        param a: f32[] = ones
        param b: f32[1] = ones
        return where(c > 0, a, b) }
      model m(c: f32[]) { return choice(c) as s }
      train t(c: f32[]) { let l = sum(choice(c) as s)
        minimize l using sgd(rate: 1)
        return { l } }`,
    'a scalar beside f32[1]': 'model m(a: f32[1], s: f32[]) { let t = s + 1\n return { o: a * t, t } }',
    'a state counted up': `model m(a: f32[1]) { state s: i32[] = 0
      s := s + 1
      return a * cast(s, f32) }`,
    'a learned temperature and a rate that a counter decays': `model m(x: f32[1]) { param t: f32[] = ones
        return x / t }
      train t(x: f32[1], y: f32[1]) {
        let l = mse(m(x), y)
        minimize l using sgd(rate: step_decay(0.1, 2))
        return { l } }`,
    'ranks 0 to 3 in one sum': `model m(a: f32[], b: f32[1], c: f32[1, 1], d: f32[1, 1, 1]) {
        let s = exp(a) * tanh(b)
        return { all: s + relu(c) * neg(d), some: reshape(s, []) * a, same: sum(c) + a } }`,
    'a norm of one value': 'model m(x: f32[1, 1]) { x |> batch_norm as n |> layer_norm as l }',
    'a dense layer without a bias, clipped': `train t(x: f32[8, 1], y: f32[8, 1]) {
      let l = mse(x |> dense(1, bias: false) as fc, y)
      minimize l using sgd(rate: 0.1, momentum: 0.9) clip 1
      return { l } }`,
    'one element clipped for itself': `train t(x: f32[8, 3], y: f32[8, 1]) {
      let l = mse(x |> dense(1) as fc, y)
      minimize l using sgd(rate: 0.1) for "*.bias" clip 1
      return { l } }`,
  },
};

describe.each(Object.entries(programs))('%s', (_kind, texts) => {
  test.each(Object.entries(texts))('%s', (_what, text) => {
    for (const [tiles, math] of [
      [2, 'fast'],
      [5, 'strict'],
      [61, 'fast'],
    ] as const)
      expect(worstDifference(text, { chip: chipOf(tiles), math })).toSatisfy(({ error }) => error < 1e-4);
  });
});
