/** On chips on which code takes memory of the tiles, convolutions, their gradients and matrix products share code, whatever their numbers. */
import { type Box, fullBox, resultPart, type TensorType } from '@tessera-dnn/graph';
import { codeKey } from '@tessera-dnn/graph/kernel';
import { type Arguments, isProblem } from '@tessera-dnn/graph/op';
import { recordVertex } from '@tessera-dnn/graph/structural';
import { describe, expect, it } from 'vitest';
import { ops } from '../../src/index.ts';
import { computedBy, placeRegion } from '../../src/testing/index.ts';

type Shape = readonly number[];

/** The code for a part of the space of an op (the whole by default), in its first variant and with the layouts that this asks for. */
function codeOf(
  name: string,
  shapes: readonly Shape[],
  args: Arguments = {},
  part: (whole: Box) => Box = box => box,
): string {
  const op = ops.all.find(candidate => candidate.name === name)!;
  const operands = shapes.map((shape): TensorType => ({ element: 'f32', shape }));
  const attributes = op.attributes({ ...defaultsOf(op), ...args }, operands);
  if (isProblem(attributes)) throw new Error(attributes.message);
  const result = op.infer(operands, attributes);
  if (isProblem(result)) throw new Error(result.message);
  const context = { operands, attributes, result };
  const { space, regions, variants } = computedBy(op, context)!;
  const [variant] = variants;
  const box = part(fullBox(space.extents));
  const layout = (request: (typeof variant)['result'], rank: number) =>
    request === 'any' ? { order: Array.from({ length: rank }, (_, axis) => axis) } : request;
  const rank = result.shape.length;
  const spec = {
    node: { op: name, attributes },
    context,
    variant: variant.name,
    box,
    operands: regions(box).map(
      (region, i) => placeRegion(operands[i], region, layout(variant.operands[i], operands[i].shape.length)).view,
    ),
    result: placeRegion(result, resultPart(box, rank), layout(variant.result, rank)).view,
    partial: true,
  };
  // Compared is the code as the kernels write it: sums of more than 512 terms are later cut into blocks, which is different code.
  const longestSums = { few: 1e6, many: 1e6 };
  return codeKey(recordVertex(spec, ops, { specialised: false, longestSums }).code);
}

function defaultsOf({ parameters }: (typeof ops.all)[number]): Arguments {
  return Object.fromEntries(parameters.map(parameter => [parameter.name, parameter.default ?? undefined]));
}

/** The part of a box with `count` rows, beginning with row `start`. */
function rows(start: number, count: number): (whole: Box) => Box {
  return box => ({ ...box, start: box.start.with(2, start), count: box.count.with(2, count) });
}

describe('the code of a window', () => {
  const code = codeOf(
    'conv',
    [
      [1, 16, 14, 14],
      [32, 16, 3, 3],
    ],
    { padding: 1 },
  );

  it('does not depend on extents, taps, strides and padding', () => {
    expect(
      codeOf(
        'conv',
        [
          [1, 64, 7, 9],
          [24, 64, 3, 3],
        ],
        { padding: 1, stride: 2 },
      ),
    ).toBe(code);
    expect(
      codeOf('conv', [
        [1, 8, 30, 5],
        [8, 8, 5, 1],
      ]),
    ).toBe(code);
  });

  it('is the same in the middle of a map and at its edge', () => {
    for (const part of [rows(0, 3), rows(5, 4), rows(13, 1)]) {
      expect(
        codeOf(
          'conv',
          [
            [1, 16, 14, 14],
            [32, 16, 3, 3],
          ],
          { padding: 1 },
          part,
        ),
      ).toBe(code);
    }
  });

  it('is that of a transposed convolution, with one residue class or several', () => {
    expect(
      codeOf(
        'conv_transpose',
        [
          [1, 32, 14, 14],
          [32, 16, 3, 3],
        ],
        { padding: 1 },
      ),
    ).toBe(code);
    expect(
      codeOf(
        'conv_transpose',
        [
          [1, 32, 7, 7],
          [32, 16, 3, 3],
        ],
        { padding: 1, stride: 2 },
      ),
    ).toBe(code);
    expect(
      codeOf(
        'conv_transpose',
        [
          [1, 32, 7, 7],
          [32, 16, 1, 1],
        ],
        { stride: 2 },
      ),
    ).toBe(code);
  });
});

describe('the code of a convolution that reads one pixel', () => {
  const code = codeOf('conv', [
    [1, 16, 14, 14],
    [32, 16, 1, 1],
  ]);

  it('is that of all such, with any stride, and of matrix products', () => {
    expect(
      codeOf(
        'conv',
        [
          [1, 64, 9, 5],
          [8, 64, 1, 1],
        ],
        { stride: 2 },
      ),
    ).toBe(code);
    expect(
      codeOf('conv_transpose', [
        [1, 32, 14, 14],
        [32, 16, 1, 1],
      ]),
    ).toBe(code);
    expect(
      codeOf('matmul', [
        [5, 16],
        [16, 24],
      ]),
    ).toBe(code);
  });

  it('is not that of a window', () => {
    expect(
      codeOf('conv', [
        [1, 16, 14, 14],
        [32, 16, 3, 3],
      ]),
    ).not.toBe(code);
  });
});

describe("the code of the weights' gradient", () => {
  it('does not depend on extents, taps, strides, padding, and channels that four does not divide', () => {
    const code = codeOf(
      'conv_weight_gradient',
      [
        [1, 16, 14, 14],
        [1, 32, 14, 14],
      ],
      { taps: [3, 3], padding: 1 },
    );
    const others = [
      codeOf(
        'conv_weight_gradient',
        [
          [1, 23, 14, 14],
          [1, 40, 14, 14],
        ],
        { taps: [1, 1] },
      ),
      codeOf(
        'conv_weight_gradient',
        [
          [1, 64, 9, 9],
          [1, 8, 5, 5],
        ],
        { taps: [1, 1], stride: 2 },
      ),
      codeOf(
        'conv_weight_gradient',
        [
          [1, 8, 9, 9],
          [1, 8, 5, 5],
        ],
        { taps: [3, 3], stride: 2, padding: 1 },
      ),
    ];
    for (const other of others) expect(other).toBe(code);
  });
});
