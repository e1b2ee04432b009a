/** What a model repeats is a block and a loop, with the names of its weights, and computes what the calls one by one do. */
import { operationTable } from '@tessera-dnn/compiler';
import { importOnnx } from '@tessera-dnn/onnx';
import { expect, it } from 'vitest';
import { modelBytes, type TestModel, type TestNode, type TestTensor } from '../../packages/onnx/test/support/model.ts';
import { runImported } from './judge.ts';

/** x + relu(x · a + b), three times, then a layer. */
const turns = [0, 1, 2];
const layer = (turn: number): readonly TestNode[] => [
  {
    op: 'Gemm',
    inputs: [`x${turn}`, `layers.${turn}.fc.weight`, `layers.${turn}.fc.bias`],
    outputs: [`h${turn}`],
    attributes: { transB: 1 },
  },
  { op: 'Relu', inputs: [`h${turn}`], outputs: [`r${turn}`] },
  { op: 'Add', inputs: [`x${turn}`, `r${turn}`], outputs: [`x${turn + 1}`] },
];
const tensors = (turn: number): readonly TestTensor[] => [
  { name: `layers.${turn}.fc.weight`, type: 'f32', shape: [2, 2], data: [1, turn, -turn, 2] },
  { name: `layers.${turn}.fc.bias`, type: 'f32', shape: [2], data: [turn, 1] },
];
const model: TestModel = {
  nodes: [
    { op: 'Sigmoid', inputs: ['x'], outputs: ['x0'] },
    ...turns.flatMap(layer),
    { op: 'Tanh', inputs: ['x3'], outputs: ['output'] },
  ],
  inputs: { x: [1, 2] },
  outputs: ['output'],
  weights: turns.flatMap(tensors),
};

const imported = (flat: boolean) => {
  const outcome = importOnnx(modelBytes(model), { table: operationTable, file: 'test.onnx', flat });
  if (!outcome.ok) throw new Error(outcome.diagnostics[0].message);
  return outcome.value;
};

it('is a block and a loop', () => {
  const { text, weights } = imported(false);
  expect(text).toBe(`// Imported from test.onnx.
block layers_part(x) {
  return x + (x |> dense(2) as fc |> relu)
}

model net(x: f32[1, 2]) -> f32[1, 2] {
  var layers = sigmoid(x)
  for i in range(3) {
    layers = layers_part(layers) as "layers.{i}"
  }
  return tanh(layers)
}
`);
  expect([...weights.keys()].sort()).toEqual(
    turns.flatMap(turn => [`layers.${turn}.fc.bias`, `layers.${turn}.fc.weight`]),
  );
});

it('computes the same as the calls one by one', async () => {
  const inputs = [{ element: 'f32', shape: [1, 2], data: Float32Array.of(0.3, -0.2) }] as const;
  const [blocks, flat] = [await runImported(imported(false), inputs), await runImported(imported(true), inputs)];
  expect([...blocks[0].data]).toEqual([...flat[0].data]);
});
