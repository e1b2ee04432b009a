/** The oracle's side of `map`, `row` and epilogues: every step as a tensor of the full shape. */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { BodyStep, RowNode, RowReduction, ScalarStep } from './graph.ts';
import { constantStep, elementwiseOp, stepConstant } from './kernel/scalar-steps.ts';
import type { Round, Tensor } from './op/op.ts';
import type { Combine } from './op/split.ts';
import type { OpTable } from './op/table.ts';
import { roundingOf } from './rounding.ts';
import { rowAttributes } from './structural/row-attributes.ts';
import type { ElementType, TensorType } from './types.ts';
import { elementCount, isFloat, rowMajorStrides, wideElement } from './types.ts';

/** The last step's elements, for scalar steps over sources that broadcast to `result`. */
export function interpretSteps(
  steps: readonly BodyStep[],
  sources: readonly Tensor[],
  result: TensorType,
  table: OpTable,
  round: Round,
): Float64Array {
  const reduction = () => {
    throw new InternalError('interpret', 'a map has scalar steps only');
  };
  const values = runSteps(steps, sources, { shape: result.shape, table, round, reduction });
  return values[values.length - 1];
}

/** The elements of a `row` node. */
export function reduceSteps(
  node: Omit<RowNode, 'kind' | 'op'>,
  operands: readonly Tensor[],
  table: OpTable,
  round: Round,
): Float64Array {
  const { axes, shape, stack = 1 } = rowAttributes(node.attributes);
  const rowOf = rowIndices(shape, axes);
  const place: StepPlace = { shape, table, round, reduction: (step, data) => reduce(step, data, rowOf, round) };
  const values = runSteps(node.body, operands, place);
  const count = elementCount((node.epilogue?.base ?? node.type).shape) / stack;
  const result = new Float64Array(count * stack);
  values.slice(-stack).forEach((last, i) => {
    if (count === last.length) result.set(last, i * count);
    else {
      rowOf.forEach((row, place) => {
        result[i * count + row] = last[place];
      });
    }
  });
  return result;
}

/** What steps are run over and with. */
interface StepPlace {
  /** The shape to which every source is broadcast. */
  readonly shape: readonly number[];
  readonly table: OpTable;
  readonly round: Round;
  readonly reduction: (step: RowReduction, data: Float64Array) => Float64Array;
}

/** The elements of all sources and steps, in the order in which arguments count them. */
function runSteps(steps: readonly BodyStep[], sources: readonly Tensor[], place: StepPlace): readonly Float64Array[] {
  const { shape, reduction } = place;
  const values = sources.map(source => broadcast(source, shape));
  const elements: ElementType[] = sources.map(({ type }) => type.element);
  for (const step of steps) {
    const types = 'combine' in step ? [] : step.args.map(arg => elements[arg]);
    values.push(
      'combine' in step
        ? reduction(step, values[step.arg])
        : scalarStep(
            step,
            step.args.map(arg => values[arg]),
            types,
            place,
          ),
    );
    elements.push(step.element);
  }
  return values;
}

function scalarStep(
  step: ScalarStep,
  args: readonly Float64Array[],
  elements: readonly ElementType[],
  { shape, table, round }: StepPlace,
): Float64Array {
  const count = elementCount(shape);
  const [inside, rounding] = [wideElement(step.element), step.element].map(element => roundingOf(element, round));
  if (step.op === constantStep) return new Float64Array(count).fill(stepConstant(step));
  const op = elementwiseOp(table, step.op);
  const result = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const values = args.map(arg => arg[i]);
    result[i] = rounding(op.scalar(values, step.attributes, inside, elements));
  }
  return result;
}

/** The source's elements at every place of `shape`. */
function broadcast({ type, data }: Tensor, shape: readonly number[]): Float64Array {
  const count = elementCount(shape);
  if (data.length === count) return data;
  const skipped = shape.length - type.shape.length;
  const own = rowMajorStrides(type.shape);
  const strides = shape.map((_, axis) =>
    axis < skipped || type.shape[axis - skipped] === 1 ? 0 : own[axis - skipped],
  );
  const indices = affineIndices(shape, strides);
  return Float64Array.from(indices, index => data[index]);
}

/** Σ coordinate · stride for every place of `shape`, in row-major order. */
function affineIndices(shape: readonly number[], strides: readonly number[]): Int32Array {
  const indices = new Int32Array(elementCount(shape));
  let filled = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    for (let i = 1; i < shape[axis]; i++) {
      for (let j = 0; j < filled; j++) indices[i * filled + j] = indices[j] + i * strides[axis];
    }
    filled *= shape[axis];
  }
  return indices;
}

/** For every place of `shape`, which row it belongs to. */
function rowIndices(shape: readonly number[], axes: readonly number[]): Int32Array {
  const rows = rowMajorStrides(shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent)));
  return affineIndices(
    shape,
    rows.map((stride, axis) => (axes.includes(axis) ? 0 : stride)),
  );
}

function reduce(step: RowReduction, data: Float64Array, rowOf: Int32Array, round: Round): Float64Array {
  const rounding = roundingOf(step.element, round);
  const inside = roundingOf(wideElement(step.element), round);
  // Floats are added in 64 bits and rounded once, as each kernel has an order of its own in which it adds them up.
  const partly: Round = step.combine === 'add' && isFloat(step.element) ? x => x : inside;
  const rows = new Map<number, number>();
  data.forEach((value, i) => {
    const sum = rows.get(rowOf[i]);
    // A sum begins at +0, so that one of nothing but -0 is +0.
    const first = step.combine === 'add' ? 0 : undefined;
    const before = sum ?? first;
    rows.set(rowOf[i], before === undefined ? value : combine(step.combine, before, value, partly));
  });
  return Float64Array.from(data, (_, i) => rounding(rows.get(rowOf[i]) ?? 0));
}

function combine(kind: Combine, a: number, b: number, round: Round): number {
  switch (kind) {
    case 'add':
      return round(a + b);
    case 'mul':
      return round(a * b);
    case 'max':
      return Math.max(a, b);
    case 'min':
      return Math.min(a, b);
  }
}
