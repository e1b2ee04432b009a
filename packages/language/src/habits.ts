/**
 * What people write out of habit from Python, NumPy and PyTorch, and what to write here instead: functions that have another name,
 * functions that are an expression here, and words and forms of those languages.
 */

const called = (here: string, ...elsewhere: readonly string[]) => elsewhere.map(name => [name, here] as const);

/** Names of other libraries for what has another name here; the key is theirs, the value is ours. */
export const renamed: ReadonlyMap<string, string> = new Map([
  ...called('dense', 'linear', 'Linear', 'fc', 'Dense'),
  ...called('concat', 'cat', 'concatenate', 'hstack', 'vstack'),
  ...called('keep', 'keepdim', 'keepdims'),
  ...called('avg_pool', 'avg_pool2d', 'AvgPool2d', 'mean_pool'),
  ...called('max_pool', 'max_pool2d', 'MaxPool2d'),
  ...['1d', '2d', '3d'].flatMap(axes => [
    ...called('adaptive_avg_pool', `adaptive_avg_pool${axes}`, `AdaptiveAvgPool${axes}`),
    ...called('adaptive_max_pool', `adaptive_max_pool${axes}`, `AdaptiveMaxPool${axes}`),
    ...called('reflect_pad', `ReflectionPad${axes}`, `reflection_pad${axes}`),
    ...called('replicate_pad', `ReplicationPad${axes}`, `replication_pad${axes}`),
    ...called('circular_pad', `CircularPad${axes}`),
  ]),
  ...called('hard_tanh', 'hardtanh', 'Hardtanh'),
  ...called('hard_shrink', 'hardshrink', 'Hardshrink'),
  ...called('soft_shrink', 'softshrink', 'Softshrink'),
  ...called('tanh_shrink', 'tanhshrink', 'Tanhshrink'),
  ...called('log_sigmoid', 'logsigmoid', 'LogSigmoid'),
  ...called('hard_sigmoid', 'hardsigmoid', 'Hardsigmoid'),
  ...called('hard_swish', 'hardswish', 'Hardswish'),
  ...called('prelu', 'PReLU'),
  ...called('variance', 'var_mean'),
  ...called('std', 'std_mean'),
  ...called('clamp', 'clip', 'clamp_min', 'clamp_max'),
  ...called('top_k', 'topk'),
  ...called('cumprod', 'cumulative_product'),
  ...called('take_along', 'take_along_dim', 'take_along_axis'),
  ...called('pixel_shuffle', 'PixelShuffle', 'depth_to_space'),
  ...called('pixel_unshuffle', 'PixelUnshuffle', 'space_to_depth'),
  ...called('unfold', 'Unfold', 'im2col'),
  ...called('fold', 'Fold', 'col2im'),
  ...called('logsumexp', 'log_sum_exp'),
  ...called('batch_norm', 'batch_norm2d', 'BatchNorm1d', 'BatchNorm2d', 'BatchNorm3d', 'bn'),
  ...called('instance_norm', 'InstanceNorm1d', 'InstanceNorm2d', 'InstanceNorm3d'),
  ...called('local_response_norm', 'LocalResponseNorm', 'lrn'),
  ...called('embedding_bag', 'EmbeddingBag'),
  ...called('affine', 'elementwise_affine'),
  ...called('axes', 'normalized_shape'),
  ...called('axis', 'dim', 'dims', 'axes'),
  ...called('transpose', 'permute', 'swapaxes', 'moveaxis', 't'),
  ...called('reshape', 'view'),
  ...called('broadcast_to', 'expand'),
  ...called('upsample', 'interpolate', 'Upsample'),
  ...called('silu', 'swish'),
  ...called('rate', 'lr', 'learning_rate'),
  ...called('decay', 'weight_decay', 'wd'),
  ...called('stop_gradient', 'detach', 'no_grad'),
  ...called('mse', 'mse_loss', 'MSELoss'),
  ...called('mae', 'l1_loss', 'L1Loss'),
  ...called('huber', 'huber_loss', 'HuberLoss'),
  ...called('smooth_l1', 'smooth_l1_loss', 'SmoothL1Loss'),
  ...called('binary_cross_entropy', 'bce', 'bce_loss', 'BCELoss'),
  ...called('binary_cross_entropy_with_logits', 'bce_with_logits', 'BCEWithLogitsLoss'),
  ...called('cross_entropy', 'CrossEntropyLoss', 'softmax_cross_entropy'),
  ...called('nll_loss', 'NLLLoss'),
  ...called('kl_div', 'KLDivLoss', 'kl_divergence'),
  ...called('ctc_loss', 'CTCLoss'),
  ...called('triplet_margin', 'triplet_margin_loss', 'TripletMarginLoss'),
  ...called('poisson_nll', 'poisson_nll_loss', 'PoissonNLLLoss'),
  ...called('gaussian_nll', 'gaussian_nll_loss', 'GaussianNLLLoss'),
  ...called('margin_ranking', 'margin_ranking_loss', 'MarginRankingLoss'),
  ...called('hinge_embedding', 'hinge_embedding_loss', 'HingeEmbeddingLoss'),
  ...called('cosine_embedding', 'cosine_embedding_loss', 'CosineEmbeddingLoss'),
  ...called('cosine_similarity', 'CosineSimilarity'),
  ...called('pairwise_distance', 'PairwiseDistance', 'cdist'),
  ...called('soft_margin', 'soft_margin_loss', 'SoftMarginLoss'),
  ...called('multi_margin', 'multi_margin_loss', 'MultiMarginLoss'),
  ...called('multilabel_soft_margin', 'multilabel_soft_margin_loss', 'MultiLabelSoftMarginLoss'),
  ...called('focal', 'focal_loss', 'sigmoid_focal_loss'),
  ...called('dice', 'dice_loss', 'DiceLoss'),
  ...['SGD', 'Adam', 'AdamW', 'RMSprop', 'RMSProp', 'NAdam', 'RAdam', 'Adamax', 'Adagrad', 'Adadelta', 'Rprop'].map(
    name => [name, name.toLowerCase()] as const,
  ),
  ...called('lion', 'Lion'),
  ...called('lamb', 'LAMB', 'Lamb'),
  ...called('adafactor', 'Adafactor', 'AdaFactor'),
  ...called('step_decay', 'StepLR', 'step_lr'),
  ...called('multi_step', 'MultiStepLR', 'multistep_lr'),
  ...called('exponential_decay', 'ExponentialLR'),
  ...called('polynomial_decay', 'PolynomialLR'),
  ...called('linear_decay', 'LinearLR'),
  ...called('cosine_decay', 'CosineAnnealingLR', 'cosine_annealing'),
  ...called('cosine_restarts', 'CosineAnnealingWarmRestarts'),
  ...called('one_cycle', 'OneCycleLR', 'onecycle'),
  ...called('factor', 'gamma'),
  ...called('total', 'total_iters', 'total_steps', 'T_max'),
  ...called('period', 'T_0'),
  ...called('growth', 'T_mult'),
  ...called('least', 'eta_min'),
  ...called('rising', 'pct_start'),
  ...called('rate_decay', 'lr_decay'),
  ...called('centred', 'centered'),
  ...called('epsilon', 'eps'),
  ...called('reduce', 'reduction'),
  ...called('channels', 'out_channels', 'filters'),
  ...called('units', 'out_features'),
  ...called('kernel', 'kernel_size'),
  ...called('random_uniform', 'rand'),
  ...called('random_normal', 'randn'),
  ...called('constant', 'full', 'fill'),
  ...called('matmul', 'mm', 'bmm', 'dot'),
  ...called('multi_head_attention', 'MultiheadAttention'),
  ...called('lstm_cell', 'LSTMCell'),
  ...called('gru_cell', 'GRUCell'),
  ...called('rnn_cell', 'RNNCell'),
  ...called('layers', 'num_layers'),
  ...called('causal', 'is_causal'),
  ...called('initial', 'h0', 'h_0', 'hx'),
  ...called('initial_cell', 'c0', 'c_0'),
  ...called('projection', 'proj_size'),
  ...called('attention', 'scaled_dot_product_attention'),
  ...called('where', 'masked_fill'),
]);

