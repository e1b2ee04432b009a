/** The recurrent example, as ONNX's own LSTM operator. */
import type { OnnxGraph, Tensor } from '../onnx/graph.ts';
import { dense, reshape } from '../onnx/layers.ts';
import { example, type Network } from './network.ts';

const [steps, features, units] = [28, 28, 128];

export const lstm: Network = {
  name: 'LSTM, 28 steps, 128 units',
  source: example('lstm.dnn'),
  onnx: g => {
    const sequence = reshape(g, g.input('sequence', [1, steps, features]), [steps, 1, features]);
    const operands = [sequence, gates(g, ['lstm.weight_ih_l0']), gates(g, ['lstm.weight_hh_l0'])];
    const biases = gates(g, ['lstm.bias_ih_l0', 'lstm.bias_hh_l0']);
    g.multiplyAdds += steps * 4 * units * (features + units);
    const last = g.node('LSTM', [...operands, biases], [1, 1, units], { hidden_size: units }, 1);
    return dense(g, reshape(g, last, [1, units]), 'fc');
  },
};

/** PyTorch has the gates in the order input, forget, cell, output; ONNX has input, output, forget, cell. */
const order = [0, 3, 1, 2];

/** The parameters joined along axis 0, each with its gates in ONNX's order, for one direction. */
function gates(g: OnnxGraph, paths: readonly string[]): Tensor {
  const parts = paths.map(path => g.numbers(path));
  const data = new Float32Array(parts.reduce((sum, part) => sum + part.data.length, 0));
  let at = 0;
  for (const part of parts) {
    const length = part.data.length / 4;
    for (const gate of order) {
      data.set(part.data.subarray(gate * length, (gate + 1) * length), at);
      at += length;
    }
  }
  const [rows, ...rest] = parts[0].shape;
  return g.constant(paths.join(' '), [1, rows * parts.length, ...rest], data);
}
