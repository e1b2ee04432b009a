/** The prelude's texts. Written by tools/prelude/embed.ts from packages/language/prelude; do not edit. As long as they are together. */
import type { Source } from '@tessera-dnn/diagnostics';

export const preludeSources: readonly Source[] = [
  {
    name: '<prelude>/activations.dnn',
    text: `// Activations. None but prelu has a parameter.

block leaky_relu(x, slope = 0.01) {
  return where(x > 0, x, slope * x)
}

// Hendrycks and Gimpel 2016, computed with the error function, or with approximate: "tanh".
block gelu(x, approximate = "none") {
  if approximate == "tanh" {
    return 0.5 * x * (1 + tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)))
  }
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

// log(1 + exp(beta x)) / beta, written so that no exponential can overflow. The gradient at 0 is 0.5.
block softplus(x, beta = 1) {
  if beta != 1 {
    return softplus(x * beta) / beta
  }
  return relu(x) + log1p(exp(minimum(x, -x)))
}

block elu(x, alpha = 1) {
  return where(x > 0, x, alpha * expm1(minimum(x, 0)))
}

block relu6(x) {
  return minimum(relu(x), 6)
}

// Between low and high, and with a gradient of 0 there.
block hard_tanh(x, low = -1, high = 1) {
  return where(x <= low, low, where(x >= high, high, x))
}

// Klambauer et al. 2017.
block selu(x) {
  return 1.0507009873554805 * where(x > 0, x, 1.6732632423543772 * expm1(minimum(x, 0)))
}

// Barron 2017.
block celu(x, alpha = 1) {
  return where(x > 0, x, alpha * expm1(minimum(x, 0) / alpha))
}

// Misra 2019.
block mish(x) {
  return x * tanh(softplus(x))
}

block log_sigmoid(x) {
  return minimum(x, 0) - log1p(exp(minimum(x, -x)))
}

block softsign(x) {
  return x / (1 + abs(x))
}

block tanh_shrink(x) {
  return x - tanh(x)
}

block hard_shrink(x, bound = 0.5) {
  return where(x >= -bound and x <= bound, 0, x)
}

block soft_shrink(x, bound = 0.5) {
  return where(x > bound, x - bound, where(x < -bound, x + bound, 0 * x))
}

// What is not above the threshold becomes \`value\`.
block threshold(x, threshold, value) {
  return where(x <= threshold, value, x)
}

// Dauphin et al. 2017: the first half along an axis, as far as the sigmoid of the second half lets it through.
block glu(x, axis = -1) {
  let halves = split(x, 2, axis: axis)
  return halves[0] * sigmoid(halves[1])
}

// Shazeer 2020: silu of the first half along an axis, times the second half.
block swiglu(x, axis = -1) {
  let halves = split(x, 2, axis: axis)
  return silu(halves[0]) * halves[1]
}

// Shazeer 2020: gelu of the first half along an axis, times the second half.
block geglu(x, axis = -1) {
  let halves = split(x, 2, axis: axis)
  return gelu(halves[0]) * halves[1]
}

// He et al. 2015: leaky_relu with a slope that is trained, one for all or one for each of the channels on axis 1.
block prelu(x, channels = 1, slope = 0.25) {
  param weight: x.dtype[channels] = constant(slope)
  let own = if channels == 1 { weight } else { reshape(weight, [channels] + [1] * (x.rank - 2)) }
  return where(x > 0, x, own * x)
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

block softmin(x, axis = -1) {
  return softmax(-x, axis)
}
`,
  },
  {
    name: '<prelude>/arguments.dnn',
    text: `// What blocks say of their arguments.

// Stands for an argument that is left out: a mask, weights of classes. \`given(x)\` tells whether there is one.
const none = []
`,
  },
  {
    name: '<prelude>/arrangement.dnn',
    text: `// Blocks that arrange elements anew, and tensors of given elements.

// An axis counted from the front.
block axis_of(x, axis) {
  return if axis < 0 { axis + x.rank } else { axis }
}

// \`count\` elements along an axis, from \`start\` on, \`step\` apart.
block along(x, axis, start, count, step = 1) {
  let at = axis_of(x, axis)
  let before = [0] * at
  let behind = [0] * (x.rank - at - 1)
  return slice(
    x,
    before + [start] + behind,
    x.shape[:at] + [count] + x.shape[at + 1:],
    [1] * at + [step] + [1] * (x.rank - at - 1),
  )
}

// Elements moved \`step\` places along an axis, counted from the front; what comes in is \`value\`.
block shifted(x, axis, step, value) {
  let kept = along(x, axis, 0, x.shape[axis] - step)
  let none_else = [[0, 0]] * axis
  return pad(kept, none_else + [[step, 0]] + [[0, 0]] * (x.rank - axis - 1), value: value)
}

// Elements moved around along one axis or several; without an axis, all in their order.
block roll(x, shifts, axis = none) {
  if not given(axis) {
    return reshape(roll(reshape(x, [elements_of(x)]), shifts, 0), x.shape)
  }
  let axes = per_axis(axis)
  let steps = per_axis(shifts, len(axes))
  var y = x
  for turn in range(0, len(axes)) {
    let at = axis_of(x, axes[turn])
    let extent = x.shape[at]
    let step = steps[turn] % extent
    if step != 0 {
      y = concat([along(y, at, extent - step, step), along(y, at, 0, extent - step)], axis: at)
    }
  }
  return y
}

// The elements in opposite order along one axis or several.
block flip(x, axis) {
  var y = x
  for at in per_axis(axis) {
    y = along(y, at, x.shape[at] - 1, x.shape[at], -1)
  }
  return y
}

// x as often along each axis as counts say, one copy behind the other. There may be more counts than axes, which then come before those of x.
block repeat(x, counts) {
  let times = per_axis(counts)
  if len(times) < x.rank {
    return refuse(
      "repeat needs a count for each of {x.rank} axes, not {len(times)}",
      help: "tile(x, counts) takes counts of the last axes",
    )
  }
  let shape = [1] * (len(times) - x.rank) + x.shape
  var apart = []
  var spread = []
  var joined = []
  for axis in range(0, len(times)) {
    apart = apart + [1, shape[axis]]
    spread = spread + [times[axis], shape[axis]]
    joined = joined + [times[axis] * shape[axis]]
  }
  return reshape(broadcast_to(reshape(x, apart), spread), joined)
}

// Like repeat; where there are fewer counts than axes, they are those of the last ones.
block tile(x, counts) {
  let times = per_axis(counts)
  return repeat(x, [1] * max(x.rank - len(times), 0) + times)
}

// Each element \`times\` times along an axis, one copy beside the other; without an axis, of all elements in their order.
block repeat_interleave(x, times, axis = none) {
  if not given(axis) {
    return repeat_interleave(reshape(x, [elements_of(x)]), times, 0)
  }
  let at = axis_of(x, axis)
  let before = x.shape[:at + 1]
  let behind = x.shape[at + 1:]
  let spread = broadcast_to(reshape(x, before + [1] + behind), before + [times] + behind)
  return reshape(spread, x.shape[:at] + [x.shape[at] * times] + behind)
}

// The elements at the places of an axis that \`indices\` says, for each place of the other axes anew: torch.gather. Indices outside take the nearest.
block take_along(x, indices, axis) {
  let at = axis_of(x, axis)
  let last = x.shape[at] - 1
  var place = minimum(maximum(indices, 0), last)
  var stride = 1
  var places = iota(indices.shape, axis: 0) * 0
  for turn in range(0, x.rank) {
    let own = x.rank - 1 - turn
    places = places + stride * (if own == at { place } else { iota(indices.shape, axis: own) })
    stride = stride * x.shape[own]
  }
  return gather(reshape(x, [elements_of(x)]), places)
}

// Where matrices of this shape are not below the diagonal that is \`diagonal\` places to the right of the main one.
block above_diagonal(shape, diagonal) {
  return iota(shape, axis: 1) - iota(shape, axis: 0) >= diagonal
}

// The upper triangles of matrices on the last two axes, from a diagonal on; zeros elsewhere.
block triu(x, diagonal = 0) {
  return where(above_diagonal(x.shape[-2:], diagonal), x, cast(0, x.dtype))
}

// The lower triangles of matrices on the last two axes, up to a diagonal; zeros elsewhere.
block tril(x, diagonal = 0) {
  return where(above_diagonal(x.shape[-2:], diagonal + 1), cast(0, x.dtype), x)
}

// Ones on the diagonal, zeros elsewhere.
block eye(rows, columns = rows, dtype = f32) {
  return cast(iota([rows, columns], axis: 0) == iota([rows, columns], axis: 1), dtype)
}

// Numbers from start up to stop, without it, \`step\` apart; from 0 if only one is given.
block arange(start, stop = none, step = 1, dtype = i32) {
  let first = if given(stop) { start } else { 0 }
  let end = if given(stop) { stop } else { start }
  let count = -floor(-(1.0 * end - first) / step)
  return cast(iota([count], axis: 0), dtype) * step + first
}

// \`steps\` numbers from start to end, both included, at equal distances. The second half is counted from the end.
block linspace(start, end, steps = 100, dtype = f32) {
  if steps == 1 {
    return constant(start, [1], dtype)
  }
  let step = 1.0 * (end - start) / (steps - 1)
  let place = iota([steps], axis: 0)
  let rising = start + step * cast(place, f32)
  let falling = end - step * cast(steps - 1 - place, f32)
  return cast(where(place < steps / 2, rising, falling), dtype)
}

// From [n, c f², h, w] to [n, c, h f, w f] (Shi et al. 2016).
block pixel_shuffle(x, factor) {
  let shape = x.shape[:-3]
  let height = x.shape[-2]
  let width = x.shape[-1]
  let channels = x.shape[-3] / factor ** 2
  let rank = len(shape)
  let apart = reshape(x, shape + [channels, factor, factor, height, width])
  let order = range(0, rank + 1) + [rank + 3, rank + 1, rank + 4, rank + 2]
  return reshape(transpose(apart, order), shape + [channels, height * factor, width * factor])
}

// From [n, c, h f, w f] to [n, c f², h, w].
block pixel_unshuffle(x, factor) {
  let shape = x.shape[:-3]
  let height = x.shape[-2] / factor
  let width = x.shape[-1] / factor
  let channels = x.shape[-3]
  let rank = len(shape)
  let apart = reshape(x, shape + [channels, height, factor, width, factor])
  let order = range(0, rank + 1) + [rank + 2, rank + 4, rank + 1, rank + 3]
  return reshape(transpose(apart, order), shape + [channels * factor ** 2, height, width])
}

// Channels, on axis 1, in an order in which neighbours come from different groups (Zhang et al. 2018).
block channel_shuffle(x, groups) {
  let apart = reshape(x, [x.shape[0], groups, x.shape[1] / groups] + x.shape[2:])
  return reshape(transpose(apart, [0, 2, 1] + range(3, x.rank + 1)), x.shape)
}
`,
  },
  {
    name: '<prelude>/attention.dnn',
    text: `// Attention (Vaswani et al. 2017), with masks, and positions in it.

// Scores where \`mask\` lets them be, -1e39 elsewhere, which is -∞ in f32; a mask of numbers is added to them.
block masked_scores(scores, mask) {
  if mask.dtype == bool {
    return where(mask, scores, -1e39)
  }
  return scores + cast(mask, scores.dtype)
}

// Each head of keys and values as often as it serves heads of queries. Heads are on the axis before the last two.
block shared_heads(x, heads) {
  if x.rank < 3 or x.shape[-3] == heads {
    return x
  }
  return repeat_interleave(x, heads / x.shape[-3], axis: -3)
}

// How much each step sees of each other one, with the arguments of attention.
block attention_weights(q, k, causal, mask, dropout, scale) {
  let factor = if given(scale) { scale } else { 1.0 / sqrt(q.shape[-1]) }
  let plain = matmul(q, k, transpose_b: true) * factor
  let scores = if given(mask) { masked_scores(plain, mask) } else { plain }
  if not causal {
    return dropped(softmax(scores), dropout)
  }
  let square = [q.shape[-2], k.shape[-2]]
  let seen = iota(square, axis: 1) <= iota(square, axis: 0)
  return dropped(softmax(where(seen, scores, -1e39)), dropout)
}

// q [.., t, d], k [.., s, d], v [.., s, e]: softmax(q kᵀ / √d) v. With causal, step i sees the steps up to i: scores of later steps become
// -1e39, which is -∞ in f32. Every step sees itself, so no row is masked completely.
//
// \`mask\` broadcasts to [.., t, s]: true where a step is seen, or numbers that are added to the scores. \`scale\` stands in the place of 1 / √d. With fewer heads of
// keys and values than of queries (axis -3), neighbouring queries share one: enable_gqa of PyTorch.
block attention(q, k, v, causal = false, mask = none, dropout = 0, scale = none) {
  let heads = if q.rank > 2 { q.shape[-3] } else { 1 }
  let keys = shared_heads(k, heads)
  return attention_weights(q, keys, causal, mask, dropout, scale) as "" @ shared_heads(v, heads)
}

// Attention of steps that come one after the other, in one run or in many: q [.., t, d], k [.., t, d] and v [.., t, e] are those from step \`at\` on, a number or i32[], and see
// themselves and all that came before. Keys and values of \`length\` steps are states, those of earlier runs among them. With at: 0 another text begins; what lies behind the
// last step is not seen.
block cached_attention(q, k, v, length, at = 0, mask = none, scale = none) {
  let steps = q.shape[-2]
  if steps > length {
    return refuse("a cache of {length} steps cannot hold {steps}", help: "make it longer")
  }
  state keys: k.dtype[k.shape[:-2], length, k.shape[-1]] = zeros
  state values: v.dtype[v.shape[:-2], length, v.shape[-1]] = zeros
  let begin = [0] * (k.rank - 2) + [at, 0]
  keys := update(keys, k, begin)
  values := update(values, v, begin)
  let square = [steps, length]
  let earlier = iota(square, axis: 1) <= iota(square, axis: 0) + at
  let seen = if not given(mask) {
    earlier
  } else {
    if mask.dtype == bool { earlier and mask } else { where(earlier, mask, -1e39) }
  }
  return attention(q, keys, values, mask: seen, scale: scale)
}

block dropped(x, rate) {
  return if rate == 0 { x } else { dropout(x, rate) as "" }
}

// x [n, t, c] as [n, heads, t, c / heads], and back.
block heads_apart(x, heads) {
  let apart = reshape(x, [x.shape[0], x.shape[1], heads, x.shape[2] / heads])
  return transpose(apart, [0, 2, 1, 3])
}

block heads_joined(x) {
  return reshape(transpose(x, [0, 2, 1, 3]), [x.shape[0], x.shape[2], x.shape[1] * x.shape[3]])
}

// The masks of multi_head_attention as one of attention's: true where a step is seen, or numbers that are added. None if there is none.
block joined_masks(attn_mask, key_padding_mask, batch, heads) {
  if not given(attn_mask) and not given(key_padding_mask) {
    return none
  }
  let steps = if given(attn_mask) { attention_mask(attn_mask, batch, heads) } else { none }
  let keys = if given(key_padding_mask) {
    reshape(key_padding_mask, [batch, 1, 1, key_padding_mask.shape[1]])
  } else {
    none
  }
  if not given(keys) {
    return if steps.dtype == bool { not steps } else { steps }
  }
  if not given(steps) {
    return if keys.dtype == bool { not keys } else { keys }
  }
  if steps.dtype == bool and keys.dtype == bool {
    return not (steps or keys)
  }
  return added_mask(steps) + added_mask(keys)
}

block attention_mask(mask, batch, heads) {
  return if mask.rank < 3 { mask } else { reshape(mask, [batch, heads] + mask.shape[1:]) }
}

block added_mask(mask) {
  return if mask.dtype == bool { where(mask, -1e39, 0.0) } else { mask }
}

// x [n, t, c]. With \`cache\`, a number of steps, it is cached_attention of steps from \`at\` on. \`key\` and \`value\` [n, s, …] are x if they are left out, and value is key. Masks are PyTorch's: in attn_mask [t, s] or [n heads, t, s] and in key_padding_mask
// [n, s], true means that a step is *not* seen, and numbers are added to the scores. With need_weights the result is { output, weights }, the weights as means over heads.
block multi_head_attention(
  x,
  heads,
  causal = false,
  weights = x.dtype,
  key = none,
  value = none,
  attn_mask = none,
  key_padding_mask = none,
  dropout = 0,
  bias = true,
  need_weights = false,
  cache = none,
  at = 0,
) {
  if given(cache) and (given(key) or not bias or need_weights or dropout != 0) {
    return refuse("a cache goes with none of key, bias: false, need_weights and dropout")
  }
  let batch = x.shape[0]
  let steps = x.shape[1]
  let channels = x.shape[2]
  if given(key) or not bias or need_weights {
    let keys = if given(key) { key } else { x }
    let apart = projections(x, keys, if given(value) { value } else { keys }, weights, bias) as ""
    let q = heads_apart(apart[0], heads)
    let k = heads_apart(apart[1], heads)
    let v = heads_apart(apart[2], heads)
    let mask = joined_masks(attn_mask, key_padding_mask, batch, heads)
    let seen = attention_weights(q, k, causal, mask, dropout, none)
    let joined = heads_joined(seen @ v)
    let output = joined |> attention_output(weights, bias) as out_proj
    if need_weights {
      return { output, weights: mean(seen, axis: 1) }
    }
    return output
  }
  param in_proj_weight: weights[3 * channels, channels] = glorot_uniform
  param in_proj_bias: x.dtype[3 * channels] = zeros
  let projected = matmul(x, weights_of(in_proj_weight, x) as "in_proj", transpose_b: true)
    + in_proj_bias
  let split_heads = reshape(projected, [batch, steps, 3, heads, channels / heads])
  let apart = transpose(split_heads, [2, 0, 3, 1, 4])
  let mask = joined_masks(attn_mask, key_padding_mask, batch, heads)
  let seen = if given(cache) {
    cached_attention(apart[0], apart[1], apart[2], cache, at: at, mask: mask) as ""
  } else {
    attention(apart[0], apart[1], apart[2], causal: causal, mask: mask, dropout: dropout)
  }
  let joined = transpose(seen, [0, 2, 1, 3])
  return reshape(joined, [batch, steps, channels]) |> attention_output(weights) as out_proj
}

// Queries, keys and values, projected by parameters of one tensor if they have as many channels, else by three.
block projections(q, k, v, weights, bias) {
  let channels = q.shape[2]
  var biases = [none, none, none]
  if bias {
    param in_proj_bias: q.dtype[3 * channels] = zeros
    biases = split(in_proj_bias, 3)
  }
  if k.shape[2] == channels and v.shape[2] == channels {
    param in_proj_weight: weights[3 * channels, channels] = glorot_uniform
    let parts = split(weights_of(in_proj_weight, q) as "in_proj", 3)
    return [
      gates_of(q, parts[0], biases[0]),
      gates_of(k, parts[1], biases[1]),
      gates_of(v, parts[2], biases[2]),
    ]
  }
  param q_proj_weight: q.dtype[channels, channels] = glorot_uniform
  param k_proj_weight: q.dtype[channels, k.shape[2]] = glorot_uniform
  param v_proj_weight: q.dtype[channels, v.shape[2]] = glorot_uniform
  return [
    gates_of(q, q_proj_weight, biases[0]),
    gates_of(k, k_proj_weight, biases[1]),
    gates_of(v, v_proj_weight, biases[2]),
  ]
}

// The output projection of multi_head_attention: a dense layer whose bias begins at 0.
block attention_output(x, weights = x.dtype, bias = true) {
  let channels = x.shape[-1]
  param weight: weights[channels, channels] = fan_in_uniform
  let y = matmul(x, weights_of(weight, x) as "", transpose_b: true)
  if not bias {
    return y
  }
  param bias: x.dtype[channels] = zeros
  return y + bias
}

// Attention as Llama has it, with its names: x [n, t, c], positions by rotary, and perhaps fewer heads of keys and values than of queries, of which neighbours share one (Ainslie
// et al. 2023). Without a cache the steps are those from \`at\` on, and see earlier ones where it is causal; with one see cached_attention.
block rotary_attention(
  x,
  heads,
  kv_heads = heads,
  base = 10000,
  bias = false,
  causal = true,
  mask = none,
  cache = none,
  at = 0,
) {
  let channels = x.shape[2] / heads
  let places = iota([x.shape[1]], axis: 0) + at
  let queries = x |> dense(x.shape[2], bias: bias) as q_proj |> heads_apart(heads)
  let keys = x |> dense(kv_heads * channels, bias: bias) as k_proj |> heads_apart(kv_heads)
  let v = x |> dense(kv_heads * channels, bias: bias) as v_proj |> heads_apart(kv_heads)
  let q = rotary(queries, base: base, positions: places)
  let k = rotary(keys, base: base, positions: places)
  let seen = if given(cache) {
    cached_attention(q, k, v, cache, at: at, mask: mask) as ""
  } else {
    attention(q, k, v, causal: causal, mask: mask)
  }
  return seen |> heads_joined |> dense(x.shape[2], bias: bias) as o_proj
}
`,
  },
  {
    name: '<prelude>/augmentation.dnn',
    text: `// Pictures that are varied while training, so that a network sees more of them than there are: x [n, c, h, w], each of the n with numbers of its own. Where \`training\` is
// false nothing is drawn.

// For each of n samples, the rows of an identity from a drawn one on: what takes \`count\` of \`extent\` places in a row out of a tensor when it is multiplied with it.
block drawn_window(n, count, extent) {
  let spare = extent - count
  let begin = minimum(cast(floor(random_uniform([n, 1, 1, 1]) * (spare + 1)), i32), spare)
  let shape = [1, 1, count, extent]
  return cast(iota(shape, axis: 3) - iota(shape, axis: 2) == begin, f32)
}

// \`size\` pixels of each picture, one number or [height, width], from a place that is drawn, with \`padding\` pixels of \`fill\` around the picture; without training those in the
// middle. PyTorch's RandomCrop.
block random_crop(x, size, padding = 0, fill = 0) {
  if x.rank != 4 {
    return refuse("pictures are [n, c, h, w], and these have {x.rank} axes")
  }
  let window = per_axis(size, 2)
  let around = per_axis(padding, 2)
  let wide = pad(x, [[0, 0], [0, 0], [around[0], around[0]], [around[1], around[1]]], value: fill)
  let spare = [wide.shape[2] - window[0], wide.shape[3] - window[1]]
  if spare[0] < 0 or spare[1] < 0 {
    return refuse(
      "{window[0]} × {window[1]} pixels cannot be taken of {wide.shape[2]} × {wide.shape[3]}",
      help: "give it a larger padding",
    )
  }
  if not training {
    return wide[:, :, spare[0] / 2:spare[0] / 2 + window[0], spare[1] / 2:spare[1] / 2 + window[1]]
  }
  var y = cast(wide, f32)
  if spare[0] > 0 {
    y = drawn_window(x.shape[0], window[0], wide.shape[2]) @ y
  }
  if spare[1] > 0 {
    y = matmul(y, drawn_window(x.shape[0], window[1], wide.shape[3]), transpose_b: true)
  }
  return cast(y, x.dtype)
}

// Each sample turned round along an axis or several, with the probability p: left and right, or with axis -2 above and below. PyTorch's RandomHorizontalFlip.
block random_flip(x, p = 0.5, axis = -1) {
  if not training {
    return x
  }
  let turned = random_uniform([x.shape[0]] + [1] * (x.rank - 1)) < p
  return where(turned, flip(x, axis), x)
}
`,
  },
  {
    name: '<prelude>/classification.dnn',
    text: `// Losses and metrics of classes. Classes are on axis 1 (on axis 0 of a tensor with one axis), and labels are i32 without that axis. Losses are f32.

// Whether each logit is that of its label: a truth value with the shape of the logits. A label that is no class chooses none.
block chosen_by(label, logits) {
  let rank = logits.rank
  let last = one_hot(label, logits.shape[if rank == 1 { 0 } else { 1 }]) == 1
  return if rank <= 2 { last } else { transpose(last, [0, rank - 1] + range(1, rank - 1)) }
}

// The numbers of classes as they stand beside logits of this rank.
block of_classes(weight, rank) {
  let count = len(weight)
  return reshape(cast(weight, f32), [count] + [1] * max(rank - 2, 0))
}

// The losses of labels: where a label is ignore_index its loss is 0, and the others are what \`losses\` says, times the weight of their class.
// The mean is over what counts: by their weights, without those that are ignored.
block over_labels(losses, label, reduce, weight, ignore_index) {
  if not given(weight) and not given(ignore_index) {
    return reduced(losses, reduce)
  }
  let own = if given(weight) { gather(cast(weight, f32), label) } else { ones(losses.shape) }
  let share = if given(ignore_index) { where(label == ignore_index, 0, own) } else { own }
  let counted = if given(ignore_index) { where(label == ignore_index, 0, losses) } else { losses }
  return if reduce == "mean" {
    sum(counted) / sum(share)
  } else {
    reduced(counted, reduce)
  }
}

// Labels are i32, or shares of each class with the shape of the logits. Infinite logits of other classes are allowed.
// Szegedy et al. 2016: label_smoothing gives that share of each label to all classes alike.
block cross_entropy(
  logits, label, reduce = "mean", weight = none, ignore_index = none, label_smoothing = 0
) {
  let axis = if logits.rank == 1 { 0 } else { 1 }
  let classes = logits.shape[axis]
  if label.dtype != i32 {
    return soft_cross_entropy(logits, label, reduce, weight, label_smoothing) as ""
  }
  let chosen = chosen_by(label, logits) as ""
  let logs = log_softmax(cast(logits, f32), axis: axis)
  let weighed = if given(weight) { logs * of_classes(weight, logits.rank) } else { logs }
  let losses = -sum(where(chosen, weighed, 0), axis: axis)
  if label_smoothing == 0 {
    return over_labels(losses, label, reduce, weight, ignore_index) as ""
  }
  let smooth = sum(weighed, axis: axis) * (1.0 * label_smoothing / classes)
  let both = (1 - label_smoothing) * losses - smooth
  return over_labels(both, label, reduce, weight, ignore_index) as ""
}

// The mean is over samples, whatever their weights.
block soft_cross_entropy(logits, target, reduce, weight, label_smoothing) {
  let axis = if logits.rank == 1 { 0 } else { 1 }
  let classes = logits.shape[axis]
  let logs = log_softmax(cast(logits, f32), axis: axis)
  let own = cast(target, f32)
  let smooth = if label_smoothing == 0 {
    own
  } else {
    own * (1 - label_smoothing) + 1.0 * label_smoothing / classes
  }
  let weighed = if given(weight) { logs * of_classes(weight, logits.rank) } else { logs }
  return reduced(-sum(weighed * smooth, axis: axis), reduce)
}

// x holds logarithms of probabilities.
block nll_loss(x, label, reduce = "mean", weight = none, ignore_index = none) {
  let axis = if x.rank == 1 { 0 } else { 1 }
  let logs = cast(x, f32)
  let weighed = if given(weight) { logs * of_classes(weight, x.rank) } else { logs }
  let losses = -sum(where(chosen_by(label, x), weighed, 0), axis: axis)
  return over_labels(losses, label, reduce, weight, ignore_index) as ""
}

// Lin et al. 2017: losses of what is right already count little. y is 0 or 1 for each logit, as in torchvision's sigmoid_focal_loss, and alpha is
// the weight of ones, 1 - alpha that of zeros (alpha: -1 for none); or y is a label, i32, of logits whose softmax counts, all weighed alike.
block focal(logits, y, alpha = 0.25, gamma = 2, reduce = "mean") {
  let s = cast(logits, f32)
  if y.dtype == i32 and y.rank < logits.rank {
    let each = -cross_entropy(s, y, reduce: "none")
    return reduced(-each * (-expm1(each)) ** gamma, reduce)
  }
  let t = cast(y, f32)
  let p = sigmoid(s)
  let wrong = p * (1 - t) + (1 - p) * t
  let losses = binary_cross_entropy_with_logits(s, t, reduce: "none") * wrong ** gamma
  return reduced(
    if alpha < 0 { losses } else { (alpha * t + (1 - alpha) * (1 - t)) * losses }, reduce
  )
}

// Milletari et al. 2016: one minus twice what x and y have in common, as a share of what they have together, for each sample and channel. x and y
// [n, c, …] are probabilities; \`smooth\` is added to both.
block dice(x, y, smooth = 1, reduce = "mean") {
  let a = cast(x, f32)
  let b = cast(y, f32)
  let axes = range(min(2, x.rank - 1), x.rank)
  let common = sum(a * b, axis: axes)
  let together = sum(a, axis: axes) + sum(b, axis: axes)
  return reduced(1 - (2 * common + smooth) / (together + smooth), reduce)
}

// Crammer and Singer 2001, for logits [n, c].
block multi_margin(x, label, p = 1, margin = 1, weight = none, reduce = "mean") {
  let s = cast(x, f32)
  let chosen = chosen_by(label, x)
  let own = sum(where(chosen, s, 0), axis: 1, keep: true)
  let over = maximum(margin - own + s, 0)
  let raised = if p == 1 { over } else { over * over }
  let scaled = if given(weight) {
    raised * reshape(gather(cast(weight, f32), label), [x.shape[0], 1])
  } else {
    raised
  }
  return reduced(sum(where(chosen, 0, scaled), axis: 1) * (1.0 / x.shape[1]), reduce)
}

// The mean over classes of the binary cross entropies of logits x and truths y, for each sample.
block multilabel_soft_margin(x, y, weight = none, reduce = "mean") {
  let each = binary_cross_entropy_with_logits(x, y, reduce: "none", weight: weight)
  return reduced(mean(each, axis: -1), reduce)
}

// The share of labels that are among the k greatest logits; of equal logits the first counts as greatest. Labels that are ignore_index do not count.
block accuracy(logits, label, k = 1, ignore_index = none) {
  let axis = if logits.rank == 1 { 0 } else { 1 }
  let wide = cast(logits, f32)
  let chosen = chosen_by(label, logits)
  let own = sum(where(chosen, wide, 0), axis: axis, keep: true)
  let place = iota(logits.shape, axis: axis)
  let named = sum(where(chosen, place, 0), axis: axis, keep: true)
  let ahead = wide > own or wide == own and place < named
  let isClass = sum(chosen, axis: axis) > 0
  let hits = cast(sum(ahead, axis: axis) < k and isClass, f32)
  if not given(ignore_index) {
    return mean(hits)
  }
  let counts = cast(label != ignore_index, f32)
  return sum(hits * counts) / sum(counts)
}
`,
  },
  {
    name: '<prelude>/ctc.dnn',
    text: `// Connectionist temporal classification (Graves et al. 2006).

// log(exp(a) + exp(b) + exp(c)), where any of them may be -∞ (-1e39).
block log_of_three(a, b, c) {
  let most = stop_gradient(maximum(maximum(a, b), c))
  let total = exp(a - most) + exp(b - most) + exp(c - most)
  return where(most <= -3e38, -1e39, most + log(total))
}

// x [t, n, c] holds logarithms of probabilities: what log_softmax(…, axis: 2) gives. targets i32[n, s] are the labels of each sample; lengths, i32[n], say how
// many of the t steps and of the s labels count, all if they are left out. The mean is over samples, each divided by its number of labels. A sample
// whose labels do not fit into its steps has an infinite loss, or none with zero_infinity.
block ctc_loss(
  x,
  targets,
  input_lengths = none,
  target_lengths = none,
  blank = 0,
  reduce = "mean",
  zero_infinity = false,
) {
  let steps = x.shape[0]
  let batch = x.shape[1]
  let classes = x.shape[2]
  let labels = targets.shape[1]
  let states = 2 * labels + 1
  let counts = if given(target_lengths) { target_lengths } else { constant(labels, [batch], i32) }
  // Blanks between the labels, before the first and behind the last.
  let blanks = constant(blank, [batch, labels, 1], i32)
  let pairs = reshape(
    stack([reshape(blanks, [batch, labels]), targets], axis: 2), [batch, 2 * labels]
  )
  let path = concat([pairs, constant(blank, [batch, 1], i32)], axis: 1)
  let place = iota([batch, states], axis: 1)
  let last = reshape(2 * counts, [batch, 1])
  // A label may follow the one before the blank before it, if it is another.
  let before = concat([constant(blank, [batch, 2], i32), path], axis: 1)[:, :states]
  let skips = path != blank and path != before
  let rows = reshape(transpose(cast(x, f32), [1, 2, 0]), [batch * classes, steps])
  let emitted = gather(rows, path + classes * iota([batch, states], axis: 0))
  var alpha = where(place < 2 and place <= last, emitted[.., 0], -1e39)
  for step in range(1, steps) {
    let one = pad(alpha, [[0, 0], [1, 0]], value: -1e39)[:, :states]
    let two = if states > 2 {
      pad(alpha, [[0, 0], [2, 0]], value: -1e39)[:, :states]
    } else {
      constant(-1e39, [batch, states])
    }
    let next = log_of_three(alpha, one, where(skips, two, -1e39)) + emitted[.., step]
    alpha = if given(input_lengths) {
      where(reshape(input_lengths, [batch, 1]) > step, next, alpha)
    } else {
      next
    }
  }
  let ends = where(place == last or place == last - 1, alpha, -1e39)
  let most = stop_gradient(max(ends, axis: 1, keep: true))
  let unfit = reshape(most, [batch]) <= -3e38
  let largest = where(most <= -3e38, 0, most)
  let total = log(sum(exp(ends - largest), axis: 1)) + reshape(largest, [batch])
  let losses = where(unfit, if zero_infinity { 0 } else { 1e39 }, -total)
  if reduce == "mean" {
    return mean(losses / maximum(cast(counts, f32), 1))
  }
  return reduced(losses, reduce)
}
`,
  },
  {
    name: '<prelude>/distances.dnn',
    text: `// Distances and similarities of rows, and the losses made of them. They are computed in f32, and are f32.

// x · y / (‖x‖ ‖y‖) along an axis, in which a norm below epsilon counts as epsilon.
block cosine_similarity(x, y, axis = 1, epsilon = 1e-8) {
  let a = cast(x, f32)
  let b = cast(y, f32)
  let lengths = maximum(norm(a, axis: axis), epsilon) * maximum(norm(b, axis: axis), epsilon)
  return sum(a * b, axis: axis) / lengths
}

// The p-norm of x - y + epsilon along the last axis.
block pairwise_distance(x, y, p = 2, epsilon = 1e-6, keep = false) {
  return norm(cast(x, f32) - cast(y, f32) + epsilon, p, axis: -1, keep: keep)
}

// y is 1 where the rows of a and b should point in one direction, and -1 where they should not.
block cosine_embedding(a, b, y, margin = 0, reduce = "mean") {
  let alike = cosine_similarity(a, b, axis: -1)
  let t = cast(y, f32)
  let losses = where(t == 1, 1 - alike, 0) + where(t == -1, maximum(alike - margin, 0), 0)
  return reduced(losses, reduce)
}

// Balntas et al. 2016: \`positive\` should be nearer to the anchor than \`negative\`, by a margin. With swap, the nearer of anchor and positive
// counts for the negative.
block triplet_margin(
  anchor, positive, negative, margin = 1, p = 2, epsilon = 1e-6, swap = false, reduce = "mean"
) {
  let near = pairwise_distance(anchor, positive, p, epsilon)
  let far = pairwise_distance(anchor, negative, p, epsilon)
  let other = if swap {
    minimum(far, pairwise_distance(positive, negative, p, epsilon))
  } else {
    far
  }
  return reduced(maximum(near - other + margin, 0), reduce)
}
`,
  },
  {
    name: '<prelude>/functions.dnn',
    text: `// Functions of single elements that are made of others.

// Between low and high, which may be numbers or tensors, and either of them left out.
block clamp(x, low = none, high = none) {
  let above = if given(low) { maximum(x, low) } else { x }
  return if given(high) { minimum(above, high) } else { above }
}

block is_whole(x) {
  return x.dtype == i32 or x.dtype == i8 or x.dtype == u8
}

// The least whole number that is not below x.
block ceil(x) {
  return if is_whole(x) { x } else { -floor(-x) }
}

// The whole part of x: its floor or ceil, whichever is nearer to 0.
block trunc(x) {
  return if is_whole(x) { x } else { where(x < 0, -floor(-x), floor(x)) }
}

// What is left without the whole part.
block frac(x) {
  return x - trunc(x)
}

block isnan(x) {
  return x != x
}

block isinf(x) {
  return if is_whole(x) { x != x } else { abs(x) == 1e39 }
}

block isfinite(x) {
  return if is_whole(x) { x == x } else { abs(x) < 1e39 }
}

// x with its bits moved to the left by y places, zeros after them; 0 for places from 32 on.
block bitwise_left_shift(x, y) {
  return x * 2 ** y
}

// x with its bits moved to the right by y places, and its sign before them.
block bitwise_right_shift(x, y) {
  return where(y > 30, minimum(maximum(x, -1), 0), x / 2 ** minimum(y, 30))
}

block bitwise_not(x) {
  return -1 - x
}
`,
  },
  {
    name: '<prelude>/layers-more.dnn',
    text: `// Layers that are used more rarely, with PyTorch's names, layouts, equations and first values.

// Sums, means or greatest elements of the embeddings of bags: the rows of ids [n, k], or with \`offsets\` [n] the parts of ids [k] that begin at these places. Ids that are
// padding_idx do not count; per_sample_weights, for sums, has the shape of ids.
block embedding_bag(
  ids,
  count,
  dims,
  mode = "mean",
  offsets = none,
  per_sample_weights = none,
  padding_idx = none,
  dtype = f32,
) {
  param weight: dtype[count, dims] = normal(0, 1)
  let rows = gather(weight, ids, axis: 0)
  let counts = if given(padding_idx) { ids != padding_idx } else { ids == ids }
  if given(offsets) {
    let bags = offsets.shape[0]
    let end = constant(ids.shape[0], [1], i32)
    let ends = if bags == 1 { end } else { concat([offsets[1:], end], axis: 0) }
    let place = reshape(iota([ids.shape[0]], axis: 0), [1, ids.shape[0]])
    let within = place >= reshape(offsets, [bags, 1]) and place < reshape(ends, [bags, 1])
    let all = broadcast_to(reshape(rows, [1] + rows.shape), [bags] + rows.shape)
    let weights = if given(per_sample_weights) {
      reshape(per_sample_weights, [1, ids.shape[0]])
    } else {
      none
    }
    return bags_of(all, within and reshape(counts, [1, ids.shape[0]]), mode, weights)
  }
  return bags_of(rows, counts, mode, per_sample_weights)
}

// rows [n, k, d], of which counts [n, k] says which are in the bag. An empty bag is 0.
block bags_of(rows, counts, mode, weights) {
  let inside = reshape(counts, counts.shape + [1])
  let number = sum(counts, axis: 1, keep: true)
  if mode == "max" {
    return where(number == 0, 0, max(where(inside, rows, -1e39), axis: 1))
  }
  let weighed = if given(weights) { rows * reshape(weights, weights.shape + [1]) } else { rows }
  let total = sum(where(inside, weighed, 0), axis: 1)
  return if mode == "sum" { total } else { total / cast(maximum(number, 1), rows.dtype) }
}

// The planes of x [n, c, d, h, w] at some depths, as a batch of pictures.
block planes_of(x, start, count, step) {
  let planes = along(x, 2, start, count, step)
  return reshape(
    transpose(planes, [0, 2, 1, 3, 4]), [x.shape[0] * count, x.shape[1], x.shape[3], x.shape[4]]
  )
}

block planes_joined(y, batch) {
  let depth = y.shape[0] / batch
  return transpose(reshape(y, [batch, depth] + y.shape[1:]), [0, 2, 1, 3, 4])
}

// Over three spatial axes: for each place of the kernel along the first one, the planes that it meets are pictures, and their convolutions are added up.
block conv3d(
  x,
  channels,
  kernel,
  stride = 1,
  padding = 0,
  dilation = 1,
  groups = 1,
  bias = true,
  padding_mode = "zeros",
) {
  let inputs = x.shape[1] / groups
  let k = per_axis(kernel, 3)
  let s = per_axis(stride, 3)
  let d = per_axis(dilation, 3)
  let given_padding = per_axis(padding_of(padding, k, dilation), 3)
  var pairs = []
  for entry in given_padding {
    pairs = pairs + [per_axis(entry, 2)]
  }
  param weight: x.dtype[channels, inputs, k] = fan_in_uniform
  let padded = if padding_mode == "zeros" {
    pad(x, [[0, 0], [0, 0]] + pairs)
  } else {
    padded_by(x, pairs, padding_mode)
  }
  let depth = (padded.shape[2] - d[0] * (k[0] - 1) - 1) / s[0] + 1
  var total = 0
  for tap in range(0, k[0]) {
    let one = conv(
      planes_of(padded, tap * d[0], depth, s[0]),
      weight[:, :, tap],
      stride: s[1:],
      dilation: d[1:],
      groups: groups,
    )
    total = if tap == 0 { one } else { total + one }
  }
  let y = planes_joined(total, x.shape[0])
  if not bias {
    return y
  }
  let bound = 1.0 / sqrt(inputs * k[0] * k[1] * k[2])
  param bias: x.dtype[channels] = uniform(-bound, bound)
  return y + reshape(bias, [channels, 1, 1, 1])
}

block conv_transpose1d(
  x,
  channels,
  kernel,
  stride = 1,
  padding = 0,
  output_padding = 0,
  bias = true,
  groups = 1,
  dilation = 1,
) {
  let outputs = channels / groups
  let k = per_axis(kernel, 1)
  param weight: x.dtype[x.shape[1], outputs, k] = fan_in_uniform
  let y = conv_transpose(
    x,
    weight,
    stride: stride,
    padding: padding,
    output_padding: output_padding,
    dilation: dilation,
    groups: groups,
  )
  if not bias {
    return y
  }
  let bound = 1.0 / sqrt(outputs * k[0])
  param bias: x.dtype[channels] = uniform(-bound, bound)
  return y + reshape(bias, [channels, 1])
}

// For each place of the kernel along the first axis, what the planes become is put where it belongs, and added up.
block conv_transpose3d(
  x,
  channels,
  kernel,
  stride = 1,
  padding = 0,
  output_padding = 0,
  bias = true,
  groups = 1,
  dilation = 1,
) {
  let outputs = channels / groups
  let k = per_axis(kernel, 3)
  let s = per_axis(stride, 3)
  let p = per_axis(padding, 3)
  let o = per_axis(output_padding, 3)
  let d = per_axis(dilation, 3)
  param weight: x.dtype[x.shape[1], outputs, k] = fan_in_uniform
  let whole = (x.shape[2] - 1) * s[0] + d[0] * (k[0] - 1) + 1 + o[0]
  var total = 0
  for tap in range(0, k[0]) {
    let planes = conv_transpose(
      planes_of(x, 0, x.shape[2], 1),
      weight[:, :, tap],
      stride: s[1:],
      padding: p[1:],
      output_padding: o[1:],
      dilation: d[1:],
      groups: groups,
    )
    let placed = spread_along(planes_joined(planes, x.shape[0]), 2, s[0], tap * d[0], whole)
    total = if tap == 0 { placed } else { total + placed }
  }
  let y = along(total, 2, p[0], whole - 2 * p[0])
  if not bias {
    return y
  }
  let bound = 1.0 / sqrt(outputs * k[0] * k[1] * k[2])
  param bias: x.dtype[channels] = uniform(-bound, bound)
  return y + reshape(bias, [channels, 1, 1, 1])
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

// The padding of a convolution of stride 1 that keeps the extents is called "same".
block padding_of(padding, kernel, dilation) {
  if "{padding}" != "same" {
    return padding
  }
  let apart = per_axis(dilation, len(kernel))
  var pairs = []
  for axis in range(0, len(kernel)) {
    let total = apart[axis] * (kernel[axis] - 1)
    pairs = pairs + [[total / 2, total - total / 2]]
  }
  return pairs
}

// "reflect", "replicate" and "circular" are PyTorch's names.
block padded_as(x, padding, mode) {
  return padded_by(x, per_axis(padding, x.rank - 2), mode)
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
  padding_mode = "zeros",
) {
  let inputs = x.shape[1] / groups
  let k = per_axis(kernel, 1)
  let around = padding_of(padding, k, dilation)
  param weight: weights[channels, inputs, k[0]] = fan_in_uniform
  let y = conv(
    if padding_mode == "zeros" { x } else { padded_as(x, around, padding_mode) },
    weights_of(weight, x) as "",
    stride: stride,
    padding: if padding_mode == "zeros" { around } else { 0 },
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
  padding_mode = "zeros",
) {
  let inputs = x.shape[1] / groups
  let k = per_axis(kernel, 2)
  let around = padding_of(padding, k, dilation)
  param weight: weights[channels, inputs, k[0], k[1]] = fan_in_uniform
  let y = conv(
    if padding_mode == "zeros" { x } else { padded_as(x, around, padding_mode) },
    weights_of(weight, x) as "",
    stride: stride,
    padding: if padding_mode == "zeros" { around } else { 0 },
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

// The row that padding_idx names is not trained. It begins like the others, where PyTorch's begins with zeros.
block embedding(ids, count, dims, dtype = f32, padding_idx = none) {
  param weight: dtype[count, dims] = normal(0, 1)
  let rows = gather(weight, ids, axis: 0)
  if not given(padding_idx) {
    return rows
  }
  let row = if padding_idx < 0 { padding_idx + count } else { padding_idx }
  return where(reshape(ids, ids.shape + [1]) == row, stop_gradient(rows), rows)
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
    text: `// Losses of two tensors, element by element or row by row. They are means over all elements, or sums with reduce: "sum", or one number per
// element with reduce: "none". They are computed in f32, and are f32, whatever the element types of their operands.

block reduced(losses, reduce) {
  if reduce == "none" {
    return losses
  }
  if reduce != "mean" and reduce != "sum" {
    return refuse("a loss is reduced by \\"mean\\", \\"sum\\" or \\"none\\", and not by \\"{reduce}\\"")
  }
  return if reduce == "sum" { sum(losses) } else { mean(losses) }
}

// Each loss times its weight, where there are weights.
block weighted(losses, weight) {
  return if given(weight) { losses * cast(weight, f32) } else { losses }
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

// Girshick 2015: huber divided by beta, where the parabola ends; mae where beta is 0.
block smooth_l1(x, y, beta = 1, reduce = "mean") {
  if beta == 0 {
    return mae(x, y, reduce)
  }
  let d = abs(cast(x, f32) - cast(y, f32))
  let near = minimum(d, beta)
  return reduced(near * (d - 0.5 * near) / beta, reduce)
}

// x holds probabilities. Logarithms are limited to -100 and the gradient to 1e12, since both are infinite at 0 or 1.
block binary_cross_entropy(x, y, reduce = "mean", weight = none) {
  let p = cast(x, f32)
  let t = cast(y, f32)
  let yes = maximum(log(p), -100)
  let no = maximum(log(1 - p), -100)
  let losses = -(t * yes + (1 - t) * no)
  if not training or higher_order {
    return reduced(weighted(losses, weight), reduce)
  }
  let slope = (p - t) / maximum((1 - p) * p, 1e-12)
  let along = stop_gradient(slope) * p + stop_gradient(no - yes) * t
  return reduced(weighted(straight_through(losses, along), weight), reduce)
}

// The binary cross entropy of sigmoid(x), computed without the sigmoid: x holds logits, y is 0, 1 or between. Where x is on the right side,
// the linear terms are exactly 0 together, so that they do not hide the logarithm. What y says yes to counts pos_weight times.
block binary_cross_entropy_with_logits(x, y, reduce = "mean", weight = none, pos_weight = none) {
  let s = cast(x, f32)
  let t = cast(y, f32)
  let rest = log1p(exp(minimum(-s, s)))
  if not given(pos_weight) {
    return reduced(weighted((1 - t) * s + relu(-s) + rest, weight), reduce)
  }
  let share = 1 + (cast(pos_weight, f32) - 1) * t
  return reduced(weighted((1 - t) * s + share * relu(-s) + share * rest, weight), reduce)
}

block logistic_loss(x, y, reduce = "mean") {
  return binary_cross_entropy_with_logits(x, y, reduce) as ""
}

// The divergence of the distribution y from exp(x) (Kullback and Leibler 1951): x holds logarithms, and y too with log_target. "batchmean"
// divides the sum by the extent of axis 0, which is what the name means.
block kl_div(x, y, reduce = "mean", log_target = false) {
  let s = cast(x, f32)
  let t = cast(y, f32)
  let losses = if log_target {
    exp(t) * (t - s)
  } else {
    where(t == 0, 0, t * log(t)) - t * s
  }
  if reduce == "batchmean" {
    return sum(losses) * (1.0 / x.shape[0])
  }
  return reduced(losses, reduce)
}

// x is the rate of a Poisson distribution, or its logarithm. With \`full\`, Stirling's approximation of log y! is added where y is above 1.
block poisson_nll(x, y, log_input = true, full = false, epsilon = 1e-8, reduce = "mean") {
  let s = cast(x, f32)
  let t = cast(y, f32)
  let losses = if log_input { exp(s) - t * s } else { s - t * log(s + epsilon) }
  if not full {
    return reduced(losses, reduce)
  }
  let stirling = t * log(t) - t + 0.5 * log(6.283185307179586 * t)
  return reduced(losses + where(t <= 1, 0, stirling), reduce)
}

// Nix and Weigend 1994: y is normal around x with the variance \`variance\`, of which what is below epsilon counts as epsilon.
block gaussian_nll(x, y, variance, full = false, epsilon = 1e-6, reduce = "mean") {
  let d = cast(x, f32) - cast(y, f32)
  let v = cast(variance, f32)
  let least = v + stop_gradient(maximum(v, epsilon) - v)
  let losses = 0.5 * (log(least) + d * d / least)
  return reduced(if full { losses + 0.9189385332046727 } else { losses }, reduce)
}

// y is 1 where a should be greater than b, and -1 where it should be less.
block margin_ranking(a, b, y, margin = 0, reduce = "mean") {
  return reduced(maximum(cast(y, f32) * (cast(b, f32) - cast(a, f32)) + margin, 0), reduce)
}

// y is 1 or -1 for each element of x.
block hinge_embedding(x, y, margin = 1, reduce = "mean") {
  let s = cast(x, f32)
  let t = cast(y, f32)
  let losses = where(t == 1, s, 0) + where(t == -1, maximum(margin - s, 0), 0)
  return reduced(losses, reduce)
}

// y is 1 or -1 for each element of x.
block soft_margin(x, y, reduce = "mean") {
  let s = -cast(y, f32) * cast(x, f32)
  return reduced(relu(s) + log1p(exp(minimum(s, -s))), reduce)
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
//
// Without affine there are no parameters; without track_running_stats there are no running statistics, and inference takes those of the batch too.
block batch_norm(x, momentum = 0.1, epsilon = 1e-5, affine = true, track_running_stats = true) {
  let channels = x.shape[1]
  let shape = [channels] + [1] * (x.rank - 2)
  if not track_running_stats {
    return channels_scaled(standardised_over(x, [0] + range(2, x.rank), epsilon), affine) as ""
  }
  var own = none
  if affine {
    param weight: x.dtype[channels] = ones
    param bias: x.dtype[channels] = zeros
    own = [weight, bias]
  }
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
    let scale = if affine {
      cast(own[0], f32) * rsqrt(variance + epsilon)
    } else {
      rsqrt(variance + epsilon)
    }
    let bias = if affine { cast(own[1], f32) } else { zeros([channels]) }
    let shift = if higher_order {
      bias
    } else {
      straight_through(bias, bias - centre * stop_gradient(scale))
    }
    return cast(centred * reshape(scale, shape) + reshape(shift, shape), x.dtype)
  }
  let scale = if affine {
    cast(own[0], f32) * rsqrt(running_var + epsilon)
  } else {
    rsqrt(running_var + epsilon)
  }
  let shift = if affine { cast(own[1], f32) - running_mean * scale } else { -running_mean * scale }
  return cast(cast(x, f32) * reshape(scale, shape) + reshape(shift, shape), x.dtype)
}

// Shifts and scales to mean 0 and variance 1 over any axes.
block standardised_over(x, axes, epsilon) {
  let wide = cast(x, f32)
  let centred = wide - mean(wide, axis: axes, keep: true)
  return cast(centred * rsqrt(mean(centred * centred, axis: axes, keep: true) + epsilon), x.dtype)
}

// What is normalised times a weight plus a bias for each channel, where there are any.
block channels_scaled(normal, affine) {
  if not affine {
    return normal
  }
  let channels = normal.shape[1]
  let shape = [channels] + [1] * (normal.rank - 2)
  param weight: normal.dtype[channels] = ones
  param bias: normal.dtype[channels] = zeros
  return cast(
    cast(normal, f32) * reshape(cast(weight, f32), shape) + reshape(cast(bias, f32), shape),
    normal.dtype,
  )
}

// Ulyanov et al. 2016: each channel of each sample is normalised by itself. With track_running_stats, inference takes running statistics.
block instance_norm(
  x, epsilon = 1e-5, momentum = 0.1, affine = false, track_running_stats = false
) {
  let channels = x.shape[1]
  let axes = range(2, x.rank)
  if not track_running_stats {
    return channels_scaled(standardised_over(x, axes, epsilon), affine) as ""
  }
  state running_mean: f32[channels] = zeros
  state running_var: f32[channels] = ones
  if training {
    let wide = cast(x, f32)
    running_mean := (1 - momentum) * running_mean + momentum * mean(mean(wide, axis: axes), axis: 0)
    running_var := (1 - momentum) * running_var
      + momentum * mean(variance(wide, axis: axes), axis: 0)
    return channels_scaled(standardised_over(x, axes, epsilon), affine) as ""
  }
  let shape = [channels] + [1] * (x.rank - 2)
  let centred = cast(x, f32) - reshape(running_mean, shape)
  let normal = centred * rsqrt(reshape(running_var, shape) + epsilon)
  return channels_scaled(cast(normal, x.dtype), affine) as ""
}

// Krizhevsky et al. 2012: x divided by a power of the squares of \`size\` neighbouring channels.
block local_response_norm(x, size, alpha = 1e-4, beta = 0.75, k = 1) {
  let wide = cast(x, f32)
  let before = size / 2
  let room = [[0, 0], [before, size - 1 - before]] + [[0, 0]] * (x.rank - 2)
  let squares = pad(wide * wide, room)
  var total = 0
  for turn in range(0, size) {
    let one = along(squares, 1, turn, x.shape[1])
    total = if turn == 0 { one } else { total + one }
  }
  return cast(wide / (k + total * (1.0 * alpha / size)) ** beta, x.dtype)
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

// Normalises over the last axis, or the last \`axes\` ones: all those of PyTorch's normalized_shape.
block layer_norm(x, epsilon = 1e-5, axes = 1, affine = true, bias = true) {
  if axes != 1 or not affine or not bias {
    let rows = reshape(x, x.shape[:x.rank - axes] + [extent_of(x.shape[x.rank - axes:])])
    let normal = reshape(standardised(rows, epsilon), x.shape)
    if not affine {
      return normal
    }
    param weight: x.dtype[x.shape[x.rank - axes:]] = ones
    let scaled = cast(normal, f32) * cast(weight, f32)
    if not bias {
      return cast(scaled, x.dtype)
    }
    param bias: x.dtype[x.shape[x.rank - axes:]] = zeros
    return cast(scaled + cast(bias, f32), x.dtype)
  }
  let channels = x.shape[-1]
  param weight: x.dtype[channels] = ones
  param bias: x.dtype[channels] = zeros
  return cast(cast(standardised(x, epsilon), f32) * cast(weight, f32) + cast(bias, f32), x.dtype)
}

// Channels are on axis 1; neighbouring ones form a group.
block group_norm(x, groups, epsilon = 1e-5, affine = true) {
  let channels = x.shape[1]
  let shape = [channels] + [1] * (x.rank - 2)
  if channels % groups != 0 {
    return refuse(
      "group_norm cuts channels into groups of one size, and {channels} channels do not make {groups}",
      help: "give a number of groups that divides {channels}",
    )
  }
  var own = none
  if affine {
    param weight: x.dtype[channels] = ones
    param bias: x.dtype[channels] = zeros
    own = [weight, bias]
  }
  var count = channels / groups
  for extent in x.shape[2:] {
    count = count * extent
  }
  let normal = reshape(standardised(reshape(x, [x.shape[0], groups, count]), epsilon), x.shape)
  if not affine {
    return normal
  }
  return cast(
    cast(normal, f32) * reshape(cast(own[0], f32), shape) + reshape(cast(own[1], f32), shape),
    x.dtype,
  )
}

// Normalises over the last axis. The default epsilon is the distance from 1 to the next number of f32.
block rms_norm(x, epsilon = 1.1920928955078125e-7, affine = true) {
  if not affine {
    let rows = cast(x, f32)
    return cast(rows * rsqrt(mean(rows * rows, axis: -1, keep: true) + epsilon), x.dtype)
  }
  param weight: x.dtype[x.shape[-1]] = ones
  let wide = cast(x, f32)
  return cast(
    wide * rsqrt(mean(wide * wide, axis: -1, keep: true) + epsilon) * cast(weight, f32), x.dtype
  )
}
`,
  },
  {
    name: '<prelude>/optimisers-more.dnn',
    text: `// Optimisers that are used more rarely. \`decay\` is an L2 term that is added to the gradient, or with \`decoupled\` shrinks the weight itself.

// Duchi et al. 2011. The squares begin at \`initial\`.
optimizer adagrad(
  weight,
  gradient,
  rate = 0.01,
  rate_decay = 0,
  decay = 0,
  initial = 0,
  epsilon = 1e-10,
  decoupled = false,
  step = updates() as "",
) {
  state square: like(weight) = constant(initial)
  let g = decayed(gradient, weight, decay, decoupled) as ""
  square := square + g * g
  let own = if rate_decay == 0 { rate } else { rate / (1 + (step - 1) * rate_decay) }
  weight := shrunk(weight, rate, decay, decoupled) as "" - own * g / (sqrt(square) + epsilon)
}

// Zeiler 2012.
optimizer adadelta(
  weight, gradient, rate = 1, rho = 0.9, epsilon = 1e-6, decay = 0, decoupled = false
) {
  state square: like(weight) = zeros
  state moved: like(weight) = zeros
  let g = decayed(gradient, weight, decay, decoupled) as ""
  square := rho * square + (1 - rho) * g * g
  let delta = sqrt(moved + epsilon) / sqrt(square + epsilon) * g
  moved := rho * moved + (1 - rho) * delta * delta
  weight := shrunk(weight, rate, decay, decoupled) as "" - rate * delta
}

// Kingma and Ba 2015: adam with the greatest gradient instead of the mean of squares.
optimizer adamax(
  weight,
  gradient,
  rate = 2e-3,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
  decay = 0,
  decoupled = false,
  step = updates() as "",
) {
  state mean: like(weight) = zeros
  state greatest: like(weight) = zeros
  let g = decayed(gradient, weight, decay, decoupled) as ""
  mean := beta1 * mean + (1 - beta1) * g
  greatest := maximum(beta2 * greatest, abs(g) + epsilon)
  let own = rate / bias_correction(beta1, step)
  weight := shrunk(weight, rate, decay, decoupled) as "" - own * mean / greatest
}

// The momentum of nadam in a step: it rises to beta1.
block nadam_momentum(beta1, momentum_decay, step) {
  return beta1 * (1 - 0.5 * exp(step * (momentum_decay * -0.040821994520255166)))
}

// The product of all momenta so far.
block nadam_product(momentum) {
  state product: f32[] = 1
  product := product * momentum
  return product
}

// Dozat 2016.
optimizer nadam(
  weight,
  gradient,
  rate = 2e-3,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
  decay = 0,
  momentum_decay = 4e-3,
  decoupled = false,
  step = updates() as "",
  momentum = nadam_momentum(beta1, momentum_decay, step),
  product = nadam_product(momentum) as "",
) {
  state mean: like(weight) = zeros
  state square: like(weight) = zeros
  let g = decayed(gradient, weight, decay, decoupled) as ""
  mean := beta1 * mean + (1 - beta1) * g
  square := beta2 * square + (1 - beta2) * g * g
  let size = sqrt(square) * rsqrt(bias_correction(beta2, step)) + epsilon
  let next = nadam_momentum(beta1, momentum_decay, step + 1)
  let own = rate * (1 - momentum) / (1 - product) * g / size
  let ahead = rate * next / (1 - product * next) * mean / size
  weight := shrunk(weight, rate, decay, decoupled) as "" - own - ahead
}

// How many samples the mean of squares of radam amounts to after \`step\` updates: 2 / (1 - beta2) - 1 - 2 step beta2^step / (1 - beta2^step). For beta2 near 1 these are
// thousands whose difference is a few. With y = -step log(beta2) it is step plus a constant, less 2 step times (1 / (e^y - 1) - 1 / y + 1 / 2), both of
// which have series: the constant in 1 - beta2, by Gregory's coefficients, the other one in y, by Bernoulli's numbers.
block radam_length(beta2, step) {
  let d = 1 - beta2
  let y = step * -log1p(-d)
  if d > 0.05 {
    return 2.0 / d - 1 - 2 * step / expm1(y)
  }
  let constant_part = d / 6 + d ** 2 / 12 + 19 * d ** 3 / 360 + 3 * d ** 4 / 80
  let series = y * (1.0 / 12 - y * y * (1.0 / 720 - y * y * (1.0 / 30240)))
  let rest = where(y < 0.5, series, 1 / expm1(y) - 1 / y + 0.5)
  return constant_part + step - 2 * step * rest
}

// By how much radam's step is shorter than adam's.
block radam_rectification(beta2, length) {
  let most = 2.0 / (1 - beta2) - 1
  let above = (length - 4) * (length - 2) / length
  return sqrt(maximum(above, 0) * (most / ((most - 4) * (most - 2))))
}

// Liu et al. 2020: adam, which does without the mean of squares as long as this is of a few gradients only.
optimizer radam(
  weight,
  gradient,
  rate = 1e-3,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
  decay = 0,
  decoupled = false,
  step = updates() as "",
  length = radam_length(beta2, step),
) {
  state mean: like(weight) = zeros
  state square: like(weight) = zeros
  let g = decayed(gradient, weight, decay, decoupled) as ""
  mean := beta1 * mean + (1 - beta1) * g
  square := beta2 * square + (1 - beta2) * g * g
  let scale = sqrt(bias_correction(beta2, step)) * radam_rectification(beta2, length)
  let size = where(length > 5, scale / (sqrt(square) + epsilon), 1)
  let own = rate / bias_correction(beta1, step)
  weight := shrunk(weight, rate, decay, decoupled) as "" - own * mean * size
}

// Riedmiller and Braun 1993: only signs of gradients count. A step is \`grow\` times as long as the one before where the sign stays, and \`shrink\` times where
// it changes.
optimizer rprop(weight, gradient, rate = 0.01, shrink = 0.5, grow = 1.2, least = 1e-6, most = 50) {
  state previous: like(weight) = zeros
  state size: like(weight) = constant(rate)
  let same = previous * gradient
  let factor = where(same > 0, grow, where(same < 0, shrink, 1))
  size := minimum(maximum(size * factor, least), most)
  let g = where(same < 0, 0, gradient)
  previous := g
  weight := weight - sign(g) * size
}

// Chen et al. 2023. The decay is decoupled.
optimizer lion(weight, gradient, rate = 1e-4, beta1 = 0.9, beta2 = 0.99, decay = 0) {
  state mean: like(weight) = zeros
  let direction = sign(beta1 * mean + (1 - beta1) * gradient)
  mean := beta2 * mean + (1 - beta2) * gradient
  weight := shrunk(weight, rate, decay) - rate * direction
}

// You et al. 2020: steps of adam, as long as the parameter itself times the rate. The decay is part of a step.
optimizer lamb(
  weight,
  gradient,
  rate = 1e-3,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-6,
  decay = 0,
  step = updates() as "",
) {
  state mean: like(weight) = zeros
  state square: like(weight) = zeros
  mean := beta1 * mean + (1 - beta1) * gradient
  square := beta2 * square + (1 - beta2) * gradient * gradient
  let size = sqrt(square) * rsqrt(bias_correction(beta2, step)) + epsilon
  let direction = decayed(mean / bias_correction(beta1, step) / size, weight, decay)
  let own = sqrt(sum(weight * weight))
  let length = sqrt(sum(direction * direction))
  let trust = where(own > 0 and length > 0, own / length, 1)
  weight := weight - rate * trust * direction
}

// Shazeer and Stern 2018, as PyTorch has it: of a parameter with two axes or more, the squares of its gradients are remembered by row and by column only. The decay
// is decoupled.
optimizer adafactor(
  weight,
  gradient,
  rate = 0.01,
  beta2_decay = -0.8,
  epsilon = 1.1920928955078125e-7,
  least = 1e-3,
  threshold = 1,
  decay = 0,
  step = updates() as "",
) {
  let share = exp(beta2_decay * log(step))
  let shape = weight.shape
  var count = 1
  for extent in shape {
    count = count * extent
  }
  var square = gradient * gradient
  if weight.rank > 1 {
    state rows: f32[shape[:-1], 1] = zeros
    state columns: f32[shape[:-2], 1, shape[-1]] = zeros
    rows := rows + share * (mean(square, axis: -1, keep: true) - rows)
    columns := columns + share * (mean(square, axis: -2, keep: true) - columns)
    square = rows * columns / maximum(mean(rows, axis: -2, keep: true), epsilon)
  } else {
    state squares: like(weight) = zeros
    squares := squares + share * (square - squares)
    square = squares
  }
  let direction = gradient * rsqrt(maximum(square, epsilon ** 2))
  let own = sqrt(sum(weight * weight)) * (1.0 / sqrt(count))
  let length = sqrt(sum(direction * direction)) * (1.0 / (sqrt(count) * threshold))
  let scale = maximum(own, least) * minimum(rate, rsqrt(step)) / maximum(length, 1)
  weight := shrunk(weight, rate, decay) - scale * direction
}
`,
  },
  {
    name: '<prelude>/optimisers.dnn',
    text: `// The optimisers that most programs use; the others are in optimisers-more.dnn. They say how one parameter is updated. \`decay\` is an L2 term that is
// added to the gradient; in adamw, and with \`decoupled\`, it shrinks the weight itself.

// The gradient with the L2 term, where the decay is no matter of the weight itself.
block decayed(gradient, weight, decay, decoupled = false) {
  return if decay == 0 or decoupled { gradient } else { gradient + decay * weight }
}

// The weight before its step, where the decay is.
block shrunk(weight, rate, decay, decoupled = true) {
  return if decay == 0 or not decoupled { weight } else { weight * (1 - rate * decay) }
}

// With dampening, a gradient counts less for the velocity, except the first.
optimizer sgd(
  weight,
  gradient,
  rate,
  momentum = 0,
  nesterov = false,
  decay = 0,
  dampening = 0,
  decoupled = false,
) {
  let g = decayed(gradient, weight, decay, decoupled) as ""
  if momentum == 0 {
    weight := shrunk(weight, rate, decay, decoupled) as "" - rate * g
  } else {
    state velocity: like(weight) = zeros
    if dampening == 0 {
      velocity := momentum * velocity + g
    } else {
      state fresh: f32[] = 1
      velocity := momentum * velocity + where(fresh > 0, 1, 1 - dampening) * g
      fresh := 0
    }
    weight := shrunk(weight, rate, decay, decoupled) as ""
      - rate * (if nesterov { g + momentum * velocity } else { velocity })
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

// The mean of squares by which adam and adamw divide: with amsgrad (Reddi et al. 2018) the greatest that there has been.
block greatest(square, amsgrad) {
  if not amsgrad {
    return square
  }
  state greatest_square: like(square) = zeros
  greatest_square := maximum(greatest_square, square)
  return greatest_square
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
  amsgrad = false,
  step = updates() as "",
) {
  state mean: like(weight) = zeros
  state square: like(weight) = zeros
  let g = if decay == 0 { gradient } else { gradient + decay * weight }
  mean := beta1 * mean + (1 - beta1) * g
  square := beta2 * square + (1 - beta2) * g * g
  let size = sqrt(greatest(square, amsgrad) as "") * rsqrt(bias_correction(beta2, step)) + epsilon
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
  amsgrad = false,
  step = updates() as "",
) {
  state mean: like(weight) = zeros
  state square: like(weight) = zeros
  mean := beta1 * mean + (1 - beta1) * gradient
  square := beta2 * square + (1 - beta2) * gradient * gradient
  let size = sqrt(greatest(square, amsgrad) as "") * rsqrt(bias_correction(beta2, step)) + epsilon
  weight := weight * (1 - rate * decay) - rate / bias_correction(beta1, step) * mean / size
}

// Tieleman and Hinton 2012. With \`centred\`, gradients are divided by their deviation instead of the root of their mean square.
optimizer rmsprop(
  weight,
  gradient,
  rate = 0.01,
  alpha = 0.99,
  epsilon = 1e-8,
  momentum = 0,
  decay = 0,
  centred = false,
  decoupled = false,
) {
  state square: like(weight) = zeros
  let g = decayed(gradient, weight, decay, decoupled) as ""
  square := alpha * square + (1 - alpha) * g * g
  let direction = if centred {
    state mean: like(weight) = zeros
    mean := alpha * mean + (1 - alpha) * g
    g / (sqrt(square - mean * mean) + epsilon)
  } else {
    g / (sqrt(square) + epsilon)
  }
  if momentum == 0 {
    weight := shrunk(weight, rate, decay, decoupled) as "" - rate * direction
  } else {
    state velocity: like(weight) = zeros
    velocity := momentum * velocity + direction
    weight := shrunk(weight, rate, decay, decoupled) as "" - rate * velocity
  }
}
`,
  },
  {
    name: '<prelude>/padding.dnn',
    text: `// Padding with what lies near. \`padding\` is a number for all spatial axes, those behind n and c, or a list with an entry for each of the last axes: a number
// or a pair [before, behind].

// x with \`before\` and \`behind\` more elements along an axis.
block padded_along(x, axis, before, behind, mode) {
  let extent = x.shape[axis]
  var parts = [x]
  if mode == "reflect" {
    if before > 0 {
      parts = [along(x, axis, before, before, -1)] + parts
    }
    if behind > 0 {
      parts = parts + [along(x, axis, extent - 2, behind, -1)]
    }
  }
  if mode == "replicate" {
    if before > 0 {
      parts = [along(x, axis, 0, 1)] * before + parts
    }
    if behind > 0 {
      parts = parts + [along(x, axis, extent - 1, 1)] * behind
    }
  }
  if mode == "circular" {
    if before > 0 {
      parts = [along(x, axis, extent - before, before)] + parts
    }
    if behind > 0 {
      parts = parts + [along(x, axis, 0, behind)]
    }
  }
  return if len(parts) == 1 { x } else { concat(parts, axis: axis) }
}

// The padding as a list of pairs for the last axes.
block pairs_of(x, padding) {
  var pairs = []
  for entry in if len("{padding}") == len("{per_axis(padding)}") {
    padding
  } else {
    [padding] * max(x.rank - 2, 1)
  } {
    pairs = pairs + [per_axis(entry, 2)]
  }
  return pairs
}

block padded_by(x, padding, mode) {
  let pairs = pairs_of(x, padding)
  var y = x
  for turn in range(0, len(pairs)) {
    let axis = x.rank - len(pairs) + turn
    y = padded_along(y, axis, pairs[turn][0], pairs[turn][1], mode)
  }
  return y
}

// What lies within, as a mirror shows it: the elements at the edges are not repeated.
block reflect_pad(x, padding) {
  return padded_by(x, padding, "reflect")
}

// The elements at the edges.
block replicate_pad(x, padding) {
  return padded_by(x, padding, "replicate")
}

// The elements at the other side.
block circular_pad(x, padding) {
  return padded_by(x, padding, "circular")
}
`,
  },
  {
    name: '<prelude>/positions.dnn',
    text: `// Positions of steps in a sequence.

// The angles of steps: [steps, pairs], or [.., pairs] of given positions. The i-th pair turns by base ** (-2 i / dims) a step.
block angles_of(steps, dims, base, positions, offset) {
  var speeds = []
  for pair in range(0, dims / 2) {
    speeds = speeds + [base ** (-2.0 * pair / dims)]
  }
  let places = if given(positions) { positions } else { iota([steps], axis: 0) + offset }
  return reshape(cast(places, f32), places.shape + [1]) * constant(speeds)
}

// Su et al. 2021: x [.., t, d], of which pairs of elements are turned by an angle that grows with the step. A pair is an element and the one half the
// row behind it, as in Llama, or with interleaved two neighbours. Of only the first \`dims\` elements of each row, where that is given. Steps count from \`offset\`, or are \`positions\`,
// i32[t].
block rotary(
  x, base = 10000, dims = x.shape[-1], interleaved = false, offset = 0, positions = none
) {
  let angles = angles_of(x.shape[-2], dims, 1.0 * base, positions, offset)
  let wide = cast(x[.., :dims], f32)
  let turned = if interleaved {
    let pairs = reshape(wide, x.shape[:-1] + [dims / 2, 2])
    let a = pairs[.., 0]
    let b = pairs[.., 1]
    let both = stack(
      [a * cos(angles) - b * sin(angles), b * cos(angles) + a * sin(angles)], axis: -1
    )
    reshape(both, x.shape[:-1] + [dims])
  } else {
    let a = wide[.., :dims / 2]
    let b = wide[.., dims / 2:]
    concat([a * cos(angles) - b * sin(angles), b * cos(angles) + a * sin(angles)], axis: -1)
  }
  let result = cast(turned, x.dtype)
  return if dims == x.shape[-1] { result } else { concat([result, x[.., dims:]], axis: -1) }
}

// Vaswani et al. 2017: [steps, dims] of sines at even places and cosines at odd ones.
block sinusoidal(steps, dims, base = 10000) {
  let angles = angles_of(steps, dims, 1.0 * base, none, 0)
  return reshape(stack([sin(angles), cos(angles)], axis: -1), [steps, dims])
}

// Press et al. 2022: [heads, steps, keys], what attention adds to its scores as a mask: a number that falls with the distance of two steps, in each head by another slope.
// Queries are the last steps of the keys.
block alibi(heads, steps, keys = steps) {
  var count = 1
  for turn in range(1, 12) {
    if 2 ** turn <= heads {
      count = 2 ** turn
    }
  }
  var slopes = []
  for head in range(0, heads) {
    slopes = slopes
      + [
        if head < count {
          2 ** (-8.0 * (head + 1) / count)
        } else {
          2 ** (-4.0 * (2 * (head - count) + 1) / count)
        },
      ]
  }
  let shape = [steps, keys]
  let distance = abs(iota(shape, axis: 1) - iota(shape, axis: 0) - (keys - steps))
  return -cast(distance, f32) * reshape(constant(slopes), [heads, 1, 1])
}
`,
  },
  {
    name: '<prelude>/recurrent.dnn',
    text: `// Recurrent layers over x [n, t, c], unrolled over the steps: lstm, gru, rnn. Their cells are in recurrent_cells.dnn. Names, gates and first values of parameters are PyTorch's, and so
// are the arguments. One matmul computes the input's part of all gates of all steps.
//
// The result is [n, t, units], or [n, t, 2 units] of both directions. With \`states: true\` it is { output, hidden }, of lstm { output, hidden, cell },
// where hidden [layers (times 2), n, units] is the last state of each layer and direction; \`initial\` and \`initial_cell\` are of that shape. \`lengths\`, i32[n], says how many steps
// of each sample count: outputs of the others are 0, and states stay as they are.

// W x + b, where b is none in a layer without bias.
block gates_of(x, weight, bias) {
  let product = matmul(x, weight, transpose_b: true)
  return if given(bias) { product + bias } else { product }
}

// The new value where a sample has the step, else the old one, else 0.
block within_lengths(fresh, old, step, lengths) {
  if not given(lengths) {
    return fresh
  }
  return where(
    reshape(lengths, [fresh.shape[0], 1]) > step, fresh, if given(old) { old } else { 0 }
  )
}

// Steps in their order, or from the last one back.
block steps_of(x, reverse) {
  let steps = x.shape[1]
  return if reverse { range(steps - 1, -1, -1) } else { range(0, steps) }
}

// Gates i, f, g, o. Without a last cell it counts as 0.
block lstm_step(gates, cell) {
  let parts = split(gates, 4, axis: 1)
  let fresh = sigmoid(parts[0]) * tanh(parts[2])
  let next = if given(cell) { sigmoid(parts[1]) * cell + fresh } else { fresh }
  return { hidden: sigmoid(parts[3]) * tanh(next), cell: next }
}

// One direction of one layer.
block lstm_layer(x, units, name, bias, reverse, projection, initial, initial_cell, lengths) {
  let bound = 1.0 / sqrt(units)
  let width = if projection == 0 { units } else { projection }
  param weight_ih as "weight_ih_{name}": x.dtype[4 * units, x.shape[2]] = uniform(-bound, bound)
  param weight_hh as "weight_hh_{name}": x.dtype[4 * units, width] = uniform(-bound, bound)
  var both = none
  if bias {
    param bias_ih as "bias_ih_{name}": x.dtype[4 * units] = uniform(-bound, bound)
    param bias_hh as "bias_hh_{name}": x.dtype[4 * units] = uniform(-bound, bound)
    both = bias_ih + bias_hh
  }
  var onto = none
  if projection > 0 {
    param weight_hr as "weight_hr_{name}": x.dtype[projection, units] = uniform(-bound, bound)
    onto = weight_hr
  }
  let inputs = gates_of(x, weight_ih, both) as ""
  var outputs = []
  var hidden = initial
  var cell = initial_cell
  for step in steps_of(x, reverse) {
    var gates = inputs[:, step]
    if given(hidden) {
      gates = gates + matmul(hidden, weight_hh, transpose_b: true)
    }
    let next = lstm_step(gates, cell) as ""
    let shown = if given(onto) { matmul(next.hidden, onto, transpose_b: true) } else { next.hidden }
    cell = within_lengths(next.cell, cell, step, lengths) as ""
    let kept = within_lengths(shown, hidden, step, lengths) as ""
    let output = within_lengths(shown, none, step, lengths) as ""
    hidden = kept
    outputs = if reverse { [output] + outputs } else { outputs + [output] }
  }
  return { output: stack(outputs, axis: 1), hidden, cell }
}

// Gates r, z, n: what the state contributes, or its bias alone where there is no state yet.
block gru_step(inputs, hidden, weight, bias) {
  let i = split(inputs, 3, axis: 1)
  if not given(hidden) and not given(bias) {
    return (1 - sigmoid(i[1])) * tanh(i[2])
  }
  if not given(hidden) {
    let h = split(bias, 3, axis: 0)
    let fresh = tanh(i[2] + sigmoid(i[0] + h[0]) * h[2])
    return (1 - sigmoid(i[1] + h[1])) * fresh
  }
  let h = split(gates_of(hidden, weight, bias) as "", 3, axis: 1)
  let fresh = tanh(i[2] + sigmoid(i[0] + h[0]) * h[2])
  let keep = sigmoid(i[1] + h[1])
  return (1 - keep) * fresh + keep * hidden
}

block gru_layer(x, units, name, bias, reverse, initial, lengths) {
  let bound = 1.0 / sqrt(units)
  param weight_ih as "weight_ih_{name}": x.dtype[3 * units, x.shape[2]] = uniform(-bound, bound)
  param weight_hh as "weight_hh_{name}": x.dtype[3 * units, units] = uniform(-bound, bound)
  var own = none
  var from_state = none
  if bias {
    param bias_ih as "bias_ih_{name}": x.dtype[3 * units] = uniform(-bound, bound)
    param bias_hh as "bias_hh_{name}": x.dtype[3 * units] = uniform(-bound, bound)
    own = bias_ih
    from_state = bias_hh
  }
  let inputs = gates_of(x, weight_ih, own) as ""
  var outputs = []
  var hidden = initial
  for step in steps_of(x, reverse) {
    let next = gru_step(inputs[:, step], hidden, weight_hh, from_state) as ""
    let output = within_lengths(next, none, step, lengths) as ""
    hidden = within_lengths(next, hidden, step, lengths) as ""
    outputs = if reverse { [output] + outputs } else { outputs + [output] }
  }
  return { output: stack(outputs, axis: 1), hidden }
}

block rnn_step(gates, nonlinearity) {
  return if nonlinearity == "relu" { relu(gates) } else { tanh(gates) }
}

block rnn_layer(x, units, name, bias, reverse, nonlinearity, initial, lengths) {
  let bound = 1.0 / sqrt(units)
  param weight_ih as "weight_ih_{name}": x.dtype[units, x.shape[2]] = uniform(-bound, bound)
  param weight_hh as "weight_hh_{name}": x.dtype[units, units] = uniform(-bound, bound)
  var both = none
  if bias {
    param bias_ih as "bias_ih_{name}": x.dtype[units] = uniform(-bound, bound)
    param bias_hh as "bias_hh_{name}": x.dtype[units] = uniform(-bound, bound)
    both = bias_ih + bias_hh
  }
  let inputs = gates_of(x, weight_ih, both) as ""
  var outputs = []
  var hidden = initial
  for step in steps_of(x, reverse) {
    var gates = inputs[:, step]
    if given(hidden) {
      gates = gates + matmul(hidden, weight_hh, transpose_b: true)
    }
    let next = rnn_step(gates, nonlinearity) as ""
    let output = within_lengths(next, none, step, lengths) as ""
    hidden = within_lengths(next, hidden, step, lengths) as ""
    outputs = if reverse { [output] + outputs } else { outputs + [output] }
  }
  return { output: stack(outputs, axis: 1), hidden }
}

// The state that a layer and direction begins with: none where none is given.
block state_of(initial, index) {
  return if given(initial) { initial[index] } else { none }
}

// How many directions there are, and how the parameters of one are called: l0, l0_reverse, l1, …
block directions_of(bidirectional) {
  return if bidirectional { [false, true] } else { [false] }
}

block layer_name(layer, reverse) {
  return if reverse { "l{layer}_reverse" } else { "l{layer}" }
}

// Hochreiter and Schmidhuber 1997. With a projection (Sak et al. 2014), hidden states have that many numbers.
block lstm(
  x,
  units,
  layers = 1,
  bias = true,
  bidirectional = false,
  dropout = 0,
  initial = none,
  initial_cell = none,
  lengths = none,
  projection = 0,
  states = false,
) {
  var y = x
  var hidden = []
  var cells = []
  for layer in range(0, layers) {
    var outputs = []
    for reverse in directions_of(bidirectional) {
      let index = len(hidden)
      let one = lstm_layer(
        y,
        units,
        layer_name(layer, reverse),
        bias,
        reverse,
        projection,
        state_of(initial, index),
        state_of(initial_cell, index),
        lengths,
      ) as ""
      outputs = outputs + [one.output]
      hidden = hidden + [one.hidden]
      cells = cells + [one.cell]
    }
    y = between_layers(outputs, dropout, layer == layers - 1) as ""
  }
  if states {
    return { output: y, hidden: stack(hidden, axis: 0), cell: stack(cells, axis: 0) }
  }
  return y
}

// What the next layer takes: both directions beside each other, and dropout unless there is no next one.
block between_layers(outputs, rate, last) {
  let joined = if len(outputs) == 1 { outputs[0] } else { concat(outputs, axis: -1) }
  return if last { joined } else { dropout(joined, rate) as "" }
}

// Cho et al. 2014, with the state multiplied before it is reset, as PyTorch and cuDNN have it.
block gru(
  x,
  units,
  layers = 1,
  bias = true,
  bidirectional = false,
  dropout = 0,
  initial = none,
  lengths = none,
  states = false,
) {
  var y = x
  var hidden = []
  for layer in range(0, layers) {
    var outputs = []
    for reverse in directions_of(bidirectional) {
      let one = gru_layer(
        y, units, layer_name(layer, reverse), bias, reverse, state_of(initial, len(hidden)), lengths
      ) as ""
      outputs = outputs + [one.output]
      hidden = hidden + [one.hidden]
    }
    y = between_layers(outputs, dropout, layer == layers - 1) as ""
  }
  if states {
    return { output: y, hidden: stack(hidden, axis: 0) }
  }
  return y
}

// Elman 1990, with "tanh" or "relu".
block rnn(
  x,
  units,
  layers = 1,
  nonlinearity = "tanh",
  bias = true,
  bidirectional = false,
  dropout = 0,
  initial = none,
  lengths = none,
  states = false,
) {
  var y = x
  var hidden = []
  for layer in range(0, layers) {
    var outputs = []
    for reverse in directions_of(bidirectional) {
      let one = rnn_layer(
        y,
        units,
        layer_name(layer, reverse),
        bias,
        reverse,
        nonlinearity,
        state_of(initial, len(hidden)),
        lengths,
      ) as ""
      outputs = outputs + [one.output]
      hidden = hidden + [one.hidden]
    }
    y = between_layers(outputs, dropout, layer == layers - 1) as ""
  }
  if states {
    return { output: y, hidden: stack(hidden, axis: 0) }
  }
  return y
}
`,
  },
  {
    name: '<prelude>/recurrent_cells.dnn',
    text: `// One step of a recurrent layer, with a state that the caller keeps. Names, gates and first values of parameters are those of PyTorch's cells.

// One step of an lstm, x [n, c]: { hidden, cell }.
block lstm_cell(x, units, hidden = none, cell = none, bias = true) {
  let bound = 1.0 / sqrt(units)
  param weight_ih: x.dtype[4 * units, x.shape[1]] = uniform(-bound, bound)
  param weight_hh: x.dtype[4 * units, units] = uniform(-bound, bound)
  var both = none
  if bias {
    param bias_ih: x.dtype[4 * units] = uniform(-bound, bound)
    param bias_hh: x.dtype[4 * units] = uniform(-bound, bound)
    both = bias_ih + bias_hh
  }
  var gates = gates_of(x, weight_ih, both) as ""
  if given(hidden) {
    gates = gates + matmul(hidden, weight_hh, transpose_b: true)
  }
  return lstm_step(gates, cell) as ""
}

// One step of a gru, x [n, c]: the new state.
block gru_cell(x, units, hidden = none, bias = true) {
  let bound = 1.0 / sqrt(units)
  param weight_ih: x.dtype[3 * units, x.shape[1]] = uniform(-bound, bound)
  param weight_hh: x.dtype[3 * units, units] = uniform(-bound, bound)
  var own = none
  var from_state = none
  if bias {
    param bias_ih: x.dtype[3 * units] = uniform(-bound, bound)
    param bias_hh: x.dtype[3 * units] = uniform(-bound, bound)
    own = bias_ih
    from_state = bias_hh
  }
  return gru_step(gates_of(x, weight_ih, own) as "", hidden, weight_hh, from_state) as ""
}

// One step of an rnn, x [n, c]: the new state.
block rnn_cell(x, units, hidden = none, nonlinearity = "tanh", bias = true) {
  let bound = 1.0 / sqrt(units)
  param weight_ih: x.dtype[units, x.shape[1]] = uniform(-bound, bound)
  param weight_hh: x.dtype[units, units] = uniform(-bound, bound)
  var both = none
  if bias {
    param bias_ih: x.dtype[units] = uniform(-bound, bound)
    param bias_hh: x.dtype[units] = uniform(-bound, bound)
    both = bias_ih + bias_hh
  }
  var gates = gates_of(x, weight_ih, both) as ""
  if given(hidden) {
    gates = gates + matmul(hidden, weight_hh, transpose_b: true)
  }
  return rnn_step(gates, nonlinearity) as ""
}
`,
  },
  {
    name: '<prelude>/reductions.dnn',
    text: `// What is computed over axes, all of them where \`axis\` is left out, and along one. 16-bit floats are computed in f32.

// How many elements a tensor of this shape has.
block extent_of(shape) {
  var count = 1
  for extent in shape {
    count = count * extent
  }
  return count
}

block elements_of(x) {
  return extent_of(x.shape)
}

// The sum of squared distances from the mean over count - correction. NumPy's is correction: 0.
block variance(x, axis = range(0, x.rank), correction = 1, keep = false) {
  let wide = cast(x, f32)
  let centre = mean(wide, axis: axis, keep: true)
  let centred = wide - centre
  let count = elements_of(x) / elements_of(centre)
  let total = sum(centred * centred, axis: axis, keep: keep)
  return cast(total / max(count - correction, 0), x.dtype)
}

// The root of the variance. Its gradient at 0 is 0.
block std(x, axis = range(0, x.rank), correction = 1, keep = false) {
  let square = variance(cast(x, f32), axis, correction, keep)
  return cast(where(square == 0, 0, sqrt(square)), x.dtype)
}

// The p-norm of x: the root of the sum of squares by default. p may be any number, 1e39 and -1e39 for the greatest and the least of |x|, and 0 for the
// number of elements that are not 0. Its gradient at 0 is 0.
block norm(x, p = 2, axis = range(0, x.rank), keep = false) {
  let wide = cast(x, f32)
  if p == 0 {
    return cast(sum(wide != 0, axis: axis, keep: keep), x.dtype)
  }
  if p == 1 {
    return cast(sum(abs(wide), axis: axis, keep: keep), x.dtype)
  }
  if p > 3e38 {
    return cast(max(abs(wide), axis: axis, keep: keep), x.dtype)
  }
  if p < -3e38 {
    return cast(min(abs(wide), axis: axis, keep: keep), x.dtype)
  }
  let total = sum(if p == 2 { wide * wide } else { abs(wide) ** p }, axis: axis, keep: keep)
  let root = if p == 2 { sqrt(total) } else { total ** (1.0 / p) }
  return cast(where(total == 0, if p > 0 { 0 } else { root }, root), x.dtype)
}

// (x - mean) / std, of one number or of one for each place along an axis: torchvision's Normalize.
block less_mean_by_std(x, mean, std, axis) {
  let at = axis_of(x, axis)
  let shape = [x.shape[at]] + [1] * (x.rank - at - 1)
  let less = reshape(constant(per_axis(mean, x.shape[at])), shape)
  let wide = (cast(x, f32) - less) / reshape(constant(per_axis(std, x.shape[at])), shape)
  return if is_whole(x) { wide } else { cast(wide, x.dtype) }
}

// x divided by its p-norm along an axis, where what is below epsilon counts as epsilon. With \`mean\` or \`std\` it is something else that PyTorch's users call so: normalized.
block normalize(x, p = 2, axis = 1, epsilon = 1e-12, mean = none, std = none) {
  if given(mean) or given(std) {
    return less_mean_by_std(
      x, if given(mean) { mean } else { 0.0 }, if given(std) { std } else { 1.0 }, axis
    )
  }
  let wide = cast(x, f32)
  return cast(wide / maximum(norm(wide, p, axis: axis, keep: true), epsilon), x.dtype)
}

// log(sum(exp(x))), in which no exponential can overflow.
block logsumexp(x, axis = range(0, x.rank), keep = false) {
  let wide = cast(x, f32)
  let most = stop_gradient(max(wide, axis: axis, keep: true))
  let shift = where(abs(most) == 1e39, 0, most)
  let total = log(sum(exp(wide - shift), axis: axis, keep: keep))
  let back = if keep { shift } else { sum(shift, axis: axis) }
  return cast(total + back, x.dtype)
}

// Whether any element is true, or not 0.
block any(x, axis = range(0, x.rank), keep = false) {
  return max(truth_of(x), axis: axis, keep: keep)
}

// Whether all elements are true, or not 0.
block all(x, axis = range(0, x.rank), keep = false) {
  return min(truth_of(x), axis: axis, keep: keep)
}

block truth_of(x) {
  return if x.dtype == bool { x } else { x != 0 }
}

// How many elements are true, or not 0: i32.
block count_nonzero(x, axis = range(0, x.rank)) {
  return sum(cast(truth_of(x), i32), axis: axis)
}

// The products of the first elements along an axis, one more each time: of neighbours first, then of these products, so that steps are few.
block cumprod(x, axis) {
  let at = axis_of(x, axis)
  var y = x
  var step = 1
  for turn in range(0, 32) {
    if step < x.shape[at] {
      y = y * shifted(y, at, step, 1)
      step = 2 * step
    }
  }
  return y
}
`,
  },
  {
    name: '<prelude>/schedules.dnn',
    text: `// Schedules, which stand in the place of a rate and count updates. \`rate\` may be a schedule itself. With \`after\`, one begins that many updates later,
// and gives its first rate until then: \`warmup(cosine_decay(0.1, total: 900, after: 100), steps: 100)\`.

// The number of earlier updates, less those that \`after\` waits for.
block earlier_updates(after = 0) {
  state step: i32[] = 0
  let s = cast(step, f32)
  step := step + 1
  return if after == 0 { s } else { maximum(s - after, 0) }
}

// The share \`part\` of the way from a to b: along a cosine, or in a straight line.
block between(a, b, part, anneal) {
  if anneal == "linear" {
    return a + (b - a) * part
  }
  return b + (a - b) * (0.5 + 0.5 * cos(3.141592653589793 * part))
}

// From \`start\` times the rate to \`end\` times the rate in a straight line, in \`total\` updates.
block linear_decay(rate, total = 5, start = 1.0 / 3, end = 1, after = 0) {
  let part = minimum(earlier_updates(after) as "", total) / total
  return rate * (start + (end - start) * part)
}

// The same before another schedule.
block warmup(rate, steps, start = 1.0 / 3) {
  return linear_decay(rate, steps, start) as ""
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

// A rate that is multiplied by \`factor\` at each of the milestones, which are counts of updates.
block multi_step(rate, milestones, factor = 0.1, after = 0) {
  let s = earlier_updates(after) as ""
  var scale = 1.0
  for milestone in milestones {
    scale = scale * where(s >= milestone, factor, 1)
  }
  return rate * scale
}

// A rate that is multiplied by \`factor\` after every update. The logarithm is that of the factor, and not of the nearest number to it.
block exponential_decay(rate, factor, after = 0) {
  return rate * exp(earlier_updates(after) as "" * log1p(factor - 1))
}

// A rate that falls to 0 in \`total\` updates, as the given power of what is left of them.
block polynomial_decay(rate, total = 5, power = 1, after = 0) {
  let left = 1 - minimum(earlier_updates(after) as "", total) / total
  return rate * (if power == 1 { left } else { left ** power })
}

// Loshchilov and Hutter 2017: a rate that falls to \`least\` along a cosine in \`total\` updates. It rises again after them, as PyTorch's does.
block cosine_decay(rate, total, least = 0, after = 0) {
  return between(rate, least, earlier_updates(after) as "" / total, "cos")
}

// The same, from the beginning again after \`period\` updates; each period is \`growth\` times as long as the one before.
block cosine_restarts(rate, period, growth = 1, least = 0, after = 0) {
  let s = earlier_updates(after) as ""
  if growth == 1 {
    return between(rate, least, (s - period * floor(s / period)) / period, "cos")
  }
  var begin = 0.0
  var length = 1.0 * period
  var start = 0
  for turn in range(1, 32) {
    start = start + period * growth ** (turn - 1)
    if start < 16777216 {
      begin = where(s >= start, 1.0 * start, begin)
      length = where(s >= start, 1.0 * period * growth ** turn, length)
    }
  }
  return between(rate, least, (s - begin) / length, "cos")
}

// Smith and Topin 2019: from rate / start up to the rate in the share \`rising\` of all updates, then down to rate / start / end, with three_phase first
// down to where it began in as many updates as it rose.
block one_cycle(
  rate, total, rising = 0.3, anneal = "cos", start = 25, end = 10000, three_phase = false, after = 0
) {
  let s = minimum(earlier_updates(after) as "", total - 1)
  let top = rising * total - 1
  let low = rate * (1.0 / start)
  let least = low * (1.0 / end)
  let up = between(low, rate, s / top, anneal)
  if three_phase {
    let foot = 2 * rising * total - 2
    let down = between(rate, low, (s - top) / (foot - top), anneal)
    let out = between(low, least, (s - foot) / (total - 1 - foot), anneal)
    return where(s <= top, up, where(s <= foot, down, out))
  }
  return where(s <= top, up, between(rate, least, (s - top) / (total - 1 - top), anneal))
}
`,
  },
  {
    name: '<prelude>/sorting.dnn',
    text: `// Elements in order along an axis. The place of an element is how many come before it, so that elements are compared with each other: the time grows with the
// square of the extent, and no more than the elements are stored. NaN counts as greatest. Equal elements keep their order.

// For each element of the last axis, how many come before it.
block ranks_of(x, descending) {
  let extent = x.shape[-1]
  let own = reshape(x, x.shape + [1])
  let other = reshape(x, x.shape[:-1] + [1, extent])
  let before = iota([extent, extent], axis: 1) < iota([extent, extent], axis: 0)
  if is_whole(x) {
    let ahead = if descending { other > own } else { other < own }
    return sum(cast(ahead or other == own and before, i32), axis: -1)
  }
  let both = own != own and other != other
  let ahead = if descending {
    other > own or other != other and own == own
  } else {
    other < own or own != own and other == other
  }
  return sum(cast(ahead or (other == own or both) and before, i32), axis: -1)
}

// The axis as the last one, and the way back.
block axis_last(x, axis) {
  return range(0, axis) + range(axis + 1, x.rank) + [axis]
}

block axis_back(x, axis) {
  return range(0, axis) + [x.rank - 1] + range(axis, x.rank - 1)
}

// Of each row of the last axis, where the first k elements in order lie.
block first_places(x, k, descending) {
  let extent = x.shape[-1]
  let ranks = reshape(ranks_of(stop_gradient(x), descending), x.shape[:-1] + [1, extent])
  let wanted = ranks == reshape(iota([k], axis: 0), [k, 1])
  return sum(where(wanted, iota([k, extent], axis: 1), 0), axis: -1)
}

// The first k elements in order along an axis, and where they lie.
block ordered(x, k, axis, descending) {
  let at = axis_of(x, axis)
  let rows = transpose(x, axis_last(x, at))
  let places = first_places(rows, k, descending)
  let values = take_along(rows, places, -1)
  return {
    values: transpose(values, axis_back(x, at)), indices: transpose(places, axis_back(x, at))
  }
}

// The elements in order, and where they lie: \`sort(x).values\`, \`sort(x).indices\`.
block sort(x, axis = -1, descending = false) {
  return ordered(x, x.shape[axis], axis, descending)
}

// Where the elements in order lie.
block argsort(x, axis = -1, descending = false) {
  let sorted = ordered(x, x.shape[axis], axis, descending)
  return sorted.indices
}

// The k greatest elements in order, or the least, and where they lie: \`top_k(x, 5).values\`.
block top_k(x, k, axis = -1, largest = true) {
  return ordered(x, k, axis, largest)
}
`,
  },
  {
    name: '<prelude>/transformers.dnn',
    text: `// Layers of transformers (Vaswani et al. 2017), whose parts are called as those of PyTorch's nn.TransformerEncoderLayer and nn.TransformerDecoderLayer. x and memory are
// [n, t, c]. Masks are those of multi_head_attention: true is not seen.

block feed_forward(x, width, rate, activation) {
  let inner = x |> dense(width) as linear1
  let active = if activation == "gelu" { gelu(inner) } else { relu(inner) }
  return dropout(active, rate) |> dense(x.shape[-1]) as linear2
}

// With norm_first, norms are before what they belong to and not behind the sum.
block transformer_encoder_layer(
  x,
  heads,
  feedforward = 2048,
  dropout = 0.1,
  activation = "relu",
  epsilon = 1e-5,
  norm_first = false,
  causal = false,
  mask = none,
  key_padding_mask = none,
) {
  let before = if norm_first { x |> layer_norm(epsilon) as norm1 } else { x }
  let seen = before
    |> multi_head_attention(
      heads, causal: causal, attn_mask: mask, key_padding_mask: key_padding_mask, dropout: dropout
    ) as self_attn
  let sum = x + dropout(seen, dropout)
  let middle = if norm_first { sum } else { sum |> layer_norm(epsilon) as norm1 }
  let inner = if norm_first { middle |> layer_norm(epsilon) as norm2 } else { middle }
  let result = middle
    + dropout(feed_forward(inner, feedforward, dropout, activation) as "", dropout)
  return if norm_first { result } else { result |> layer_norm(epsilon) as norm2 }
}

// Attends to itself, by default to earlier steps only, and then to the memory, what an encoder gives.
block transformer_decoder_layer(
  x,
  memory,
  heads,
  feedforward = 2048,
  dropout = 0.1,
  activation = "relu",
  epsilon = 1e-5,
  norm_first = false,
  causal = true,
  mask = none,
  memory_mask = none,
  key_padding_mask = none,
  memory_key_padding_mask = none,
) {
  let first = if norm_first { x |> layer_norm(epsilon) as norm1 } else { x }
  let own = first
    |> multi_head_attention(
      heads, causal: causal, attn_mask: mask, key_padding_mask: key_padding_mask, dropout: dropout
    ) as self_attn
  let sum = x + dropout(own, dropout)
  let y = if norm_first { sum } else { sum |> layer_norm(epsilon) as norm1 }
  let second = if norm_first { y |> layer_norm(epsilon) as norm2 } else { y }
  let seen = second
    |> multi_head_attention(
      heads,
      key: memory,
      attn_mask: memory_mask,
      key_padding_mask: memory_key_padding_mask,
      dropout: dropout,
    ) as multihead_attn
  let both = y + dropout(seen, dropout)
  let z = if norm_first { both } else { both |> layer_norm(epsilon) as norm2 }
  let inner = if norm_first { z |> layer_norm(epsilon) as norm3 } else { z }
  let result = z + dropout(feed_forward(inner, feedforward, dropout, activation) as "", dropout)
  return if norm_first { result } else { result |> layer_norm(epsilon) as norm3 }
}
`,
  },
  {
    name: '<prelude>/windows.dnn',
    text: `// Windows of feature maps [n, c, h, w] that are taken apart and put together again.

// How many windows there are along an axis.
block windows_along(extent, kernel, dilation, padding, stride) {
  return (extent + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1
}

// From [n, c, h, w] to [n, c kh kw, windows]: the elements of each window in a column.
block unfold(x, kernel, dilation = 1, padding = 0, stride = 1) {
  let k = per_axis(kernel, 2)
  let d = per_axis(dilation, 2)
  let p = per_axis(padding, 2)
  let s = per_axis(stride, 2)
  let rows = windows_along(x.shape[2], k[0], d[0], p[0], s[0])
  let columns = windows_along(x.shape[3], k[1], d[1], p[1], s[1])
  let padded = pad(x, [0, 0, p[0], p[1]])
  var taps = []
  for i in range(0, k[0]) {
    for j in range(0, k[1]) {
      let met = along(padded, 2, i * d[0], rows, s[0])
      taps = taps + [along(met, 3, j * d[1], columns, s[1])]
    }
  }
  return reshape(stack(taps, axis: 2), [x.shape[0], x.shape[1] * k[0] * k[1], rows * columns])
}

// Elements along an axis, \`stride\` apart, with zeros between them, \`before\` zeros before them and zeros behind up to \`extent\`.
block spread_along(x, axis, stride, before, extent) {
  let count = x.shape[axis]
  let behind = x.shape[axis + 1:]
  let none_else = [[0, 0]] * (x.rank - axis - 1)
  let apart = reshape(x, x.shape[:axis] + [count, 1] + behind)
  let wide = reshape(
    pad(apart, [[0, 0]] * (axis + 1) + [[0, stride - 1]] + none_else),
    x.shape[:axis] + [count * stride] + behind,
  )
  let used = along(wide, axis, 0, (count - 1) * stride + 1)
  let after = extent - before - (count - 1) * stride - 1
  return pad(used, [[0, 0]] * axis + [[before, after]] + none_else)
}

// From [n, c kh kw, windows] to [n, c, h, w]: the sums of what windows have at a place.
block fold(x, output_size, kernel, dilation = 1, padding = 0, stride = 1) {
  let size = per_axis(output_size, 2)
  let k = per_axis(kernel, 2)
  let d = per_axis(dilation, 2)
  let p = per_axis(padding, 2)
  let s = per_axis(stride, 2)
  let rows = windows_along(size[0], k[0], d[0], p[0], s[0])
  let columns = windows_along(size[1], k[1], d[1], p[1], s[1])
  let channels = x.shape[1] / (k[0] * k[1])
  let taps = reshape(x, [x.shape[0], channels, k[0] * k[1], rows, columns])
  let height = size[0] + 2 * p[0]
  let width = size[1] + 2 * p[1]
  var total = 0
  for i in range(0, k[0]) {
    for j in range(0, k[1]) {
      let tap = spread_along(taps[:, :, i * k[1] + j], 2, s[0], i * d[0], height)
      let placed = spread_along(tap, 3, s[1], j * d[1], width)
      total = if i + j == 0 { placed } else { total + placed }
    }
  }
  return total[:, :, p[0]:p[0] + size[0], p[1]:p[1] + size[1]]
}

// The first place and the place behind the last one of a window that adaptive pooling has.
block adaptive_start(place, count, extent) {
  return place * extent / count
}

block adaptive_end(place, count, extent) {
  return ((place + 1) * extent + count - 1) / count
}

// The mean or the greatest of each of \`count\` windows along an axis, which lie at equal distances and overlap where they must.
block adaptive_along(x, axis, count, kind) {
  let extent = x.shape[axis]
  if extent == count {
    return x
  }
  var parts = []
  for place in range(0, count) {
    let start = adaptive_start(place, count, extent)
    let window = along(x, axis, start, adaptive_end(place, count, extent) - start)
    let value = if kind == "max" {
      max(window, axis: axis, keep: true)
    } else {
      mean(window, axis: axis, keep: true)
    }
    parts = parts + [value]
  }
  return concat(parts, axis: axis)
}

block adaptive_pool(x, size, kind) {
  let spatial = x.rank - 2
  let sizes = per_axis(size, spatial)
  var counts = []
  var kernel = []
  var isEven = true
  for axis in range(0, spatial) {
    let count = if given(sizes[axis]) { sizes[axis] } else { x.shape[axis + 2] }
    counts = counts + [count]
    kernel = kernel + [x.shape[axis + 2] / count]
    isEven = isEven and x.shape[axis + 2] % count == 0
  }
  if isEven and spatial < 3 {
    return if kind == "max" { max_pool(x, kernel) } else { avg_pool(x, kernel) }
  }
  // The last axis first, so that of equal elements the first row by row has the gradient.
  var y = x
  for turn in range(0, spatial) {
    let axis = spatial - 1 - turn
    y = adaptive_along(y, axis + 2, counts[axis], kind)
  }
  return y
}

// The means of windows, as many as \`size\` says for each spatial axis; \`none\` leaves an axis as it is.
block adaptive_avg_pool(x, size) {
  return adaptive_pool(x, size, "mean")
}

// The greatest elements of such windows.
block adaptive_max_pool(x, size) {
  return adaptive_pool(x, size, "max")
}
`,
  },
  {
    name: '<prelude>/wrappers.dnn',
    text: `// What stands in the place of a layer's weight: conv2d(x, 8, kernel: 3, with: weight_norm). Names and equations are those of PyTorch's
// torch.nn.utils, whose \`dim\` is \`axis\`: that of the output channels, which is 1 for transposed convolutions. The first parameter is the
// weight as it is stored, under its own name.

// Salimans and Kingma 2016: a direction and a length for each output channel. At first it is the weight as the layer draws it.
block weight_norm(weight_v, axis = 0) {
  let others = range(0, axis) + range(axis + 1, weight_v.rank)
  let length = sqrt(sum(weight_v * weight_v, axis: others, keep: true))
  param weight_g: like(length) = length
  return weight_v * (weight_g / length)
}

block normalised(x, epsilon) {
  return x / maximum(sqrt(sum(x * x)), epsilon)
}

// Miyato et al. 2018: the weight divided by its largest singular value, whose vectors follow it by one step of power iteration in each
// training step. They begin with equal numbers.
block spectral_norm(weight_orig, steps = 1, epsilon = 1e-12, axis = 0) {
  let rows = weight_orig.shape[axis]
  let others = range(0, axis) + range(axis + 1, weight_orig.rank)
  var columns = 1
  for other in others {
    columns = columns * weight_orig.shape[other]
  }
  let turned = if axis == 0 { weight_orig } else { transpose(weight_orig, [axis] + others) }
  let matrix = reshape(turned, [rows, columns])
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
