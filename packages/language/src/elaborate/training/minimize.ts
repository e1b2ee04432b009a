/**
 * `minimize loss using optimizer(…) for "path.*" clip 1.0 accumulate 4 states f32 master f32 scale 1024`: builds the gradients of the loss with respect to the selected
 * params, and runs the optimiser's body once for each of these.
 *
 * The optimiser's arguments are evaluated once, so that a schedule among them exists once. All states that this creates belong to the
 * train: two trains of a file have separate counters and momenta, even if they train the same params. With `accumulate k`, new values from
 * the arguments and from the optimiser take effect only in every k-th run, so a schedule counts updates and not runs. The same holds with
 * `scale automatic` for runs whose gradients are not all finite. After a `minimize`
 * the params have their new values, and no later gradient flows back through the update.
 */
import type { Span } from '@tessera-dnn/diagnostics';
import { showType, type ValueId, type VariableId } from '@tessera-dnn/graph';
import type { Minimize } from '../../ast.ts';
import { type Argument, bindArguments, isPoisoned } from '../arguments.ts';
import { callSite } from '../call-site.ts';
import { evaluateArgument, type Steps } from '../evaluation.ts';
import { findItem } from '../files.ts';
import { type Frame, type ProgramState, report, type Trained, within } from '../frame.ts';
import { someOf } from '../patterns.ts';
import { tensorValue } from '../tensors.ts';
import { describe, type TensorValue, type Value } from '../value.ts';
import { readVariable } from '../variable-values.ts';
import { accumulate, clip, gradientOf } from './gradients.ts';
import { argumentSlots, checkOptimizer, optimise, statesPath, type Using, withDefaults } from './optimise.ts';
import { type Scale, scaled, scaleOf } from './scaling.ts';
import { choose, dependencies, patternsOf, type Selected, type Selection } from './selection.ts';
import { inFull, stepsAt } from './steps.ts';
import { storageOf } from './storage.ts';

/** Runs a `minimize`. Outside of the body of a train, the check of names has reported it, and it has no effect. */
export function* minimize(frame: Frame, statement: Minimize): Steps<void> {
  const { program } = frame;
  if (program?.kind !== 'train' || frame.calls.length > 0 || isEvaluated(frame)) return;
  const loss = yield* lossOf(frame, statement);
  const patterns = yield* patternsOf(frame, statement.selection);
  const limit = yield* limitOf(frame, statement);
  const runs = yield* runsOf(frame, statement);
  const scale = yield* scaleOf(frame, statement);
  const before = new Map(program.current);
  const using = yield* usingOf({ ...frame, labels: program.states }, statement);
  if (loss === undefined || patterns === undefined || limit === 'wrong' || runs === undefined) return;
  if (scale === 'wrong' || using === undefined) return;
  const selected = selectedBy(frame, program, statement, loss, patterns);
  if (selected === undefined) return;
  yield* updateAll(frame, program, { loss, limit, runs, scale, using, selected, before, span: statement.span });
}

/** Whether this is the body of a train that is evaluated and not trained. The models that it calls keep what they remember, as in any run. */
export function isEvaluated({ session, program, calls }: Frame): boolean {
  return session.evaluation && program?.kind === 'train' && calls.length === 0;
}

interface UpdatePlan {
  readonly loss: TensorValue;
  readonly limit: Value | undefined;
  readonly runs: number;
  readonly scale: Scale | undefined;
  readonly using: Using;
  readonly selected: readonly Selected[];
  /** The values of variables before the optimiser's arguments were evaluated. */
  readonly before: ReadonlyMap<VariableId, ValueId>;
  readonly span: Span;
}

function* updateAll(frame: Frame, program: ProgramState, plan: UpdatePlan): Steps<void> {
  const { limit, runs, using, selected, before, span } = plan;
  const scaling =
    plan.scale && scaled(frame, program, plan.loss, { scale: plan.scale, shared: using.shared.path }, span);
  const loss = scaling?.loss ?? plan.loss;
  if (loss.kind !== 'tensor') return;
  const found = selected.map(param => gradientOf(frame, program, loss.id, param, span));
  const kept = (values: readonly Value[]) => values.map(value => inFull(frame, value, span));
  // Without their scale, gradients may be too small for 16 bits.
  const own = scaling === undefined ? found : kept(scaling.unscaled(found));
  const params = selected.map(param => ({ owner: param.variable, path: statesPath(program, using, param) }));
  const round =
    runs === 1 ? undefined : accumulate(frame, program, own, { runs, params, shared: using.shared.path }, span);
  const means = round === undefined ? own : kept(round.gradients);
  const judgement = scaling?.judge?.(round === undefined ? found : means);
  const gradients = limit === undefined ? means : clip(frame, means, limit, span);
  for (const [index, param] of selected.entries()) {
    if (frame.budget.stopped) return;
    yield* optimise(frame, program, using, param, gradients[index]);
  }
  const takesEffect = both(frame, round?.due, judgement?.good, span);
  if (takesEffect !== undefined) holdBack(frame, program, before, takesEffect, span);
  round?.advance();
  judgement?.advance(round?.due);
  for (const { variable } of selected) seal(frame, program, variable, span);
}

/** Whether both hold; one that is absent always holds. */
function both(frame: Frame, a: Value | undefined, b: Value | undefined, span: Span): Value | undefined {
  return a === undefined || b === undefined ? (a ?? b) : stepsAt(frame, span).symbol('and', a, b);
}

