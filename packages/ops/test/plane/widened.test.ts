/** Contractions of 16 bits whose operands are widened in scratch memory, whole and in panels: the same bits as without. */
import { type Attributes, fullBox, type TensorType } from '@tessera-dnn/graph';
import { expect, test } from 'vitest';
import { ops } from '../../src/index.ts';
import type { Instance } from '../../src/testing/index.ts';
import { chooseLayout, computedBy, createInstance, placeRegion, recordPart, runPart } from '../../src/testing/index.ts';

const most = 1 << 17;
const spatial = {
  stride: [1, 1],
  padding: [
    [1, 1],
    [1, 1],
  ],
  dilation: [1, 1],
  groups: 1,
};
interface Case {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  readonly result: readonly number[];
  readonly attributes: Attributes;
}

const cases: readonly Case[] = [
  {
    name: 'conv',
    shapes: [
      [1, 24, 3, 3],
      [200, 24, 3, 3],
    ],
    result: [1, 200, 3, 3],
    attributes: spatial,
  },
  {
    name: 'conv_transpose',
    shapes: [
      [1, 24, 3, 3],
      [24, 200, 3, 3],
    ],
    result: [1, 200, 3, 3],
    attributes: { ...spatial, output_padding: [0, 0] },
  },
  {
    name: 'matmul',
    shapes: [
      [9, 40],
      [40, 1000],
    ],
    result: [9, 1000],
    attributes: {},
  },
  {
    name: 'matmul',
    shapes: [
      [9, 40],
      [1000, 40],
    ],
    result: [9, 1000],
    attributes: { transpose_b: true },
  },
  // Of a single row, weights of bf16 are not widened but loaded eight at a time.
  {
    name: 'matmul',
    shapes: [
      [1, 40],
      [40, 28],
    ],
    result: [1, 28],
    attributes: {},
  },
  {
    name: 'matmul',
    shapes: [
      [1, 46],
      [13, 46],
    ],
    result: [1, 13],
    attributes: { transpose_b: true },
  },
];

test.each(cases)('$name of $shapes', ({ name, shapes, result, attributes }) => {
  for (const element of ['f16', 'bf16'] as const) {
    const typeOf = (shape: readonly number[]): TensorType => ({ element, shape });
    const sample = createInstance(ops.all.find(op => op.name === name)!, 1);
    const context = { operands: shapes.map(typeOf), attributes, result: typeOf(result) };
    const operands = context.operands.map(type => ({
      type,
      data: Float64Array.from({ length: type.shape.reduce((a, b) => a * b) }, (_, i) => ((i * 37) % 64) / 32 - 1),
    }));
    const instance: Instance = { ...sample, context, operands };
    const { variants, space, regions } = computedBy(instance.op, context)!;
    const box = fullBox(space.extents);
    for (const variant of variants.filter(each => each.name !== 'any')) {
      const part = {
        variant: variant.name,
        box,
        operands: regions(box).map((region, i) =>
          placeRegion(context.operands[i], region, chooseLayout(variant.operands[i], region.count.length, sample.pick)),
        ),
        result: placeRegion(context.result, fullBox(result), chooseLayout(variant.result, result.length, sample.pick)),
        partial: false,
        specialised: true,
      };
      const { scratchBytes } = recordPart(instance, ops, { ...part, ordered: true });
      expect(scratchBytes, `scratch memory of ${variant.name}`).toBeGreaterThan(0);
      expect(scratchBytes).toBeLessThan(most + 16 * shapes[0].reduce((a, b) => a * b));
      expect(recordPart(instance, ops, part).scratchBytes).toBe(0);
      const widened = runPart(instance, ops, { ...part, ordered: true }, 1);
      expect(widened, `${element}, ${variant.name}`).toEqual(runPart(instance, ops, part, 1));
      // Where code is shared, every element is loaded by itself.
      if (shapes[0][0] > 1) continue;
      expect(runPart(instance, ops, { ...part, specialised: false }, 1), `${element}, ${variant.name}`).toEqual(
        widened,
      );
    }
  }
});
