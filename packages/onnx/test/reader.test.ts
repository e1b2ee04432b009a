/** Bytes that are no model are told, whatever they are; a tensor is believed only if its bytes fill its shape. */
import { expect, it } from 'vitest';
import { readTensorMessage } from '../src/index.ts';
import { decode } from '../src/proto/message.ts';
import { modelFields } from '../src/proto/onnx.ts';
import { modelBytes, tensorBytes } from './support/model.ts';

const model = modelBytes({
  nodes: [{ op: 'Relu', inputs: ['x'], outputs: ['y'], name: 'act', attributes: { axes: [1, -1], mode: 'a' } }],
  inputs: { x: ['batch', 3] },
  outputs: ['y'],
  weights: [{ name: 'w', type: 'f32', shape: [2], data: [1, 2] }],
});

it('reads what a model says', () => {
  const read = decode(modelFields, model);
  if ('malformed' in read) throw new Error(read.malformed);
  expect(read.opsets[0].version).toBe(17);
  const [node] = read.graph!.nodes;
  expect([node.opType, node.name, node.inputs, node.outputs]).toEqual(['Relu', 'act', ['x'], ['y']]);
  expect(node.attributes[0].ints).toEqual([1, -1]);
  expect(read.graph!.inputs[0].type?.tensor?.shape?.dims.map(({ value, param }) => value ?? param)).toEqual([
    'batch',
    3,
  ]);
});

it.each([0, 1, 5, 20, 60, model.length - 1])(
  'tells that the first %i bytes are no whole model, or reads less',
  length => {
    const read = decode(modelFields, model.subarray(0, length));
    expect('malformed' in read || read.graph === undefined || length > 0).toBe(true);
  },
);

it('reads packed and single numbers alike', () => {
  const single = tensorBytes({ type: 'i64', shape: [2, 1], data: [5, -6] });
  expect(readTensorMessage(single)).toEqual({ element: 'i64', shape: [2, 1], data: BigInt64Array.of(5n, -6n) });
});

it('does not believe a shape that the bytes do not fill', () => {
  expect(readTensorMessage(tensorBytes({ type: 'f32', shape: [3], data: [1, 2] }))).toBeUndefined();
  expect(readTensorMessage(tensorBytes({ type: 'f32', shape: [-1], data: [] }))).toBeUndefined();
});