/** Names for what has no name here, with how it is written. */
export const advised: ReadonlyMap<string, string> = new Map([
  ...called('write x ** 2', 'square'),
  ...called('write 1 / x', 'reciprocal'),
  ...called('write x ** y', 'power'),
  ...called('write x % y', 'mod', 'fmod', 'remainder'),
  ...called('write reshape(x, shape), with a 1 for the new axis', 'unsqueeze', 'expand_dims'),
  ...called('write reshape(x, shape), without the axis', 'squeeze'),
  ...called('write zeros(x.shape)', 'zeros_like'),
  ...called('write ones(x.shape)', 'ones_like'),
  ...called('write cast(x, i32)', 'int', 'long'),
  ...called('write cast(x, f32)', 'float', 'double', 'half'),
  ...called('floats are f32', 'float16', 'float32', 'float64', 'bfloat16', 'f16', 'bf16', 'f64'),
  ...called('integers are i32', 'int8', 'int16', 'int32', 'int64', 'i8', 'i16', 'i64'),
  ...called('write for i in range(len(list))', 'enumerate', 'zip'),
  ...called('write note(x.shape), which shows what is known when the program is compiled', 'print'),
  ...called('a tensor is a value: the name alone will do', 'clone', 'copy', 'contiguous'),
  ...called('write true', 'True'),
  ...called('write false', 'False'),
  ...called('write none, or leave the argument out', 'None', 'null'),
  ...called(
    'functions stand alone: relu(x), not torch.relu(x); element types are f32, i32 and bool',
    ...['torch', 'nn', 'F', 'np', 'numpy', 'jnp', 'tf', 'keras'],
  ),
  ...called('a layer is a call with a label: x |> dense(10) as fc', 'self'),
]);

