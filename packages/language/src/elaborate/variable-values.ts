/** The values of variables at a point of a program. */
import type { Span } from '@tessera-dnn/diagnostics';
import type { VariableId } from '@tessera-dnn/graph';
import type { Frame, ProgramState } from './frame.ts';
import { originAt, tensorValue } from './tensors.ts';
import type { RecordValue, TensorValue } from './value.ts';

/** Variables by the names of the fields that they become. */
export type Known = ReadonlyMap<string, VariableId>;

/** The value a variable has when the program starts. */
export function readVariable(frame: Frame, program: ProgramState, id: VariableId, span: Span | undefined): TensorValue {
  const { type } = frame.session.variables.get(id);
  return tensorValue(program, program.graph.variable(id, type, originAt(frame, span)));
}

/** The value that a variable has at this point of the program. */
export function valueNow(frame: Frame, program: ProgramState, variable: VariableId): TensorValue {
  const now = program.current.get(variable);
  return now === undefined ? readVariable(frame, program, variable, undefined) : tensorValue(program, now);
}

/** The variables by the names of their fields, with the values that they have at this point of the program. */
export function recordOf(frame: Frame, program: ProgramState, variables: Known): RecordValue {
  const fields = new Map([...variables].map(([path, id]) => [path, valueNow(frame, program, id)]));
  return { kind: 'record', fields, variables };
}
