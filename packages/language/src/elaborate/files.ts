/**
 * Finds the items that are visible in a file: its own, those of the files that it imports (but not what these import in turn), and, for
 * names that neither has, those of the prelude. Reports cycles of imports, files that do not exist and names that clash.
 */
import type { Note, Source, Span } from '@tessera-dnn/diagnostics';
import type { Block, Const, Entry, File, Import, Item, Name, Optimizer } from '../ast.ts';
import type { Code } from '../explain/catalogue.ts';
import { parse } from '../parse.ts';
import { preludeFileOf, preludeNames } from '../prelude/prelude.ts';
import { limits } from './limits.ts';
import type { Report, Reporter } from './report.ts';

/** An item with a name. */
export type NamedItem = Const | Block | Entry | Optimizer;

function isNamed(item: Item): item is NamedItem {
  return item.kind !== 'import' && item.kind !== 'precision';
}

/**
 * Finds the text that the import of `path` means in the file named `from`. Undefined if there is no file, or the reason if it is not a
 * text. A file must have the same name however it is reached, since names tell files apart.
 */
export type Load = (path: string, from: string) => Source | Unloadable | undefined;

/** Why a file cannot be imported although it exists: `it is a folder`. */
export interface Unloadable {
  readonly reason: string;
}

/** Items by name. */
export interface Items {
  get(name: string): VisibleItem | undefined;
  keys(): Iterable<string>;
}

/** Where the names in a text are looked up. */
export interface Home {
  /** The items that are visible there: in a file its own and the imported ones. */
  readonly items: Items;
  /** Where names are looked up that are not among the items; absent in the prelude itself. */
  readonly prelude?: Home;
}

/** The scope of one file. */
export interface FileScope extends Home {
  readonly file: File;
}

export interface VisibleItem {
  readonly item: NamedItem;
  /** Where the names in the item's text are looked up. */
  readonly home: Home;
}

/** The item called `name` in a file, or else in the prelude. */
export function findItem(scope: Home, name: string): VisibleItem | undefined {
  return scope.items.get(name) ?? scope.prelude?.items.get(name);
}

/** The names of all items that are visible in a file. */
export function visibleNames(scope: Home): string[] {
  return [...scope.items.keys(), ...(scope.prelude?.items.keys() ?? [])];
}

export interface LoadedFiles {
  readonly root: FileScope;
  /** The root and all imported files, each once, in the order in which they were met. */
  readonly all: readonly FileScope[];
}

/** The scopes of `file` and of all that it imports. Chains of imports may be long, so they are not followed by recursion. */
export function loadFiles(file: File, load: Load, prelude: Home | undefined, reporter: Reporter): LoadedFiles {
  const loader: Loader = { load, prelude, reporter, known: new Map(), open: [] };
  const root = open(file, loader);
  for (let innermost = loader.open.at(-1); innermost !== undefined; innermost = loader.open.at(-1)) {
    const item = innermost.imports[innermost.next++];
    if (item !== undefined) startImport(item, innermost, loader);
    else close(innermost, loader);
  }
  return { root: root.scope, all: [...loader.known.values()] };
}

/** The prelude, whose files are one scope: each sees the items of all others. A file is parsed when one of its items is asked for. */
export function preludeScope(): Home {
  const found = new Map<string, VisibleItem>();
  const scope: Home = { items: { get, keys: preludeNames } };
  function get(name: string): VisibleItem | undefined {
    const known = found.get(name);
    if (known !== undefined) return known;
    for (const item of preludeFileOf(name)?.items ?? []) {
      if (isNamed(item)) found.set(item.name.text, { item, home: scope });
    }
    return found.get(name);
  }
  return scope;
}

interface Loader {
  readonly load: Load;
  readonly prelude: Home | undefined;
  readonly reporter: Reporter;
  readonly known: Map<string, FileScope>;
  /** The files whose imports are being followed, the root first. */
  readonly open: OpenFile[];
}

interface OpenFile {
  readonly scope: FileScope;
  readonly items: Map<string, VisibleItem>;
  readonly imports: readonly Import[];
  /** The index of the import to follow next; the number of imports when all have been followed. */
  next: number;
  /** The import that asked for this file; absent for the root. */
  readonly asked?: { readonly by: OpenFile; readonly item: Import };
}

