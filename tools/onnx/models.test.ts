/** Imported models compute what the nodes say, and their texts are what one would write. */

import { operationTable } from '@tessera-dnn/compiler';
import { importOnnx } from '@tessera-dnn/onnx';
import { expect, it } from 'vitest';
import { modelBytes, type TestModel } from '../../packages/onnx/test/support/model.ts';
import { runImported } from './judge.ts';

const imported = (model: TestModel) => {
  const outcome = importOnnx(modelBytes(model), { table: operationTable, file: 'test.onnx' });
  if (!outcome.ok) throw new Error(outcome.diagnostics.map(({ message }) => message).join('\n'));
  return outcome.value;
};

const mlp: TestModel = {
  nodes: [
    { op: 'Relu', inputs: ['h'], outputs: ['a'] },
    { op: 'MatMul', inputs: ['x', 'fc1.w'], outputs: ['p'] },
    { op: 'Add', inputs: ['p', 'fc1.b'], outputs: ['h'] },
    { op: 'Gemm', inputs: ['a', 'fc2.weight', 'fc2.bias'], outputs: ['scores'], attributes: { transB: 1 } },
  ],
  inputs: { x: ['batch', 2] },
  outputs: ['scores'],
  weights: [
    { name: 'fc1.w', type: 'f32', shape: [2, 3], data: [1, 2, 3, 4, 5, 6] },
    { name: 'fc1.b', type: 'f32', shape: [3], data: [-10, 0, 1] },
    { name: 'fc2.weight', type: 'f32', shape: [2, 3], data: [1, 0, 1, 0, 1, 0] },
    { name: 'fc2.bias', type: 'f32', shape: [2], data: [0.5, -0.5] },
  ],
};

it('writes layers with the names of their weights, nodes in any order', () => {
  const { text, weights } = imported(mlp);
  expect(text).toBe(`// Imported from test.onnx.
model net(x: f32[1, 2]) -> { scores: f32[1, 2] } {
  let scores = x |> dense(3) as fc1 |> relu |> dense(2) as fc2
  return { scores }
}
`);
  expect([...weights.keys()]).toEqual(['fc1.weight', 'fc1.bias', 'fc2.weight', 'fc2.bias']);
});

it('computes what the model says', async () => {
  const outputs = await runImported(imported(mlp), [{ element: 'f32', shape: [1, 2], data: Float32Array.of(1, 2) }]);
  // x·w + b is [9-10, 12, 16], of which relu leaves [0, 12, 16].
  expect(outputs.map(({ data }) => [...data])).toEqual([[16.5, 11.5]]);
});
