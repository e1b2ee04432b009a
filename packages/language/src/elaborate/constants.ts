/**
 * The constants of a file, which are evaluated when they are first read. A constant of the root file may have been set with `--set`: that
 * text is read as an expression and must be of the kind of the constant's own value.
 */
import type { Span } from '@tessera-dnn/diagnostics';
import type { Const } from '../ast.ts';
import { evaluate, type Pending, type Steps } from './evaluation.ts';
import type { Home } from './files.ts';
import { type Frame, report } from './frame.ts';
import { LabelScope } from './labels.ts';
import { Scope } from './scope.ts';
import { settingOf } from './settings.ts';
import { describe, poison, type Value } from './value.ts';

/** The value of the constant `item` in the file `home`. `asking` is the frame that reads it, at `span`. */
export function constantValue(asking: Frame, item: Const, home: Home, span: Span): Pending {
  const known = asking.session.constants.get(item);
  return known !== undefined && known !== 'evaluating' ? known : firstValue(asking, item, home, span);
}

function* firstValue(asking: Frame, item: Const, home: Home, span: Span): Steps<Value> {
  const { session } = asking;
  if (session.constants.get(item) === 'evaluating') {
    const notes = [{ message: `${item.name.text} is declared here`, span: item.name.span }];
    report(asking, { code: 'const-cycle', message: `${item.name.text} is defined by itself`, span, notes });
    return poison;
  }
  session.constants.set(item, 'evaluating');
  const own = compileTime(yield evaluate(outside(asking, home), item.value), asking, item);
  const value = overridden(asking, item, home, own);
  session.constants.set(item, value);
  return value;
}

/** A frame outside of all bodies, in which only compile-time values are possible. */
export function outside(frame: Frame, file: Home): Frame {
  return {
    session: frame.session,
    budget: frame.budget,
    file,
    scope: new Scope(),
    training: false,
    labels: new LabelScope(),
    declared: new Map(),
    exit: { value: undefined },
    calls: [],
  };
}

function compileTime(value: Value, asking: Frame, item: Const): Value {
  if (value.kind !== 'record') return value;
  report(outside(asking, asking.file), {
    code: 'not-compile-time',
    message: `${item.name.text} would be ${describe(value)}, and a constant is one compile-time value`,
    span: item.value.span,
  });
  return poison;
}

function overridden(asking: Frame, item: Const, home: Home, own: Value): Value {
  const { settings, reporter } = asking.session;
  return home === settings.root ? settingOf(settings, item.name.text, own, reporter) : own;
}
