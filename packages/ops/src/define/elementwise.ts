/**
 * Elementwise ops from one scalar formula and one expression: arity, types, broadcasting, the oracle's loop and the samples follow.
 *
 * Operands share one element type unless `elements` says otherwise; numbers beside tensors have taken the tensors' type before.
 */
import type {
  Arguments,
  Attributes,
  ElementType,
  ElementwiseOp,
  OpDoc,
  Parameter,
  Problem,
  Tensor,
  TensorType,
} from '@tessera/graph';
import { isProblem, sameShape } from '@tessera/graph';
import { broadcastShape, broadcastStrides } from './broadcast.ts';
import { masked, sumTo } from './gradient.ts';
import { dot, forEachIndex } from './indices.ts';
import type { Accuracy, DefinedOp, Sample, Tested } from './op.ts';
import { defineOp } from './op.ts';
import type { Pick } from './pick.ts';
import { mixedElements, refusedElement, wrongCount } from './problem.ts';

const floats: readonly ElementType[] = ['f32', 'f16', 'bf16'];
const integers: readonly ElementType[] = ['i32', 'i8', 'u8'];

/** The element types an op may accept. */
export const elementSets = {
  float: floats,
  number: [...floats, ...integers],
  bool: ['bool'],
  any: [...floats, ...integers, 'bool'],
} as const satisfies Record<string, readonly ElementType[]>;

export interface ElementwiseSpec<A extends Attributes> {
  readonly name: string;
  readonly symbol?: string;
  readonly doc: OpDoc;
  /** The operands' names, in order. */
  readonly operands: readonly string[];
  readonly accepts: keyof typeof elementSets;
  /** The result's element type; `same` as the operands' unless told. */
  readonly result?: 'same' | 'bool';
  /** Replaces `accepts` and `result` where operands differ in type: the result's element type from the operands'. */
  readonly elements?: (operands: readonly TensorType[], attributes: A) => ElementType | Problem;
  /** Parameters behind the operands, and how they are read. */
  readonly parameters?: readonly Parameter[];
  readonly attributes?: (args: Arguments, operands: readonly TensorType[]) => A | Problem;
  readonly scalar: ElementwiseOp<A>['scalar'];
  readonly expression: ElementwiseOp<A>['expression'];
  /** As in the contract, but of the result's shape: what a broadcast operand is given is summed back to its shape. */
  readonly gradient?: ElementwiseOp<A>['gradient'];
  readonly guards?: ElementwiseOp<A>['guards'];
  /** Exact unless told. */
  readonly accuracy?: Accuracy;
  /** The range of operand values in the samples. */
  readonly values?: Sample['values'];
  /** Where the gradient is tested; `values` unless told. */
  readonly smooth?: Sample['values'];
  /** Operand element types and arguments of a sample; all alike unless told. */
  readonly sampled?: (pick: Pick) => { readonly elements: readonly ElementType[]; readonly args: Arguments };
}

export function elementwise<A extends Attributes = Attributes>(spec: ElementwiseSpec<A>): DefinedOp {
  const op: ElementwiseOp<A> & Tested = {
    kind: 'elementwise',
    name: spec.name,
    ...(spec.symbol === undefined ? {} : { symbol: spec.symbol }),
    doc: spec.doc,
    parameters: [...spec.operands.map((name): Parameter => ({ name, kind: 'tensor' })), ...(spec.parameters ?? [])],
    // Without a reader of its own an op has no attributes, and the empty record is its record.
    attributes: spec.attributes ?? (() => ({}) as A),
    infer: (operands, attributes) => infer(spec, operands, attributes),
    scalar: spec.scalar,
    expression: spec.expression,
    evaluate: (operands, attributes, result, round) => {
      const elements = operands.map(operand => operand.type.element);
      return mapElements(operands, result, args => spec.scalar(args, attributes, round, elements));
    },
    ...(spec.gradient === undefined ? {} : { gradient: summedBack(spec.gradient) }),
    ...(spec.guards === undefined ? {} : { guards: spec.guards }),
    samples: pick => sample(spec, pick),
    accuracy: spec.accuracy ?? 'exact',
    ...(spec.smooth === undefined ? {} : { smooth: spec.smooth }),
  };
  return defineOp(op);
}

/** Before slopes are summed, those that must not count are dropped: one of them, NaN or infinite, would spoil the sum. */
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

/** The part of a spec that its attribute record has no say in. */
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
  const accepted: readonly ElementType[] = elementSets[spec.accepts];
  // The element types that kernels compute with.
  const element = pick.one(accepted.filter(e => e === 'f32' || e === 'i32' || e === 'bool'));
  return { elements: spec.operands.map(() => element), args: {} };
}
