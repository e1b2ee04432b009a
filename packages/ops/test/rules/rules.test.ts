/**
 * Every rule has an example to which it applies. The result has the same type and, for special and ordinary numbers, the same values: the
 * same bits if the rule says that it is exact. If it does not, it may round differently, but finite numbers stay finite, NaN stays NaN, and
 * infinity does not become finite. One file for all rules: a test sees to it that each has an example here.
 */
import type { ElementType, GraphBuilder, TensorType, ValueId } from '@tessera-dnn/graph';
import { createGraphBuilder, elementCount, expander, interpret } from '@tessera-dnn/graph';
import type { Rule, RuleContext } from '@tessera-dnn/graph/op';
import { isProblem } from '@tessera-dnn/graph/op';
import { describe, expect, it } from 'vitest';
import { createPick, ops } from '../../src/index.ts';

type Build = (b: Expressions) => ValueId;

/** Makes the nodes of a graph briefly. */
interface Expressions {
  readonly x: ValueId;
  readonly y: ValueId;
  readonly flag: ValueId;
  readonly whole: ValueId;
  readonly bytes: ValueId;
  readonly op: GraphBuilder['op'];
  readonly constant: GraphBuilder['constant'];
  readonly number: (value: number, like?: ElementType) => ValueId;
}

/** A matrix with rows of zeros before and after it. */
function padded(b: Expressions, value: ValueId, [before, after]: readonly [number, number]): ValueId {
  const padding = [
    [before, after],
    [0, 0],
  ];
  return b.op('pad', [value], { padding, value: 0 });
}

const pool = { kernel: [2], stride: [1], padding: [[1, 1]], ceil: false };

const firstTwo = { start: [0], count: [2], step: [1] };

/** A transposed convolution of the matrix, as an image of one channel, with weights of a single tap that make two channels. */
function convTranspose(
  b: Expressions,
  attributes: Readonly<Record<string, readonly number[]>>,
  operands = [
    b.op('reshape', [b.x], { shape: [1, 1, 2, 3] }),
    b.op('reshape', [b.op('slice', [b.y], firstTwo)], { shape: [1, 2, 1, 1] }),
  ],
  groups = 1,
): ValueId {
  return b.op('conv_transpose', operands, {
    padding: [
      [0, 0],
      [0, 0],
    ],
    output_padding: [0, 0],
    dilation: [1, 1],
    groups,
    ...attributes,
  });
}

/** The numbers for which levels in another shape stand; scales are powers of two, so that nothing is rounded. */
function dequantised(b: Expressions, shape: readonly number[], scale: ValueId, zero = 0): ValueId {
  return b.op('dequantize_broadcast', [b.op('reshape', [b.bytes], { shape }), scale, b.number(zero, 'i8')]);
}

/** Scales of 1, 1/2, 1/4, … in a shape. */
function scales(b: Expressions, shape: readonly number[]): ValueId {
  const count = shape.reduce((product, extent) => product * extent, 1);
  return b.constant(
    { element: 'f32', shape },
    Float64Array.from({ length: count }, (_, i) => 2 ** -i),
  );
}

/** Whole numbers of 32 bits by a scale and a shift. */
function sums(b: Expressions): ValueId {
  const whole = b.op('cast', [b.bytes], { element: 'i32' });
  const scaled = b.op('dequantize_broadcast', [whole, scales(b, [3]), b.number(0, 'i32')]);
  return b.op('add', [scaled, b.op('mul', [scales(b, [3]), b.number(2)])]);
}

function quantised(b: Expressions, x: ValueId, scale: ValueId, zero: number): ValueId {
  return b.op('quantize_broadcast', [x, scale, b.number(zero, 'i8')], { element: 'i8' });
}

/** An image of two channels, dequantised with a zero point that is known when the program runs. */
function unknownZero(b: Expressions): ValueId {
  const zero = b.op('min', [b.bytes], { axes: [0, 1], keep: false });
  return b.op('dequantize_broadcast', [b.op('reshape', [b.bytes], { shape: [1, 2, 1, 3] }), b.number(0.5), zero]);
}

/** Six whole numbers of 8 bits. */
function bytes(b: Expressions, shape: readonly number[]): ValueId {
  return b.op('reshape', [b.bytes], { shape });
}

