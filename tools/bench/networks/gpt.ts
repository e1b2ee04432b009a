/** The character transformer as an ONNX graph. Its values are `[64, 256]`: the steps of one sequence. */
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

/** Causal attention: step i sees the steps up to i. */
function attention(g: OnnxGraph, x: Tensor, path: string): Tensor {
  const channels = width / heads;
  const projected = affine(g, x, `${path}.in_proj_weight`, `${path}.in_proj_bias`);
  const apart = transpose(g, reshape(g, projected, [steps, 3, heads, channels]), [1, 2, 0, 3]);
  const [q, k, v] = [0, 1, 2].map(which => {
    const index = g.constant(`index ${which}`, [], BigInt64Array.of(BigInt(which)));
    return g.node('Gather', [apart, index], [heads, steps, channels], { axis: 0 });
  });
  const scale = g.constant('scale', [], Float32Array.of(1 / Math.sqrt(channels)));
  const scores = binary(g, 'Mul', matmul(g, q, transpose(g, k, [0, 2, 1])), scale);
  const mask = g.constant('mask', [steps, steps], causalMask());
  const seen = matmul(g, softmax(g, binary(g, 'Add', scores, mask)), v);
  const joined = reshape(g, transpose(g, seen, [1, 0, 2]), [steps, width]);
  return affine(g, joined, `${path}.out_proj.weight`, `${path}.out_proj.bias`);
}

function causalMask(): Float32Array {
  return Float32Array.from({ length: steps * steps }, (_, at) => (at % steps > Math.floor(at / steps) ? -1e9 : 0));
}
