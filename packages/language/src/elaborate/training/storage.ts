/**
 * In what a `minimize` stores what its optimiser works on. An optimiser computes in f32: it sees the param, its gradient and the states that
 * are `like` the param as f32, and what `:=` gives them is rounded to what they are stored in. The param has the type that the model
 * declares. The states have the param's, or what the clause `states` says.
 *
 * With `master f32` the optimiser updates a copy of the param in f32, from which the param is rounded after each step. The copy is believed
 * as long as it rounds to the param. Where it does not, as in the first step or after weights were loaded, it begins anew at the param. A param
 * of f32 needs no copy: it stays in f32, and so does what either clause says of states, whatever precision all else is stored in.
 */
import type { ElementType, VariableId } from '@tessera-dnn/graph';
import { isFloat } from '@tessera-dnn/graph';
import type { Expression, Minimize } from '../../ast.ts';
import { evaluateArgument, type Steps } from '../evaluation.ts';
import { type Frame, type ProgramState, report } from '../frame.ts';
import { tensorValue } from '../tensors.ts';
import { describe } from '../value.ts';
import type { Selected } from './selection.ts';
import { currentValue, hiddenState, inElement, stepsAt } from './steps.ts';

/** What optimisers compute in. */
export const computed: ElementType = 'f32';

export interface Storage {
  /** Of the states that are `like` the param, where a clause says so. */
  readonly states?: ElementType;
  /** Whether the optimiser updates f32: the param, or its copy. */
  readonly master: boolean;
}

/** The clauses `states` and `master`; undefined after a report. */
export function* storageOf(frame: Frame, { states, master }: Minimize): Steps<Storage | undefined> {
  const ofStates = yield* elementOf(frame, states, 'states needs the element type of the states: f32, f16 or bf16');
  const ofMaster = yield* elementOf(frame, master, 'master needs f32, the element type of the copies', computed);
  if (ofStates === 'wrong' || ofMaster === 'wrong') return undefined;
  return { states: ofStates, master: ofMaster !== undefined || frame.session.masterWeights };
}

function* elementOf(
  frame: Frame,
  clause: Expression | undefined,
  needs: string,
  only?: ElementType,
): Steps<ElementType | undefined | 'wrong'> {
  if (clause === undefined) return undefined;
  const { value, span } = yield* evaluateArgument(frame, clause);
  if (value.kind === 'element' && isFloat(value.element) && (only ?? value.element) === value.element)
    return value.element;
  if (value.kind !== 'poison')
    report(frame, { code: 'bad-argument', message: `${needs}, not ${describe(value)}`, span });
  return 'wrong';
}

/** In what the states are stored that are `like` what is updated, a tensor of `element`, and whether a clause says so. */
export function storedStates(
  { states, master }: Storage,
  element: ElementType,
): { element: ElementType; exact: boolean } {
  return { element: states ?? element, exact: master || states !== undefined };
}

/** What a param is updated by: itself, or its copy in f32, which has its value before the update. */
export function updatedFor(
  frame: Frame,
  program: ProgramState,
  path: string,
  { variable }: Selected,
  { master: wanted }: Storage,
): VariableId {
  const weight = tensorValue(program, currentValue(frame, program, variable));
  if (!wanted) return variable;
  if (weight.type.element === computed) {
    frame.session.variables.demand(variable);
    return variable;
  }
  const span = frame.calls[0];
  const type = { ...weight.type, element: computed };
  const master = hiddenState(frame, program, `${path}.$master`, { type, owner: variable, exact: true });
  const { symbol, op } = stepsAt(frame, span);
  const holds = symbol('==', inElement(frame, master.value, weight.type.element, span), weight);
  const begins = op('choice', holds, master.value, inElement(frame, weight, computed, span));
  if (begins.kind === 'tensor') program.current.set(master.id, begins.id);
  return master.id;
}

/** Gives the param the new value of its copy. */
export function roundFrom(
  frame: Frame,
  program: ProgramState,
  master: VariableId,
  { variable, value }: Selected,
): void {
  const copy = tensorValue(program, currentValue(frame, program, master));
  const rounded = inElement(frame, copy, value.type.element, frame.calls[0]);
  if (rounded.kind === 'tensor') program.current.set(variable, rounded.id);
}
