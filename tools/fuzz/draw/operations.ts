/**
 * Calls of the table's operations: on values that are there, or on operands of the types of one of the operation's own samples, which
 * every operation has. So a new one is drawn from the day it is in the table.
 */
import { elementCount, type TensorType } from '@tessera/graph';
import { type DefinedOp, ops, type Sample } from '@tessera/ops';
import type { Args, Operand } from '../describe/program.ts';
import { draws } from './arguments.ts';
import type { Sketch } from './sketch.ts';

/** Steep ones, and ones with a domain: mostly given values of the range that their samples have. */
const tamedShare = 0.8;

/** One call of `name` that adds a value; undefined if none was found that types. */
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

/** Another operand: a number, one of the same shape or one that broadcasts, or any. */
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

/** What can be left out mostly is. */
function writtenOut({ parameters }: DefinedOp, args: Sample['args']): Args {
  const given = Object.entries(args).filter(([name, value]) => {
    const parameter = parameters.find(other => other.name === name);
    return value !== undefined && value !== null && JSON.stringify(parameter?.default) !== JSON.stringify(value);
  });
  return Object.fromEntries(given) as Args;
}
