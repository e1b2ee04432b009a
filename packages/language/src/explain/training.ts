/** Trains: what is minimised, by what, and for which params. */
import type { Explanation } from '@tessera-dnn/diagnostics';

export const training = [
  {
    code: 'bad-loss',
    title: 'a loss that cannot be minimised',
    text: 'A loss is one number, `f32[]`, that depends on params: take the mean or the sum of a tensor, and cast another element type. Nothing flows back through `stop_gradient`, `argmax`, comparisons and other results that are integers or truth values.',
    example:
      'model m(x: f32[4]) {\n  param w: f32[4] = ones\n  x * w\n}\ntrain fit(x: f32[4]) {\n  minimize m(x) using sgd(rate: 0.1)\n}\n',
  },
  {
    code: 'bad-selection',
    title: 'a selection of params that do not exist',
    text: 'After `for` stands the path of a param, or a list of them; `*` stands for any text, dots included. Each must select at least one param that the loss depends on. Without `for` these are all.',
    example:
      'model m(x: f32[4]) {\n  param weight: f32[4] = ones\n  sum(x * weight)\n}\ntrain fit(x: f32[4]) {\n  minimize m(x) using sgd(rate: 0.1) for "wieght"\n}\n',
  },
  {
    code: 'overlapping-selections',
    title: 'one param that two `minimize` would update',
    text: 'Several `minimize` of one train are parameter groups. Say with `for` which params each of them updates; a `minimize` without it takes all that its loss depends on. A param that both name with `for` is updated by both, one after the other.',
    example:
      'model m(x: f32[4]) {\n  param weight: f32[4] = ones\n  param bias: f32[4] = zeros\n  sum(x * weight + bias)\n}\ntrain fit(x: f32[4]) {\n  let loss = m(x)\n  minimize loss using sgd(rate: 0.1) for "bias"\n  minimize loss using sgd(rate: 0.2)\n}\n',
  },
  {
    code: 'bad-optimizer',
    title: 'an optimizer that updates nothing',
    text: 'The first parameter of an optimizer is the param that it updates, the second its gradient. It has to give the first one a new value: `weight := weight - rate * gradient`.',
    example:
      'optimizer lazy(weight, gradient, rate) {\n  state last: like(weight) = zeros\n  last := gradient\n}\nmodel m(x: f32[4]) {\n  param w: f32[4] = ones\n  sum(x * w)\n}\ntrain fit(x: f32[4]) {\n  minimize m(x) using lazy(rate: 0.1)\n}\n',
  },
  {
    code: 'no-dependence',
    title: 'a gradient with respect to what was not used',
    text: '`gradient(y, x)` follows how y was computed, back to the very tensor x. A tensor that is computed in the same way elsewhere, or the value of a param after `:=` or `minimize`, is another one.',
    example: 'model m(x: f32[4], z: f32[4]) {\n  gradient(x * x, z)\n}\n',
  },
] as const satisfies readonly Explanation[];
