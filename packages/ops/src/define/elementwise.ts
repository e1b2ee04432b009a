/**
 * Makes elementwise ops of one scalar formula (the oracle) and one expression (the kernel). The number and types of operands, broadcasting,
 * the loop of the oracle and the samples follow from these.
 *
 * All operands have one element type unless `elements` says otherwise. Numbers that a program writes beside tensors have been given the
 * element type of these before they come here.
 */
import type { Attributes, ElementType, TensorType } from '@tessera-dnn/graph';
import { sameShape } from '@tessera-dnn/graph';
import type { Arguments, ElementwiseOp, Parameter, Problem, Tensor } from '@tessera-dnn/graph/op';
import { isProblem } from '@tessera-dnn/graph/op';
import { ofTerms } from './adding-up.ts';
import { broadcastShape, broadcastStrides } from './broadcast.ts';
import { elementSets, pickElement } from './element-sets.ts';
import { masked, sumTo } from './gradient.ts';
import { dot, forEachIndex } from './indices.ts';
import type { Accuracy, DefinedOp, Sample, Tested } from './op.ts';
import { defineOp } from './op.ts';
import type { Pick } from './pick.ts';
import { mixedElements, refusedElement, wrongCount } from './problem.ts';

/** The facets that {@link elementwise} makes. All others are taken over as they are given. */
type Made = 'kind' | 'parameters' | 'attributes' | 'infer' | 'evaluate';

/** What an elementwise op has to say of itself: the facets of `ElementwiseOp` that do not follow from what is said here, and these. */
export interface ElementwiseSpec<A extends Attributes> extends Omit<ElementwiseOp<A>, Made> {
  /** The operands' names, in order. */
  readonly operands: readonly string[];
  readonly accepts: keyof typeof elementSets;
  /** The element type of the result; by default the `same` as that of the operands. */
  readonly result?: 'same' | 'bool';
  /** For operands of different types, instead of `accepts` and `result`: the element type of the result, given the operands. */
  readonly elements?: (operands: readonly TensorType[], attributes: A) => ElementType | Problem;
  /** The parameters after the operands; `attributes` reads them. */
  readonly parameters?: readonly Parameter[];
  readonly attributes?: (args: Arguments, operands: readonly TensorType[]) => A | Problem;
  /** As in `OpDef`, but all derivatives may have the shape of the result: those of broadcast operands are then summed to their shapes. */
  readonly gradient?: ElementwiseOp<A>['gradient'];
  /** `exact` by default. */
  readonly accuracy?: Accuracy;
  /** The range of operand values in the samples. */
  readonly values?: Sample['values'];
  /** The ranges in which the gradient is tested; `values` by default. */
  readonly smooth?: Sample['values'];
  /** Element types of the operands, and arguments, of a sample; by default all operands have the same type, and there are no arguments. */
  readonly sampled?: (pick: Pick) => { readonly elements: readonly ElementType[]; readonly args: Arguments };
}

/** The op that `spec` describes, ready for the table. */
export function elementwise<A extends Attributes = Attributes>(spec: ElementwiseSpec<A>): DefinedOp {
  const { operands, accepts, result, elements, parameters = [], values, sampled, gradient, ...facets } = spec;
  // An op without a reader of attributes has none: its record is the empty one.
  const { attributes = () => ({}) as A } = spec;
  const op: ElementwiseOp<A> & Tested = {
    accuracy: 'exact',
    ...facets,
    kind: 'elementwise',
    parameters: [...operands.map((name): Parameter => ({ name, kind: 'tensor' })), ...parameters],
    attributes,
    infer: (operands, attributes) => infer(spec, operands, attributes),
    evaluate: (operands, attributes, result, round) => {
      const elements = operands.map(operand => operand.type.element);
      const inside = ofTerms(result.element, round);
      return mapElements(operands, result, args => round(spec.scalar(args, attributes, inside, elements)));
    },
    ...(gradient === undefined ? {} : { gradient: summedBack(gradient) }),
    samples: pick => sample(spec, pick),
  };
  return defineOp(op);
}

/**
 * Sums derivatives to the shapes of their operands. Those of results that the program masks away (`guard` is false there) are made zero
 * first, since a single NaN among them would make the sum NaN.
 */
function summedBack<A extends Attributes>(
  gradient: NonNullable<ElementwiseOp<A>['gradient']>,
): NonNullable<ElementwiseOp<A>['gradient']> {
  if (gradient === 'zero') return 'zero';
  return call => {
    const { build, operands, guard } = call;
    return gradient(call).map((slope, i) => {
      if (slope === undefined) return undefined;
      const { shape } = build.type(operands[i]);
      const counts = guard === undefined || sameShape(build.type(slope).shape, shape);
      return sumTo(build, counts ? slope : masked(build, guard, slope), shape);
    });
  };
}

function infer<A extends Attributes>(
  spec: ElementwiseSpec<A>,
  operands: readonly TensorType[],
  attributes: A,
): TensorType | Problem {
  const count = spec.operands.length;
  if (operands.length !== count) {
    return wrongCount(spec.name, `${count} tensor${count === 1 ? '' : 's'}`, operands.length);
  }
  const element = spec.elements ? spec.elements(operands, attributes) : uniformElement(spec, operands);
  if (typeof element !== 'string') return element;
  const shape = broadcastShape(spec.name, operands);
  return isProblem(shape) ? shape : { element, shape };
}

function uniformElement(
  spec: Facts<'name' | 'accepts' | 'result'>,
  operands: readonly TensorType[],
): ElementType | Problem {
  const accepted: readonly ElementType[] = elementSets[spec.accepts];
  const [first] = operands;
  for (const [operand, type] of operands.entries()) {
    if (type.element !== first.element) return mixedElements(spec.name, operands, 0, operand);
    if (!accepted.includes(type.element)) return refusedElement(spec.name, operands, operand, accepted);
  }
  return spec.result === 'bool' ? 'bool' : first.element;
}

/** Those fields of a spec whose types do not depend on the type of its attributes. */
type Facts<K extends keyof ElementwiseSpec<Attributes>> = Omit<
  ElementwiseSpec<Attributes>,
  Exclude<keyof ElementwiseSpec<Attributes>, K>
>;

/** The oracle's loop: `formula` of the operands' elements at every index of the result. */
function mapElements(
  operands: readonly Tensor[],
  result: TensorType,
  formula: (args: readonly number[]) => number,
): Float64Array {
  const strides = operands.map(operand => broadcastStrides(operand.type.shape, result.shape));
  const out = new Float64Array(result.shape.reduce((product, extent) => product * extent, 1));
  forEachIndex(result.shape, (index, linear) => {
    out[linear] = formula(operands.map((operand, i) => operand.data[dot(index, strides[i])]));
  });
  return out;
}

function sample<A extends Attributes>(spec: ElementwiseSpec<A>, pick: Pick): Sample {
  const { elements, args } = spec.sampled?.(pick) ?? uniformSample(spec, pick);
  const shape = pick.shape(0, 3);
  const operands = elements.map((element): TensorType => {
    const own = shape.map(extent => (pick.chance(0.2) ? 1 : extent));
    return { element, shape: own.slice(pick.chance(0.2) ? pick.int(0, own.length) : 0) };
  });
  return { operands, args, ...(spec.values === undefined ? {} : { values: spec.values }) };
}

function uniformSample(
  spec: Facts<'accepts' | 'operands'>,
  pick: Pick,
): { readonly elements: readonly ElementType[]; readonly args: Arguments } {
  const element = pickElement(pick, spec.accepts);
  return { elements: spec.operands.map(() => element), args: {} };
}
