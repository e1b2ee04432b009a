/** The time of `scatter_add` is in proportion to the number of places plus the number of results, and not to their product. */
import { fullBox, rowMajor, rowMajorStrides, type TensorType } from '@tessera-dnn/graph';
import { countKernel } from '@tessera-dnn/graph/kernel';
import type { View } from '@tessera-dnn/graph/op';
import { recordVertex } from '@tessera-dnn/graph/structural';
import { ops } from '@tessera-dnn/ops';
import { expect, it } from 'vitest';

function dense(type: TensorType): View {
  const { shape } = type;
  return { type, region: fullBox(shape), layout: rowMajor(shape.length), strides: rowMajorStrides(shape) };
}

/** How many instructions one of the `workers` executes to add `places` slices of `width` elements to `rows` rows. */
function instructions(rows: number, places: number, width: number, workers = 1): number {
  const operands: readonly TensorType[] = [
    { element: 'f32', shape: [places, width] },
    { element: 'i32', shape: [places] },
  ];
  const result: TensorType = { element: 'f32', shape: [rows, width] };
  const attributes = { axis: 0, extent: rows };
  const { code, fields } = recordVertex(
    {
      node: { op: 'scatter_add', attributes },
      context: { operands, attributes, result },
      variant: 'strided',
      box: fullBox([rows, width, places]),
      operands: operands.map(dense),
      result: dense(result),
      partial: false,
    },
    ops,
    { specialised: true, ordered: false },
  );
  return Object.values(countKernel(code, fields, workers)).reduce((sum, count) => sum + count, 0);
}

it.each([1, 16])('slices of %i', width => {
  const few = instructions(1000, 1000, width);
  expect(instructions(16_000, 16_000, width) / few).toBeLessThan(17);
  expect(instructions(16_000, 1000, width) + instructions(1000, 16_000, width)).toBeLessThan(34 * few);
});

it('clears with all workers', () => {
  expect(instructions(60_000, 10, 16, 6)).toBeLessThan(instructions(60_000, 10, 16) / 5);
});
