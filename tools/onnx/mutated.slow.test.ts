/** Models whose bytes have been changed are imported or refused: nothing throws, and nothing takes long or much. */
import { operationTable } from '@tessera-dnn/compiler';
import { importOnnx } from '@tessera-dnn/onnx';
import { expect, it } from 'vitest';
import { modelBytes, type TestModel } from '../../packages/onnx/test/support/model.ts';

const weights = [
  { name: 'w', type: 'f32', shape: [2, 3], data: [1, 2, 3, 4, 5, 6] },
  { name: 'k', type: 'f32', shape: [2, 1, 2, 2], data: [1, 2, 3, 4, 5, 6, 7, 8] },
  { name: 's', type: 'i64', shape: [2], data: [0, -1] },
  { name: 'i', type: 'i64', shape: [1], data: [1] },
] as const;

const node = (op: string, inputs: readonly string[], attributes = {}): TestModel => ({
  nodes: [{ op, inputs, outputs: ['y'], name: 'n', attributes }],
  inputs: { x: [1, 2], p: [1, 1, 4, 4] },
  outputs: ['y'],
  weights,
});

const models: readonly Uint8Array[] = [
  node('MatMul', ['x', 'w']),
  node('Gemm', ['x', 'w'], { alpha: { f: 0.5 }, transB: 0 }),
  node('Conv', ['p', 'k'], { pads: [1, 1, 1, 1], strides: [2, 2], auto_pad: 'NOTSET' }),
  node('ConvTranspose', ['p', 'k'], { group: 1, output_padding: [0, 0] }),
  node('MaxPool', ['p'], { kernel_shape: [2, 2], dilations: [1, 1], ceil_mode: 1 }),
  node('Reshape', ['x', 's'], { allowzero: 0 }),
  node('ConstantOfShape', ['i']),
  node('Tile', ['x', 's']),
  node('Expand', ['x', 's']),
  node('Slice', ['x', 'i', 's', 'i']),
  node('Split', ['x'], { num_outputs: 2, axis: 1 }),
  node('Pad', ['x', 's']),
  node('Range', ['i', 'i', 'i']),
  node('TopK', ['x', 'i']),
  node('Einsum', ['x', 'w'], { equation: 'ij,jk->ik' }),
  node('Resize', ['p', '', '', 's'], { mode: 'linear' }),
  node('Transpose', ['x'], { perm: [1, 0] }),
  node('GatherElements', ['x', 's']),
].map(modelBytes);

/** Marsaglia's xorshift, so that every run changes the same bytes. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

function mutated(model: Uint8Array, next: (below: number) => number): Uint8Array {
  const bytes = [...model];
  for (let count = 1 + next(4); count > 0; count--) {
    const at = next(bytes.length);
    const kind = next(4);
    if (kind === 0) bytes[at] = next(256);
    else if (kind === 1) bytes[at] ^= 1 << next(8);
    else if (kind === 2) bytes.splice(at, 1 + next(8));
    else bytes.splice(at, 0, ...bytes.slice(at, at + next(12)));
  }
  return Uint8Array.from(bytes);
}

it.each(models.map((model, at) => ({ model, at })))('model $at, changed 400 times', ({ model, at }) => {
  const next = numbers(at + 1);
  for (let round = 0; round < 400; round++) {
    const bytes = mutated(model, next);
    const before = performance.now();
    const outcome = importOnnx(bytes, { table: operationTable });
    expect(performance.now() - before, Buffer.from(bytes).toString('base64')).toBeLessThan(10_000);
    if (!outcome.ok) expect(outcome.diagnostics.length).toBeGreaterThan(0);
  }
});
