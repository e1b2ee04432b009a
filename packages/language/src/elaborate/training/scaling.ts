/**
 * The clause `scale` of a `minimize`. Gradients of a network in f16 may be smaller than what f16 can tell from zero, 2^-25. So the loss is
 * multiplied by a scale before it is differentiated, and the gradients are divided by it in f32 before anything is done with them.
 *
 * `scale automatic` finds the scale, as PyTorch's `GradScaler` does (Micikevicius et al. 2018): it is a state of the `minimize`. Where a
 * gradient is infinite or NaN, the update does not take place and the scale becomes smaller; after some updates in a row that did take place
 * it becomes larger.
 */
import type { Span } from '@tessera-dnn/diagnostics';
import type { Expression, Minimize } from '../../ast.ts';
import { type Bound, bindArguments, slot } from '../arguments.ts';
import { callSite } from '../call-site.ts';
import { evaluateArgument, type Steps } from '../evaluation.ts';
import { findItem } from '../files.ts';
import { type Frame, type ProgramState, report } from '../frame.ts';
import { isAutomatic } from '../functions.ts';
import { scalarType } from '../tensors.ts';
import { describe, floatValue, integerValue, type TensorValue, type Value } from '../value.ts';
import { hiddenState, inElement, stepsAt } from './steps.ts';
import { computed } from './storage.ts';

/** What the clause says: a factor that stays, a number or an f32[], or how to find one. */
export type Scale = { readonly kind: 'fixed'; readonly factor: Value } | Automatic;

/** The numbers of `GradScaler`: after `interval` good updates the scale is multiplied by `growth`, after a bad one by `backoff`. */
interface Automatic {
  readonly kind: 'automatic';
  readonly start: number;
  readonly growth: number;
  readonly backoff: number;
  readonly interval: number;
}

const defaults = { start: 65536, growth: 2, backoff: 0.5, interval: 2000 } as const;

const wanted: Readonly<Record<keyof typeof defaults, readonly [what: string, fits: (x: number) => boolean]>> = {
  start: ['a number above 0', x => x > 0 && x <= largest],
  growth: ['a number above 1', x => x > 1 && x <= largest],
  backoff: ['a number between 0 and 1', x => x > 0 && x < 1],
  interval: ['a whole number of updates from 1 on', x => Number.isInteger(x) && x > 0 && x < 2 ** 31],
};

/** The least and the largest scale: the normal numbers of f32. A scale of 0 would never let an update take place again. */
const [least, largest] = [2 ** -126, 2 ** 127 * (2 - 2 ** -23)];

/** The clause `scale`; undefined if there is none. */
export function* scaleOf(frame: Frame, { scale }: Minimize): Steps<Scale | undefined | 'wrong'> {
  if (scale === undefined) return undefined;
  if (isAutomatic(scale) && findItem(frame.file, 'automatic') === undefined) return yield* automaticOf(frame, scale);
  const { value, span } = yield* evaluateArgument(frame, scale);
  if (value.kind === 'poison') return 'wrong';
  if (value.kind === 'number' && value.value > 0 && value.value <= largest) return { kind: 'fixed', factor: value };
  if (value.kind === 'tensor' && value.type.element === computed && value.type.shape.length === 0)
    return { kind: 'fixed', factor: value };
  const message = `scale needs a number above 0 or automatic, not ${describe(value)}`;
  report(frame, { code: 'bad-argument', message, span });
  return 'wrong';
}

function* automaticOf(frame: Frame, expression: Expression): Steps<Automatic | 'wrong'> {
  if (expression.kind !== 'call') return { kind: 'automatic', ...defaults };
  const site = yield* callSite(frame, expression);
  const names = Object.keys(defaults) as (keyof typeof defaults)[];
  const slots = names.map(name => slot(name, false));
  const bound = site && bindArguments(frame, site, slots);
  if (bound === undefined) return 'wrong';
  const numbers = names.map(name => numberOf(frame, bound, name));
  if (numbers.includes(undefined)) return 'wrong';
  const given = Object.fromEntries(names.map((name, at) => [name, numbers[at]]));
  return { kind: 'automatic', ...defaults, ...given };
}

function numberOf(frame: Frame, bound: Bound, name: keyof typeof defaults): number | undefined {
  const argument = bound.get(name);
  if (argument === undefined) return defaults[name];
  const { value, span } = argument;
  const [what, fits] = wanted[name];
  if (value.kind === 'number' && fits(value.value)) return value.value;
  const message = `${name} of automatic must be ${what}, not ${describe(value)}`;
  if (value.kind !== 'poison') report(frame, { code: 'bad-argument', message, span });
  return undefined;
}

