/**
 * Runs the statements of a body. Loops are unrolled and conditions decided here, so that the graph is static. A `return` sets the frame's
 * exit, which is checked after each statement.
 */
import { sameType, showType, type VariableId } from '@tessera-dnn/graph';
import type { Assign, Binding as BindingStatement, Body, Expect, For, Return, Statement, Update } from '../ast.ts';
import type { Argument } from './arguments.ts';
import { runBranch } from './bodies.ts';
import { declareVariable } from './declare.ts';
import { evaluate, evaluateArgument, type Steps } from './evaluation.ts';
import { evaluateStatement } from './expressions.ts';
import { type Frame, observe, type ProgramState, report, within } from './frame.ts';
import { type Binding, Scope } from './scope.ts';
import { constantLike } from './tensors.ts';
import { isEvaluated, minimize } from './training/minimize.ts';
import { inElement } from './training/steps.ts';
import { poisonAssigned } from './unknown-branches.ts';
import { unpacked } from './unpack.ts';
import { describe, nothing, poison, textValue, type Value } from './value.ts';
import { recordOf } from './variable-values.ts';

/** The value of the last statement, or `nothing` if it has none. */
export function* runStatements(frame: Frame, body: Body): Steps<Value> {
  let value: Value = nothing;
  for (const statement of body.statements) {
    if (frame.budget.stopped) return poison;
    value = yield* runStatement(frame, statement);
    if (frame.exit.value !== undefined) return poison;
  }
  return value;
}

function* runStatement(frame: Frame, statement: Statement): Steps<Value> {
  switch (statement.kind) {
    case 'expression':
      return yield evaluateStatement(frame, statement.expression);
    case 'let':
    case 'var':
      yield* bind(frame, statement);
      return nothing;
    case 'assign':
      yield* assign(frame, statement);
      return nothing;
    case 'param':
    case 'state':
      yield* declareVariable(frame, statement);
      return nothing;
    case 'update':
      yield* update(frame, statement);
      return nothing;
    case 'for':
      yield* runLoop(frame, statement);
      return nothing;
    case 'return':
      frame.exit.value = yield* resultOf(frame, statement);
      return nothing;
    case 'minimize':
      yield* minimize(frame, statement);
      return nothing;
    case 'expect':
      yield* expectPeak(frame, statement);
      return nothing;
  }
}

/** Records `expect peak <= limit`. The limit holds for the program of this model alone, not for programs that call it. */
function* expectPeak(frame: Frame, { limit, span }: Expect): Steps<void> {
  const value = yield evaluate(frame, limit);
  if (value.kind === 'number' && value.value >= 0) {
    if (frame.calls.length === 0) frame.program?.limits.push({ peakBytes: value.value, span });
    return;
  }
  const message = `a peak is expected below a number of bytes, not ${describe(value)}`;
  if (value.kind !== 'poison') report(frame, { code: 'bad-argument', message, span: limit.span });
}

function* bind(frame: Frame, { kind, name, others, value, span }: BindingStatement): Steps<void> {
  const names = [name, ...others];
  const values = unpacked(frame, names, yield* evaluateArgument(frame, value));
  for (const [at, { text, span: place }] of names.entries()) {
    observe(frame, place, values[at]);
    frame.scope.declare({ kind, name: text, span, value: values[at] });
  }
}

function* assign(frame: Frame, { name, others, value }: Assign): Steps<void> {
  const names = [name, ...others];
  const values = unpacked(frame, names, yield* evaluateArgument(frame, value));
  for (const [at, { text }] of names.entries()) {
    const binding = frame.scope.find(text);
    if (binding?.kind === 'var') binding.value = values[at];
  }
}

function* update(frame: Frame, statement: Update): Steps<void> {
  if (isEvaluated(frame)) return;
  const given = yield* evaluateArgument(frame, statement.value);
  const binding = frame.scope.find(statement.name.text);
  if (binding === undefined || given.value.kind === 'poison' || frame.program === undefined) return;
  const variables = binding.variables ?? (binding.value.kind === 'record' ? binding.value.variables : undefined);
  if (variables !== undefined) {
    updateSet(frame, frame.program, binding.name, variables, given);
    binding.value = recordOf(frame, frame.program, variables);
    return;
  }
  if (binding.kind === 'let' || binding.kind === 'var') return refuseUpdate(frame, binding, statement);
  // What a call was given by `with` in place of a variable is a value of its own.
  if (binding.variable === undefined) return changeGiven(frame, binding, given);
  const { type: stored } = frame.session.variables.get(binding.variable);
  const type = { ...stored, element: binding.seenAs ?? stored.element };
  const value = given.value.kind === 'tensor' ? given.value : constantLike(frame, given, type);
  if (value !== undefined && sameType(value.type, type)) {
    const kept = inElement(frame, value, stored.element, statement.span);
    if (kept.kind === 'tensor') frame.program.current.set(binding.variable, kept.id);
    return;
  }
  report(frame, {
    code:
      given.value.kind === 'tensor' && given.value.type.element === type.element ? 'shape-mismatch' : 'type-mismatch',
    message: `${binding.name} is ${showType(type)} and cannot take ${describe(given.value)}`,
    span: statement.value.span,
    notes: [{ message: `${binding.name} is declared here`, span: binding.span }],
  });
}

