/** Makes reductions (sum, max, …) of the function that combines two elements, from which all facets follow. */
import { type ElementType, isInteger, type TensorType, wideElement } from '@tessera-dnn/graph';
import { combineIdentity } from '@tessera-dnn/graph/kernel';
import type { Arguments, Combine, Gradient, KernelOp, OpDoc, Problem, Round } from '@tessera-dnn/graph/op';
import { isProblem } from '@tessera-dnn/graph/op';
import { ofTerms, onTheWay } from '../define/adding-up.ts';
import { readAxes, readBoolean } from '../define/arguments.ts';
import { elementSets, pickElement } from '../define/element-sets.ts';
import { combining } from '../define/fold.ts';
import { asInteger } from '../define/integers.ts';
import { type Accuracy, type DefinedOp, defineOp, type Tested } from '../define/op.ts';
import type { Pick } from '../define/pick.ts';
import { refusedElement, wrongCount } from '../define/problem.ts';
import { numberElement } from '../plane/views.ts';
import { emitReduction } from './kernel.ts';
import { forEachRow, operandBox, type ReductionAxes, reducedShape, spaceAxes } from './space.ts';

/** What a reduction has to say of itself. */
export interface ReductionSpec {
  readonly name: string;
  readonly doc: OpDoc;
  readonly combine: Combine;
  /** The step of the oracle, which combines two numbers without rounding; for integers the result is wrapped afterwards. */
  readonly step: (a: number, b: number) => number;
  /** Whether a `bool` operand counts as 0 and 1 in f32. */
  readonly takesBool?: boolean;
  readonly accuracy: Accuracy;
  readonly gradient: Gradient<ReductionAxes>;
  /** The range of the elements in samples. */
  readonly values?: readonly [number, number];
}

/** The op that `spec` describes, ready for the table. It takes `axis` (all by default) and `keep`. */
export function reduction(spec: ReductionSpec): DefinedOp {
  const { name, combine } = spec;
  const op: KernelOp<ReductionAxes> & Tested = {
    kind: 'kernel',
    name,
    doc: spec.doc,
    parameters: reductionParameters,
    attributes: (args, operands) => readReduction(name, args, operands),
    infer: (operands, attributes) => {
      if (operands.length !== 1) return wrongCount(name, 'one tensor', operands.length);
      const element = reducedElement(spec, operands);
      return typeof element === 'string' ? { element, shape: reducedShape(attributes, operands[0]) } : element;
    },
    evaluate: ([x], attributes, result, round) => {
      const out = new Float64Array(result.shape.reduce((product, extent) => product * extent, 1));
      const step = stepOf(spec, result.element, round);
      forEachRow(attributes, x.type, (at, row) => {
        out[at] = round(row.reduce((sum, i) => step(sum, x.data[i]), oracleIdentity(result.element, combine)));
      });
      return out;
    },
    ...(combine === 'max' || combine === 'min' ? { bounds: ([x]) => x } : {}),
    gradient: spec.gradient,
    reduction: ({ axes, keep }) => ({ combine, axes, keep }),
    space: ({ operands: [x], attributes }) => {
      const { extents } = spaceAxes(attributes, x);
      return { extents, combine: attributes.axes.map(() => combine), movable: extents.map((_, axis) => axis) };
    },
    regions: ({ operands: [x], attributes }, box) => [operandBox(attributes, x, box)],
    variants: () => [{ name: 'strided', result: 'any', operands: ['any'] }],
    // A result may not be written over the operand: between the elements of its row there may be elements of rows that are still to be read.
    overwrites: () => [],
    kernel: (k, vertex) => {
      const type = numberElement(vertex.context.result.element);
      emitReduction(k, vertex, vertex.context.attributes, combining(k, type, combine));
    },
    samples: pick => ({
      ...reductionSample(pick, spec.takesBool ? 'any' : 'number'),
      values: [spec.values],
    }),
    accuracy: spec.accuracy,
  };
  return defineOp(op);
}

/** The parameters of every reduction. */
export const reductionParameters: DefinedOp['parameters'] = [
  { name: 'x', kind: 'tensor' },
  { name: 'axis', kind: 'list', default: null },
  { name: 'keep', kind: 'boolean', default: false },
];

/** The attributes of a call. `axis` may be one axis or several; without it, all axes are reduced. */
export function readReduction(name: string, args: Arguments, operands: readonly TensorType[]): ReductionAxes | Problem {
  const axes = readAxes(name, args['axis'], operands[0]);
  if (isProblem(axes)) return axes;
  const keep = readBoolean(name, 'keep', args['keep'] ?? false);
  return typeof keep === 'boolean' ? { axes, keep } : keep;
}

/**
 * The element type of the result: that of the operand, but i32 for sums and products of whole numbers of 8 bits, and f32 for a `bool` operand, if
 * the reduction takes that; a problem if it does not.
 */
export function reducedElement(
  spec: { readonly name: string; readonly combine: Combine; readonly takesBool?: boolean },
  operands: readonly TensorType[],
): ElementType | Problem {
  const { element } = operands[0];
  const sums = spec.combine === 'add' || spec.combine === 'mul';
  if (element !== 'bool') return sums && isInteger(element) ? wideElement(element) : element;
  return spec.takesBool ? 'f32' : refusedElement(spec.name, operands, 0, elementSets.number);
}

/** A random legal call of a reduction with an element type of this set. */
export function reductionSample(pick: Pick, elements: keyof typeof elementSets): ReturnType<DefinedOp['samples']> {
  const shape = pick.shape(0, 4);
  const axes = shape.map((_, axis) => axis).filter(() => pick.chance());
  const axis = axes.length === 1 && pick.chance() ? axes[0] - shape.length : axes;
  const args = { keep: pick.chance(), ...(pick.chance(0.2) ? {} : { axis }) };
  return { operands: [{ element: pickElement(pick, elements), shape }], args };
}

function stepOf(spec: ReductionSpec, element: ElementType, round: Round): (a: number, b: number) => number {
  const partly = spec.combine === 'add' ? onTheWay(element, round) : ofTerms(element, round);
  if (!isInteger(element)) return (a, b) => partly(spec.step(a, b));
  return (a, b) => asInteger(element, spec.combine === 'mul' ? Math.imul(a, b) : spec.step(a, b));
}

function oracleIdentity(element: ElementType, combine: Combine): number {
  return combineIdentity(isInteger(element) ? 'i32' : 'f32', combine);
}
