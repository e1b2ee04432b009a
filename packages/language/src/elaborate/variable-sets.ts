/**
 * Variables by their paths, as values: `variables("tower.*")`, and `params` and `states`, which are only the params or only the states.
 *
 * - A path without `*` gives the value of that variable, a pattern or a list of them a record of tensors by path. They name what the
 *   program has declared before, those of the models that it has called too; like all labels, they begin where the labels around them end.
 * - A model gives a record of all that it declares, whether it has been called or not. To find out what that is, its body runs once beside
 *   the program, with the dimensions that it has by default and as in inference.
 */
import type { Entry } from '../ast.ts';
import { type Argument, bindArguments, type CallSite, reportArgument, slot } from './arguments.ts';
import { runBody } from './bodies.ts';
import type { VariablesName } from './builtin-names.ts';
import { nestedCall } from './call-body.ts';
import type { Steps } from './evaluation.ts';
import type { Home } from './files.ts';
import { emptyProgram, type Frame, type ProgramState, report } from './frame.ts';
import { LabelScope } from './labels.ts';
import { bindDimensions, declareInputs } from './models.ts';
import { matches, nearestPath, someOf } from './patterns.ts';
import { Scope } from './scope.ts';
import { poison, type TextValue, type Value } from './value.ts';
import { type Known, recordOf, valueNow } from './variable-values.ts';

/** The value of `variables(…)`, `params(…)` or `states(…)`; poison after a report. */
export function* callVariables(frame: Frame, name: VariablesName, site: CallSite): Steps<Value> {
  const bound = bindArguments(frame, site, [slot('of'), slot('path', false)]);
  const of = bound?.get('of');
  if (bound === undefined || of === undefined || of.value.kind === 'poison') return poison;
  if (frame.program === undefined) {
    const message = `${name} gives tensors, and only compile-time values can stand here`;
    report(frame, { code: 'not-compile-time', message, span: site.span });
    return poison;
  }
  const path = bound.get('path');
  const model = modelOf(of);
  if (model === undefined)
    return path === undefined ? named(frame, frame.program, name, site, of) : twoPaths(frame, site, path);
  const known = yield* variablesOf(frame, frame.program, model.item, model.home, site);
  if (known === undefined) return poison;
  const all = ofKind(frame, known, name);
  if (path !== undefined) return picked(frame, frame.program, { known: all, prefix: '', name }, site, path);
  return recordOf(frame, frame.program, all);
}

function twoPaths(frame: Frame, site: CallSite, path: Argument): Value {
  const message = `a path beside a model says which of its variables are meant; here the first argument is a path already`;
  report(frame, { code: 'bad-argument', message, span: path.span, help: `give ${site.callee.text} a list of paths` });
  return poison;
}

// ---------------------------------------------------------------------------------------------------------------- paths

interface Choice {
  readonly known: Known;
  /** The labels around the call, with a dot behind them if there are any. */
  readonly prefix: string;
  readonly name: VariablesName;
}

function named(frame: Frame, program: ProgramState, name: VariablesName, site: CallSite, of: Argument): Value {
  const known = ofKind(frame, program.known, name);
  return picked(frame, program, { known, prefix: frame.labels.join(''), name }, site, of);
}

function picked(frame: Frame, program: ProgramState, choice: Choice, site: CallSite, of: Argument): Value {
  const { value } = of;
  const parts: readonly Value[] = value.kind === 'list' ? value.elements : [value];
  const texts = parts.filter((part): part is TextValue => part.kind === 'text').map(part => part.value);
  if (texts.length < parts.length || texts.length === 0) {
    return reportArgument(frame, site, 'of', 'a model, a path such as "tower.*", or a list of paths', of);
  }
  const { known, prefix } = choice;
  const idle = texts.find(text => ![...known.keys()].some(path => matches(prefix + text, path)));
  if (idle !== undefined) return reportUnknownPath(frame, choice, idle, of);
  const chosen = [...known].filter(([path]) => texts.some(text => matches(prefix + text, path)));
  const single = value.kind === 'text' && !value.value.includes('*');
  return single ? valueNow(frame, program, chosen[0][1]) : recordOf(frame, program, new Map(chosen));
}

const kindNames = { variables: 'variable', params: 'param', states: 'state' } as const;

function reportUnknownPath(frame: Frame, { known, prefix, name }: Choice, path: string, { span }: Argument): Value {
  const paths = [...known.keys()].filter(one => one.startsWith(prefix)).map(one => one.slice(prefix.length));
  const other = frame.program?.known.get(prefix + path);
  const message =
    other === undefined
      ? `no ${kindNames[name]} called ${JSON.stringify(path)} has been declared so far`
      : `${path} is a ${frame.session.variables.get(other).kind}, not a ${kindNames[name]}`;
  const nearest = nearestPath(path, paths);
  const some = paths.length === 0 ? 'none is declared before this line' : `there are ${someOf(paths)}`;
  const help = other === undefined ? (nearest ?? some) : 'variables(…) gives both kinds';
  report(frame, { code: 'unknown-variable', message, span, help });
  return poison;
}

function ofKind({ session }: Frame, known: Known, name: VariablesName): Known {
  if (name === 'variables') return known;
  return new Map([...known].filter(([, id]) => session.variables.get(id).kind === kindNames[name]));
}

// --------------------------------------------------------------------------------------------------------------- models

function modelOf({ value }: Argument): { readonly item: Entry; readonly home: Home } | undefined {
  if (value.kind !== 'function' || value.callee.kind !== 'item') return undefined;
  const { item, home } = value.callee.visible;
  return item.kind === 'model' ? { item, home } : undefined;
}

/** All that a model declares; undefined after a report. */
function* variablesOf(
  frame: Frame,
  program: ProgramState,
  model: Entry,
  home: Home,
  site: CallSite,
): Steps<Known | undefined> {
  const beside = emptyProgram(program.name, 'model', frame.session.table);
  const inner: Frame = {
    ...frame,
    program: beside,
    file: home,
    scope: new Scope(),
    training: false,
    labels: new LabelScope(),
    declared: new Map(),
    exit: { value: undefined },
    given: undefined,
    optimiserStates: undefined,
    calls: [site.span, ...frame.calls],
  };
  const value = yield nestedCall(frame, site, declareAll(inner, beside, model));
  return value.kind === 'poison' ? undefined : beside.known;
}

function* declareAll(inner: Frame, beside: ProgramState, model: Entry): Steps<Value> {
  if (!(yield* bindDimensions(inner, model, new Map()))) return poison;
  if (!(yield* declareInputs(inner, beside, model))) return poison;
  return yield runBody(inner, model.body);
}
