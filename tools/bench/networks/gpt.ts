/**
 * The character transformer as an ONNX graph: its values are `[64, 256]`, the steps of one sequence. And the last step of one alone, with the keys and values of
 * those before it: here they are states, there constants, which saves the runtime copying them in and out for each step.
 */
import type { OnnxGraph, Tensor } from '../onnx/graph.ts';
import { affine, binary, dense, matmul, reshape, softmax, transpose } from '../onnx/layers.ts';
import { example, type Network } from './network.ts';

const [steps, width, heads, layers, vocabulary] = [64, 256, 4, 4, 128];

export const gpt: Network = {
  name: 'GPT, 4 layers, 64 steps',
  source: example('gpt.dnn'),
  integersBelow: vocabulary,
  onnx: g => {
    const ids = g.input('ids', [1, steps], 'i32');
    const characters = g.node('Gather', [g.weight('characters.weight'), ids], [1, steps, width], { axis: 0 });
    let x = binary(g, 'Add', reshape(g, characters, [steps, width]), g.weight('places.weight'));
    for (let i = 0; i < layers; i++) x = decoderLayer(g, x, `layer${i}`);
    return reshape(g, dense(g, layerNorm(g, x, 'norm'), 'head', false), [1, steps, vocabulary]);
  },
};

const stepText = `block mlp(x) { x |> dense(${4 * width}) as up |> gelu |> dense(${width}) as down }

block decoder_layer(x) {
  let seen = x |> layer_norm() as norm1 |> multi_head_attention(${heads}, cache: ${steps}, at: ${steps - 1}) as attention
  let y = x + seen
  return y + (y |> layer_norm() as norm2 |> mlp as mlp)
}

model next(ids: i32[1, 1]) -> f32[1, 1, ${vocabulary}] {
  let place = iota([1], axis: 0) + ${steps - 1} |> embedding(${steps}, ${width}) as places
  var x = embedding(ids, ${vocabulary}, ${width}) as characters + place
  for i in range(${layers}) {
    x = x |> decoder_layer as "layer{i}"
  }
  return x |> layer_norm() as norm |> dense(${vocabulary}, bias: false) as head
}
`;

export const gptStep: Network = {
  name: 'GPT, the 64th step with a cache',
  source: { name: 'gpt_step.dnn', text: stepText },
  integersBelow: vocabulary,
  onnx: g => {
    const ids = g.input('ids', [1, 1], 'i32');
    const character = g.node('Gather', [g.weight('characters.weight'), ids], [1, 1, width], { axis: 0 });
    const last = g.constant('last', [1], BigInt64Array.of(BigInt(steps - 1)));
    const place = g.node('Gather', [g.weight('places.weight'), last], [1, width], { axis: 0 });
    let x = binary(g, 'Add', reshape(g, character, [1, width]), place);
    for (let i = 0; i < layers; i++) x = decoderLayer(g, x, `layer${i}`);
    return reshape(g, dense(g, layerNorm(g, x, 'norm'), 'head', false), [1, 1, vocabulary]);
  },
};

function decoderLayer(g: OnnxGraph, x: Tensor, path: string): Tensor {
  const y = binary(g, 'Add', x, attention(g, layerNorm(g, x, `${path}.norm1`), `${path}.attention`));
  const up = dense(g, layerNorm(g, y, `${path}.norm2`), `${path}.mlp.up`);
  return binary(g, 'Add', y, dense(g, gelu(g, up), `${path}.mlp.down`));
}

function layerNorm(g: OnnxGraph, x: Tensor, path: string): Tensor {
  const operands = [x, g.weight(`${path}.weight`), g.weight(`${path}.bias`)];
  return g.node('LayerNormalization', operands, x.shape, { axis: -1, epsilon: { float: 1e-5 } });
}

/** Written as exporters write gelu, so that the runtime recognises and fuses it. */
function gelu(g: OnnxGraph, x: Tensor): Tensor {
  const number = (value: number) => g.constant(`number ${value}`, [], Float32Array.of(value));
  const halves = g.node('Div', [x, number(Math.SQRT2)], x.shape);
  const share = binary(g, 'Add', g.node('Erf', [halves], x.shape), number(1));
  return binary(g, 'Mul', binary(g, 'Mul', x, share), number(0.5));
}

/** Causal attention: step i sees the steps up to i, and a single step all those before it, whose keys and values are those that the program's states begin with. */
function attention(g: OnnxGraph, x: Tensor, path: string): Tensor {
  const channels = width / heads;
  const [rows] = x.shape;
  const projected = affine(g, x, `${path}.in_proj_weight`, `${path}.in_proj_bias`);
  const apart = transpose(g, reshape(g, projected, [rows, 3, heads, channels]), [1, 2, 0, 3]);
  const [q, k, v] = [0, 1, 2].map(which => {
    const index = g.constant(`index ${which}`, [], BigInt64Array.of(BigInt(which)));
    const part = g.node('Gather', [apart, index], [heads, rows, channels], { axis: 0 });
    if (which === 0 || rows === steps) return part;
    const earlier = earlierSteps(g, `${path}.${which === 1 ? 'keys' : 'values'}`, steps - rows);
    return g.node('Concat', [earlier, part], [heads, steps, channels], { axis: 1 });
  });
  const scale = g.constant('scale', [], Float32Array.of(1 / Math.sqrt(channels)));
  const scores = binary(g, 'Mul', matmul(g, q, transpose(g, k, [0, 2, 1])), scale);
  const masked = rows === steps ? binary(g, 'Add', scores, g.constant('mask', [steps, steps], causalMask())) : scores;
  const seen = matmul(g, softmax(g, masked), v);
  const joined = reshape(g, transpose(g, seen, [1, 0, 2]), [rows, width]);
  return affine(g, joined, `${path}.out_proj.weight`, `${path}.out_proj.bias`);
}

/** The first `count` steps of a state `[1, heads, steps, channels]`. */
function earlierSteps(g: OnnxGraph, path: string, count: number): Tensor {
  const { data } = g.numbers(path);
  const channels = width / heads;
  const rows = Array.from({ length: heads }, (_, head) => {
    return [...data.subarray(head * steps * channels, (head * steps + count) * channels)];
  });
  return g.constant(`${path}.earlier`, [heads, count, channels], Float32Array.from(rows.flat()));
}

function causalMask(): Float32Array {
  return Float32Array.from({ length: steps * steps }, (_, at) => (at % steps > Math.floor(at / steps) ? -1e9 : 0));
}
