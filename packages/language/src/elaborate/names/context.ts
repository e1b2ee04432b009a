/** What the check of names knows at a place: the file, and the names of the bodies around it. */
import type { Span } from '@tessera-dnn/diagnostics';
import type { OpTable } from '@tessera-dnn/graph/op';
import type { Item, Name } from '../../ast.ts';
import { duplicate, type FileScope, findItem, visibleNames } from '../files.ts';
import type { LocalKind, Observer } from '../observer.ts';
import type { Report, Reporter } from '../report.ts';
import type { Callee } from '../value.ts';

export interface Local {
  readonly kind: LocalKind;
  readonly span: Span;
}

export interface Context {
  readonly table: OpTable;
  readonly file: FileScope;
  readonly reporter: Reporter;
  /** Told what names stand for. */
  readonly observer?: Observer;
  readonly item: Item['kind'];
  /** The names that bodies declare, the innermost body first. */
  readonly locals: readonly Map<string, Local>[];
}

/** The context inside a body: with an empty scope of its own inside those of `context`. */
export function nested(context: Context): Context {
  return { ...context, locals: [new Map(), ...context.locals] };
}

/** Adds a name to the innermost scope. A second declaration there is reported. */
export function declare(context: Context, name: Name, kind: LocalKind): void {
  if (name.text === '') return;
  const earlier = context.locals[0].get(name.text);
  if (earlier === undefined) {
    context.locals[0].set(name.text, { kind, span: name.span });
    observeLocal(context, name.span, { kind, span: name.span });
  } else context.reporter.error(duplicate(name, earlier));
}

/** Tells the observer that the name at `place` is a local one. */
export function observeLocal({ observer }: Context, place: Span, { kind, span }: Local): void {
  observer?.name?.(place, { kind: 'local', declaration: span, local: kind });
}

/** Tells the observer that the name at `place` is that of an item or a function, if it is known. */
export function observeCallee({ observer }: Context, place: Span, callee: Callee | undefined): void {
  if (callee !== undefined) observer?.name?.(place, { kind: 'callee', callee });
}

/** What the name stands for in the bodies around, the innermost first; undefined if none declares it. */
export function findLocal(context: Context, name: string): Local | undefined {
  return context.locals.find(scope => scope.has(name))?.get(name);
}

/** All names that the bodies around declare. */
export function localNames(context: Context): string[] {
  return context.locals.flatMap(scope => [...scope.keys()]);
}

/** The names of all visible items of a kind. */
export function itemNames(context: Context, kind: Item['kind']): string[] {
  return visibleNames(context.file).filter(name => findItem(context.file, name)?.item.kind === kind);
}

/** Reports that there is no such name. The help is the nearest of the `known` names, which are asked for only then, else `help`. */
export function reportUnknown(
  context: Context,
  what: string,
  name: Name,
  known: () => readonly string[],
  help?: string,
): void {
  const suggestion = context.reporter.suggestions.of(name.text, known) ?? help;
  const message = `there is no ${what} ${name.text}`;
  reportName(context, { code: 'unknown-name', message, span: name.span, help: suggestion });
}

/** Reports that `what` can stand only in `where`, such as `a train`. */
export function reportMisplaced(context: Context, what: string, where: string, span: Span): void {
  reportName(context, { code: 'wrong-body', message: `${what} stands only in ${where}`, span });
}

/** Reports a diagnostic of the check of names. */
export function reportName(context: Context, diagnostic: Report): void {
  context.reporter.error(diagnostic);
}
