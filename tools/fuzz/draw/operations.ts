/**
 * Draws calls of the table's operations: on values of the pool, or on operands with the types of one of the operation's own samples. Every
 * operation has samples, so a new one is drawn as soon as it is in the table.
 */
import { elementCount, type TensorType } from '@tessera-dnn/graph';
import { type DefinedOp, ops, type Sample } from '@tessera-dnn/ops';
import type { Args, Operand } from '../describe/program.ts';
import { draws } from './arguments.ts';
import type { Sketch } from './sketch.ts';

/** How often steep operations, and those with a limited domain, get values from the range of their samples. */
const tamedShare = 0.8;

/** Adds a call of `name` and returns the name of its value; undefined if no valid call was found. */
export function drawOperation(sketch: Sketch, name: string): string | undefined {
  const { pick } = sketch;
  const op = ops.find(name) as DefinedOp;
  const drawn = pick.chance(0.6) ? onThoseThere(sketch, name) : undefined;
  return drawn ?? onSample(sketch, op);
}

function onThoseThere(sketch: Sketch, name: string): string | undefined {
  const { pick } = sketch;
  const draw = draws.get(name);
  if (draw === undefined) return undefined;
  for (let attempt = 0; attempt < 8; attempt++) {
    const first = sketch.some(() => true);
    if (first === undefined) return undefined;
    const operands: Operand[] = [first];
    const count = pick.one(draw.operands);
    while (operands.length < count) operands.push(beside(sketch, sketch.typeOf(first), name));
    const args = draw.args(pick, sketch.typesOf(operands));
    const result = args && sketch.call(name, operands, args as Args);
    if (result !== undefined) return result;
  }
  return undefined;
}

const mayTakeNumbers = new Set(['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'lt', 'gt', 'where', 'pow']);

/** A further operand: a number, a value of the same shape, one that broadcasts, or any. */
function beside(sketch: Sketch, { element, shape }: TensorType, name: string): Operand {
  const { pick } = sketch;
  if (pick.chance(0.2) && element !== 'bool' && mayTakeNumbers.has(name)) return pick.one([0, 1, 2, -1, 3]);
  if (pick.chance(0.3)) return sketch.some(() => true) as string;
  const trailing = shape.slice(pick.chance(0.7) ? 0 : pick.int(0, shape.length));
  return sketch.fitted({ element, shape: trailing.map(extent => (pick.chance(0.85) ? extent : 1)) });
}

function onSample(sketch: Sketch, op: DefinedOp): string | undefined {
  const { pick } = sketch;
  const { operands, args, values } = op.samples(pick);
  const ranges = op.smooth ?? values;
  const isRandom = op.parameters.some(({ name }) => name === 'seed');
  if (isRandom) return sketch.call(op.name, [], { shape: args['shape'] as number[] });
  const given = operands.map((type, i) => operandOf(sketch, type, ranges?.[i]));
  return sketch.call(op.name, given, writtenOut(op, args));
}

function operandOf(sketch: Sketch, type: TensorType, range: NonNullable<Sample['values']>[number]): string {
  const value = sketch.fitted(type);
  const isSteep = range !== undefined && elementCount(type.shape) > 0;
  return (isSteep && sketch.pick.chance(tamedShare) ? sketch.tamed(value, range) : undefined) ?? value;
}

/** The arguments that are written; those that have defaults are mostly left out. */
function writtenOut({ parameters }: DefinedOp, args: Sample['args']): Args {
  const given = Object.entries(args).filter(([name, value]) => {
    const parameter = parameters.find(other => other.name === name);
    return value !== undefined && value !== null && JSON.stringify(parameter?.default) !== JSON.stringify(value);
  });
  return Object.fromEntries(given) as Args;
}
