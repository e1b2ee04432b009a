/** Attention is recognised where an exporter scaled the queries, and computes what its nodes do. */
import { operationTable } from '@tessera-dnn/compiler';
import { importOnnx } from '@tessera-dnn/onnx';
import { expect, it } from 'vitest';
import { modelBytes, type TestModel } from '../../packages/onnx/test/support/model.ts';
import { runImported } from './judge.ts';

const model = (divisor: number): TestModel => ({
  nodes: [
    { op: 'Div', inputs: ['x', 'root'], outputs: ['q'] },
    { op: 'Transpose', inputs: ['x'], outputs: ['k'], attributes: { perm: [0, 2, 1] } },
    { op: 'MatMul', inputs: ['q', 'k'], outputs: ['scores'] },
    { op: 'Softmax', inputs: ['scores'], outputs: ['shares'], attributes: { axis: -1 } },
    { op: 'MatMul', inputs: ['shares', 'x'], outputs: ['output'] },
  ],
  inputs: { x: [1, 2, 3] },
  outputs: ['output'],
  weights: [{ name: 'root', type: 'f32', shape: [1], data: [divisor] }],
});

const imported = (divisor: number, flat: boolean) => {
  const outcome = importOnnx(modelBytes(model(divisor)), { table: operationTable, flat });
  if (!outcome.ok) throw new Error(outcome.diagnostics[0].message);
  return outcome.value;
};

it('is one call', async () => {
  const { text } = imported(Math.sqrt(3), false);
  expect(text).toContain('  return attention(x, x, x)\n');
  const inputs = [{ element: 'f32', shape: [1, 2, 3], data: Float32Array.of(0.3, -0.2, 1, 2, -1, 0.5) }] as const;
  const [[block], [flat]] = [
    await runImported(imported(Math.sqrt(3), false), inputs),
    await runImported(imported(Math.sqrt(3), true), inputs),
  ];
  for (const [at, one] of [...block.data].entries()) expect(one).toBeCloseTo(flat.data[at], 6);
});

it('is none with another scale', () => {
  expect(imported(3, false).text).not.toContain('attention');
});