// ------------------------------------------------------------------------------------------------------------ in a step

/** The scale of one `minimize` in one step. */
export interface Scaling {
  /** The scaled loss, which is to be differentiated. */
  readonly loss: Value;
  /** The gradients of the scaled loss as those of the loss itself, in f32. */
  readonly unscaled: (gradients: readonly Value[]) => readonly Value[];
  /** Only where the scale is found: what decides on the update, from the gradients of the scaled loss or from means of their unscaled ones. */
  readonly judge?: (gradients: readonly Value[]) => Judgement;
}

export interface Judgement {
  /** bool[]: whether all gradients are finite. */
  readonly good: Value;
  /** Stores the scale of the next step; where a run is not `due`, the scale stays. To be called when the update is done. */
  readonly advance: (due: Value | undefined) => void;
}

/** The scaling by `scale`, whose states lie below the path `shared`. */
export function scaled(
  frame: Frame,
  program: ProgramState,
  loss: TensorValue,
  { scale, shared }: { readonly scale: Scale; readonly shared: string },
  span: Span,
): Scaling {
  if (scale.kind === 'fixed') return scaledBy(frame, loss, scale.factor, span);
  const factor = hiddenState(frame, program, `${shared}.$scale`, { type: scalarType(computed), first: scale.start });
  const count = hiddenState(frame, program, `${shared}.$good`, { type: scalarType('i32') });
  const judge = (gradients: readonly Value[]): Judgement => {
    const good = allFinite(frame, gradients, span);
    const next = {
      factor: nextFactor(frame, scale, { factor: factor.value, count: count.value, good }, span),
      count: nextCount(frame, scale, { count: count.value, good }, span),
    };
    const advance = (due: Value | undefined) => {
      const { op } = stepsAt(frame, span);
      for (const [state, value] of [[factor, next.factor] as const, [count, next.count] as const]) {
        const stored = due === undefined ? value : op('choice', due, value, state.value);
        if (stored.kind === 'tensor') program.current.set(state.id, stored.id);
      }
    };
    return { good, advance };
  };
  return { ...scaledBy(frame, loss, factor.value, span), judge };
}

function scaledBy(frame: Frame, loss: TensorValue, factor: Value, span: Span): Scaling {
  const { symbol } = stepsAt(frame, span);
  const inverse = factor.kind === 'number' ? floatValue(1 / factor.value) : symbol('/', 1, factor);
  const unscaled = (gradients: readonly Value[]) =>
    gradients.map(gradient => symbol('*', inElement(frame, gradient, computed, span), inverse));
  return { loss: symbol('*', loss, factor), unscaled };
}

/** Zero times a number is zero if it is finite, and NaN if it is not; NaN in one place makes a sum NaN. */
function allFinite(frame: Frame, gradients: readonly Value[], span: Span): Value {
  const { symbol, op } = stepsAt(frame, span);
  const wide = gradients.map(gradient => inElement(frame, gradient, computed, span));
  const zeros = wide.map(gradient => op('total', symbol('*', gradient, 0)));
  return symbol(
    '==',
    zeros.reduce((sum, zero) => symbol('+', sum, zero)),
    0,
  );
}

interface Progress {
  readonly factor: Value;
  /** How many updates in a row have taken place since the scale last changed. */
  readonly count: Value;
  readonly good: Value;
}

/** A scale that would become infinite stays as it is. */
function nextFactor(frame: Frame, scale: Automatic, { factor, count, good }: Progress, span: Span): Value {
  const { symbol, op } = stepsAt(frame, span);
  const grown = symbol('*', factor, scale.growth);
  const grows = symbol('and', symbol('==', count, integerValue(scale.interval - 1)), symbol('<=', grown, largest));
  const shrunk = op('greater', symbol('*', factor, scale.backoff), least);
  return op('choice', good, op('choice', grows, grown, factor), shrunk);
}

function nextCount(frame: Frame, scale: Automatic, { count, good }: Omit<Progress, 'factor'>, span: Span): Value {
  const { symbol, op } = stepsAt(frame, span);
  const goesOn = symbol('and', good, symbol('<', count, integerValue(scale.interval - 1)));
  return op('choice', goesOn, symbol('+', count, integerValue(1)), integerValue(0));
}
