/** What may be written at a place. */
import { operations } from '@tessera-dnn/compiler/planning';
import { ast, builtinDocs, findItem, groupsOf, initialiserNames, visibleNames } from '@tessera-dnn/language';
import { callAround } from './call-around.ts';
import { localsAt } from './locals.ts';
import { pathAt } from './nodes.ts';
import { parameterName, showSignature, signatureNamed } from './signatures.ts';
import { shownValues } from './sizes.ts';
import type { Document } from './workspace.ts';

export type CompletionKind =
  | 'block'
  | 'model'
  | 'function'
  | 'constant'
  | 'variable'
  | 'argument'
  | 'member'
  | 'path'
  | 'label'
  | 'word'
  | 'type';

export interface Completion {
  readonly label: string;
  readonly kind: CompletionKind;
  /** What is written instead of the word at the offset, if it is not the label. */
  readonly insert?: string;
  /** A few words beside the label. */
  readonly detail?: string;
  readonly doc?: string;
}

export interface Completions {
  /** Where the word begins that a completion replaces; it ends at the offset. */
  readonly start: number;
  readonly items: readonly Completion[];
}

/** The completions at an offset. Editors choose among them by what is typed already. */
export function completionsAt(document: Document, offset: number): Completions {
  const before = document.source.text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  const line = before.slice(lineStart);
  const string = openString(line);
  if (string !== undefined)
    return { start: lineStart + string, items: inString(document, offset, line.slice(0, string)) };
  const start = offset - (/[A-Za-z_]\w*$/.exec(line)?.[0].length ?? 0);
  return {
    start,
    items: line.slice(0, start - lineStart).includes('//')
      ? []
      : inCode(document, start, line.slice(0, start - lineStart)),
  };
}

