/**
 * The items that are visible in a file: its own, those of the files it imports (not what these import in turn), and behind them
 * the prelude's. Import cycles, files that are not there and names that clash are reported here.
 */
import type { Note, Source, Span } from '@tessera/diagnostics';
import type { Block, Const, Entry, File, Import, Name, Optimizer } from '../ast.ts';
import { parse } from '../parse.ts';
import type { Reporter } from './report.ts';

/** An item with a name. */
export type NamedItem = Const | Block | Entry | Optimizer;

/** Finds the text that `path` means in the file named `from`; undefined if there is none. */
export type Load = (path: string, from: string) => Source | undefined;

export interface FileScope {
  readonly file: File;
  /** Own and imported items by name. */
  readonly items: ReadonlyMap<string, VisibleItem>;
  /** What is visible behind them; absent in the prelude itself. */
  readonly prelude?: FileScope;
}

export interface VisibleItem {
  readonly item: NamedItem;
  /** Where the item's own names are looked up. */
  readonly home: FileScope;
}

/** The item `name` of a file, else of the prelude. */
export function findItem(scope: FileScope, name: string): VisibleItem | undefined {
  return scope.items.get(name) ?? scope.prelude?.items.get(name);
}

/** The names of all items that are visible in a file. */
export function visibleNames(scope: FileScope): string[] {
  return [...scope.items.keys(), ...(scope.prelude?.items.keys() ?? [])];
}

export interface LoadedFiles {
  readonly root: FileScope;
  /** The root and all files that were imported, each once, in the order they were met. */
  readonly all: readonly FileScope[];
}

/** The scopes of `file` and of all it imports. */
export function loadFiles(file: File, load: Load, prelude: FileScope | undefined, reporter: Reporter): LoadedFiles {
  const loader: Loader = { load, prelude, reporter, known: new Map(), open: [] };
  const root = scopeOf(file, loader);
  return { root, all: [root, ...[...loader.known.values()].filter(scope => scope !== root)] };
}

/** Puts the items of several files into one scope, each seeing all others: the prelude. */
export function joinFiles(files: readonly File[], reporter: Reporter): FileScope {
  const items = new Map<string, VisibleItem>();
  const scope: FileScope = { file: files[0], items };
  for (const file of files) addOwnItems(file, scope, items, reporter);
  return scope;
}

interface Loader {
  readonly load: Load;
  readonly prelude: FileScope | undefined;
  readonly reporter: Reporter;
  readonly known: Map<string, FileScope>;
  /** Names of the files whose imports are being followed, the root first. */
  readonly open: string[];
}

function scopeOf(file: File, loader: Loader): FileScope {
  const items = new Map<string, VisibleItem>();
  const scope: FileScope = { file, items, prelude: loader.prelude };
  loader.known.set(file.source.name, scope);
  loader.open.push(file.source.name);
  addOwnItems(file, scope, items, loader.reporter);
  for (const item of file.items) {
    if (item.kind === 'import') addImport(item, file, items, loader);
  }
  loader.open.pop();
  return scope;
}

function addOwnItems(file: File, home: FileScope, items: Map<string, VisibleItem>, reporter: Reporter): void {
  for (const item of file.items) {
    if (item.kind === 'import' || item.name.text === '') continue;
    const earlier = items.get(item.name.text);
    if (earlier === undefined) items.set(item.name.text, { item, home });
    else reporter.error(duplicate(item.name, earlier.item.name));
  }
}

function addImport(item: Import, file: File, items: Map<string, VisibleItem>, loader: Loader): void {
  const imported = follow(item, file, loader);
  if (imported === undefined) return;
  for (const [name, visible] of imported.items) {
    if (visible.home !== imported) continue;
    const earlier = items.get(name);
    if (earlier === undefined) items.set(name, visible);
    else if (earlier.item !== visible.item)
      loader.reporter.error(clash(name, item.pathSpan, earlier.item, visible.item));
  }
}

function follow(item: Import, file: File, loader: Loader): FileScope | undefined {
  if (item.path === '') return undefined;
  const source = loader.load(item.path, file.source.name);
  if (source === undefined) {
    const message = `there is no file "${item.path}" to import`;
    loader.reporter.error({ code: 'import-not-found', message, span: item.pathSpan });
    return undefined;
  }
  const start = loader.open.indexOf(source.name);
  if (start !== -1) {
    const chain = [...loader.open.slice(start), source.name].join(' → ');
    loader.reporter.error({ code: 'import-cycle', message: `files import each other: ${chain}`, span: item.pathSpan });
    return undefined;
  }
  const known = loader.known.get(source.name);
  if (known !== undefined) return known;
  const parsed = parse(source);
  loader.reporter.append(parsed.diagnostics);
  return scopeOf(parsed.file, loader);
}

function clash(name: string, span: Span, earlier: NamedItem, imported: NamedItem) {
  const notes: Note[] = [
    { message: `${name} is declared here`, span: earlier.name.span },
    { message: 'and here', span: imported.name.span },
  ];
  return {
    code: 'duplicate-name',
    message: `the import brings a second ${name}`,
    span,
    notes,
    help: 'rename one of them',
  };
}

/** A second declaration of a name where there may be one. */
export function duplicate(name: Name, earlier: { readonly span: Span }) {
  const notes: Note[] = [{ message: `${name.text} is declared here first`, span: earlier.span }];
  return { code: 'duplicate-name', message: `${name.text} is declared twice`, span: name.span, notes };
}
