/** Reads the argument `with` of calls, and finds what it says of a variable; given.ts tells what it may be. */
import type { TensorType } from '@tessera-dnn/graph';
import type { Variable as VariableStatement } from '../ast.ts';
import type { CallSite } from './arguments.ts';
import { type Frame, report } from './frame.ts';
import type { Given, GivenPath, GivenValues, Wrapper } from './given.ts';
import type { LabelScope } from './labels.ts';
import { didYouMean } from './suggest.ts';
import { describe } from './value.ts';

/** What `with` of a call says, and the labels of the call where that is a path; `wrong` after a report. */
export function givenBy(
  frame: Frame,
  site: CallSite,
): { readonly given: Given | undefined; readonly root?: LabelScope } | 'wrong' {
  const argument = site.named.find(({ name }) => name.text === 'with')?.argument;
  if (argument === undefined) return { given: frame.given };
  const { value, span } = argument;
  const nested = { span, outer: frame.given };
  if (value.kind === 'record') {
    return { given: { kind: 'values', record: value, asked: new Map(), ...nested } };
  }
  if (value.kind === 'text' && value.value !== '') {
    const root = frame.labels.below(value.value);
    return { given: { kind: 'path', root: root.path, ...nested }, root };
  }
  if (value.kind === 'function' && value.callee.kind === 'item' && value.callee.visible.item.kind === 'block') {
    const { item, home } = value.callee.visible;
    return { given: { kind: 'wrapper', block: item, home, values: value.given ?? new Map(), ...nested } };
  }
  if (value.kind !== 'poison') {
    report(frame, {
      code: 'bad-argument',
      message: `with needs variables, a path or a block that wraps weights, not ${describe(value)}`,
      span,
      help: 'give tensors by path, as variables("tower.*") has them, or the label of an earlier call, such as "tower"',
    });
  }
  return 'wrong';
}

/** The wrapper of a variable of `type`, the innermost that there is. */
export function wrapperOf(
  given: Given | undefined,
  { kind, name }: VariableStatement,
  { shape }: TensorType,
): Wrapper | undefined {
  if (kind !== 'param' || name.text !== 'weight' || shape.length < 2) return undefined;
  for (let at = given; at !== undefined; at = at.outer) if (at.kind === 'wrapper') return at;
  return undefined;
}

/** The same without one of the wrappers, for what that declares itself. */
export function without(given: Given | undefined, wrapper: Wrapper): Given | undefined {
  if (given === undefined || given === wrapper) return given?.outer;
  return { ...given, outer: without(given.outer, wrapper) };
}

/** The innermost values that have the path among them. */
export function valuesGiven(given: Given | undefined, path: string): GivenValues | undefined {
  for (let at = given; at !== undefined; at = at.outer) {
    if (at.kind !== 'values') continue;
    const has = at.record.fields.has(path);
    at.asked.set(path, has);
    if (has) return at;
  }
  return undefined;
}

/** The call around whose variables have been declared before, if the path is one of these. */
export function pathGiven(given: Given | undefined, path: string): GivenPath | undefined {
  for (let at = given; at !== undefined; at = at.outer) {
    if (at.kind === 'path' && path.startsWith(`${at.root}.`)) return at;
  }
  return undefined;
}

/** Reports that a call has taken none of the values that it was given, which is a mistake in a path. */
export function checkTaken(frame: Frame, given: Given | undefined, site: CallSite): void {
  if (given?.kind !== 'values' || given === frame.given || given.record.fields.size === 0) return;
  if (frame.session.reporter.failed || [...given.asked.values()].includes(true)) return;
  const asked = [...given.asked.keys()];
  const [first] = given.record.fields.keys();
  report(frame, {
    code: 'unknown-variable',
    message: `${site.callee.text} has no variable ${first}, nor any other of those that with gives it`,
    span: given.span,
    help:
      asked.length === 0
        ? 'it declares no variable at all'
        : (didYouMean(first, asked) ?? `it has ${asked.slice(0, 4).join(', ')}`),
  });
}