function conv(b: Expressions, x: ValueId, weight: ValueId, groups = 1, edge = 1): ValueId {
  const padding = [
    [0, 0],
    [edge, edge],
  ];
  return b.op('conv', [x, weight], { stride: [1, 1], padding, dilation: [1, 1], groups });
}

const examples: Readonly<Record<string, readonly Build[]>> = {
  unmoved: [
    b => b.op('reshape', [b.x], { shape: [2, 3] }),
    b => b.op('broadcast_to', [b.x], { shape: [2, 3] }),
    b =>
      b.op('pad', [b.x], {
        padding: [
          [0, 0],
          [0, 0],
        ],
        value: 7,
      }),
    b => b.op('concat', [b.x], { axis: 1 }),
  ],
  'nothing-to-stop': [b => b.op('stop_gradient', [b.x]), b => b.op('straight_through', [b.x, b.y])],
  'whole-slice': [b => b.op('slice', [b.x], { start: [0, 0], count: [2, 3], step: [1, 1] })],
  untransposed: [b => b.op('transpose', [b.x], { axes: [0, 1] })],
  'reshape-twice': [b => b.op('reshape', [b.op('reshape', [b.x], { shape: [6] })], { shape: [3, 2] })],
  'transpose-twice': [
    b =>
      b.op('transpose', [b.op('transpose', [b.op('reshape', [b.x], { shape: [2, 3, 1] })], { axes: [2, 0, 1] })], {
        axes: [1, 2, 0],
      }),
  ],
  'transpose-of-ones': [b => b.op('transpose', [b.op('reshape', [b.x], { shape: [2, 1, 3] })], { axes: [1, 0, 2] })],
  'slice-twice': [
    b =>
      b.op('slice', [b.op('slice', [b.whole], { start: [1], count: [3], step: [2] })], {
        start: [2],
        count: [2],
        step: [-1],
      }),
  ],
  'pads-side-by-side': [
    b => b.op('add', [padded(b, b.x, [0, 2]), padded(b, b.op('neg', [b.x]), [2, 0])]),
    b => b.op('add', [padded(b, b.op('neg', [b.x]), [3, 1]), padded(b, b.x, [1, 3])]),
    b => {
      const both = b.op('concat', [b.x, b.op('neg', [b.x])], { axis: 0 });
      return b.op('add', [padded(b, both, [1, 2]), padded(b, b.x, [5, 0])]);
    },
  ],
  'broadcast-twice': [
    b => b.op('broadcast_to', [b.op('broadcast_to', [b.y], { shape: [1, 3] })], { shape: [4, 2, 3] }),
  ],
  'broadcast-operand': [
    b => b.op('mul', [b.x, b.op('broadcast_to', [b.y], { shape: [2, 3] })]),
    b => b.op('sub', [b.op('broadcast_to', [b.y], { shape: [2, 3] }), b.op('broadcast_to', [b.y], { shape: [2, 3] })]),
  ],
  'stack-of-one': [b => b.op('stack', [b.x], { axis: 1 })],
  'reduce-nothing': [
    b => b.op('max', [b.op('reshape', [b.x], { shape: [2, 1, 3] })], { axes: [1], keep: false }),
    b => b.op('prod', [b.x], { axes: [], keep: true }),
  ],
  'sum-nothing': [b => b.op('sum', [b.op('reshape', [b.x], { shape: [2, 1, 3] })], { axes: [1], keep: true })],
  'leading-ones': [
    b => b.op('add', [b.x, b.op('reshape', [b.y], { shape: [1, 3] })]),
    b => b.op('mul', [b.op('reshape', [b.y], { shape: [1, 3, 1] }), b.op('reshape', [b.x], { shape: [2, 3, 1] })]),
  ],
  'sum-of-negated': [b => b.op('sum', [b.op('neg', [b.x])], { axes: [0], keep: false })],
  'times-one': [
    b => b.op('mul', [b.x, b.number(1)]),
    b => b.op('mul', [b.number(1), b.x]),
    b => b.op('div', [b.x, b.number(1)]),
    b => b.op('pow', [b.x, b.number(1)]),
    b => b.op('mul', [b.whole, b.number(1, 'i32')]),
  ],
  'plus-nothing': [
    b => b.op('add', [b.x, b.number(-0)]),
    b => b.op('sub', [b.x, b.number(0)]),
    b => b.op('add', [b.number(0, 'i32'), b.whole]),
  ],
  'plus-zero': [b => b.op('add', [b.x, b.number(0)]), b => b.op('sub', [b.x, b.number(-0)])],
  'times-minus-one': [
    b => b.op('mul', [b.x, b.number(-1)]),
    b => b.op('div', [b.x, b.number(-1)]),
    b => b.op('div', [b.whole, b.number(-1, 'i32')]),
  ],
  'divide-by-power-of-two': [b => b.op('div', [b.x, b.number(8)]), b => b.op('div', [b.x, b.number(-(2 ** -126))])],
  'twice-undone': [b => b.op('neg', [b.op('neg', [b.x])]), b => b.op('not', [b.op('not', [b.flag])])],
  'once-is-enough': ['abs', 'relu', 'floor', 'round', 'sign', 'in_full'].map(
    (name): Build =>
      b =>
        b.op(name, [b.op(name, [b.x])]),
  ),
  'abs-of-neg': [b => b.op('abs', [b.op('neg', [b.x])]), b => b.op('abs', [b.op('neg', [b.whole])])],
  'plus-minus': [b => b.op('add', [b.x, b.op('neg', [b.y])]), b => b.op('sub', [b.x, b.op('neg', [b.y])])],
  'of-itself': [b => b.op('maximum', [b.x, b.x]), b => b.op('and', [b.flag, b.flag])],
  'where-either': [b => b.op('where', [b.flag, b.x, b.x]), b => b.op('where', [b.number(1, 'bool'), b.x, b.y])],
  'where-not': [b => b.op('where', [b.op('not', [b.flag]), b.x, b.y])],
  'not-equal': [b => b.op('not', [b.op('eq', [b.x, b.y])]), b => b.op('not', [b.op('ne', [b.x, b.y])])],
  'cast-to-same': [b => b.op('cast', [b.x], { element: 'f32' })],
  square: [b => b.op('pow', [b.x, b.number(2)]), b => b.op('pow', [b.whole, b.number(2, 'i32')])],
  'power-zero': [b => b.op('pow', [b.x, b.number(0)])],
  reciprocal: [b => b.op('pow', [b.x, b.number(-1)])],
  cube: [b => b.op('pow', [b.x, b.number(3)])],
  root: [b => b.op('pow', [b.x, b.number(0.5)]), b => b.op('pow', [b.x, b.number(-0.5)])],
  'conv-transpose-of-points': [
    b => convTranspose(b, { stride: [2, 3] }),
    b => convTranspose(b, { stride: [3, 1], output_padding: [2, 0] }),
    b => convTranspose(b, { stride: [1, 4], output_padding: [0, 1], dilation: [1, 7] }),
  ],
  'centred-levels': [b => dequantised(b, [2, 3], b.number(0.3)), b => quantised(b, b.x, b.number(0.3), 0)],
  'rescaled-levels': [
    b => quantised(b, b.op('relu', [sums(b)]), b.number(4), 7),
    b => quantised(b, dequantised(b, [2, 3], scales(b, [3])), b.number(0.5), 0),
    b => quantised(b, dequantised(b, [2, 3], scales(b, [3]), 5), b.number(0.5), 8),
    b => quantised(b, b.op('relu', [sums(b)]), b.number(4), 0),
    b => quantised(b, b.op('minimum', [b.op('relu', [sums(b)]), b.number(6)]), b.number(0.25), -128),
    b => quantised(b, b.op('add', [b.op('relu', [sums(b)]), dequantised(b, [2, 3], b.number(0.5))]), b.number(2), 6),
    b => quantised(b, b.op('maximum', [b.op('sub', [scales(b, [2, 1]), sums(b)]), scales(b, [3])]), b.number(2), 0),
    b => quantised(b, b.op('neg', [b.op('div', [b.op('neg', [sums(b)]), scales(b, [3])])]), b.number(2), 0),
    b => quantised(b, b.op('mul', [b.number(-2), b.op('relu', [sums(b)])]), b.number(2), 0),
    b => quantised(b, b.op('sub', [sums(b), b.op('relu', [dequantised(b, [2, 3], b.number(0.5))])]), b.number(4), 0),
    b => quantised(b, b.op('mul', [b.x, b.number(0)]), b.number(1), 0),
  ],
  'contraction-of-levels': [
    b => matmul(b, dequantised(b, [2, 3], b.number(0.5), 7), dequantised(b, [3, 2], scales(b, [2])), false),
    b => matmul(b, dequantised(b, [2, 3], b.number(0.5), 7), dequantised(b, [2, 3], scales(b, [2, 1]), -9), true),
    b => matmul(b, dequantised(b, [6], b.number(0.5), 7), dequantised(b, [6], b.number(0.5), -9), false),
    b => conv(b, dequantised(b, [1, 2, 1, 3], b.number(0.5), 7), dequantised(b, [3, 2, 1, 1], b.number(0.5), 3)),
    b => conv(b, dequantised(b, [1, 2, 1, 3], b.number(0.5), 7), dequantised(b, [2, 1, 1, 3], b.number(0.5), -128), 2),
    b => conv(b, dequantised(b, [1, 2, 1, 3], b.number(0.5)), dequantised(b, [1, 2, 1, 3], b.number(0.5), 5)),
    b => conv(b, unknownZero(b), dequantised(b, [3, 2, 1, 1], b.number(0.5), 3), 1, 0),
    b =>
      convTranspose(b, { stride: [2, 1] }, [
        dequantised(b, [1, 1, 2, 3], b.number(0.5)),
        dequantised(b, [1, 2, 1, 3], scales(b, [1, 2, 1, 1]), 5),
      ]),
    b => conv(b, dequantised(b, [1, 2, 1, 3], b.number(0.5)), dequantised(b, [3, 2, 1, 1], scales(b, [3, 1, 1, 1]))),
    b =>
      conv(
        b,
        dequantised(b, [1, 2, 1, 3], scales(b, [2, 1, 1])),
        dequantised(b, [2, 1, 1, 3], scales(b, [2, 1, 1, 1])),
        2,
      ),
    b => matmul(b, dequantised(b, [2, 3], scales(b, [2, 1])), dequantised(b, [2, 3], scales(b, [2, 1])), true),
    b => matmul(b, dequantised(b, [2, 1, 3], scales(b, [2, 1, 1])), dequantised(b, [3, 2], scales(b, [2])), false),
    b => matmul(b, dequantised(b, [6], b.number(2)), dequantised(b, [6, 1], scales(b, [1, 1])), false),
    b =>
      convTranspose(b, { stride: [2, 1] }, [
        dequantised(b, [1, 1, 2, 3], b.number(0.5)),
        dequantised(b, [1, 2, 1, 3], scales(b, [1, 2, 1, 1])),
      ]),
    b =>
      convTranspose(
        b,
        { stride: [1, 1] },
        [dequantised(b, [1, 2, 1, 3], scales(b, [2, 1, 1])), dequantised(b, [2, 1, 1, 3], scales(b, [2, 1, 1, 1]))],
        2,
      ),
  ],
  'channels-in-fours': [
    b => conv(b, bytes(b, [1, 2, 1, 3]), bytes(b, [3, 2, 1, 1])),
    b => conv(b, bytes(b, [1, 6, 1, 1]), bytes(b, [1, 6, 1, 1])),
  ],
  'carried-levels': [
    b => b.op('reshape', [dequantised(b, [2, 3], b.number(0.5), 3)], { shape: [3, 2] }),
    b => b.op('slice', [dequantised(b, [6], b.number(0.5))], firstTwo),
    b => b.op('concat', [dequantised(b, [2, 3], b.number(0.3)), dequantised(b, [2, 3], b.number(0.3))], { axis: 0 }),
    b => b.op('stack', [dequantised(b, [2, 3], b.number(0.3)), dequantised(b, [2, 3], b.number(0.3))], { axis: 0 }),
    b => b.op('max_pool', [dequantised(b, [1, 2, 3], b.number(0.3), -128)], pool),
    b => b.op('min', [dequantised(b, [2, 3], scales(b, [1]), 5)], { axes: [1], keep: false }),
    b => b.op('maximum', [dequantised(b, [2, 3], b.number(0.3)), dequantised(b, [2, 1, 3], b.number(0.3))]),
  ],
  'repeated-levels': [
    b => b.op('upsample', [dequantised(b, [1, 2, 3], b.number(0.3), 7)], { scale: [2], mode: 'nearest' }),
  ],
  'transposed-levels': [
    b => b.op('transpose', [dequantised(b, [2, 3], b.number(0.3), 7)], { axes: [1, 0] }),
    b => b.op('transpose', [dequantised(b, [1, 2, 3], scales(b, [2, 1]))], { axes: [1, 2, 0] }),
  ],
  'padded-levels': [b => padded(b, dequantised(b, [2, 3], b.number(0.3), 7), [1, 2])],
  'relu-of-levels': [0, -128, 7].map(
    (zero): Build =>
      b =>
        b.op('relu', [dequantised(b, [2, 3], b.number(0.3), zero)]),
  ),
  'quantised-again': [
    b => quantised(b, dequantised(b, [2, 3], scales(b, [3]), -3), scales(b, [3]), -3),
    ...[0.3, 2 ** -149, 3e-39, 1e36, 1 / 3, 0.013].map(
      (scale): Build =>
        b =>
          quantised(b, dequantised(b, [2, 3], b.number(Math.fround(scale)), 100), b.number(Math.fround(scale)), 100),
    ),
  ],
  'sum-of-levels': [
    b => b.op('sum', [dequantised(b, [2, 3], scales(b, [2, 1]), 7)], { axes: [1], keep: false }),
    b => b.op('sum', [dequantised(b, [2, 3], scales(b, [3]))], { axes: [0], keep: true }),
    b => b.op('sum', [dequantised(b, [2, 3], scales(b, [1, 1]), -128)], { axes: [0, 1], keep: false }),
  ],
  'average-of-levels': [
    b =>
      b.op('avg_pool', [dequantised(b, [1, 2, 3], b.number(0.5), 7)], {
        ...pool,
        padding: [[0, 0]],
        count_padding: false,
      }),
    b => b.op('avg_pool', [dequantised(b, [1, 2, 3], b.number(0.5))], { ...pool, count_padding: true }),
  ],
  'matmul-of-transposed': [
    b => matmul(b, b.x, b.op('transpose', [b.x], { axes: [1, 0] }), false),
    b => matmul(b, b.op('transpose', [b.x], { axes: [1, 0] }), b.op('transpose', [b.x], { axes: [1, 0] }), true),
  ],
};