/** Where a string begins, behind its quote, that the line leaves open. */
function openString(line: string): number | undefined {
  let open: number | undefined;
  for (const { 0: token, index } of line.matchAll(/\\.|"|\/\//g)) {
    if (token === '//' && open === undefined) return undefined;
    if (token === '"') open = open === undefined ? index + 1 : undefined;
  }
  return open;
}

/** Paths of variables, and of what holds several: in `for "…"`, `params("…")`, `with: "…"`. */
function inString(document: Document, offset: number, line: string): readonly Completion[] {
  const call = callAround(document.source.text, offset);
  const isWith = call?.argument === 'with';
  const isSelection =
    /\bfor\s+\[?[^\]]*"$/.test(line) || ['params', 'states', 'variables'].includes(call?.callee ?? '');
  if (!isWith && !isSelection) return [];
  const { variables } = document.values();
  const paths = variables.map(({ path }) => path).filter(path => !path.startsWith('$'));
  const groups = groupsOf(paths).map(label => ({
    label: isWith ? label.replace(/\.\*$/, '') : label,
    kind: 'label' as const,
  }));
  return isWith ? groups : [...groups, ...paths.map(label => ({ label, kind: 'path' as const }))];
}

function inCode(document: Document, start: number, line: string): readonly Completion[] {
  if (/\.\s*$/.test(line) && !/\.\.\s*$|\d\.$/.test(line)) return members(document, start);
  if (/\bas\s+$/.test(line)) return labelFor(line);
  if (/\busing\s+$/.test(line)) return callables(document, kind => kind === 'optimizer');
  if (/\|>\s*$/.test(line) || (/^\s*$/.test(line) && /\|>\s*$/.test(document.source.text.slice(0, start)))) {
    return callables(document, kind => kind !== 'optimizer' && kind !== 'initialiser');
  }
  if (/^(?:param|state)\b[^=]*:\s*$/.test(line.trimStart()) || (/\w:\s*$/.test(line) && inSignature(document, start)))
    return types();
  if (/^\s*(?:param|state)\b.*=\s*$/.test(line)) return callables(document, kind => kind === 'initialiser');
  if (line === '' && !inBody(document, start)) return words(itemWords);
  const named = argumentsAt(document, start);
  const statements = /^\s*$/.test(line) ? words(statementWords) : [];
  return [
    ...named,
    ...locals(document, start),
    ...statements,
    ...constants(document),
    ...callables(document, kind => kind !== 'optimizer' && kind !== 'initialiser'),
    ...types(),
  ];
}

const itemWords = ['import', 'precision', 'const', 'block', 'model', 'train', 'optimizer'];
const statementWords = ['let', 'var', 'param', 'state', 'for', 'if', 'return', 'minimize', 'expect'];

function words(all: readonly string[]): readonly Completion[] {
  return all.map(label => ({ label, kind: 'word' }));
}

function types(): readonly Completion[] {
  return ast.elementTypes.map(label => ({ label, kind: 'type' }));
}

function inBody({ file }: Document, offset: number): boolean {
  return pathAt(file, offset).some(node => 'statements' in node && node.span.start < offset && offset < node.span.end);
}

/** Whether the offset is among the inputs of a model or train, or in the type of its result. */
function inSignature({ file }: Document, offset: number): boolean {
  const entry = pathAt(file, offset).find(node => node.kind === 'model' || node.kind === 'train');
  return entry?.kind !== undefined && 'body' in entry && offset <= entry.body.span.start;
}

/** `shape`, `rank` and `dtype` of a tensor, the fields of a record. */
function members(document: Document, start: number): readonly Completion[] {
  const member = pathAt(document.file, start).findLast(node => node.kind === 'member');
  const target = member?.kind === 'member' ? member.target : undefined;
  const value = target && document.values().at(target.span)[0]?.value;
  if (value?.kind === 'record') {
    return [...value.fields].map(([label]) => ({ label, kind: 'member' }));
  }
  return ['shape', 'rank', 'dtype'].map(label => ({ label, kind: 'member' }));
}

/** A label of the name of what is called: `dense(…) as dense1`. */
function labelFor(line: string): readonly Completion[] {
  const callee = /([A-Za-z_]\w*)\s*(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?\s*as\s+$/.exec(line)?.[1];
  return callee === undefined
    ? []
    : [
        { label: callee, kind: 'label' },
        { label: `${callee}1`, kind: 'label' },
      ];
}

function locals(document: Document, start: number): readonly Completion[] {
  return localsAt(document.file, start).map(({ name: label, kind, place }) => {
    // Nobody waits for values to see names.
    const seen = document.isEvaluated() ? document.values().at(place) : [];
    return { label, kind: 'variable', detail: seen.length > 0 ? shownValues(seen) : kind };
  });
}

function constants(document: Document): readonly Completion[] {
  const { root } = document.names();
  return visibleNames(root)
    .filter(name => findItem(root, name)?.item.kind === 'const')
    .map(label => ({ label, kind: 'constant' }));
}

/** The parameters of the call around that have no argument yet. */
function argumentsAt(document: Document, start: number): readonly Completion[] {
  const call = callAround(document.source.text, start);
  if (call === undefined || call.argument !== undefined) return [];
  const signature = signatureNamed(document, call.callee);
  const parameters = signature?.parameters ?? [];
  return parameters.slice(call.index - call.named.length).flatMap(parameter => {
    const name = parameterName(parameter);
    const isFree = !call.named.includes(name);
    return isFree ? [{ label: `${name}:`, kind: 'argument' as const, insert: `${name}: `, detail: parameter }] : [];
  });
}

function callables(document: Document, wanted: (kind: string) => boolean): readonly Completion[] {
  const { root } = document.names();
  const names = [
    ...visibleNames(root),
    ...Object.keys(builtinDocs),
    ...initialiserNames,
    ...operations.map(({ name }) => name),
  ];
  return [...new Set(names)].flatMap(label => {
    const signature = signatureNamed(document, label);
    if (signature === undefined || !wanted(signature.kind) || signature.kind === 'train') return [];
    const kind = signature.kind === 'block' || signature.kind === 'model' ? signature.kind : 'function';
    return [{ label, kind, detail: showSignature(signature), doc: signature.doc } satisfies Completion];
  });
}