/** Gives each variable of a record the field of its name, or one number to all. */
function updateSet(
  frame: Frame,
  program: ProgramState,
  name: string,
  variables: ReadonlyMap<string, VariableId>,
  given: Argument,
): void {
  for (const [path, id] of variables) {
    const { type } = frame.session.variables.get(id);
    const field = given.value.kind === 'record' ? given.value.fields.get(path) : given.value;
    const value = field?.kind === 'tensor' ? field : field && constantLike(frame, { ...given, value: field }, type);
    if (value !== undefined && sameType(value.type, type)) {
      program.current.set(id, value.id);
      continue;
    }
    const message =
      field === undefined
        ? `${name} has ${path}, and ${describe(given.value)} have not`
        : `${path} of ${name} is ${showType(type)} and cannot take ${describe(field)}`;
    report(frame, { code: 'type-mismatch', message, span: given.span });
    return;
  }
}

function refuseUpdate(frame: Frame, { name, value, span }: Binding, statement: Update): void {
  if (value.kind === 'poison') return;
  report(frame, {
    code: 'not-assignable',
    message: `:= gives params and states new values, and ${name} is ${describe(value)}`,
    span: statement.name.span,
    notes: [{ message: `${name} is declared here`, span }],
    help: 'declare it with var and write `=`, or name variables by their paths: let w = variables(["…"])',
  });
}

function changeGiven(frame: Frame, binding: Binding, given: Argument): void {
  const type = binding.declared;
  if (type === undefined) return;
  const value = given.value.kind === 'tensor' ? given.value : constantLike(frame, given, type);
  if (value !== undefined && sameType(value.type, type)) binding.value = value;
  else {
    const message = `${binding.name} is ${showType(type)} and cannot take ${describe(given.value)}`;
    report(frame, { code: 'type-mismatch', message, span: given.span });
  }
}

function* resultOf(frame: Frame, { value }: Return): Steps<Value> {
  if (value === undefined) return nothing;
  if (value.kind !== 'record') return yield evaluate(frame, value);
  const fields = new Map<string, Value>();
  for (const field of value.fields) {
    const result = yield evaluate(frame, field.value);
    if (field.name.text === '') continue;
    if (!fields.has(field.name.text)) fields.set(field.name.text, result);
    else
      report(frame, {
        code: 'duplicate-name',
        message: `two outputs are called ${field.name.text}`,
        span: field.name.span,
      });
  }
  return { kind: 'record', fields };
}

// ---------------------------------------------------------------------------------------------------------------- loops

function* runLoop(frame: Frame, loop: For): Steps<void> {
  const iterable = yield evaluate(frame, loop.iterable);
  const elements = elementsOf(iterable);
  if (elements === undefined) {
    if (iterable.kind !== 'poison') notIterable(frame, loop, iterable);
    poisonAssigned(frame, loop.body);
    return;
  }
  for (const element of elements) {
    if (!within(frame, frame.budget.turn(), loop.span)) return;
    const scope = new Scope(frame.scope);
    observe(frame, loop.variable.span, element);
    scope.declare({ kind: 'loop', name: loop.variable.text, span: loop.variable.span, value: element });
    yield runBranch({ ...frame, scope }, loop.body);
    if (frame.exit.value !== undefined) return;
  }
}

/** What a loop runs over: the elements of a list, the tensors of a record, or the characters of a text. */
function elementsOf(iterable: Value): readonly Value[] | undefined {
  if (iterable.kind === 'record') return [...iterable.fields.values()];
  if (iterable.kind === 'text') return [...iterable.value].map(textValue);
  return iterable.kind === 'list' ? iterable.elements : undefined;
}

function notIterable(frame: Frame, loop: For, value: Value): void {
  report(frame, {
    code: 'not-iterable',
    message: `a for loop runs over a list, not over ${describe(value)}`,
    span: loop.iterable.span,
    help: value.kind === 'number' ? 'write range(…)' : undefined,
  });
}
