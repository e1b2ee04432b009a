/** The op `einsum(equation, tensors)`: sums of products, as letters say. It expands to products of matrices, sums and movements. */
import { InternalError } from '@tessera-dnn/diagnostics';
import { rowMajorStrides, type TensorType } from '@tessera-dnn/graph';
import type { CompositeOp, Tensor } from '@tessera-dnn/graph/op';
import { isProblem } from '@tessera-dnn/graph/op';
import { onTheWay } from '../../define/adding-up.ts';
import { elementSets } from '../../define/element-sets.ts';
import { forEachIndex } from '../../define/indices.ts';
import { defineOp, type Tested } from '../../define/op.ts';
import { badAttribute, mixedElements, refusedElement, wrongCount } from '../../define/problem.ts';
import { type Equation, readEquation } from './equation.ts';
import { expandEinsum } from './expand.ts';

type EinsumAttributes = { readonly equation: string };

const accepted = [...elementSets.float, 'i32'] as const;

const op: CompositeOp<EinsumAttributes> & Tested = {
  kind: 'composite',
  name: 'einsum',
  doc: {
    summary: 'sums of products of tensors, whose axes are named by letters',
    example: 'model example(x: f32[8, 4, 5], y: f32[8, 5, 6]) -> f32[8, 6, 4] {\n  einsum("bij,bjk->bki", [x, y])\n}\n',
  },
  parameters: [
    { name: 'equation', kind: 'text' },
    { name: 'tensors', kind: 'tensors' },
  ],
  attributes: ({ equation }) =>
    typeof equation === 'string'
      ? { equation }
      : badAttribute('equation', 'einsum needs an equation such as "ij,jk->ik"'),
  infer: (operands, { equation }) => {
    if (operands.length === 0) return wrongCount('einsum', 'at least one tensor', 0);
    const [{ element }] = operands;
    const other = operands.findIndex(type => type.element !== element);
    if (other >= 0) return mixedElements('einsum', operands, 0, other);
    if (!accepted.some(one => one === element)) return refusedElement('einsum', operands, 0, accepted);
    const read = readEquation(equation, operands);
    return isProblem(read) ? read : { element, shape: read.result.map(letter => read.extents.get(letter) ?? 1) };
  },
  evaluate: (operands, { equation }, result, round) => {
    const read = equationOf(
      equation,
      operands.map(({ type }) => type),
    );
    const summed = [...read.extents.keys()].filter(letter => !read.result.includes(letter));
    const letters = [...read.result, ...summed];
    const step = onTheWay(result.element, round);
    const out = new Float64Array(result.shape.reduce((product, extent) => product * extent, 1));
    const strides = rowMajorStrides(result.shape);
    forEachIndex(
      letters.map(letter => read.extents.get(letter) ?? 1),
      index => {
        const at = strides.reduce((sum, stride, axis) => sum + stride * index[axis], 0);
        const factors = operands.map((operand, which) => elementAt(operand, read.terms[which], letters, index));
        out[at] = step(out[at] + factors.reduce((product, factor) => product * factor, 1));
      },
    );
    return out.map(round);
  },
  expand: (build, operands, { equation }) =>
    expandEinsum(
      build,
      operands,
      equationOf(
        equation,
        operands.map(operand => build.type(operand)),
      ),
    ),
  samples: pick => {
    const equation = pick.one([
      'ij,jk->ik',
      'bij,bkj->bik',
      'ij->ji',
      'ij->',
      'ij,ij->i',
      'i,j->ij',
      '...i,ij->...j',
      'ii->i',
      'ij,jk,kl->il',
      'ij,j',
    ]);
    const terms = equation.split('->')[0].split(',');
    const extents = new Map([...'bijkl'].map(letter => [letter, pick.int(1, 5)] as const));
    const dots = pick.shape(0, 2);
    const shapeOf = (term: string) => [
      ...(term.startsWith('...') ? dots : []),
      ...[...term.replace('...', '')].map(letter => extents.get(letter) ?? 1),
    ];
    return {
      operands: terms.map((term): TensorType => ({ element: 'f32', shape: shapeOf(term) })),
      args: { equation },
    };
  },
  accuracy: 'sum',
};

export const einsum = defineOp(op);

/** The equation, which `infer` has found right. */
function equationOf(text: string, operands: readonly TensorType[]): Equation {
  const read = readEquation(text, operands);
  if (isProblem(read)) throw new InternalError('einsum', read.message);
  return read;
}

function elementAt(
  { type, data }: Tensor,
  term: readonly string[],
  letters: readonly string[],
  index: readonly number[],
): number {
  const strides = rowMajorStrides(type.shape);
  const at = term.reduce((sum, letter, axis) => {
    return sum + (type.shape[axis] === 1 ? 0 : strides[axis] * index[letters.indexOf(letter)]);
  }, 0);
  return data[at];
}
