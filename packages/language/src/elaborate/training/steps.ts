/** Makes nodes that are not written in the source: ops that a `minimize` applies, and states that belong to it. */
import { InternalError, type Span } from '@tessera-dnn/diagnostics';
import type { ElementType, ValueId, Variable, VariableId } from '@tessera-dnn/graph';
import { type OpRole, opInRole } from '@tessera-dnn/graph/op';
import type { Argument } from '../arguments.ts';
import type { Frame, ProgramState } from '../frame.ts';
import { applyOp } from '../operations.ts';
import { applySymbol } from '../operators.ts';
import { elaboration } from '../stage.ts';
import { floatValue, type Value } from '../value.ts';
import { readVariable } from '../variable-values.ts';
import { builtInState } from '../variables.ts';

/** Applies ops with one origin. If an operand is poison, so is the result. */
export interface Steps {
  /** An operator of the language. */
  readonly symbol: (symbol: string, ...operands: readonly (Value | number)[]) => Value;
  /** The op in a role, with its first arguments in order. */
  readonly op: (role: OpRole, ...given: readonly (Value | number)[]) => Value;
}

/** Steps whose nodes have `span` as their origin. An op that the table lacks is an InternalError: the names are not the user's. */
export function stepsAt(frame: Frame, span: Span): Steps {
  const argument = (given: Value | number): Argument => ({
    value: typeof given === 'number' ? floatValue(given) : given,
    span,
  });
  return {
    symbol: (symbol, ...operands) => applySymbol(frame, symbol, operands.map(argument), span),
    op: (role, ...given) => {
      const def = opInRole(frame.session.table, role);
      const bound = new Map(given.map((value, index) => [def.parameters[index].name, argument(value)]));
      return applyOp(frame, def, bound, span);
    },
  };
}

/** A tensor in an element type, which may be the one it has; other values as they are. */
export function inElement(frame: Frame, value: Value, element: ElementType, span: Span): Value {
  return value.kind === 'tensor' ? stepsAt(frame, span).op('cast', value, { kind: 'element', element }) : value;
}

/** A tensor that stays in f32 where a precision stores in 16 bits what is computed; other values as they are. */
export function inFull(frame: Frame, value: Value, span: Span): Value {
  const narrows = value.kind === 'tensor' && frame.session.precision !== undefined;
  return narrows ? stepsAt(frame, span).op('full', value) : value;
}

/** What a hidden state is; it begins with zeros where nothing else is said. */
export interface HiddenState extends Pick<Variable, 'type' | 'owner' | 'exact'> {
  readonly first?: number;
}

/** A state that begins with one number and that no statement declares. Its path has a `$`, which no name can have. */
export function hiddenState(
  frame: Frame,
  program: ProgramState,
  path: string,
  { type, first = 0, ...facts }: HiddenState,
): { readonly id: VariableId; readonly value: Value } {
  const declared = frame.session.variables.declare({ ...builtInState(path, type, first), ...facts });
  if (!('id' in declared)) throw new InternalError(elaboration.name, 'two states of the compiler have one path', path);
  return { id: declared.id, value: readVariable(frame, program, declared.id, undefined) };
}

/** The value a variable has at this point of the program. */
export function currentValue(frame: Frame, program: ProgramState, variable: VariableId): ValueId {
  return program.current.get(variable) ?? readVariable(frame, program, variable, undefined).id;
}
