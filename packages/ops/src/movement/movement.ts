/** Makes movement ops: what their definitions have in common. */
import type { Attributes, ElementType, TensorType } from '@tessera-dnn/graph';
import { rowMajorStrides } from '@tessera-dnn/graph';
import type { MovementOp, OpContext, Tensor } from '@tessera-dnn/graph/op';
import { pickElement } from '../define/element-sets.ts';
import { dot, forEachIndex } from '../define/indices.ts';
import { type DefinedOp, defineOp, type Tested } from '../define/op.ts';
import type { Pick } from '../define/pick.ts';

/** What a movement op has to say of itself: all of `MovementOp`, with `source` instead of `evaluate`. */
export type MovementSpec<A extends Attributes> = Omit<MovementOp<A>, 'kind' | 'evaluate'> &
  Source<A> &
  Omit<Tested, 'accuracy'>;

interface Source<A extends Attributes> {
  /** The oracle: which element of which operand, or which constant, stands at `index` of the result. */
  readonly source: (index: readonly number[], context: OpContext<A>) => ElementSource;
}

/** Where an element of the result comes from: an element of an operand, or a constant. */
export type ElementSource =
  | { readonly operand: number; readonly index: readonly number[] }
  | { readonly value: number };

/** The op that `spec` describes, ready for the table. Its oracle calls `source` for every index of the result. */
export function movement<A extends Attributes>(spec: MovementSpec<A>): DefinedOp {
  const { source, ...facets } = spec;
  const op: MovementOp<A> & Tested = {
    ...facets,
    kind: 'movement',
    accuracy: 'exact',
    evaluate: (operands, attributes, result) => {
      const context = { operands: operands.map(operand => operand.type), attributes, result };
      return fetchAll(operands, result, index => source(index, context));
    },
  };
  return defineOp(op);
}

function fetchAll(
  operands: readonly Tensor[],
  result: TensorType,
  source: (index: readonly number[]) => ElementSource,
): Float64Array {
  const out = new Float64Array(result.shape.reduce((product, extent) => product * extent, 1));
  const strides = operands.map(operand => rowMajorStrides(operand.type.shape));
  forEachIndex(result.shape, (index, linear) => {
    const from = source(index);
    out[linear] = 'value' in from ? from.value : operands[from.operand].data[dot(from.index, strides[from.operand])];
  });
  return out;
}

/** A random element type of those that kernels can copy; movement ops take all of them alike. */
export function anyElement(pick: Pick): ElementType {
  return pickElement(pick, 'any');
}
