/** What people fall over in models: each computes what ONNX says, or is refused with all reasons at once. */
import { operationTable } from '@tessera-dnn/compiler';
import { importOnnx } from '@tessera-dnn/onnx';
import { describe, expect, it } from 'vitest';
import { modelBytes, type TestModel, type TestNode, type TestTensor } from '../../packages/onnx/test/support/model.ts';
import { runImported } from './judge.ts';

const outcomeOf = (model: TestModel) => importOnnx(modelBytes(model), { table: operationTable, file: 'test.onnx' });

const x = Array.from({ length: 6 }, (_, i) => i);

async function run(nodes: readonly TestNode[], weights: readonly TestTensor[] = [], more: Partial<TestModel> = {}) {
  const outcome = outcomeOf({ nodes, weights, inputs: { x: [2, 3] }, outputs: ['y'], ...more });
  if (!outcome.ok) throw new Error(outcome.diagnostics.map(({ message }) => message).join('\n'));
  const [output] = await runImported(outcome.value, [{ element: 'f32', shape: [2, 3], data: Float32Array.from(x) }]);
  return { shape: output.shape, data: [...output.data] };
}

const whole = (name: string, ...data: number[]): TestTensor => ({ name, type: 'i64', shape: [data.length], data });
const node = (
  op: string,
  inputs: readonly string[],
  attributes: TestNode['attributes'] = {},
  outputs = ['y'],
): TestNode => ({ op, inputs, outputs, attributes });

/** ONNX's way to say "to the end". */
const end = 2 ** 63 - 1024;

describe('computes', () => {
  it.each([
    ['a shape of 0 and -1', [node('Reshape', ['x', 's'])], [whole('s', 0, -1, 1)], [2, 3, 1], x],
    [
      'an end beyond the axis',
      [node('Slice', ['x', 'a', 'b', 'c'])],
      [whole('a', 1), whole('b', end), whole('c', 1)],
      [2, 2],
      [1, 2, 4, 5],
    ],
    [
      'a step backwards',
      [node('Slice', ['x', 'a', 'b', 'c', 'd'])],
      [whole('a', -1), whole('b', -end), whole('c', 1), whole('d', -2)],
      [2, 2],
      [2, 0, 5, 3],
    ],
    [
      'a shape that nodes compute',
      [
        node('Shape', ['x'], {}, ['s']),
        node('Gather', ['s', 'i'], {}, ['n']),
        node('Concat', ['n', 'm'], { axis: 0 }, ['t']),
        node('Reshape', ['x', 't']),
      ],
      [whole('i', 1), whole('m', -1)],
      [3, 2],
      x,
    ],
    ['places from the end', [node('Gather', ['x', 'i'], { axis: 1 })], [whole('i', -1, 0)], [2, 2], [2, 0, 5, 3]],
    ['a function of the model', [{ ...node('Twice', ['x']), domain: 'own' }], [], [2, 3], x.map(one => 2 * one)],
  ] as const)('%s', async (_, nodes, weights, shape, data) => {
    const functions = [{ name: 'Twice', inputs: ['a'], outputs: ['b'], nodes: [node('Add', ['a', 'a'], {}, ['b'])] }];
    expect(await run(nodes, weights, { functions })).toEqual({ shape, data });
  });

  it('a softmax before version 13, which is over all axes from one on', async () => {
    const { data } = await run([node('Softmax', ['x'], { axis: 0 })], [], { opset: 11 });
    expect(data.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 5);
  });
});

it('refuses all that it does not understand at once, with names, versions and reasons', () => {
  const nodes = [
    { ...node('Relu', ['x'], { steepness: 3 }, ['a']), name: 'act' },
    { ...node('NonZero', ['x'], {}, ['b']), name: 'places' },
    { ...node('Reshape', ['x', 'b'], {}, ['c']), name: 'shape' },
    { ...node('Erf', ['z'], {}, ['d']), name: 'nothing' },
  ];
  const outcome = outcomeOf({ nodes, inputs: { x: [2, 3] }, outputs: ['a', 'c', 'd'] });
  expect(outcome.diagnostics.map(({ message }) => message)).toEqual([
    'act (Relu, opset 17): it has an attribute steepness, which is not understood',
    'places (NonZero, opset 17): there is no such operator here',
    'nothing (Erf, opset 17): nothing makes its operand z',
  ]);
});

it('refuses a function that calls itself', () => {
  const functions = [
    { name: 'Self', inputs: ['a'], outputs: ['b'], nodes: [{ ...node('Self', ['a'], {}, ['b']), domain: 'own' }] },
  ];
  const outcome = outcomeOf({
    nodes: [{ ...node('Self', ['x']), domain: 'own' }],
    inputs: { x: [2, 3] },
    outputs: ['y'],
    functions,
  });
  expect(outcome.diagnostics[0].message).toContain('functions call each other too deep');
});

it('refuses nodes in a circle', () => {
  const outcome = outcomeOf({
    nodes: [node('Relu', ['b'], {}, ['a']), node('Relu', ['a'], {}, ['b'])],
    inputs: { x: [2, 3] },
    outputs: ['b'],
  });
  expect(outcome.diagnostics[0].message).toContain('circle');
});

it('asks for open dimensions, and says nothing of nodes whose shapes they decide', () => {
  const outcome = outcomeOf({ nodes: [node('Flatten', ['x'])], inputs: { x: ['batch', 'height'] }, outputs: ['y'] });
  expect(outcome.diagnostics.map(({ code, help }) => [code, help])).toEqual([
    ['open-dimension', 'give it a number: --dim height=…'],
  ]);
});
