/**
 * Random modules over any op table, for fuzzing passes and the compiler: fast-check arbitraries that shrink towards few nodes.
 *
 * A module has one program with some inputs and variables of shapes that broadcast among each other, a chain of calls on earlier
 * values, outputs, and an update of a state. Numbers are small multiples of 1/8, so that short sums and products are exact.
 */
import fc from 'fast-check';
import type { GraphBuilder } from '../builder.ts';
import { createGraphBuilder, isValue } from '../builder.ts';
import type { Attributes, Module, ValueId, Variable, VariableId } from '../graph.ts';
import type { InputData, VariableData } from '../interpret.ts';
import { isProblem } from '../op/call.ts';
import type { OpDef } from '../op/op.ts';
import type { OpTable } from '../op/table.ts';
import type { TensorType } from '../types.ts';
import { elementCount, sameType } from '../types.ts';

/** A way to call an op: on how many operands, with what attributes (undefined: not on these operands). */
export interface RandomCall {
  readonly op: string;
  readonly operands: number;
  /** `choose(n)` draws from 0 … n - 1. */
  readonly attributes: (operands: readonly TensorType[], choose: (n: number) => number) => Attributes | undefined;
}

export interface RandomGraphOptions {
  readonly table: OpTable;
  /** Calls of ops that need attributes; all ops that need none are called anyway. */
  readonly calls?: readonly RandomCall[];
  readonly maxCalls?: number;
}

/** A module of one `train` program, with data to run it on. */
export interface RandomModule {
  readonly module: Module;
  readonly inputs: InputData;
  readonly variables: VariableData;
}

const f32 = (...shape: number[]): TensorType => ({ element: 'f32', shape });
/** Of inputs and variables: they broadcast among each other. */
const types: readonly TensorType[] = [
  f32(2, 3),
  f32(3),
  f32(2, 1),
  f32(3, 3),
  f32(),
  f32(2, 2, 3),
  { element: 'bool', shape: [2, 3] },
];

/** Modules of at most `maxCalls` calls (12 if not said) over the table of `options`, with inputs and variables to run them on. */
export function randomModules(options: RandomGraphOptions): fc.Arbitrary<RandomModule> {
  const { table, maxCalls = 12 } = options;
  const calls = [...(options.calls ?? []), ...plainCalls(table)];
  const leaf = fc.tuple(fc.nat(types.length - 1), fc.nat(3));
  const draw = fc.array(fc.nat(9999), { minLength: 8, maxLength: 8 });
  return fc
    .record({
      leaves: fc.array(leaf, { minLength: 1, maxLength: 6 }),
      draws: fc.array(draw, { maxLength: maxCalls }),
      seed: fc.nat(),
    })
    .map(({ leaves, draws, seed }) => {
      const plan = leaves.map(([type, kind]) => ({ type: types[type], kind }));
      return buildModule({ table, calls }, plan, draws, seed);
    });
}

/** Ops that take tensors only, or whose other parameters all have defaults. */
function plainCalls(table: OpTable): RandomCall[] {
  return table.all.flatMap((def: OpDef) => {
    const tensors = def.parameters.filter(({ kind }) => kind === 'tensor').length;
    if (
      def.parameters.some(
        ({ kind, default: value }) => kind === 'tensors' || (kind !== 'tensor' && value === undefined),
      )
    )
      return [];
    return [
      { op: def.name, operands: tensors, attributes: (operands: readonly TensorType[]) => defaults(def, operands) },
    ];
  });
}

function defaults(def: OpDef, operands: readonly TensorType[]): Attributes | undefined {
  const written = def.parameters.flatMap(({ name, default: value }) =>
    value === undefined || value === null ? [] : [[name, value] as const],
  );
  const attributes = def.attributes(Object.fromEntries(written), operands);
  return isProblem(attributes) ? undefined : attributes;
}

/** Kinds of leaves: input, param, state, constant. */
interface Leaf {
  readonly type: TensorType;
  readonly kind: number;
}

interface Calling {
  readonly table: OpTable;
  readonly calls: readonly RandomCall[];
}

function buildModule(
  calling: Calling,
  leaves: readonly Leaf[],
  draws: readonly (readonly number[])[],
  seed: number,
): RandomModule {
  const build = createGraphBuilder(calling.table);
  const variables: Variable[] = [];
  const inputs: { [name: string]: Float64Array } = {};
  const data: Float64Array[] = [];
  const values: ValueId[] = leaves.map(({ type, kind }, i) => {
    const numbers = numbersOf(type, seed + i);
    if (kind === 3) return build.constant(type, i % 2 === 0 ? numbers : numbers[0]);
    if (kind === 0) {
      inputs[`x${i}`] = numbers;
      return build.input(`x${i}`, type);
    }
    data.push(numbers);
    const initialiser = { kind: 'constant', value: 0 } as const;
    variables.push({ path: `v${i}`, kind: kind === 1 ? 'param' : 'state', type, initialiser, origin: {} });
    return build.variable((variables.length - 1) as VariableId, type);
  });
  for (const draw of draws) call(build, calling, values, draw);
  finishModule(build, values, variables, draws);
  const graph = build.finish();
  return {
    module: { variables, programs: [{ name: 'net', kind: 'train', graph, origin: {} }] },
    inputs,
    variables: data,
  };
}

/** One call, where it types; recent values are drawn more often. */
function call(build: GraphBuilder, { calls }: Calling, values: ValueId[], draw: readonly number[]): void {
  const { op, operands: count, attributes } = calls[draw[0] % calls.length];
  const operands = Array.from({ length: count }, (_, i) => {
    const drawn = draw[i + 1];
    const back = drawn % 3 === 0 ? drawn : drawn % 3;
    return values[values.length - 1 - (back % values.length)];
  });
  let next = 4;
  const choose = (n: number): number => draw[Math.min(next++, draw.length - 1)] % n;
  const types = operands.map(value => build.type(value));
  const made = attributes(types, choose);
  const result = made === undefined ? undefined : build.tryOp(op, operands, made);
  if (result !== undefined && isValue(result)) values.push(result);
}

function finishModule(
  build: GraphBuilder,
  values: readonly ValueId[],
  variables: readonly Variable[],
  draws: readonly (readonly number[])[],
): void {
  build.output('last', values[values.length - 1]);
  if (draws.length > 1) build.output('other', values[draws[0][7] % values.length]);
  variables.forEach(({ kind, type }, id) => {
    const update = values.findLast(value => sameType(build.type(value), type));
    if (kind === 'state' && update !== undefined) build.update(id as VariableId, update);
  });
}

function numbersOf(type: TensorType, seed: number): Float64Array {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  return Float64Array.from({ length: elementCount(type.shape) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const draw = (state >>> 16) % 64;
    if (type.element === 'bool') return draw % 2;
    return type.element === 'f32' ? (draw - 32) / 8 : draw % 8;
  });
}
