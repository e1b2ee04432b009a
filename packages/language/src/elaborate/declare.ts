/**
 * Runs `param` and `state`: evaluates type and initialiser, names the variable by the labels around it, and declares its value in the scope
 * and in the graph.
 */
import type { Span } from '@tessera-dnn/diagnostics';
import type { Initialiser, TensorType, Variable, VariableId } from '@tessera-dnn/graph';
import { isFloat } from '@tessera-dnn/graph';
import type { Variable as VariableStatement } from '../ast.ts';
import type { Steps } from './evaluation.ts';
import { type Frame, type ProgramState, report } from './frame.ts';
import { initialiserOf } from './initialisers.ts';
import { usersSpan } from './report.ts';
import { originAt, tensorValue } from './tensors.ts';
import { evaluateType } from './types.ts';
import { poison } from './value.ts';
import { showVariable } from './variables.ts';

/** Runs a `param` or `state` statement. What is wrong with it is reported, and its name then stands for poison. */
export function* declareVariable(frame: Frame, statement: VariableStatement): Steps<void> {
  const { kind, name } = statement;
  if (frame.program === undefined) {
    const message = `a ${kind} cannot be declared where only compile-time values can stand`;
    report(frame, { code: 'not-compile-time', message, span: statement.span });
    return;
  }
  const type = yield* evaluateType(frame, statement.type);
  const initialiser = type === undefined ? undefined : yield* initialiserOf(frame, statement.initialiser, type);
  const stored = type && storedType(frame, statement, type);
  const id = stored && initialiser && variableOf(frame, statement, stored, initialiser);
  if (type === undefined || stored === undefined || id === undefined) {
    frame.scope.declare({ kind, name: name.text, span: statement.span, value: poison });
    return;
  }
  const value = readVariable(frame, frame.program, id, statement.span);
  const seenAs = stored.element === type.element ? undefined : type.element;
  frame.scope.declare({ kind, name: name.text, span: statement.span, value, variable: id, seenAs, declared: type });
}

/** The type in which the variable lies in memory: an optimiser's states may have another element type than it sees. */
function storedType(
  { optimiserStates }: Frame,
  { kind, type: written }: VariableStatement,
  type: TensorType,
): TensorType {
  const chosen =
    kind === 'state' && written.kind === 'like-type' && isFloat(type.element) ? optimiserStates?.element : undefined;
  return { ...type, element: chosen ?? type.element };
}

/** The value a variable has when the program starts. */
export function readVariable(frame: Frame, program: ProgramState, id: VariableId, span: Span | undefined) {
  const { type } = frame.session.variables.get(id);
  return tensorValue(program, program.graph.variable(id, type, originAt(frame, span)));
}

function variableOf(
  frame: Frame,
  { kind, name, span }: VariableStatement,
  type: TensorType,
  initialiser: Initialiser,
): VariableId | undefined {
  const path = frame.labels.join(name.text);
  const earlier = frame.declared.get(path);
  const place = frame.calls[0] ?? name.span;
  frame.labels.own();
  if (earlier !== undefined) {
    reportDuplicate(frame, path, name.span, earlier);
    return undefined;
  }
  frame.declared.set(path, place);
  const { owner, exact } = frame.optimiserStates ?? {};
  const facts = { ...(owner === undefined ? {} : { owner }), ...(exact ? { exact } : {}) };
  const variable: Variable = { path, kind, type, initialiser, origin: originAt(frame, span), ...facts };
  const declared = frame.session.variables.declare(variable);
  if ('id' in declared) return declared.id;
  reportClash(frame, variable, declared.clash, name.span);
  return undefined;
}

function reportDuplicate(frame: Frame, path: string, span: Span, earlier: Span): void {
  report(frame, {
    code: 'duplicate-path',
    message: `two variables of one model would be called ${path}`,
    span,
    notes: [{ message: `the first ${path} comes from here`, span: earlier }],
    help: helpForTwice(frame, span, earlier),
  });
}

/**
 * The help for a path that is declared twice, by the cause: two calls with one label, one call in a loop, or a declaration in a loop
 * without a call.
 */
function helpForTwice({ labels: { path }, calls }: Frame, span: Span, earlier: Span): string {
  const label = path.slice(path.lastIndexOf('.') + 1);
  const here = calls[0] ?? span;
  const isRepeated = here.source === earlier.source && here.start === earlier.start;
  if (path === '') {
    return isRepeated && calls.length === 0
      ? 'in a loop, make it a block and label its call with as "layer{i}"'
      : 'label the calls apart: f(x) as first, f(x) as second';
  }
  if (isRepeated) return `this call runs more than once: give each time a label of its own, as "${label}{i}"`;
  return `both are labelled ${label}: give each a label of its own; one set of parameters for both is a model that is called twice`;
}

function reportClash(frame: Frame, variable: Variable, earlier: Variable, span: Span): void {
  const mine = showVariable(variable.kind, variable.type);
  report(frame, {
    code: 'variable-clash',
    message: `${variable.path} is a ${mine} here and a ${showVariable(earlier.kind, earlier.type)} in another model`,
    span,
    notes: [{ message: 'the other one is declared here', span: usersSpan(earlier.origin) }],
    help: 'models share variables of the same path: give them the same type, or label the calls apart with as',
  });
}
