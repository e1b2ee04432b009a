/**
 * What the laws of gradients are held with: random calls of an op, their gradient against the differences of the op's own oracle in 64 bits,
 * and in f32 where values are large.
 */
import type { Graph, GraphBuilder, TensorType, ValueId } from '@tessera-dnn/graph';
import { createGraphBuilder, elementCount, interpret, isFloat, sameShape } from '@tessera-dnn/graph';
import type { OpContext, OpTable, Round } from '@tessera-dnn/graph/op';
import { isProblem } from '@tessera-dnn/graph/op';
import type { DefinedOp, Pick as Picks, Sample } from '@tessera-dnn/ops';
import { createPick, ops } from '@tessera-dnn/ops';
import { differentiate } from '@tessera-dnn/passes';
import { expect } from 'vitest';

const directions = 3;
const single = 4;
/** In 64 bits: the error of the differences' own formula, and of the roundings in it, stays well below what is tolerated. */
const width = 1e-5;
const tolerance = 1e-6;

const exactly: Round = x => x;

/** A random call of an op, and what its gradient is looked at with. */
export interface Call {
  /** Its op and its seed, for messages. */
  readonly title: string;
  readonly table: OpTable;
  /** Of the derivative that is looked at: 1, or 2 for that of a gradient. */
  readonly order: 1 | 2;
  readonly op: DefinedOp;
  readonly context: OpContext;
  readonly sample: Sample;
  readonly pick: Picks;
}

/** The legal call of the op that the seed draws. */
export function callOf(
  op: DefinedOp,
  seed: number,
  { table = ops, order = 1 }: Partial<Pick<Call, 'table' | 'order'>> = {},
): Call {
  const pick = createPick(7919 * seed + op.name.length);
  const sample = op.samples(pick);
  const attributes = op.attributes(sample.args, sample.operands);
  if (isProblem(attributes)) throw new Error(attributes.message);
  const result = op.infer(sample.operands, attributes);
  if (isProblem(result)) throw new Error(result.message);
  const title = `${op.name}, seed ${seed}`;
  return { title, table, order, op, context: { operands: sample.operands, attributes, result }, sample, pick };
}

/** Whether the call maps a float to a float. */
export function isSmooth({ context: { operands, result } }: Call): boolean {
  return isFloat(result.element) && operands.some(({ element }) => isFloat(element));
}

/** Whether {@link overflow} says something about it: it is smooth, of f32 alone, and without sums over repeated operands, which overflow where no single slope does. */
export function isPlain(call: Call): boolean {
  const { operands, result } = call.context;
  const floats = [...operands, result].filter(({ element }) => isFloat(element));
  return isSmooth(call) && floats.every(type => type.element === 'f32' && sameShape(type.shape, result.shape));
}

type Data = readonly Float64Array[];

/** The first direction along which gradient and differences are not the same. */
export function disagreement(call: Call): string | undefined {
  const { context, table } = call;
  const at = context.operands.map((type, i) => values(call, type, i));
  const weights = weightsOf(call);
  const gradients = gradientsOf(call, at, weights, exactly);
  const forward = lossGraph(call, weights);
  const loss = (data: Data): number => interpret(forward, table, named(data), [], exactly).outputs['loss'].data[0];
  for (const [name, direction] of directionsOf(call, at)) {
    const step = (by: number): Data => at.map((data, i) => data.map((x, j) => x + by * direction[i][j]));
    const wanted = (loss(step(width)) - loss(step(-width))) / (2 * width);
    const terms = gradients.flatMap((gradient, i) => Array.from(gradient, (g, j) => g * direction[i][j]));
    const got = terms.reduce((sum, term) => sum + term, 0);
    const size = terms.reduce((sum, term) => sum + Math.abs(term), Math.abs(loss(at))) + Math.abs(wanted) + 1;
    // NaN is never near anything.
    if (!(Math.abs(got - wanted) <= tolerance * size))
      return `${name}: the gradient says ${got}, differences ${wanted}`;
  }
  return undefined;
}

/**
 * The first element of a gradient that is not a number in f32 although it is one in 64 bits, for operands from a thousand to the largest
 * number: something in between was too large, and then multiplied by zero or subtracted from what was too large as well.
 */
export function overflow(call: Call): string | undefined {
  const { context, pick } = call;
  const at = context.operands.map(type => largeValues(type, pick));
  const weights = weightsOf(call);
  const [exact, rounded] = [exactly, Math.fround].map(round => gradientsOf(call, at, weights, round));
  for (const [operand, gradient] of exact.entries()) {
    const element = gradient.findIndex((g, i) => Number.isFinite(g) && Number.isNaN(rounded[operand][i]));
    if (element < 0) continue;
    const given = at.map(
      (data, i) => `${call.op.parameters[i]?.name} = ${data[data.length === 1 ? 0 : element] ?? '…'}`,
    );
    return `element ${element} of the gradient by operand ${operand} is NaN in f32, and ${gradient[element]} in 64 bits: a step of \`gradient\` overflows (${given.join(', ')})`;
  }
  return undefined;
}