/** Makes all changes of variables since `before` take effect only where `condition` holds. */
function holdBack(
  frame: Frame,
  program: ProgramState,
  before: ReadonlyMap<VariableId, ValueId>,
  condition: Value,
  span: Span,
): void {
  const { op } = stepsAt(frame, span);
  for (const [variable, id] of [...program.current]) {
    const old = before.get(variable) ?? readVariable(frame, program, variable, undefined).id;
    if (old === id) continue;
    const value = op('choice', condition, tensorValue(program, id), tensorValue(program, old));
    if (value.kind === 'tensor') program.current.set(variable, value.id);
  }
}

/** Stops gradients at the new value of the variable, so that none flows through an update. */
function seal(frame: Frame, program: ProgramState, variable: VariableId, span: Span): void {
  const id = program.current.get(variable);
  if (id === undefined) return;
  const value = stepsAt(frame, span).op('stop', tensorValue(program, id));
  if (value.kind === 'tensor') program.current.set(variable, value.id);
}

// -------------------------------------------------------------------------------------------------------------- clauses

function* lossOf(frame: Frame, statement: Minimize): Steps<TensorValue | undefined> {
  const { value, span } = yield* evaluateArgument(frame, statement.loss);
  if (value.kind === 'poison') return undefined;
  if (value.kind === 'tensor' && value.type.element === 'f32' && value.type.shape.length === 0) return value;
  const message =
    value.kind === 'tensor'
      ? `a loss is one number, f32[], and this one is ${showType(value.type)}`
      : `a loss is a tensor f32[], not ${describe(value)}`;
  const many = value.kind === 'tensor' && value.type.shape.length > 0;
  const help = many ? 'minimize its mean: mean(…)' : value.kind === 'tensor' ? 'cast it: cast(…, f32)' : undefined;
  report(frame, { code: 'bad-loss', message, span, help });
  return undefined;
}

/** The limit of the norm; undefined if there is none. */
function* limitOf(frame: Frame, { clip: limit }: Minimize): Steps<Value | undefined | 'wrong'> {
  if (limit === undefined) return undefined;
  const { value, span } = yield* evaluateArgument(frame, limit);
  if (value.kind === 'poison') return 'wrong';
  if (value.kind === 'number' && value.value > 0) return value;
  if (value.kind === 'tensor' && value.type.element === 'f32' && value.type.shape.length === 0) return value;
  const message = `clip needs a number above 0, the largest norm of all gradients together, not ${describe(value)}`;
  report(frame, { code: 'bad-argument', message, span });
  return 'wrong';
}

function* runsOf(frame: Frame, { accumulate: count }: Minimize): Steps<number | undefined> {
  if (count === undefined) return 1;
  const { value, span } = yield* evaluateArgument(frame, count);
  if (value.kind === 'number' && Number.isInteger(value.value) && value.value > 0) return value.value;
  const message = `accumulate needs a whole number of runs from 1 on, not ${describe(value)}`;
  if (value.kind !== 'poison') report(frame, { code: 'bad-argument', message, span });
  return undefined;
}

function* usingOf(frame: Frame, statement: Minimize): Steps<Using | undefined> {
  const { optimizer: call } = statement;
  const site = yield* callSite(frame, call);
  const visible = findItem(frame.file, call.callee.text);
  if (site === undefined || visible?.item.kind !== 'optimizer') return undefined;
  const { item: optimizer, home } = visible;
  const storage = yield* storageOf(frame, statement);
  if (!checkOptimizer(frame, optimizer)) return undefined;
  const given = bindArguments(frame, site, argumentSlots(optimizer));
  if (given === undefined || isPoisoned(given) || storage === undefined) return undefined;
  const name = optimizer.name.text;
  const shared = frame.labels.unlabelled(name);
  shared.own();
  frame.labels.settle(name, shared);
  const bound = yield* withDefaults(frame, { optimizer, home, site, bound: given, shared, storage });
  return { optimizer, home, site, bound, shared, storage };
}

// ------------------------------------------------------------------------------------------------------------ selection

function selectedBy(
  frame: Frame,
  program: ProgramState,
  { loss: written, selection, span }: Minimize,
  loss: TensorValue,
  patterns: Selection,
): readonly Selected[] | undefined {
  // Each `minimize` walks over the graph and, for each pattern, over the names of all variables. This counts against the limit of steps,
  // two nodes like one expression.
  const names = (Array.isArray(patterns) ? patterns.length : 1) * frame.session.variables.all.length;
  if (!within(frame, frame.budget.copy(16 * loss.id + names), span)) return undefined;
  const all = dependencies(frame, program, loss.id);
  if (all.length === 0) {
    const message = 'the loss depends on no param, so that there is nothing to train';
    report(frame, { code: 'bad-loss', message, span: written.span });
    return undefined;
  }
  const place: Pick<Argument, 'span'> = selection ?? { span };
  const selected = choose(frame, all, patterns, place);
  const named = selection !== undefined;
  if (selected === undefined || overlaps(frame, program, selected, { span: place.span, named })) return undefined;
  const again = selected.map(param => ({ ...param, again: program.trained.has(param.variable) }));
  for (const { variable } of selected) {
    if (!program.trained.has(variable)) program.trained.set(variable, { span: place.span, named });
  }
  return again;
}

/** Whether a param has an optimiser already, although one of the two does not say that it is to have it. */
function overlaps(
  frame: Frame,
  program: ProgramState,
  selected: readonly Selected[],
  { span, named }: Trained,
): boolean {
  const twice = selected.filter(({ variable }) => {
    const earlier = program.trained.get(variable);
    return earlier !== undefined && !(earlier.named && named);
  });
  if (twice.length === 0) return false;
  report(frame, {
    code: 'overlapping-selections',
    message: `two minimize of one train would update ${someOf(twice.map(({ path }) => path))}`,
    span,
    notes: [{ message: 'the other one is here', span: program.trained.get(twice[0].variable)?.span }],
    help: 'say with for which params each of them trains; if both say it, both update them',
  });
  return true;
}
