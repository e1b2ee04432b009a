/**
 * The signature of an entry point: its dimension parameters and the types of its inputs. If another program calls it, the shapes of the
 * arguments bind its dimensions; in a program of its own, settings and defaults do.
 */
import { sameType, showType } from '@tessera-dnn/graph';
import type { Entry, Parameter } from '../ast.ts';
import type { Bound, CallSite } from './arguments.ts';
import { runBody } from './bodies.ts';
import { nestedCall, takeArguments } from './call-body.ts';
import { outside } from './constants.ts';
import { evaluate, type Steps } from './evaluation.ts';
import type { Home } from './files.ts';
import { type Frame, observe, type ProgramState, report } from './frame.ts';
import { LabelScope } from './labels.ts';
import { checkResult } from './results.ts';
import { Scope } from './scope.ts';
import { dimensionSetting } from './settings.ts';
import { constantLike, originAt, tensorValue } from './tensors.ts';
import { evaluateType } from './types.ts';
import { describe, integerValue, poison, type Value } from './value.ts';
import { checkTaken } from './with.ts';

/** Calls a model from another program. A model owns one set of parameters, whose paths begin at the model, whoever calls it. */
export function* callModel(frame: Frame, model: Entry, home: Home, site: CallSite): Steps<Value> {
  const slots = model.inputs.map(input => ({ name: input.name.text, required: true }));
  const taken = takeArguments(frame, site, slots);
  if (taken === undefined) return poison;
  const { bound, training, given, root } = taken;
  if (frame.program === undefined) {
    const message = `${model.name.text} is a model, and only compile-time values can stand here`;
    report(frame, { code: 'not-compile-time', message, span: site.span });
    return poison;
  }
  warnOfLabel(frame, model, site);
  const inner: Frame = {
    ...frame,
    file: home,
    scope: new Scope(),
    training,
    labels: root ?? new LabelScope(),
    declared: new Map(),
    given,
    calls: [site.span, ...frame.calls],
  };
  const value = yield nestedCall(frame, site, runModel(frame, inner, model, bound));
  checkTaken(frame, given, site);
  return value;
}

function* runModel(frame: Frame, inner: Frame, model: Entry, bound: Bound): Steps<Value> {
  const dimensions = dimensionsOfCall(frame, model, bound);
  if (dimensions === undefined || !(yield* bindDimensions(inner, model, dimensions))) return poison;
  if (!(yield* bindInputs(frame, inner, model, bound))) return poison;
  return yield* checkResult(inner, model, yield runBody(inner, model.body));
}

function warnOfLabel(frame: Frame, model: Entry, site: CallSite): void {
  if (site.label === undefined || site.label === '') return;
  const message = `the label of this call is not used: ${model.name.text} is a model and owns one set of parameters, however often it is called`;
  frame.session.reporter.warning({ code: 'unused-label', message, span: site.labelSpan }, frame.calls);
}

// ----------------------------------------------------------------------------------------------------------- dimensions

/** The dimensions that a call binds: a dimension parameter that stands alone in the type of an input gets the argument's extent there. */
function dimensionsOfCall(frame: Frame, model: Entry, bound: Bound): ReadonlyMap<string, number> | undefined {
  const names = new Set(model.dimensions.map(dimension => dimension.name.text));
  const found = new Map<string, { readonly extent: number; readonly input: string }>();
  let agree = true;
  for (const { name, type } of model.inputs) {
    const argument = bound.get(name.text);
    if (argument?.value.kind !== 'tensor' || argument.value.type.shape.length !== type.dimensions.length) continue;
    for (const [axis, dimension] of type.dimensions.entries()) {
      if (dimension.kind !== 'reference' || !names.has(dimension.name)) continue;
      const extent = argument.value.type.shape[axis];
      const earlier = found.get(dimension.name);
      if (earlier === undefined) found.set(dimension.name, { extent, input: name.text });
      else if (earlier.extent !== extent) {
        agree = false;
        const message = `${dimension.name} of ${model.name.text} is ${earlier.extent} in ${earlier.input} and ${extent} in ${name.text}`;
        report(frame, { code: 'shape-mismatch', message, span: argument.span });
      }
    }
  }
  return agree ? new Map([...found].map(([name, { extent }]) => [name, extent])) : undefined;
}