function open(file: File, loader: Loader, asked?: OpenFile['asked']): OpenFile {
  const items = new Map<string, VisibleItem>();
  const scope: FileScope = { file, items, prelude: loader.prelude };
  const opened = { scope, items, imports: file.items.filter(item => item.kind === 'import'), next: 0, asked };
  loader.known.set(file.source.name, scope);
  loader.open.push(opened);
  addOwnItems(file, scope, items, loader.reporter);
  return opened;
}

function close({ scope, asked }: OpenFile, loader: Loader): void {
  loader.open.pop();
  if (asked !== undefined) addImported(asked.item, scope, asked.by.items, loader.reporter);
}

function addOwnItems(file: File, home: FileScope, items: Map<string, VisibleItem>, reporter: Reporter): void {
  for (const item of file.items) {
    if (!isNamed(item) || item.name.text === '') continue;
    const earlier = items.get(item.name.text);
    if (earlier === undefined) items.set(item.name.text, { item, home });
    else reporter.error(duplicate(item.name, earlier.item.name));
  }
}

/** Adds the items of the imported file if it has been read already, or opens it. */
function startImport(item: Import, by: OpenFile, loader: Loader): void {
  const source = item.path === '' ? undefined : found(item, by, loader);
  if (source === undefined) return;
  const known = loader.known.get(source.name);
  if (known === undefined) {
    if (!roomForAnother(item, loader)) return;
    const parsed = parse(source);
    loader.reporter.append(parsed.diagnostics);
    open(parsed.file, loader, { by, item });
  } else if (loader.open.some(({ scope }) => scope === known)) reportCycle(item, known, loader);
  else addImported(item, known, by.items, loader.reporter);
}

function found(item: Import, by: OpenFile, { load, reporter }: Loader): Source | undefined {
  const loaded = load(item.path, by.scope.file.source.name);
  if (loaded !== undefined && 'text' in loaded) return loaded;
  const [code, message]: readonly [Code, string] =
    loaded === undefined
      ? ['import-not-found', `there is no file "${item.path}" to import`]
      : ['import-unreadable', `"${item.path}" cannot be imported: ${loaded.reason}`];
  reporter.error({ code, message, span: item.pathSpan });
  return undefined;
}

function roomForAnother(item: Import, { known, reporter }: Loader): boolean {
  if (known.size < limits.files) return true;
  const message = `a program has at most ${limits.files.toLocaleString('en')} files`;
  reporter.error({ code: 'size-limit', message, span: item.pathSpan });
  return false;
}

/** How many files of a cycle a message names at most. */
const shownFiles = 8;

function reportCycle(item: Import, first: FileScope, { open: files, reporter }: Loader): void {
  const { name } = first.file.source;
  const start = files.findIndex(({ scope }) => scope === first);
  const cycle = [...files.slice(start).map(({ scope }) => scope.file.source.name), name];
  const left = cycle.length - shownFiles;
  if (left > 0) cycle.splice(shownFiles / 2, left, `… ${left} more …`);
  const message = `files import each other: ${cycle.join(' → ')}`;
  reporter.error({ code: 'import-cycle', message, span: item.pathSpan });
}

/** Adds the own items of `imported`, but not what it imports itself. */
function addImported(item: Import, imported: FileScope, items: Map<string, VisibleItem>, reporter: Reporter): void {
  for (const own of imported.file.items) {
    const name = isNamed(own) ? own.name.text : '';
    const visible = imported.items.get(name);
    if (visible?.item !== own) continue;
    const earlier = items.get(name);
    if (earlier === undefined) items.set(name, visible);
    else if (earlier.item !== visible.item) reporter.error(clash(name, item.pathSpan, earlier.item, visible.item));
  }
}

function clash(name: string, span: Span, earlier: NamedItem, imported: NamedItem): Report {
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

/** The report of a second declaration of a name. */
export function duplicate(name: Name, earlier: { readonly span: Span }): Report {
  const notes: Note[] = [{ message: `${name.text} is declared here first`, span: earlier.span }];
  return { code: 'duplicate-name', message: `${name.text} is declared twice`, span: name.span, notes };
}
