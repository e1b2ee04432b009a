/** Operations are exported for the element types that ONNX has their operators for: asked of onnxruntime-web, which knows ONNX's schemas, where it is installed. */
import { createGraphBuilder, type Program } from '@tessera-dnn/graph';
import { isProblem } from '@tessera-dnn/graph/op';
import { exportedOperations, exportOnnx } from '@tessera-dnn/onnx/export';
import { createPick, type DefinedOp, ops } from '@tessera-dnn/ops';
import { expect, it } from 'vitest';
import { hasRuntime, whyInvalid } from './exported.ts';

/** Calls of each operation, one for each element type of its first operand. */
const calls = exportedOperations.flatMap(name => {
  const byElement = new Map<string, Program>();
  for (let seed = 0; seed < 60; seed++) {
    const { element, program } = called(ops.find(name) as DefinedOp, seed);
    if (!byElement.has(element)) byElement.set(element, program);
  }
  return [...byElement].map(([element, program]) => ({ call: `${name} of ${element}`, program }));
});

function called(op: DefinedOp, seed: number): { readonly element: string; readonly program: Program } {
  const { operands, args } = op.samples(createPick(seed));
  const attributes = op.attributes(args, operands);
  if (isProblem(attributes)) throw new Error(attributes.message);
  const builder = createGraphBuilder(ops);
  const inputs = operands.map((type, i) => builder.input(`x${i}`, type));
  builder.output('y', builder.op(op.name, inputs, attributes));
  const element = operands[0]?.element ?? '';
  return { element, program: { name: 'm', kind: 'model', graph: builder.finish(), origin: {} } };
}

const outcomes = calls.map(({ call, program }) => ({
  call,
  outcome: exportOnnx({ module: { variables: [], programs: [program] }, program, values: new Map() }),
}));

it('are refused for those that ONNX lacks', () => {
  const refused = outcomes.flatMap(({ call, outcome: { diagnostics } }) =>
    diagnostics.some(({ message }) => message.includes('which ONNX does not have')) ? [call] : [],
  );
  expect(refused.sort()).toEqual([
    'conv of bf16',
    'conv of i32',
    'conv_transpose of bf16',
    'conv_transpose of i32',
    'conv_transpose of i8',
    'conv_transpose of u8',
    'cos of bf16',
    'max_pool of bf16',
    'max_pool of i32',
    'neg of u8',
    'pow of i8',
    'pow of u8',
    'relu of u8',
    'round of bf16',
    'sin of bf16',
  ]);
});

it.skipIf(!hasRuntime)('are valid models for all others', async () => {
  const invalid: string[] = [];
  for (const { call, outcome } of outcomes) {
    const why = outcome.ok ? await whyInvalid(outcome.value) : undefined;
    if (why !== undefined) invalid.push(`${call}: ${why}`);
  }
  expect(invalid).toEqual([]);
});
