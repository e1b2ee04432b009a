/** The op `one_hot`: for each index a row with a one at that place and zeros elsewhere; only zeros if the index is outside of the row. */
import type { CompositeOp } from '@tessera-dnn/graph/op';
import { readInteger } from '../define/arguments.ts';
import { defineOp, type Tested } from '../define/op.ts';
import { wrongCount, wrongElement } from '../define/problem.ts';

type OneHotAttributes = { readonly depth: number };

const op: CompositeOp<OneHotAttributes> & Tested = {
  kind: 'composite',
  name: 'one_hot',
  doc: {
    summary: 'f32 rows of length depth with a one where the index says; zeros for an index outside',
    example: 'model example(indices: i32[4]) -> f32[4, 10] {\n  one_hot(indices, 10)\n}\n',
  },
  parameters: [
    { name: 'indices', kind: 'tensor' },
    { name: 'depth', kind: 'integer' },
  ],
  attributes: args => {
    const depth = readInteger('one_hot', 'depth', args['depth'], 1, 2 ** 31 - 1);
    return typeof depth === 'number' ? { depth } : depth;
  },
  infer: (operands, { depth }) => {
    if (operands.length !== 1) return wrongCount('one_hot', 'one tensor', operands.length);
    const [indices] = operands;
    if (indices.element !== 'i32') return wrongElement('the indices of one_hot', operands, 0, 'i32');
    return { element: 'f32', shape: [...indices.shape, depth] };
  },
  evaluate: ([indices], { depth }) => {
    const out = new Float64Array(indices.data.length * depth);
    indices.data.forEach((index, row) => {
      if (index >= 0 && index < depth) out[row * depth + index] = 1;
    });
    return out;
  },
  expand: (build, [indices], { depth }) => {
    const column = build.op('reshape', [indices], { shape: [...build.type(indices).shape, 1] });
    const places = build.op('iota', [], { shape: [depth], axis: 0 });
    return build.op('cast', [build.op('eq', [column, places])], { element: 'f32' });
  },
  samples: pick => ({
    operands: [{ element: 'i32', shape: pick.shape(0, 2) }],
    args: { depth: pick.int(1, 9) },
    values: [[-2, 10]],
  }),
  accuracy: 'exact',
};

export const oneHot = defineOp(op);
