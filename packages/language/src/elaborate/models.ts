/**
 * The signature of an entry point: its dimension parameters and the types of its inputs and outputs. Called from another program, its
 * dimensions are bound by the arguments' shapes; as a program of its own, by settings and defaults.
 */
import type { Span } from '@tessera/diagnostics';
import { sameType, showType, type TensorType } from '@tessera/graph';
import type { Entry, Parameter, ResultType } from '../ast.ts';
import { type Bound, bindArguments, type CallSite } from './arguments.ts';
import { isPoisoned, nestedCall, takeTraining } from './calls.ts';
import { outside } from './constants.ts';
import type { Steps } from './evaluation.ts';
import { evaluate } from './expressions.ts';
import type { FileScope } from './files.ts';
import { type Frame, report } from './frame.ts';
import { LabelScope } from './labels.ts';
import { Scope } from './scope.ts';
import { dimensionSetting } from './settings.ts';
import { runBody } from './statements.ts';
import { constantLike } from './tensors.ts';
import { evaluateType } from './types.ts';
import { describe, integerValue, poison, type TensorValue, type Value } from './value.ts';

/** A model called from another program. It owns one set of parameters: their paths begin at the model, whoever calls it. */
export function* callModel(frame: Frame, model: Entry, home: FileScope, site: CallSite): Steps<Value> {
  const { rest, training } = takeTraining(frame, site);
  const slots = model.inputs.map(input => ({ name: input.name.text, required: true }));
  const bound = bindArguments(frame, rest, slots);
  if (bound === undefined || training === undefined || isPoisoned(bound)) return poison;
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
    labels: new LabelScope(),
    declared: new Map(),
    calls: [site.span, ...frame.calls],
  };
  return yield nestedCall(frame, site, runModel(frame, inner, model, bound));
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

/** Dimension parameters that stand alone in the type of an input have the argument's extent there. */
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

/** Declares the dimension parameters; those that `known` lacks by setting or default. False if one has no value. */
export function* bindDimensions(inner: Frame, entry: Entry, known: ReadonlyMap<string, number>): Steps<boolean> {
  let all = true;
  for (const dimension of entry.dimensions) {
    const { name } = dimension;
    const extent = known.get(name.text);
    const value = extent === undefined ? yield* valueOfDimension(inner, entry, dimension) : integerValue(extent);
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

// -------------------------------------------------------------------------------------------------------------- results

/** The result as tensors, checked against the type after `->`; poison after a report. */
export function* checkResult(inner: Frame, entry: Entry, value: Value): Steps<Value> {
  if (value.kind === 'poison' || inner.budget.stopped) return poison;
  const { result } = entry;
  if (value.kind === 'nothing') {
    report(inner, { code: 'no-value', message: `${entry.name.text} gives no result`, span: entry.name.span });
    return poison;
  }
  if (value.kind !== 'record') {
    if (result?.kind === 'record-type') return outputsDiffer(inner, value, result);
    return yield* outputOf(inner, value, result?.kind === 'tensor-type' ? result : undefined, entry, 'the result');
  }
  if (result?.kind === 'tensor-type') return outputsDiffer(inner, value, result);
  const types = result?.kind === 'record-type' ? result.fields : undefined;
  const names = types?.map(field => field.name.text);
  if (names !== undefined && !sameNames(names, [...value.fields.keys()])) return outputsDiffer(inner, value, result);
  const fields = new Map<string, Value>();
  for (const [name, field] of value.fields) {
    const written = types?.find(type => type.name.text === name)?.type;
    fields.set(name, yield* outputOf(inner, field, written, entry, name));
  }
  return [...fields.values()].some(field => field.kind === 'poison') ? poison : { kind: 'record', fields };
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every(name => b.includes(name));
}

function outputsDiffer(inner: Frame, value: Value, result: ResultType | undefined): Value {
  const names =
    result?.kind === 'record-type' ? `{ ${result.fields.map(field => field.name.text).join(', ')} }` : 'one tensor';
  report(inner, {
    code: 'result-mismatch',
    message: `${describe(value)} is returned where ${names} is declared`,
    span: result?.span,
  });
  return poison;
}

function* outputOf(
  inner: Frame,
  value: Value,
  written: WrittenType | undefined,
  entry: Entry,
  name: string,
): Steps<Value> {
  if (value.kind === 'poison') return poison;
  const declared = written?.kind === 'tensor-type' ? yield* evaluateType(inner, written) : undefined;
  if (written !== undefined && declared === undefined) return poison;
  const span: Span = written?.span ?? entry.name.span;
  const tensor = value.kind === 'tensor' ? value : literalOutput(inner, value, declared, span);
  if (tensor === undefined) {
    report(inner, {
      code: 'result-mismatch',
      message: `${name} of ${entry.name.text} must be a tensor, not ${describe(value)}`,
      span,
    });
    return poison;
  }
  if (declared === undefined || sameType(tensor.type, declared)) return tensor;
  const message = `${name} of ${entry.name.text} is ${showType(tensor.type)}, and ${showType(declared)} is declared`;
  report(inner, { code: 'result-mismatch', message, span, help: `write -> ${showType(tensor.type)}` });
  return poison;
}

type WrittenType = Extract<ResultType, { readonly kind: 'tensor-type' }>;

/** A number as an output of its own: a scalar of the declared type, else of f32. */
function literalOutput(
  inner: Frame,
  value: Value,
  declared: TensorType | undefined,
  span: Span,
): TensorValue | undefined {
  return constantLike(inner, { value, span }, declared ?? { element: 'f32', shape: [] });
}