function matmul(b: Expressions, left: ValueId, right: ValueId, transposed: boolean): ValueId {
  return b.op('matmul', [left, right], { transpose_a: false, transpose_b: transposed });
}

/** Graphs that look as if a rule applied, but must not be changed. */
const traps: readonly (readonly [rule: string, build: Build])[] = [
  ['leading-ones', b => b.op('add', [b.y, b.op('reshape', [b.y], { shape: [1, 3] })])],
  ['leading-ones', b => b.op('add', [b.x, b.op('reshape', [b.op('slice', [b.y], firstTwo)], { shape: [2, 1] })])],
  ['nothing-to-stop', b => b.op('straight_through', [b.y, b.x])],
  ['where-either', b => b.op('where', [b.number(0, 'bool'), b.x, b.y])],
  ['plus-nothing', b => b.op('add', [b.x, b.number(0)])],
  ['times-one', b => b.op('mul', [b.y, b.op('broadcast_to', [b.number(1)], { shape: [2, 3] })])],
  ['times-one', b => b.op('div', [b.number(1), b.x])],
  ['times-one', b => b.op('pow', [b.number(1), b.x])],
  ['whole-slice', b => b.op('slice', [b.x], { start: [1, 0], count: [2, 3], step: [-1, 1] })],
  ['transpose-of-ones', b => b.op('transpose', [b.x], { axes: [1, 0] })],
  ['broadcast-operand', b => b.op('neg', [b.op('broadcast_to', [b.y], { shape: [2, 3] })])],
  ['not-equal', b => b.op('not', [b.op('lt', [b.x, b.y])])],
  ['divide-by-power-of-two', b => b.op('div', [b.whole, b.number(2, 'i32')])],
  ['divide-by-power-of-two', b => b.op('div', [b.x, b.number(2 ** -149)])],
  ['reciprocal', b => b.op('pow', [b.whole, b.number(-1, 'i32')])],
  ['conv-transpose-of-points', b => convTranspose(b, { stride: [2, 1], output_padding: [2, 0], dilation: [3, 1] })],
  // A single channel, and groups.
  ['channels-in-fours', b => conv(b, bytes(b, [1, 1, 2, 3]), bytes(b, [3, 1, 2, 1]))],
  ['channels-in-fours', b => conv(b, bytes(b, [1, 2, 1, 3]), bytes(b, [2, 1, 1, 3]), 2)],
  // Scales that vary along what is summed, and an operand that has no levels.
  [
    'contraction-of-levels',
    b => matmul(b, dequantised(b, [2, 3], scales(b, [3])), dequantised(b, [3, 2], b.number(1)), false),
  ],
  [
    'contraction-of-levels',
    b => conv(b, dequantised(b, [1, 2, 1, 3], scales(b, [2, 1, 1])), dequantised(b, [3, 2, 1, 1], b.number(1))),
  ],
  ['contraction-of-levels', b => matmul(b, b.x, dequantised(b, [3, 2], b.number(1)), false)],
  ['contraction-of-levels', b => conv(b, unknownZero(b), dequantised(b, [3, 2, 1, 1], b.number(0.5)))],
  [
    'carried-levels',
    b => b.op('concat', [dequantised(b, [6], b.number(0.5)), dequantised(b, [6], b.number(0.25))], { axis: 0 }),
  ],
  ['carried-levels', b => b.op('max', [dequantised(b, [2, 3], scales(b, [3]))], { axes: [1], keep: false })],
  [
    'repeated-levels',
    b => b.op('upsample', [dequantised(b, [1, 2, 3], b.number(1))], { scale: [2], mode: 'bilinear' }),
  ],
  ['padded-levels', b => b.op('pad', [dequantised(b, [6], b.number(0.5))], { padding: [[1, 1]], value: 1 })],
  ['centred-levels', b => quantised(b, b.x, b.number(0.3), 1)],
  ['rescaled-levels', b => quantised(b, b.x, b.number(0.3), 1)],
  ['rescaled-levels', b => quantised(b, b.op('relu', [b.x]), b.number(0.3), 0)],
  ['rescaled-levels', b => quantised(b, b.op('mul', [b.x, b.y]), b.number(0.3), 0)],
  ['quantised-again', b => quantised(b, dequantised(b, [2, 3], b.number(0.5), 3), b.number(0.5), 4)],
  ['quantised-again', b => quantised(b, dequantised(b, [2, 3], b.number(0.5)), b.number(0.25), 0)],
  ['sum-of-levels', b => b.op('sum', [dequantised(b, [2, 3], scales(b, [3]))], { axes: [1], keep: false })],
  [
    'average-of-levels',
    b => b.op('avg_pool', [dequantised(b, [1, 2, 3], b.number(1))], { ...pool, count_padding: false }),
  ],
  [
    'average-of-levels',
    b => b.op('avg_pool', [dequantised(b, [1, 2, 3], b.number(1), 1)], { ...pool, count_padding: true }),
  ],
  ['matmul-of-transposed', b => matmul(b, b.x, b.op('reshape', [b.x], { shape: [3, 2] }), false)],
];

