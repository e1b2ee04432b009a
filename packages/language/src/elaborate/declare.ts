/**
 * Runs `param` and `state`: evaluates type and initialiser, names the variable by the labels around it, and declares its value in the scope
 * and in the graph. `state slow: like(fast) = fast` of a record declares one variable for each of its tensors, below the name. An argument
 * `with` of a call around it may give the variable another value, or a wrapper for it.
 */
import type { Span } from '@tessera-dnn/diagnostics';
import { isFloat, sameType, showType, type TensorType, type Variable, type VariableId } from '@tessera-dnn/graph';
import type { Type, Variable as VariableStatement } from '../ast.ts';
import { runBody } from './bodies.ts';
import { bindParameters, nestedCall } from './call-body.ts';
import { labelOf } from './call-site.ts';
import { reportClash, reportDuplicate } from './clashes.ts';
import { evaluate, type Steps } from './evaluation.ts';
import type { Computed } from './first-values.ts';
import { type Frame, observe, type ProgramState, report } from './frame.ts';
import type { GivenPath, GivenValues, Wrapper } from './given.ts';
import { firstValueOf, initialiserOf, isNamed } from './initialisers.ts';
import { nearestPath, someOf } from './patterns.ts';
import { usersSpan } from './report.ts';
import { type Binding, Scope } from './scope.ts';
import { originAt } from './tensors.ts';
import { evaluateType, typeLike } from './types.ts';
import { describe, poison, type RecordValue, type Value } from './value.ts';
import { readVariable } from './variable-values.ts';
import { pathGiven, valuesGiven, without, wrapperOf } from './with.ts';

/** Runs a `param` or `state` statement. What is wrong with it is reported, and its name then stands for poison. */
export function* declareVariable(frame: Frame, statement: VariableStatement): Steps<void> {
  const { kind } = statement;
  const { program } = frame;
  if (program === undefined) {
    const message = `a ${kind} cannot be declared where only compile-time values can stand`;
    report(frame, { code: 'not-compile-time', message, span: statement.span });
    return;
  }
  const called = yield* calledAs(frame, statement);
  if (called === undefined) frame.scope.declare(failed(statement));
  else {
    const binding = yield* declareCalled(frame, program, called);
    observe(frame, statement.name.span, binding.value);
    frame.scope.declare({ ...binding, name: statement.name.text });
  }
}

/** The statement with its label, if it has one, in the place of the name. */
function* calledAs(frame: Frame, statement: VariableStatement): Steps<VariableStatement | undefined> {
  if (statement.label === undefined) return statement;
  const { span } = statement.label;
  const text = yield* labelOf(frame, statement.label);
  if (text === '') report(frame, { code: 'bad-label', message: `a ${statement.kind} needs a name in its path`, span });
  return text === '?' || text === '' ? undefined : { ...statement, name: { text, span } };
}

function* declareCalled(frame: Frame, program: ProgramState, statement: VariableStatement): Steps<Binding> {
  const { type: written } = statement;
  const like = written.kind === 'like-type' ? yield evaluate(frame, written.value) : undefined;
  if (like?.kind === 'record') return yield* declareSet(frame, program, statement, like);
  const type =
    like === undefined
      ? yield* evaluateType(frame, written)
      : typeLike(frame, { value: like, span: likeSpan(written) });
  return type === undefined ? failed(statement) : yield* declareOne(frame, program, statement, type);
}

function likeSpan(written: Type): Span {
  return written.kind === 'like-type' ? written.value.span : written.span;
}

function failed({ kind, name, span }: VariableStatement): Binding {
  return { kind, name: name.text, span, value: poison };
}