/** Advice for names after a point, such as `x.T`. */
const members: ReadonlyMap<string, string> = new Map([
  ...called('write transpose(x)', 'T', 'mT'),
  ...called('write x.rank', 'ndim', 'dim'),
  ...called('write x.shape, or x.shape[0] for one extent', 'size', 'shape'),
  ...called('the value itself is what a program returns', 'item', 'numpy', 'data'),
  ...called('write stop_gradient(x)', 'detach'),
  ...called(
    'minimize finds gradients by itself, and gradient(y, x) gives one as a value',
    'backward',
    'grad',
    'zero_grad',
    'step',
  ),
  ...called('a program runs where its chip is', 'cuda', 'cpu', 'to', 'device'),
]);

/** The advice for a property `x.name`; undefined if there is none. */
export function adviceForMember(name: string): string | undefined {
  return members.get(name);
}

/** The advice for `base.name(…)`, since the language has neither modules nor methods. `base` is the leftmost name, if there is one. */
export function adviceForMethod(base: string | undefined, name: string): string {
  const here = renamed.get(name) ?? name.toLowerCase();
  if (base === 'self') return advised.get('self')!;
  if (base !== undefined && advised.has(base)) return advised.get(name) ?? `functions stand alone: write ${here}(…)`;
  return members.get(name) ?? advised.get(name) ?? `there are no methods: write ${here}(x, …), or x |> ${here}(…)`;
}

/** Words that begin or join statements in other languages, and are ordinary names here. */
export const foreignWords: ReadonlyMap<string, string> = new Map([
  ...called('write `else if`', 'elif', 'elseif', 'elsif'),
  ...called('write `block f(x) { … }`', 'def', 'fn', 'func', 'function'),
  ...called('write a `block` or `model`; its layers are calls in its body', 'class', 'struct'),
  ...called('functions have names: write `block f(x) { … }`', 'lambda'),
  ...called('loops end while compiling: write `for i in range(n) { … }`', 'while', 'foreach', 'do'),
  ...called('an empty body is `{ }`', 'pass'),
  ...called('write `import "./file.dnn"`', 'from', 'require', 'include'),
  ...called('write `==`', 'is'),
  ...called('declare it with `let` or `var`', 'mut', 'auto'),
  ...called('write `if` in the body, or `expect peak <= …`', 'assert', 'raise', 'try', 'with'),
]);
