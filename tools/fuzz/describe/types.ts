/**
 * Finds the type of a call's result. For an operation, the table tells it; for everything else, the language is asked about a program that
 * makes just this call. So the fuzzer need not know what a layer does to a shape, and new layers need no code here.
 */
import { elementCount, type TensorType } from '@tessera-dnn/graph';
import { type Arguments, isProblem, type OpDef } from '@tessera-dnn/graph/op';
import { elaborate, parse } from '@tessera-dnn/language';
import { ops } from '@tessera-dnn/ops';
import type { Body, Call } from './program.ts';
import { textOf } from './text.ts';

/** Tensors stay small, since programs are interpreted several times and compiled for many tiles. */
export const mostElements = 8192;

const known = new Map<string, TensorType | undefined>();

/** The type. Undefined if the call is a mistake or its result too large. `operands` has the types of those operands that are names. */
export function typeOfCall(
  call: Call,
  operands: readonly TensorType[],
  blocks: readonly Body[],
): TensorType | undefined {
  const op = ops.find(call.callee);
  const byTable = op !== undefined && !isRandom(op);
  const type = byTable ? typeByTable(op, call, operands) : typeByLanguage(call, operands, blocks);
  return type !== undefined && elementCount(type.shape) <= mostElements ? type : undefined;
}

function typeByTable(op: OpDef, call: Call, types: readonly TensorType[]): TensorType | undefined {
  const operands = withLiterals(call, types);
  const defaults = op.parameters.filter(({ default: value }) => value !== undefined && value !== null);
  const args = {
    ...Object.fromEntries(defaults.map(({ name, default: value }) => [name, value])),
    ...call.args,
  } as Arguments;
  const attributes = op.attributes(args, operands);
  if (isProblem(attributes)) return undefined;
  const type = op.infer(operands, attributes);
  return isProblem(type) ? undefined : type;
}

function isRandom({ parameters }: OpDef): boolean {
  return parameters.some(({ name }) => name === 'seed');
}

/** The types with those of numbers, each of which has the element type of the tensors beside it. */
function withLiterals({ operands }: Call, types: readonly TensorType[]): readonly TensorType[] {
  const element = types.find(type => type.element !== 'bool')?.element ?? 'f32';
  let next = 0;
  return operands.map(operand => (typeof operand === 'number' ? { element, shape: [] } : types[next++]));
}

function typeByLanguage(call: Call, operands: readonly TensorType[], blocks: readonly Body[]): TensorType | undefined {
  let next = 0;
  const names = call.operands.map(operand => (typeof operand === 'string' ? `a${next++}` : operand));
  const probe: Body = {
    kind: 'model',
    name: 'probe',
    inputs: operands.map((type, i) => ({ name: `a${i}`, type })),
    variables: [],
    statements: [
      { kind: 'let', name: 'result', type: { element: 'f32', shape: [] }, call: { ...call, operands: names } },
    ],
    outputs: ['result'],
  };
  // A block may call the blocks before it.
  const own = blocks.slice(0, blocks.findIndex(({ name }) => name === call.callee) + 1);
  const text = textOf({ bodies: [...own, probe] });
  if (!known.has(text)) known.set(text, typeOfProbe(text));
  return known.get(text);
}

function typeOfProbe(text: string): TensorType | undefined {
  const outcome = elaborate(parse({ name: 'probe.dnn', text }).file, { table: ops, programs: ['probe'] });
  if (!outcome.ok) return undefined;
  const [{ graph }] = outcome.value.programs;
  return graph.nodes[graph.outputs[0].value].type;
}