function* declareOne(
  frame: Frame,
  program: ProgramState,
  statement: VariableStatement,
  type: TensorType,
): Steps<Binding> {
  const { kind, name, span } = statement;
  const wrapper = wrapperOf(frame.given, statement, type);
  if (wrapper !== undefined) return yield* wrapped(frame, program, statement, type, wrapper);
  const given = valuesGiven(frame.given, frame.labels.join(name.text));
  if (given !== undefined) return bindGiven(frame, program, statement, type, given);
  const initial = yield* initialiserOf(frame, statement.initialiser, type);
  const stored = storedType(frame, statement, type);
  const id =
    initial &&
    variableOf(frame, program, { kind, name: name.text, span: name.span, statement: span, type: stored }, initial);
  if (id === undefined) return failed(statement);
  const value = readVariable(frame, program, id, span);
  const seenAs = stored.element === type.element ? undefined : type.element;
  return { kind, name: name.text, span, value, variable: id, seenAs, declared: type };
}

// ------------------------------------------------------------------------------------------------------------------ sets

function* declareSet(
  frame: Frame,
  program: ProgramState,
  statement: VariableStatement,
  like: RecordValue,
): Steps<Binding> {
  const { kind, name, initialiser, span } = statement;
  const first = isNamed(frame, initialiser) ? undefined : yield evaluate(frame, initialiser);
  const variables = new Map<string, VariableId>();
  const fields = new Map<string, Value>();
  for (const [path, field] of like.fields) {
    if (field.kind !== 'tensor' || first?.kind === 'poison') return failed(statement);
    const { type } = field;
    const own = first?.kind === 'record' ? (first.fields.get(path) ?? poison) : first;
    const initial =
      own === undefined
        ? yield* initialiserOf(frame, initialiser, type)
        : firstValueOf(frame, own, { span: initialiser.span }, type);
    const id =
      initial &&
      variableOf(
        frame,
        program,
        { kind, name: `${name.text}.${path}`, span: name.span, statement: span, type },
        initial,
      );
    if (id === undefined) return failed(statement);
    variables.set(path, id);
    fields.set(path, readVariable(frame, program, id, span));
  }
  return { kind, name: name.text, span, value: { kind: 'record', fields, variables }, variables };
}

// --------------------------------------------------------------------------------------------------- what `with` says of it

/** The variable is the value of its path, and stays a variable if that is the value it has now. */
function bindGiven(
  frame: Frame,
  program: ProgramState,
  { kind, name, span }: VariableStatement,
  type: TensorType,
  { record, span: place }: GivenValues,
): Binding {
  const path = frame.labels.join(name.text);
  const value = record.fields.get(path) ?? poison;
  const variable = record.variables?.get(path);
  if (value.kind !== 'tensor' || !sameType(value.type, type)) {
    const message = `${path} is ${showType(type)} here, and with gives it ${describe(value)}`;
    const isShape = value.kind === 'tensor' && value.type.element === type.element;
    if (value.kind !== 'poison') {
      report(frame, { code: isShape ? 'shape-mismatch' : 'type-mismatch', message, span: place });
    }
    return { kind, name: name.text, span, value: poison };
  }
  const now = variable === undefined ? undefined : program.current.get(variable);
  const isCurrent = now === undefined ? program.graph.node(value.id).kind === 'variable' : now === value.id;
  return { kind, name: name.text, span, value, variable: isCurrent ? variable : undefined, declared: type };
}