const types: Readonly<Record<'x' | 'y' | 'flag' | 'whole' | 'bytes', TensorType>> = {
  x: { element: 'f32', shape: [2, 3] },
  y: { element: 'f32', shape: [3] },
  flag: { element: 'bool', shape: [2, 3] },
  whole: { element: 'i32', shape: [6] },
  bytes: { element: 'i8', shape: [2, 3] },
};

describe('the rules', () => {
  it('have unlike names and an example each', () => {
    const names = ops.rules.map(rule => rule.name);
    expect(new Set(names).size).toBe(names.length);
    expect(Object.keys(examples).sort()).toEqual([...names].sort());
  });

  const cases = ops.rules.flatMap(rule =>
    examples[rule.name].map((build, i) => ({ rule, build, name: `${rule.name} ${i}` })),
  );

  it.each(cases)('$name fires and changes nothing', ({ rule, build }) => {
    const { before, after } = applied(rule, build);
    expect(after).toBeDefined();
    for (let seed = 1; seed <= 40; seed++) {
      const [wanted, got] = [before, after!].map(run => run(seed, rule.exact || seed % 2 === 0));
      got.forEach((value, i) => {
        if (rule.exact) expect(value, `seed ${seed}, element ${i}`).toBe(wanted[i]);
        else expect(keeps(wanted[i], value), `seed ${seed}, element ${i}: ${value}, not ${wanted[i]}`).toBe(true);
      });
    }
  });

  it.each(traps)('%s leaves its trap alone', (name, build) => {
    expect(applied(ops.rules.find(rule => rule.name === name)!, build).after).toBeUndefined();
  });
});

