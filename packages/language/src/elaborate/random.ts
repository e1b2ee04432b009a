/**
 * Calls ops by name. Ops that draw random numbers have arguments that a user does not write: their seed and step are states of the module
 * (`$seed`, `$step`), and their place is a hash of where in the program the call stands, so that different calls draw different numbers. An
 * op is random if it has the tensor parameters `seed` and `step` and the attribute `place`.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { ValueId, VariableId } from '@tessera-dnn/graph';
import type { OpDef } from '@tessera-dnn/graph/op';
import { type Argument, type Bound, bindArguments, type CallSite } from './arguments.ts';
import { type Frame, type ProgramState, report } from './frame.ts';
import { applyOp } from './operations.ts';
import { opOfSymbol } from './operators.ts';
import { overFields } from './records.ts';
import { elaboration } from './stage.ts';
import { scalarType, tensorValue } from './tensors.ts';
import { integerValue, poison, type Value } from './value.ts';
import { readVariable } from './variable-values.ts';
import { builtInState } from './variables.ts';

export const seedPath = '$seed';
export const stepPath = '$step';
const hidden = ['seed', 'step', 'place'];

/** The result of a call of an op by name; poison after a report. */
export function callOp(frame: Frame, op: OpDef, site: CallSite): Value {
  const random = isRandom(op);
  const slots = op.parameters
    .filter(parameter => !random || !hidden.includes(parameter.name))
    .map(parameter => ({ name: parameter.name, required: parameter.default === undefined }));
  const bound = bindArguments(frame, site, slots);
  if (bound === undefined) return poison;
  const names = [...bound.keys()];
  const values = [...bound.values()];
  const mapped = overFields(
    frame,
    op.name,
    values.map(({ value }) => value),
    site.span,
    fields => {
      const named = names.map((name, at) => [name, { ...values[at], value: fields[at] }] as const);
      return apply(frame, op, new Map(named), site);
    },
  );
  return mapped ?? apply(frame, op, bound, site);
}

function apply(frame: Frame, op: OpDef, bound: Bound, site: CallSite): Value {
  if (!isRandom(op)) return applyOp(frame, op, bound, site.span, site.label);
  const { program } = frame;
  if (program === undefined) {
    report(frame, {
      code: 'not-compile-time',
      message: `${op.name} makes a tensor, and only compile-time values can stand here`,
      span: site.span,
    });
    return poison;
  }
  const all = new Map([...bound, ...drawing(frame, program, site)]);
  return applyOp(frame, op, all, site.span, site.label);
}

/** Whether the op draws random numbers. */
export function isRandom(op: OpDef): boolean {
  return hidden.every(name => op.parameters.some(parameter => parameter.name === name));
}

/** A 32-bit hash of a path or place (FNV-1a over UTF-16 units), as an i32. */
export function placeOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}

/** Adds one to `$step` at the end of a program that draws random numbers. */
export function advanceStep(frame: Frame, program: ProgramState): void {
  const step = frame.session.variables.find(stepPath);
  if (step === undefined || program.draws === 0) return;
  const now = program.graph.variable(step, scalarType('i32'));
  const one = program.graph.constant(scalarType('i32'), 1);
  program.current.set(step, program.graph.op(opOfSymbol(program.graph.table, '+', 2).name, [now, one]));
}

function drawing(frame: Frame, program: ProgramState, { span }: CallSite): [string, Argument][] {
  const place = placeOf(`${program.name}/${frame.labels.path}/${program.draws++}`);
  const read = (path: string): Argument => ({ value: readState(frame, program, path), span });
  return [
    ['seed', read(seedPath)],
    ['step', read(stepPath)],
    ['place', { value: integerValue(place), span }],
  ];
}

/** Seed and step of all numbers that a program draws. */
export function randomKey(frame: Frame, program: ProgramState): readonly ValueId[] {
  return [seedPath, stepPath].map(path => {
    const value = readState(frame, program, path);
    if (value.kind !== 'tensor')
      throw new InternalError(elaboration.name, 'a state of random numbers is no tensor', path);
    return value.id;
  });
}

/** Reads `$seed` or `$step`, which is declared when it is first read. `init` sets `$seed` to its argument and `$step` to 0. */
function readState(frame: Frame, program: ProgramState, path: string): Value {
  const { variables } = frame.session;
  const state = builtInState(path, scalarType('i32'), 0);
  const id: VariableId | undefined = variables.find(path);
  const declared = id === undefined ? variables.declare(state) : { id };
  return 'id' in declared
    ? readVariable(frame, program, declared.id, undefined)
    : tensorValue(program, program.graph.constant(state.type, 0));
}