/** The weight is what the wrapper makes of it; it is stored under the name of the wrapper's first parameter. */
function* wrapped(
  frame: Frame,
  program: ProgramState,
  statement: VariableStatement,
  type: TensorType,
  wrapper: Wrapper,
): Steps<Binding> {
  const { block, home, values, span } = wrapper;
  const [weight, ...rest] = block.parameters;
  const needed = rest.find(({ name, default: fallback }) => fallback === undefined && !values.has(name.text));
  if (weight === undefined || needed !== undefined || !isFloat(type.element)) {
    const name = block.name.text;
    const message = !isFloat(type.element)
      ? `${name} wraps weights of floats, and this one is ${showType(type)}`
      : weight === undefined
        ? `${name} has no parameter for the weight that it is to wrap`
        : `${name} needs ${needed?.name.text} beside the weight`;
    const help = needed === undefined ? undefined : `write with: ${name}(${needed.name.text}: …)`;
    report(frame, { code: 'bad-argument', message, span, help });
    return failed(statement);
  }
  const given = without(frame.given, wrapper);
  const renamed = { ...statement, name: { ...statement.name, text: weight.name.text } };
  const stored = yield* declareOne({ ...frame, given }, program, renamed, type);
  if (stored.value.kind === 'poison') return failed(statement);
  const inner: Frame = { ...frame, given, file: home, scope: new Scope(), calls: [span, ...frame.calls] };
  inner.scope.declare({ ...stored, span: weight.span });
  const site = { callee: block.name, span, positional: [], named: [] };
  const value = yield nestedCall(frame, site, runWrapper(inner, wrapper));
  if (value.kind === 'poison') return failed(statement);
  if (value.kind === 'tensor' && sameType(value.type, type)) return { ...failed(statement), value, declared: type };
  const message = `${block.name.text} makes ${describe(value)} of a weight ${showType(type)}`;
  report(frame, { code: 'result-mismatch', message, span });
  return failed(statement);
}

function* runWrapper(inner: Frame, { block, values }: Wrapper): Steps<Value> {
  yield* bindParameters(inner, block.parameters.slice(1), values);
  return yield* runBody(inner, block.body);
}

/** The variable that another call has declared at the path; undefined after a report. */
function sharedVariable(
  frame: Frame,
  program: ProgramState,
  path: string,
  type: TensorType,
  { root, span }: GivenPath,
): VariableId | undefined {
  const id = program.known.get(path);
  if (id === undefined) {
    const below = [...program.known.keys()].filter(known => known.startsWith(`${root}.`));
    const paths = below.length > 0 ? below : [...program.known.keys()];
    const some = paths.length === 0 ? 'nothing is declared before this line' : `there are ${someOf(paths)}`;
    const message = `no variable called ${path} has been declared so far, which this call would use`;
    report(frame, { code: 'unknown-variable', message, span, help: nearestPath(path, paths) ?? some });
    return undefined;
  }
  const earlier = frame.session.variables.get(id);
  if (sameType(earlier.type, type)) return id;
  const isShape = earlier.type.element === type.element;
  report(frame, {
    code: isShape ? 'shape-mismatch' : 'type-mismatch',
    message: `${path} is ${showType(type)} here, and ${showType(earlier.type)} where it is declared`,
    span,
    notes: [{ message: 'it is declared here', span: usersSpan(earlier.origin) }],
  });
  return undefined;
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

/** What is declared, by its name below the labels. */
interface Declaration extends Pick<Variable, 'kind' | 'type'> {
  readonly name: string;
  /** The place of the name, and that of the statement. */
  readonly span: Span;
  readonly statement: Span;
}

function variableOf(
  frame: Frame,
  program: ProgramState,
  { kind, name, type, span, statement }: Declaration,
  { initialiser, firstValue }: Computed,
): VariableId | undefined {
  const path = frame.labels.join(name);
  const shared = pathGiven(frame.given, path);
  if (shared !== undefined) return sharedVariable(frame, program, path, type, shared);
  const earlier = frame.declared.get(path);
  frame.labels.own();
  if (earlier !== undefined) {
    reportDuplicate(frame, path, span, earlier);
    return undefined;
  }
  frame.declared.set(path, frame.calls[0] ?? span);
  const { owner, exact } = frame.optimiserStates ?? {};
  const facts = { ...(owner === undefined ? {} : { owner }), ...(exact ? { exact } : {}) };
  const variable: Variable = { path, kind, type, initialiser, origin: originAt(frame, statement), ...facts };
  const { variables, firstValues } = frame.session;
  const isNew = variables.find(path) === undefined;
  const declared = variables.declare(variable);
  if ('clash' in declared) {
    reportClash(frame, variable, declared.clash, span);
    return undefined;
  }
  if (isNew && firstValue !== undefined) firstValues.update(declared.id, firstValue);
  if (frame.optimiserStates === undefined) program.known.set(path, declared.id);
  return declared.id;
}
