/** The arguments of a call, and how they are bound to parameters: positional ones in order, then named ones. */
import type { Note, Span } from '@tessera-dnn/diagnostics';
import type { Expression, Name, Parameter } from '../ast.ts';
import { type Frame, report } from './frame.ts';
import { describe, poison, type Value } from './value.ts';

/** An evaluated argument and its place. It has an expression if a user wrote one. */
export interface Argument {
  readonly value: Value;
  readonly span: Span;
  readonly expression?: Expression;
}

/** A call whose arguments were evaluated; a piped value is the first positional one. */
export interface CallSite {
  readonly callee: Name;
  readonly span: Span;
  readonly positional: readonly Argument[];
  readonly named: readonly { readonly name: Name; readonly argument: Argument }[];
  /** Undefined for a call without a label, empty for `as ""`. */
  readonly label?: string;
  readonly labelSpan?: Span;
  /**
   * Where the callee is declared, if it hides something in the prelude or a built-in function. That is a likely cause of mistakes, so
   * messages mention it.
   */
  readonly hiding?: Span;
}

export interface Slot {
  readonly name: string;
  readonly required: boolean;
}

/** A parameter that a built-in function takes. */
export function slot(name: string, required = true): Slot {
  return { name, required };
}

export type Bound = ReadonlyMap<string, Argument>;

function notesOn({ callee, hiding }: CallSite): Note[] {
  if (hiding === undefined) return [];
  return [{ message: `${callee.text} is the one declared here; it hides the built-in one`, span: hiding }];
}

/** The arguments by the names of their parameters; undefined after a report if they do not fit. */
export function bindArguments(frame: Frame, site: CallSite, slots: readonly Slot[]): Bound | undefined {
  const bound = new Map<string, Argument>();
  const fits = [bindPositional(frame, site, slots, bound), bindNamed(frame, site, slots, bound)].every(Boolean);
  const missing = slots.filter(slot => slot.required && !bound.has(slot.name)).map(slot => slot.name);
  if (!fits) return undefined;
  if (missing.length === 0) return bound;
  report(frame, {
    code: 'missing-argument',
    message: `${site.callee.text} needs ${missing.join(' and ')}`,
    span: site.span,
    notes: notesOn(site),
    help: `it takes ${signature(slots)}`,
  });
  return undefined;
}

function bindPositional(frame: Frame, site: CallSite, slots: readonly Slot[], bound: Map<string, Argument>): boolean {
  for (const [index, argument] of site.positional.slice(0, slots.length).entries())
    bound.set(slots[index].name, argument);
  if (site.positional.length <= slots.length) return true;
  report(frame, {
    code: 'too-many-arguments',
    message: `${site.callee.text} takes ${count(slots.length)}, not ${site.positional.length}`,
    span: site.positional[slots.length].span,
    notes: notesOn(site),
    help: `it takes ${signature(slots)}`,
  });
  return false;
}

function bindNamed(frame: Frame, site: CallSite, slots: readonly Slot[], bound: Map<string, Argument>): boolean {
  let fits = true;
  const names = new Set(slots.map(slot => slot.name));
  for (const { name, argument } of site.named) {
    if (!names.has(name.text)) {
      const { suggestions } = frame.session.reporter;
      const help = suggestions.of(name.text, () => [...names]) ?? `it takes ${signature(slots)}`;
      const message = `${site.callee.text} has no parameter ${name.text}`;
      if (name.text !== '')
        report(frame, { code: 'unknown-argument', message, span: name.span, notes: notesOn(site), help });
      fits = false;
    } else if (bound.has(name.text)) {
      const message = `${name.text} is given twice`;
      const notes = [{ message: 'first here', span: bound.get(name.text)?.span }];
      report(frame, { code: 'repeated-argument', message, span: name.span, notes });
      fits = false;
    } else bound.set(name.text, argument);
  }
  return fits;
}

function count(number: number): string {
  if (number === 0) return 'no arguments';
  return number === 1 ? 'one argument' : `${number} arguments`;
}

/** How many parameters a message names at most. */
const shownSlots = 16;

function signature(slots: readonly Slot[]): string {
  if (slots.length === 0) return 'no arguments';
  const shown = slots.slice(0, shownSlots).map(slot => (slot.required ? slot.name : `${slot.name} = …`));
  const others = slots.length - shown.length;
  return `${shown.join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
}

/** Reports an argument that is not what its parameter needs. */
export function reportArgument(frame: Frame, site: CallSite, name: string, wanted: string, argument: Argument): Value {
  const message = `${name} of ${site.callee.text} must be ${wanted}, not ${describe(argument.value)}`;
  report(frame, { code: 'bad-argument', message, span: argument.span });
  return poison;
}

/** The slot of a parameter that the language declares. */
export function slotOf(parameter: Parameter): Slot {
  return { name: parameter.name.text, required: parameter.default === undefined };
}

/** Whether an argument is poison; its failure has been reported. */
export function isPoisoned(bound: Bound): boolean {
  return [...bound.values()].some(argument => argument.value.kind === 'poison');
}