/** Values at which a function that is its own inverse, or done once for all, would show that it is not. */
const telling = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -2.5, 3.25, 1e30, -1e30, 1e-30, 17].map(Math.fround);

const repeated = ops.all.flatMap(op => {
  if (op.kind !== 'elementwise' || op.parameters.length !== 1) return [];
  return (['f32', 'bool'] as const).flatMap(element => {
    const result = op.infer([{ element, shape: [] }], {});
    if (isProblem(result) || result.element !== element) return [];
    const round = element === 'f32' ? Math.fround : (x: number) => x;
    const f = (x: number) => op.scalar([x], {}, round, [element]);
    const values = element === 'f32' ? telling : [0, 1];
    const again = values.every(x => Object.is(f(f(x)), f(x)));
    const undone = values.every(x => Object.is(f(f(x)), x));
    return again || undone ? [[op.name, element] as const] : [];
  });
});

describe('what does nothing, or undoes itself, when it is done twice', () => {
  it.each(repeated)('%s of %s has a rule that drops the second: once-is-enough, twice-undone, …', (name, element) => {
    const twice: Build = b => b.op(name, [b.op(name, [element === 'f32' ? b.x : b.flag])]);
    const firing = ops.rules.filter(rule => rule.exact && applied(rule, twice).after !== undefined);
    expect(firing.map(rule => rule.name)).not.toEqual([]);
  });
});

