/**
 * Law: the gradient of an op is what its oracle's own differences say, in 64 bits: central differences along random directions over all
 * float operands at once, and of single elements. The same holds for the gradient of a gradient, of what is quadratic in the op's result, so
 * that the second derivatives of linear ops count too. An op that could have a gradient has one.
 */
import type { Graph, GraphBuilder, TensorType, ValueId } from '@tessera-dnn/graph';
import { createGraphBuilder, elementCount, interpret, isFloat } from '@tessera-dnn/graph';
import type { OpContext } from '@tessera-dnn/graph/op';
import { isProblem } from '@tessera-dnn/graph/op';
import type { DefinedOp, Pick, Sample } from '@tessera-dnn/ops';
import { createPick, ops } from '@tessera-dnn/ops';
import { differentiate } from '@tessera-dnn/passes';
import { describe, expect, it } from 'vitest';

const instances = 12;
const directions = 3;
const single = 4;
/** In 64 bits: the error of the differences' own formula, and of the roundings in it, stays well below what is tolerated. */
const width = 1e-5;
const tolerance = 1e-6;

const exactly = (x: number): number => x;
const options = { table: ops, strict: true };

/** Their gradients are not their derivatives: that is what they are for. */
const byDesign: ReadonlySet<string> = new Set(['straight_through', 'fake_quantize', 'stochastic_round']);

describe.each(ops.all.filter(op => takesAndGivesFloats(op) && !byDesign.has(op.name)))('$name', op => {
  if (op.kind === 'composite') {
    it('is made of ops that have one', () => holdsFor(op));
    it('is made of ops that have a second one', () => holdsFor(op, 2));
  } else {
    it('has one', () => expect(op.gradient).toBeDefined());
    if (op.gradient === 'zero') return;
    it('agrees with differences', () => holdsFor(op));
    it('agrees with differences of its own', () => holdsFor(op, 2));
  }
});

it('nothing flows back through what is declared to be constant, and through nothing else', () => {
  const constant = ops.all.filter(op => op.kind !== 'composite' && op.gradient === 'zero').map(({ name }) => name);
  expect(constant).toEqual(['sign', 'floor', 'round', 'stop_gradient']);
});

/** Whether some sample of it maps a float to a float. */
function takesAndGivesFloats(op: DefinedOp): boolean {
  return Array.from({ length: 20 }, (_, seed) => callOf(op, seed)).some(({ context }) => isSmooth(context));
}

function isSmooth({ operands, result }: OpContext): boolean {
  return isFloat(result.element) && operands.some(({ element }) => isFloat(element));
}

interface Call {
  /** Of the derivative that is looked at: 1, or 2 for that of a gradient. */
  readonly order: 1 | 2;
  readonly op: DefinedOp;
  readonly context: OpContext;
  readonly sample: Sample;
  readonly pick: Pick;
}

function callOf(op: DefinedOp, seed: number, order: 1 | 2 = 1): Call {
  const pick = createPick(7919 * seed + op.name.length);
  const sample = op.samples(pick);
  const attributes = op.attributes(sample.args, sample.operands);
  if (isProblem(attributes)) throw new Error(attributes.message);
  const result = op.infer(sample.operands, attributes);
  if (isProblem(result)) throw new Error(result.message);
  return { order, op, context: { operands: sample.operands, attributes, result }, sample, pick };
}

function holdsFor(op: DefinedOp, order: 1 | 2 = 1): void {
  let checked = 0;
  for (let seed = 0; checked < instances; seed++) {
    const call = callOf(op, seed, order);
    if (!isSmooth(call.context)) continue;
    checked++;
    const wrong = disagreement(call);
    expect(wrong, `${op.name}, seed ${seed}`).toBeUndefined();
  }
}

type Data = readonly Float64Array[];

/** The first direction along which gradient and differences are not the same. */
function disagreement(call: Call): string | undefined {
  const { context, pick } = call;
  const at = context.operands.map((type, i) => values(call, type, i));
  const weights = Float64Array.from({ length: elementCount(context.result.shape) }, () => 2 * pick.real() - 1);
  const gradients = gradientsOf(call, at, weights);
  const forward = lossGraph(call, weights);
  const loss = (data: Data): number => interpret(forward, ops, named(data), [], exactly).outputs['loss'].data[0];
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
function build({ op, order, context }: Call, weights: Float64Array) {
  const builder = createGraphBuilder(ops);
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

function differentiated(builder: GraphBuilder): Graph {
  const program = { name: 'slopes', kind: 'train', graph: builder.finish(), origin: {} } as const;
  const module = { variables: [], programs: [program] };
  expect(differentiate.check?.(module, options)).toEqual([]);
  return differentiate.run(module, options).programs[0].graph;
}

function lossGraph(call: Call, weights: Float64Array): Graph {
  const { builder, loss } = build(call, weights);
  builder.output('loss', loss);
  return differentiated(builder);
}

/** Zeros for operands that carry none. */
function gradientsOf(call: Call, at: Data, weights: Float64Array): Data {
  const { builder, inputs, open, loss } = build(call, weights);
  for (const input of open) builder.output(`g${input}`, builder.gradient(loss, input));
  const { outputs } = interpret(differentiated(builder), ops, named(at), [], exactly);
  return inputs.map((input: ValueId, i) => outputs[`g${input}`]?.data ?? at[i].map(() => 0));
}

function named(data: Data): { readonly [name: string]: Float64Array } {
  return Object.fromEntries(data.map((values, i) => [`x${i}`, values]));
}