function largeValues({ element, shape }: TensorType, pick: Picks): Float64Array {
  return Float64Array.from({ length: elementCount(shape) }, () => {
    if (!isFloat(element)) return pick.int(0, 1);
    return (pick.chance() ? 1 : -1) * 2 ** pick.int(10, 127);
  });
}

function weightsOf({ context: { result }, pick }: Call): Float64Array {
  return Float64Array.from({ length: elementCount(result.shape) }, () => 2 * pick.real() - 1);
}

/** Random reals for floats, so that no two are equal and none is at a kink; whole numbers and truth values as samples have them. */
function values({ op, sample, pick }: Call, { element, shape }: TensorType, operand: number): Float64Array {
  const [low, high] = op.smooth?.[operand] ?? sample.values?.[operand] ?? [-4, 4];
  return Float64Array.from({ length: elementCount(shape) }, () => {
    if (isFloat(element)) return low + pick.real() * (high - low);
    return element === 'bool' ? pick.int(0, 1) : pick.int(Math.ceil(low), Math.floor(high));
  });
}

function directionsOf({ context, pick }: Call, at: Data): readonly (readonly [string, Data])[] {
  const isOpen = context.operands.map(({ element }) => isFloat(element));
  const all = Array.from({ length: directions }, (_, n): readonly [string, Data] => [
    `direction ${n}`,
    at.map((data, i) => data.map(() => (isOpen[i] ? 2 * pick.real() - 1 : 0))),
  ]);
  const one = at.flatMap((data, i) =>
    !isOpen[i]
      ? []
      : Array.from({ length: Math.min(single, data.length) }, (): readonly [string, Data] => {
          const element = pick.int(0, data.length - 1);
          const along = at.map((other, o) => other.map((_, j) => (o === i && j === element ? 1 : 0)));
          return [`element ${element} of operand ${i}`, along];
        }),
  );
  return [...all, ...one];
}

/** Every element of the result counts, each differently; in the second order every element of each gradient. */
function build({ table, op, order, context }: Call, weights: Float64Array) {
  const builder = createGraphBuilder(table);
  const inputs = context.operands.map((type, i) => builder.input(`x${i}`, type));
  const open = inputs.filter(input => isFloat(builder.type(input).element));
  const result = builder.op(op.name, inputs, context.attributes);
  const first = weighted(builder, result, weights);
  if (order === 1) return { builder, inputs, open, loss: first };
  const squares = weighted(builder, builder.op('mul', [result, result]), weights);
  const sums = open.map((input, i) => {
    const count = elementCount(builder.type(input).shape);
    const own = Float64Array.from({ length: count }, (_, at) => Math.sin(1 + at + 10 * i));
    return weighted(builder, builder.gradient(squares, input), own);
  });
  return { builder, inputs, open, loss: sums.reduce((sum, one) => builder.op('add', [sum, one])) };
}

/** The sum of the elements, each with its weight. */
function weighted(builder: GraphBuilder, value: ValueId, weights: Float64Array): ValueId {
  const type = builder.type(value);
  const product = builder.op('mul', [value, builder.constant(type, weights)]);
  const axes = type.shape.map((_, axis) => axis);
  const sum = axes.length === 0 ? product : builder.op('sum', [product], { axes, keep: false });
  return type.element === 'f32' ? sum : builder.op('cast', [sum], { element: 'f32' });
}

function differentiated(builder: GraphBuilder, table: OpTable): Graph {
  const options = { table, strict: true };
  const program = { name: 'slopes', kind: 'train', graph: builder.finish(), origin: {} } as const;
  const module = { variables: [], programs: [program] };
  expect(differentiate.check?.(module, options)).toEqual([]);
  return differentiate.run(module, options).programs[0].graph;
}

function lossGraph(call: Call, weights: Float64Array): Graph {
  const { builder, loss } = build(call, weights);
  builder.output('loss', loss);
  return differentiated(builder, call.table);
}

/** Zeros for operands that carry none. */
function gradientsOf(call: Call, at: Data, weights: Float64Array, round: Round): Data {
  const { builder, inputs, open, loss } = build(call, weights);
  for (const input of open) builder.output(`g${input}`, builder.gradient(loss, input));
  const { outputs } = interpret(differentiated(builder, call.table), call.table, named(at), [], round);
  return inputs.map((input: ValueId, i) => outputs[`g${input}`]?.data ?? at[i].map(() => 0));
}

function named(data: Data): { readonly [name: string]: Float64Array } {
  return Object.fromEntries(data.map((values, i) => [`x${i}`, values]));
}