/**
 * Declares the dimension parameters. One that is not in `known` gets its value from a setting or its default. False if one has no value.
 */
export function* bindDimensions(inner: Frame, entry: Entry, known: ReadonlyMap<string, number>): Steps<boolean> {
  let all = true;
  for (const dimension of entry.dimensions) {
    const { name } = dimension;
    const extent = known.get(name.text);
    const value = extent === undefined ? yield* valueOfDimension(inner, entry, dimension) : integerValue(extent);
    observe(inner, name.span, value);
    inner.scope.declare({ kind: 'dimension', name: name.text, span: name.span, value });
    all &&= value.kind !== 'poison';
  }
  return all;
}

function* valueOfDimension(inner: Frame, entry: Entry, { name, default: fallback }: Parameter): Steps<Value> {
  const set = inner.file === inner.session.settings.root ? settingFor(inner, entry, name.text) : undefined;
  if (set !== undefined) return set;
  if (fallback === undefined) {
    const message = `${name.text} of ${entry.name.text} has no value`;
    const help = `give it a default, ${name.text} = 1, or set it: --set ${entry.name.text}.${name.text}=1`;
    report(inner, { code: 'missing-dimension', message, span: name.span, help });
    return poison;
  }
  const value = yield evaluate(outside(inner, inner.file), fallback);
  if (value.kind === 'poison' || (value.kind === 'number' && value.integer && value.value > 0)) return value;
  const message = `a dimension must be a whole number from 1 on, not ${describe(value)}`;
  report(inner, { code: 'bad-type', message, span: fallback.span });
  return poison;
}

function settingFor(inner: Frame, entry: Entry, name: string): Value | undefined {
  return dimensionSetting(inner.session.settings, entry, name, inner.session.reporter);
}

// --------------------------------------------------------------------------------------------------------------- inputs

/** Declares the inputs of a called model with the arguments as their values. */
function* bindInputs(frame: Frame, inner: Frame, model: Entry, bound: Bound): Steps<boolean> {
  let fits = true;
  for (const { name, type: written } of model.inputs) {
    const argument = bound.get(name.text);
    const type = yield* evaluateType(inner, written);
    if (argument === undefined || type === undefined) return false;
    const value = argument.value.kind === 'tensor' ? argument.value : constantLike(frame, argument, type);
    if (value !== undefined && sameType(value.type, type)) {
      inner.scope.declare({ kind: 'input', name: name.text, span: name.span, value, declared: type });
      continue;
    }
    fits = false;
    report(frame, {
      code:
        argument.value.kind === 'tensor' && argument.value.type.element === type.element
          ? 'shape-mismatch'
          : 'type-mismatch',
      message: `${name.text} of ${model.name.text} is ${showType(type)}, not ${describe(argument.value)}`,
      span: argument.span,
      notes: [{ message: `${name.text} is declared here`, span: name.span }],
    });
  }
  return fits;
}

/** Declares the inputs of an entry point as those of the program; false if the type of one is wrong. */
export function* declareInputs(frame: Frame, program: ProgramState, entry: Entry): Steps<boolean> {
  let all = true;
  for (const { name, type: written, span } of entry.inputs) {
    const type = yield* evaluateType(frame, written);
    all &&= type !== undefined;
    if (type === undefined) continue;
    const value = tensorValue(program, program.graph.input(name.text, type, originAt(frame, span)));
    observe(frame, name.span, value);
    frame.scope.declare({ kind: 'input', name: name.text, span: name.span, value, declared: type });
  }
  return all;
}
