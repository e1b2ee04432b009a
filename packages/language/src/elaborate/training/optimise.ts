/**
 * Runs the body of an `optimizer` for one param: its first parameter is the param itself, which takes `:=`, the second the gradient. Its
 * states have paths with the train and the param: `fit.conv1.weight.sgd.velocity`.
 *
 * Arguments are the same for all params, and so are defaults that use neither the param nor its gradient. They are evaluated once, and
 * states in them exist once: all params share the count of steps `fit.adam_0.step` and what is computed from it.
 */
import type { VariableId } from '@tessera-dnn/graph';
import type { Body, If, Optimizer, Parameter } from '../../ast.ts';
import { type Bound, type CallSite, type Slot, slotOf } from '../arguments.ts';
import { runBody } from '../bodies.ts';
import { bindParameters, nestedCall } from '../call-body.ts';
import { evaluate, type Steps } from '../evaluation.ts';
import type { Home } from '../files.ts';
import { type Frame, type ProgramState, report } from '../frame.ts';
import { LabelScope } from '../labels.ts';
import { Scope } from '../scope.ts';
import { tensorValue } from '../tensors.ts';
import { nothing, poison, type Value } from '../value.ts';
import { ditherUpdates } from './dithered.ts';
import type { Selected } from './selection.ts';
import { currentValue, inElement } from './steps.ts';
import { computed, roundFrom, type Storage, storedStates, updatedFor } from './storage.ts';

/** A call of an optimiser with its arguments, the same for all params. */
export interface Using {
  readonly optimizer: Optimizer;
  readonly home: Home;
  readonly site: CallSite;
  readonly bound: Bound;
  /** Labels the states that all params share. */
  readonly shared: LabelScope;
  readonly storage: Storage;
}

/** The parameters for which a user may give arguments: all but the param and its gradient. */
export function argumentSlots(optimizer: Optimizer): readonly Slot[] {
  return optimizer.parameters.slice(2).map(slotOf);
}

/** The arguments, and those defaults that are the same for all params. The other defaults are evaluated for each param. */
export function* withDefaults(frame: Frame, { optimizer, home, site, bound: given, shared }: Using): Steps<Bound> {
  const [weight, gradient, ...rest] = optimizer.parameters;
  const scope = new Scope();
  const once: Frame = { ...frame, file: home, scope, labels: shared, calls: [site.span, ...frame.calls] };
  const bound = new Map(given);
  const declare = ({ name }: Parameter, value: Value) =>
    scope.declare({ kind: 'parameter', name: name.text, span: name.span, value });
  // These are poison here, so that a default which depends on them becomes poison without a report.
  for (const own of [weight, gradient]) declare(own, poison);
  for (const parameter of rest) {
    const { name, default: fallback } = parameter;
    const value = bound.get(name.text)?.value ?? (fallback === undefined ? poison : yield evaluate(once, fallback));
    declare(parameter, value);
    if (value.kind !== 'poison' && fallback !== undefined && !bound.has(name.text))
      bound.set(name.text, { value, span: fallback.span });
  }
  return bound;
}

/** The path below which the optimiser's states for a param are. */
export function statesPath({ states }: ProgramState, { optimizer, shared }: Using, { path, again }: Selected): string {
  // Another optimiser of the same param has states of its own, which are called after its label: `adam_1`.
  const label = shared.path.slice(shared.path.lastIndexOf('.') + 1);
  return states.join(`${path}.${again === true ? label : optimizer.name.text}`);
}

/** Whether the optimiser can be called at all: it needs a param and a gradient. */
export function checkOptimizer(frame: Frame, { name, parameters }: Optimizer): boolean {
  if (parameters.length >= 2) return true;
  const message = `${name.text} has no parameters for the weight and its gradient`;
  const help = `write optimizer ${name.text}(weight, gradient, …)`;
  report(frame, { code: 'bad-optimizer', message, span: name.span, help });
  return false;
}

/** Runs the optimiser's body for one param, whose new value is what the body gives it with `:=`. A body that gives none is reported. */
export function* optimise(
  frame: Frame,
  program: ProgramState,
  using: Using,
  selected: Selected,
  gradient: Value,
): Steps<void> {
  const { optimizer, home, site, storage } = using;
  const path = statesPath(program, using, selected);
  const calls = [site.span, ...frame.calls];
  const updated = updatedFor({ ...frame, calls }, program, path, selected, storage);
  const { type } = frame.session.variables.get(updated);
  const optimiserStates = { ...storedStates(storage, type.element), owner: selected.variable };
  const labels = new LabelScope(path);
  const inner: Frame = { ...frame, file: home, scope: new Scope(), labels, calls, optimiserStates };
  const known = new Map(program.current);
  const before = known.get(updated);
  yield nestedCall(frame, site, runOptimizer(inner, program, using, updated, gradient));
  ditherUpdates(inner, program, known, path);
  const weight = optimizer.parameters[0].name.text;
  if (program.current.get(updated) !== before || frame.budget.stopped) {
    if (updated !== selected.variable) roundFrom(inner, program, updated, selected);
    return;
  }
  // If the new value failed, that has been reported.
  if (frame.session.reporter.failed && assigns(optimizer.body, weight)) return;
  const { name } = optimizer;
  const message = `${name.text} gives ${weight} no new value`;
  report(inner, { code: 'bad-optimizer', message, span: name.span, help: `write ${weight} := …` });
}

function* runOptimizer(
  inner: Frame,
  program: ProgramState,
  { optimizer, bound, site }: Using,
  variable: VariableId,
  gradient: Value,
): Steps<Value> {
  const [weight, second, ...rest] = optimizer.parameters;
  const value = tensorValue(program, currentValue(inner, program, variable));
  const seenAs = value.type.element === computed ? undefined : computed;
  const slope = inElement(inner, gradient, computed, site.span);
  inner.scope.declare({ kind: 'param', name: weight.name.text, span: weight.name.span, value, variable, seenAs });
  inner.scope.declare({ kind: 'parameter', name: second.name.text, span: second.name.span, value: slope });
  yield* bindParameters(inner, rest, bound);
  yield runBody(inner, optimizer.body);
  return nothing;
}

/** Whether `name := …` stands anywhere in the body. */
function assigns(body: Body, name: string): boolean {
  return body.statements.some(statement => {
    if (statement.kind === 'update') return statement.name.text === name;
    if (statement.kind === 'for') return assigns(statement.body, name);
    return (
      statement.kind === 'expression' &&
      statement.expression.kind === 'if' &&
      branchesOf(statement.expression).some(branch => assigns(branch, name))
    );
  });
}

function branchesOf(expression: If): readonly Body[] {
  const branches: Body[] = [];
  let branch: If | Body | undefined = expression;
  while (branch !== undefined && 'kind' in branch) {
    branches.push(branch.then);
    branch = branch.otherwise;
  }
  return branch === undefined ? branches : [...branches, branch];
}