function keeps(wanted: number, got: number): boolean {
  if (Number.isNaN(wanted)) return Number.isNaN(got);
  if (!Number.isFinite(wanted)) return !Number.isFinite(got);
  return Math.abs(got - wanted) <= Math.abs(wanted) * 2 ** -22 + 2 ** -148;
}

type Run = (seed: number, specials: boolean) => Float64Array;

function applied(rule: Rule, build: Build): { readonly before: Run; readonly after: Run | undefined } {
  const builder = createGraphBuilder(ops);
  const leaf = (name: keyof typeof types): ValueId => builder.input(name, types[name]);
  const value = build({
    x: leaf('x'),
    y: leaf('y'),
    flag: leaf('flag'),
    whole: leaf('whole'),
    bytes: leaf('bytes'),
    op: (name, operands, attributes) => builder.op(name, operands, attributes),
    constant: (type, data) => builder.constant(type, data),
    number: (data, element = 'f32') => builder.constant({ element, shape: [] }, data),
  });
  const context: RuleContext = {
    ...expander(builder, {}),
    node: id => builder.node(id),
    // Of these expressions, whatever has no input in it.
    stable: id => isStable(builder, id),
    shared: () => false,
  };
  const better = rule.apply(context, value);
  if (better !== undefined) expect(builder.type(better)).toEqual(builder.type(value));
  builder.output('before', value);
  builder.output('after', better ?? value);
  const graph = builder.finish();
  const run =
    (output: string): Run =>
    (seed, specials) =>
      interpret(graph, ops, inputs(seed, specials), []).outputs[output].data;
  return { before: run('before'), after: better === undefined || better === value ? undefined : run('after') };
}

function isStable(builder: GraphBuilder, id: ValueId): boolean {
  const { kind, operands } = builder.node(id);
  return kind !== 'input' && operands.every(operand => isStable(builder, operand));
}

function inputs(seed: number, special: boolean): Readonly<Record<string, Float64Array>> {
  const pick = createPick(seed);
  const odd = [NaN, Infinity, -Infinity, 0, -0, 1e-40, 3e38, -1, 1];
  const draw = ({ element }: TensorType): number => {
    if (element === 'bool') return pick.int(0, 1);
    if (element === 'i8') return pick.int(-128, 127);
    if (element === 'i32') return pick.chance(0.1) ? -(2 ** 31) : pick.int(-9, 9);
    return special && pick.chance(0.3)
      ? Math.fround(pick.one(odd))
      : Math.fround(special ? 8 * pick.real() - 4 : 4 * pick.real());
  };
  return Object.fromEntries(
    Object.entries(types).map(([name, type]) => [
      name,
      Float64Array.from({ length: elementCount(type.shape) }, () => draw(type)),
    ]),
  );
}
