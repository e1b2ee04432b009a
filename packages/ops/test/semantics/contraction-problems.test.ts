/** Wrong calls of contractions and window ops: the problem says which operand or argument, and shows both sides. */
import type { TensorType } from '@tessera-dnn/graph';
import type { Arguments, Problem } from '@tessera-dnn/graph/op';
import { isProblem } from '@tessera-dnn/graph/op';
import { describe, expect, it } from 'vitest';
import { ops } from '../../src/index.ts';

interface Mistake {
  readonly op: string;
  readonly shapes: readonly (readonly number[])[];
  readonly args?: Arguments;
  readonly elements?: readonly TensorType['element'][];
  readonly is: Partial<Problem>;
}

const mistakes: readonly Mistake[] = [
  {
    op: 'matmul',
    shapes: [
      [8, 16],
      [15, 4],
    ],
    is: {
      code: 'shape-mismatch',
      message: 'matmul cannot multiply f32[8, 16] by f32[15, 4]',
      marks: [
        { operand: 0, message: 'has 16 columns' },
        { operand: 1, message: 'has 15 rows' },
      ],
    },
  },
  {
    op: 'matmul',
    shapes: [
      [8, 16],
      [4, 16],
    ],
    is: { code: 'shape-mismatch', help: 'the other axis of f32[4, 16] fits: write transpose_b: true' },
  },
  {
    op: 'matmul',
    shapes: [
      [2, 3, 4],
      [3, 4, 5],
    ],
    is: { code: 'shape-mismatch', message: 'matmul cannot broadcast f32[2] with f32[3]' },
  },
  { op: 'matmul', shapes: [[], [4]], is: { code: 'shape-mismatch', help: 'a scalar is multiplied with *' } },
  {
    op: 'matmul',
    shapes: [[4], [4]],
    args: { transpose_a: true },
    is: { code: 'bad-attribute', attribute: 'transpose_a' },
  },
  {
    op: 'matmul',
    shapes: [[4], [4]],
    elements: ['f32', 'i32'],
    is: { code: 'type-mismatch', message: 'matmul cannot combine f32[4] and i32[4]' },
  },
  {
    op: 'conv',
    shapes: [
      [1, 3, 8, 8],
      [4, 2, 3, 3],
    ],
    is: {
      code: 'shape-mismatch',
      marks: [
        { operand: 0, message: 'has 3 channels' },
        { operand: 1, message: 'takes 2 channels' },
      ],
    },
  },
  {
    op: 'conv',
    shapes: [
      [1, 3, 8, 8],
      [4, 3, 3],
    ],
    is: { code: 'shape-mismatch', message: 'conv of f32[1, 3, 8, 8] needs weights of 4 axes, not f32[4, 3, 3]' },
  },
  {
    op: 'conv',
    shapes: [
      [3, 8],
      [4, 3],
    ],
    is: { code: 'shape-mismatch', marks: [{ operand: 0, message: 'is f32[3, 8]' }] },
  },
  {
    op: 'conv',
    shapes: [
      [1, 3, 8, 8],
      [4, 3, 3, 3],
    ],
    args: { groups: 2 },
    is: { code: 'bad-attribute', attribute: 'groups', message: 'conv cannot divide 3 input channels into 2 groups' },
  },
  {
    op: 'conv',
    shapes: [
      [1, 1, 2, 2],
      [1, 1, 3, 3],
    ],
    is: { code: 'shape-mismatch', marks: [{ operand: 1, message: 'is larger than the padded input' }] },
  },
  {
    op: 'conv',
    shapes: [
      [1, 1, 4, 4],
      [1, 1, 3, 3],
    ],
    args: { stride: [1, 2, 3] },
    is: {
      code: 'bad-attribute',
      attribute: 'stride',
      message: 'stride of conv is a whole number or a list of 2 of them, not [1, 2, 3]',
    },
  },
  {
    op: 'conv',
    shapes: [
      [1, 1, 4, 4],
      [1, 1, 3, 3],
    ],
    args: { stride: 0 },
    is: { code: 'bad-attribute', message: 'stride of conv is at least 1, not 0' },
  },
  {
    op: 'conv',
    shapes: [
      [1, 1, 4, 4],
      [1, 1, 3, 3],
    ],
    args: { padding: [[0, 1], -1] },
    is: { code: 'bad-attribute', message: 'padding of conv is at least 0, not -1' },
  },
  {
    op: 'conv_transpose',
    shapes: [
      [1, 3, 4, 4],
      [2, 3, 2, 2],
    ],
    is: {
      code: 'shape-mismatch',
      marks: [
        { operand: 0, message: 'has 3 channels' },
        { operand: 1, message: 'takes 2 channels' },
      ],
    },
  },
  {
    op: 'conv_transpose',
    shapes: [
      [1, 1, 4, 4],
      [1, 1, 2, 2],
    ],
    args: { stride: 2, output_padding: 2 },
    is: { code: 'bad-attribute', attribute: 'output_padding' },
  },
  {
    op: 'max_pool',
    shapes: [[1, 1, 4, 4]],
    args: { kernel: 3, padding: 2 },
    is: { code: 'bad-attribute', message: 'padding [2, 2] of max_pool is more than half of its kernel 3' },
  },
  { op: 'max_pool', shapes: [[1, 1, 4, 4]], is: { code: 'bad-attribute', attribute: 'kernel' } },
  {
    op: 'avg_pool',
    shapes: [[1, 1, 4, 4]],
    args: { kernel: 5 },
    is: { code: 'shape-mismatch', message: "avg_pool's kernel [5, 5] reaches beyond the padded f32[1, 1, 4, 4]" },
  },
  {
    op: 'avg_pool',
    shapes: [[1, 1, 4, 4]],
    elements: ['i32'],
    args: { kernel: 2 },
    is: { code: 'type-mismatch', message: 'avg_pool does not take i32[1, 1, 4, 4]' },
  },
  {
    op: 'upsample',
    shapes: [[1, 1, 4, 4]],
    args: { scale: 1.5 },
    is: { code: 'bad-attribute', message: 'scale of upsample is made of whole numbers, not 1.5' },
  },
  {
    op: 'upsample',
    shapes: [[1, 1, 4, 4]],
    args: { scale: 2, mode: 'cubic' },
    is: { code: 'bad-attribute', message: 'mode of upsample is "nearest" or "bilinear", not "cubic"' },
  },
];

describe.each(mistakes)('$op of $shapes with $args', ({ op, shapes, args = {}, elements, is }) => {
  it('is a problem', () => {
    const def = ops.find(op)!;
    const operands = shapes.map((shape, i): TensorType => ({ element: elements?.[i] ?? 'f32', shape }));
    const attributes = def.attributes(args, operands);
    const found = isProblem(attributes) ? attributes : def.infer(operands, attributes);
    expect(found).toMatchObject(is);
  });
});

describe('max_pool', () => {
  it('gives NaN for a window with a NaN, wherever it stands', () => {
    const type: TensorType = { element: 'f32', shape: [1, 1, 4] };
    const pool = ops.find('max_pool')!;
    const attributes = pool.attributes({ kernel: 2 }, [type]);
    if (isProblem(attributes)) throw new Error(attributes.message);
    const at = (data: readonly number[]) => {
      const result: TensorType = { element: 'f32', shape: [1, 1, 2] };
      return [...pool.evaluate([{ type, data: Float64Array.from(data) }], attributes, result, Math.fround)];
    };
    expect(at([NaN, 3, 1, 2])).toEqual([NaN, 2]);
    expect(at([3, NaN, -Infinity, -Infinity])).toEqual([NaN, -Infinity]);
  });
});
