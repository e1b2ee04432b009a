/** The prelude's texts. Written by tools/prelude/embed.ts from packages/language/prelude; do not edit. */
import type { Source } from '@tessera-dnn/diagnostics';

export const preludeSources: readonly Source[] = [
  {
    name: '<prelude>/activations.dnn',
    text: `// Activations without parameters.

block leaky_relu(x, slope = 0.01) {
  return where(x > 0, x, slope * x)
}

// Hendrycks and Gimpel 2016, computed with the error function.
block gelu(x) {
  return x * (0.5 + 0.5 * erf(x * (1.0 / sqrt(2))))
}

block silu(x) {
  return x * sigmoid(x)
}

// At the points where two pieces of hard_sigmoid or hard_swish meet, the gradient is that of the outer piece.
block hard_sigmoid(x) {
  return minimum(6, relu(x + 3)) * (1.0 / 6)
}

block hard_swish(x) {
  return x * hard_sigmoid(x)
}

// log(1 + exp(x)), written so that no exponential can overflow. The gradient at 0 is 0.5.
block softplus(x) {
  return relu(x) + log1p(exp(minimum(x, -x)))
}

block elu(x, alpha = 1) {
  return where(x > 0, x, alpha * expm1(minimum(x, 0)))
}

// Subtracting the largest element keeps numbers small. The result does not depend on it, so it needs no gradient. Exponentials and their
// sums are f32; the cast of an f32 tensor to f32 is the tensor itself. In training, exponentials in f32 would wait for the gradient: in 16 bits
// it is made of the result alone, and what waits has 16 bits (straight_through).
block softmax(x, axis = -1) {
  let wide = cast(x, f32)
  let e = exp(wide - stop_gradient(max(wide, axis: axis, keep: true)))
  let share = cast(e / sum(e, axis: axis, keep: true), x.dtype)
  if not training or x.dtype == f32 or higher_order {
    return share
  }
  let weight = stop_gradient(cast(share, f32))
  let along = weight * (wide - sum(weight * wide, axis: axis, keep: true))
  return straight_through(share, cast(along, x.dtype))
}

// The exponentials of the largest elements are 1. One of these is the 1 in log1p, so that small exponentials are not rounded away beside
// it. The largest elements are added as exp(0) - 1, which is 0 and has the slope of what is subtracted; its second derivative has not.
block log_softmax(x, axis = -1) {
  let wide = cast(x, f32)
  let shifted = wide - stop_gradient(max(wide, axis: axis, keep: true))
  let largest = shifted == 0
  let ties = sum(where(largest, 1.0, 0.0), axis: axis, keep: true) - 1
  let nothing = if higher_order { expm1(shifted) } else { shifted }
  let others = sum(where(largest, nothing, exp(shifted)), axis: axis, keep: true)
  return cast(shifted - log1p(ties + others), x.dtype)
}
`,
  },
  {
    name: '<prelude>/attention.dnn',
    text: `// Attention (Vaswani et al. 2017).

// q [.., t, d], k [.., s, d], v [.., s, e]: softmax(q kᵀ / √d) v. With causal, step i sees the steps up to i: scores of later steps become
// -1e39, which is -∞ in f32. Every step sees itself, so no row is masked completely.
block attention(q, k, v, causal = false) {
  let scores = matmul(q, k, transpose_b: true) * (1.0 / sqrt(q.shape[-1]))
  if not causal {
    return softmax(scores) @ v
  }
  let square = [q.shape[-2], k.shape[-2]]
  let seen = iota(square, axis: 1) <= iota(square, axis: 0)
  return softmax(where(seen, scores, -1e39)) @ v
}

// x [n, t, c]
block multi_head_attention(x, heads, causal = false, weights = x.dtype) {
  let batch = x.shape[0]
  let steps = x.shape[1]
  let channels = x.shape[2]
  param in_proj_weight: weights[3 * channels, channels] = glorot_uniform
  param in_proj_bias: x.dtype[3 * channels] = zeros
  let projected = matmul(x, weights_of(in_proj_weight, x) as "in_proj", transpose_b: true)
    + in_proj_bias
  let split_heads = reshape(projected, [batch, steps, 3, heads, channels / heads])
  let apart = transpose(split_heads, [2, 0, 3, 1, 4])
  let joined = transpose(attention(apart[0], apart[1], apart[2], causal: causal), [0, 2, 1, 3])
  return reshape(joined, [batch, steps, channels]) |> attention_output(weights) as out_proj
}

// The output projection of multi_head_attention: a dense layer whose bias begins at 0.
block attention_output(x, weights = x.dtype) {
  let channels = x.shape[-1]
  param weight: weights[channels, channels] = fan_in_uniform
  param bias: x.dtype[channels] = zeros
  return matmul(x, weights_of(weight, x) as "", transpose_b: true) + bias
}
`,
  },
  {
    name: '<prelude>/layers.dnn',
    text: `// Layers with parameters. Names, layouts, equations and first values are PyTorch's, so that a state_dict loads as it is.
//
// With \`weights: i8\` a layer's weights are stored in 8 bits, and \`weight_scale\` says for each output channel how far apart two levels are.

// The weights as a layer computes with them: in the element type of x. Levels spread at first over what fan_in_uniform draws from.
block weights_of(weight, x, axis = 0) {
  if weight.dtype != i8 {
    return weight
  }
  var fan_in = 1
  for extent in weight.shape[1:] {
    fan_in = fan_in * extent
  }
  param weight_scale: f32[weight.shape[axis]] = constant(1.0 / (127 * sqrt(fan_in)))
  return cast(dequantize(weight, weight_scale, axis: axis), x.dtype)
}

// x as 8 bits store it: levels that are \`scale\` apart, from -128 to 127, or from 0 to 255 where type is u8. Level \`zero\` stands for 0.
block quantized(x, type = i8, zero = 0) {
  param scale: f32[] = constant(1.0 / 16)
  return cast(dequantize(quantize(x, scale, zero, type: type), scale, zero), x.dtype)
}

block dense(x, units, bias = true, weights = x.dtype) {
  let inputs = x.shape[-1]
  param weight: weights[units, inputs] = fan_in_uniform
  let y = matmul(x, weights_of(weight, x) as "", transpose_b: true)
  if not bias {
    return y
  }
  let bound = 1.0 / sqrt(inputs)
  param bias: x.dtype[units] = uniform(-bound, bound)
  return y + bias
}

block conv1d(
  x,
  channels,
  kernel,
  stride = 1,
  padding = 0,
  dilation = 1,
  groups = 1,
  bias = true,
  weights = x.dtype,
) {
  let inputs = x.shape[1] / groups
  let k = per_axis(kernel, 1)
  param weight: weights[channels, inputs, k[0]] = fan_in_uniform
  let y = conv(
    x,
    weights_of(weight, x) as "",
    stride: stride,
    padding: padding,
    dilation: dilation,
    groups: groups,
  )
  if not bias {
    return y
  }
  let bound = 1.0 / sqrt(inputs * k[0])
  param bias: x.dtype[channels] = uniform(-bound, bound)
  return y + reshape(bias, [channels, 1])
}

block conv2d(
  x,
  channels,
  kernel,
  stride = 1,
  padding = 0,
  dilation = 1,
  groups = 1,
  bias = true,
  weights = x.dtype,
) {
  let inputs = x.shape[1] / groups
  let k = per_axis(kernel, 2)
  param weight: weights[channels, inputs, k[0], k[1]] = fan_in_uniform
  let y = conv(
    x,
    weights_of(weight, x) as "",
    stride: stride,
    padding: padding,
    dilation: dilation,
    groups: groups,
  )
  if not bias {
    return y
  }
  let bound = 1.0 / sqrt(inputs * k[0] * k[1])
  param bias: x.dtype[channels] = uniform(-bound, bound)
  return y + reshape(bias, [channels, 1, 1])
}

block depthwise_conv2d(
  x, kernel, stride = 1, padding = 0, dilation = 1, bias = true, weights = x.dtype
) {
  let channels = x.shape[1]
  return x
    |> conv2d(
      channels,
      kernel,
      stride: stride,
      padding: padding,
      dilation: dilation,
      groups: channels,
      bias: bias,
      weights: weights,
    ) as ""
}

block conv_transpose2d(
  x,
  channels,
  kernel,
  stride = 1,
  padding = 0,
  output_padding = 0,
  bias = true,
  groups = 1,
  dilation = 1,
  weights = x.dtype,
) {
  let outputs = channels / groups
  let k = per_axis(kernel, 2)
  param weight: weights[x.shape[1], outputs, k[0], k[1]] = fan_in_uniform
  let y = conv_transpose(
    x,
    weights_of(weight, x, axis: 1) as "",
    stride: stride,
    padding: padding,
    output_padding: output_padding,
    dilation: dilation,
    groups: groups,
  )
  if not bias {
    return y
  }
  let bound = 1.0 / sqrt(outputs * k[0] * k[1])
  param bias: x.dtype[channels] = uniform(-bound, bound)
  return y + reshape(bias, [channels, 1, 1])
}

block embedding(ids, count, dims, dtype = f32) {
  param weight: dtype[count, dims] = normal(0, 1)
  return gather(weight, ids, axis: 0)
}

block dropout(x, rate) {
  if not training or rate == 0 {
    return x
  }
  if rate < 0 or rate > 1 {
    return refuse("dropout makes a share of the elements 0, and {rate} is not from 0 to 1")
  }
  let kept = if rate == 1 { 1.0 } else { 1.0 / (1 - rate) }
  return where(random_uniform(x.shape) >= rate, x * kept, 0)
}

// Joins all axes except axis 0.
block flatten(x) {
  var count = 1
  for extent in x.shape[1:] {
    count = count * extent
  }
  return reshape(x, [x.shape[0], count])
}

// The mean over all axes after channels: from [n, c, …] to [n, c].
block global_avg_pool(x) {
  return mean(x, axis: range(2, x.rank))
}
`,
  },
  {
    name: '<prelude>/losses.dnn',
    text: `// Losses. They are means over all elements, or sums with reduce: "sum", or one number per element with reduce: "none". They are computed in
// f32, and are f32, whatever the element types of their operands.

block reduced(losses, reduce) {
  if reduce == "none" {
    return losses
  }
  return if reduce == "sum" { sum(losses) } else { mean(losses) }
}

block mse(x, y, reduce = "mean") {
  let d = cast(x, f32) - cast(y, f32)
  return reduced(d * d, reduce)
}

block mae(x, y, reduce = "mean") {
  return reduced(abs(cast(x, f32) - cast(y, f32)), reduce)
}

// Huber 1964: a parabola for differences up to delta, straight lines beyond.
block huber(x, y, delta = 1, reduce = "mean") {
  let d = abs(cast(x, f32) - cast(y, f32))
  let near = minimum(d, delta)
  return reduced(near * (d - 0.5 * near), reduce)
}

// x holds probabilities. Logarithms are limited to -100 and the gradient to 1e12, since both are infinite at 0 or 1.
block binary_cross_entropy(x, y, reduce = "mean") {
  let p = cast(x, f32)
  let t = cast(y, f32)
  let yes = maximum(log(p), -100)
  let no = maximum(log(1 - p), -100)
  let losses = -(t * yes + (1 - t) * no)
  if not training or higher_order {
    return reduced(losses, reduce)
  }
  let slope = (p - t) / maximum((1 - p) * p, 1e-12)
  let along = stop_gradient(slope) * p + stop_gradient(no - yes) * t
  return reduced(straight_through(losses, along), reduce)
}

// The binary cross entropy of sigmoid(x), computed without the sigmoid: x holds logits, y is 0, 1 or between. Where x is on the right side,
// the linear term is exactly 0, so that it does not hide the logarithm.
block logistic_loss(x, y, reduce = "mean") {
  let s = cast(x, f32)
  let t = cast(y, f32)
  return reduced(maximum(s * (1 - t), -s * t) + log1p(exp(minimum(-s, s))), reduce)
}

// Classes are on axis 1, and labels are i32 without that axis; the mean is over the labels. Infinite logits of other classes are allowed.
block cross_entropy(logits, label, reduce = "mean") {
  let classes = logits.shape[1]
  let rank = logits.rank
  let last = one_hot(label, classes) == 1
  let chosen = if rank == 2 { last } else { transpose(last, [0, rank - 1] + range(1, rank - 1)) }
  let losses = -sum(where(chosen, log_softmax(cast(logits, f32), axis: 1), 0), axis: 1)
  return reduced(losses, reduce)
}
`,
  },
  {
    name: '<prelude>/norms.dnn',
    text: `// Normalisation. In inference a batch norm is a scale and a shift that depend on variables only, so it is folded into its neighbours.
//
// The elements minus their mean sum up to zero, so the gradient of the mean that comes through the variance is zero. The mean is a constant
// there (stop_gradient), so that this zero need not be computed. That holds for the first derivative only: in a program that differentiates
// gradients again (higher_order) nothing is left out.
//
// Statistics are f32 whatever the type of x, and so is what is computed with them. A cast of f32 to f32 is no operation.

// An f32 tensor which the gradient needs, rounded to what x has, so that a training keeps 16 bits of it.
block kept(wide, x) {
  return if training { cast(cast(wide, x.dtype), f32) } else { wide }
}

// Channels are on axis 1. The running variance is the unbiased one. The gradient of the mean is that of the shift times the scale. It is
// computed in this way (straight_through), so that no further sum over the whole tensor is needed.
block batch_norm(x, momentum = 0.1, epsilon = 1e-5) {
  let channels = x.shape[1]
  let shape = [channels] + [1] * (x.rank - 2)
  param weight: x.dtype[channels] = ones
  param bias: x.dtype[channels] = zeros
  state running_mean: f32[channels] = zeros
  state running_var: f32[channels] = ones
  if training {
    var count = 1
    for extent in x.shape {
      count = count * extent
    }
    count = count / channels
    if count == 1 {
      return refuse(
        "batch_norm in training needs more than one value for each channel, and {x.shape} has one, which is its own mean",
        help: "train with two samples or more at once, or use layer_norm or group_norm",
      )
    }
    let axes = [0] + range(2, x.rank)
    let wide = cast(x, f32)
    let centre = mean(wide, axis: axes)
    let fixed = if higher_order { centre } else { stop_gradient(centre) }
    let centred = kept(wide - reshape(fixed, shape), x)
    let variance = mean(centred * centred, axis: axes)
    running_mean := (1 - momentum) * running_mean + momentum * centre
    running_var := (1 - momentum) * running_var + momentum * (1.0 * count / (count - 1)) * variance
    let scale = cast(weight, f32) * rsqrt(variance + epsilon)
    let shift = if higher_order {
      cast(bias, f32)
    } else {
      straight_through(cast(bias, f32), cast(bias, f32) - centre * stop_gradient(scale))
    }
    return cast(centred * reshape(scale, shape) + reshape(shift, shape), x.dtype)
  }
  let scale = cast(weight, f32) * rsqrt(running_var + epsilon)
  let shift = cast(bias, f32) - running_mean * scale
  return cast(cast(x, f32) * reshape(scale, shape) + reshape(shift, shape), x.dtype)
}

// Shifts and scales each row along the last axis to mean 0 and variance 1.
block standardised(x, epsilon) {
  let wide = cast(x, f32)
  let centre = mean(wide, axis: -1, keep: true)
  let fixed = if higher_order { centre } else { stop_gradient(centre) }
  let spread = kept(wide - fixed, x)
  let variance = mean(spread * spread, axis: -1, keep: true)
  return cast(kept(wide - centre, x) * rsqrt(variance + epsilon), x.dtype)
}

// Normalises over the last axis.
block layer_norm(x, epsilon = 1e-5) {
  let channels = x.shape[-1]
  param weight: x.dtype[channels] = ones
  param bias: x.dtype[channels] = zeros
  return cast(cast(standardised(x, epsilon), f32) * cast(weight, f32) + cast(bias, f32), x.dtype)
}

// Channels are on axis 1; neighbouring ones form a group.
block group_norm(x, groups, epsilon = 1e-5) {
  let channels = x.shape[1]
  let shape = [channels] + [1] * (x.rank - 2)
  if channels % groups != 0 {
    return refuse(
      "group_norm cuts channels into groups of one size, and {channels} channels do not make {groups}",
      help: "give a number of groups that divides {channels}",
    )
  }
  param weight: x.dtype[channels] = ones
  param bias: x.dtype[channels] = zeros
  var count = channels / groups
  for extent in x.shape[2:] {
    count = count * extent
  }
  let normal = reshape(standardised(reshape(x, [x.shape[0], groups, count]), epsilon), x.shape)
  return cast(
    cast(normal, f32) * reshape(cast(weight, f32), shape) + reshape(cast(bias, f32), shape), x.dtype
  )
}

// Normalises over the last axis. The default epsilon is the distance from 1 to the next number of f32.
block rms_norm(x, epsilon = 1.1920928955078125e-7) {
  param weight: x.dtype[x.shape[-1]] = ones
  let wide = cast(x, f32)
  return cast(
    wide * rsqrt(mean(wide * wide, axis: -1, keep: true) + epsilon) * cast(weight, f32), x.dtype
  )
}
`,
  },
  {
    name: '<prelude>/optimisers.dnn',
    text: `// Optimisers, which say how one parameter is updated. \`decay\` is an L2 term that is added to the gradient, except in adamw.

optimizer sgd(weight, gradient, rate, momentum = 0, nesterov = false, decay = 0) {
  let g = if decay == 0 { gradient } else { gradient + decay * weight }
  if momentum == 0 {
    weight := weight - rate * g
  } else {
    state velocity: like(weight) = zeros
    velocity := momentum * velocity + g
    weight := weight - rate * (if nesterov { g + momentum * velocity } else { velocity })
  }
}

// The number of updates so far, including this one.
block updates() {
  state step: i32[] = 0
  step := step + 1
  return cast(step, f32)
}

// 1 - beta ** step, computed by expm1, because the subtraction would lose digits in f32 if beta is near 1.
block bias_correction(beta, step) {
  return -expm1(step * log(maximum(beta, 1e-30)))
}

// Kingma and Ba 2015. All params share one count of steps.
optimizer adam(
  weight,
  gradient,
  rate = 1e-3,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
  decay = 0,
  step = updates() as "",
) {
  state mean: like(weight) = zeros
  state square: like(weight) = zeros
  let g = if decay == 0 { gradient } else { gradient + decay * weight }
  mean := beta1 * mean + (1 - beta1) * g
  square := beta2 * square + (1 - beta2) * g * g
  let size = sqrt(square) * rsqrt(bias_correction(beta2, step)) + epsilon
  weight := weight - rate / bias_correction(beta1, step) * mean / size
}

// Loshchilov and Hutter 2019: the decay is applied to the weight directly, not added to the gradient.
optimizer adamw(
  weight,
  gradient,
  rate = 1e-3,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
  decay = 0.01,
  step = updates() as "",
) {
  state mean: like(weight) = zeros
  state square: like(weight) = zeros
  mean := beta1 * mean + (1 - beta1) * gradient
  square := beta2 * square + (1 - beta2) * gradient * gradient
  let size = sqrt(square) * rsqrt(bias_correction(beta2, step)) + epsilon
  weight := weight * (1 - rate * decay) - rate / bias_correction(beta1, step) * mean / size
}

optimizer rmsprop(
  weight, gradient, rate = 0.01, alpha = 0.99, epsilon = 1e-8, momentum = 0, decay = 0
) {
  state square: like(weight) = zeros
  let g = if decay == 0 { gradient } else { gradient + decay * weight }
  square := alpha * square + (1 - alpha) * g * g
  let direction = g / (sqrt(square) + epsilon)
  if momentum == 0 {
    weight := weight - rate * direction
  } else {
    state velocity: like(weight) = zeros
    velocity := momentum * velocity + direction
    weight := weight - rate * velocity
  }
}

// A rate that rises in a straight line for \`warmup\` steps, then falls as a cosine until step \`total\`, where it stays at 0.
block warmup_cosine(rate, warmup, total) {
  state step: i32[] = 0
  let s = cast(step, f32)
  step := step + 1
  let rising = (s + 1) * (1.0 / maximum(warmup, 1))
  let part = minimum((s - warmup) * (1.0 / maximum(total - warmup, 1)), 1)
  let falling = 0.5 + 0.5 * cos(3.141592653589793 * part)
  return rate * where(s < warmup, rising, falling)
}

// A rate that is multiplied by \`factor\` after every \`every\` steps.
block step_decay(rate, every, factor = 0.1) {
  state step: i32[] = 0
  let times = cast(step / every, f32)
  step := step + 1
  return rate * factor ** times
}
`,
  },
  {
    name: '<prelude>/recurrent.dnn',
    text: `// Recurrent layers over x [n, t, c], unrolled over the steps. One matmul computes the input's part of all gates. The result is [n, t, units].

// Gates i, f, g, o. Hidden state and cell begin at 0.
block lstm(x, units) {
  let bound = 1.0 / sqrt(units)
  param weight_ih_l0: x.dtype[4 * units, x.shape[2]] = uniform(-bound, bound)
  param weight_hh_l0: x.dtype[4 * units, units] = uniform(-bound, bound)
  param bias_ih_l0: x.dtype[4 * units] = uniform(-bound, bound)
  param bias_hh_l0: x.dtype[4 * units] = uniform(-bound, bound)
  let inputs = matmul(x, weight_ih_l0, transpose_b: true) + (bias_ih_l0 + bias_hh_l0)
  var hidden = []
  var cell = 0
  for step in range(x.shape[1]) {
    var gates = inputs[:, step]
    if step > 0 {
      gates = gates + matmul(hidden[step - 1], weight_hh_l0, transpose_b: true)
    }
    let parts = split(gates, 4, axis: 1)
    let fresh = sigmoid(parts[0]) * tanh(parts[2])
    cell = if step == 0 { fresh } else { sigmoid(parts[1]) * cell + fresh }
    hidden = hidden + [sigmoid(parts[3]) * tanh(cell)]
  }
  return stack(hidden, axis: 1)
}

// Gates r, z, n. The hidden state begins at 0.
block gru(x, units) {
  let bound = 1.0 / sqrt(units)
  param weight_ih_l0: x.dtype[3 * units, x.shape[2]] = uniform(-bound, bound)
  param weight_hh_l0: x.dtype[3 * units, units] = uniform(-bound, bound)
  param bias_ih_l0: x.dtype[3 * units] = uniform(-bound, bound)
  param bias_hh_l0: x.dtype[3 * units] = uniform(-bound, bound)
  let inputs = matmul(x, weight_ih_l0, transpose_b: true) + bias_ih_l0
  var hidden = []
  for step in range(x.shape[1]) {
    let i = split(inputs[:, step], 3, axis: 1)
    if step == 0 {
      let h = split(bias_hh_l0, 3, axis: 0)
      let fresh = tanh(i[2] + sigmoid(i[0] + h[0]) * h[2])
      hidden = [(1 - sigmoid(i[1] + h[1])) * fresh]
    } else {
      let last = hidden[step - 1]
      let h = split(matmul(last, weight_hh_l0, transpose_b: true) + bias_hh_l0, 3, axis: 1)
      let fresh = tanh(i[2] + sigmoid(i[0] + h[0]) * h[2])
      let keep = sigmoid(i[1] + h[1])
      hidden = hidden + [(1 - keep) * fresh + keep * last]
    }
  }
  return stack(hidden, axis: 1)
}
`,
  },
  {
    name: '<prelude>/wrappers.dnn',
    text: `// What stands in the place of a layer's weight: conv2d(x, 8, kernel: 3, with: weight_norm). Names and equations are those of PyTorch's
// torch.nn.utils. The first parameter is the weight as it is stored, under its own name.

// Salimans and Kingma 2016: a direction and a length for each output channel. At first it is the weight as the layer draws it.
block weight_norm(weight_v) {
  let length = sqrt(sum(weight_v * weight_v, axis: range(1, weight_v.rank), keep: true))
  param weight_g: like(length) = length
  return weight_v * (weight_g / length)
}

block normalised(x, epsilon) {
  return x / maximum(sqrt(sum(x * x)), epsilon)
}

// Miyato et al. 2018: the weight divided by its largest singular value, whose vectors follow it by one step of power iteration in each
// training step. They begin with equal numbers.
block spectral_norm(weight_orig, steps = 1, epsilon = 1e-12) {
  let rows = weight_orig.shape[0]
  var columns = 1
  for extent in weight_orig.shape[1:] {
    columns = columns * extent
  }
  let matrix = reshape(weight_orig, [rows, columns])
  state weight_u: weight_orig.dtype[rows] = constant(1.0 / sqrt(rows))
  state weight_v: weight_orig.dtype[columns] = constant(1.0 / sqrt(columns))
  if training {
    let fixed = stop_gradient(matrix)
    for i in range(steps) {
      weight_v := normalised(reshape(reshape(weight_u, [1, rows]) @ fixed, [columns]), epsilon)
      weight_u := normalised(reshape(fixed @ reshape(weight_v, [columns, 1]), [rows]), epsilon)
    }
  }
  let image = reshape(matrix @ reshape(weight_v, [columns, 1]), [rows])
  return weight_orig / sum(weight_u * image)
}
`,
  },
];
