/** Renames what a text declares, wherever it is used. */
import { isError, type Span } from '@tessera-dnn/diagnostics';
import { reservedWords } from '@tessera-dnn/language';
import { quickDiagnostics } from './diagnostics.ts';
import { applied, type Edit } from './edits.ts';
import { isOwn } from './names.ts';
import { referencesOf } from './navigation.ts';
import { isPrelude, nodesOf, placeKey } from './nodes.ts';
import { declaredBy, subjectAt } from './subject.ts';
import { type Document, Workspace } from './workspace.ts';

/** The edits of a renaming, or why there are none. */
export type Renaming = { readonly edits: readonly Edit[] } | { readonly refused: string };

/** The name at an offset that could be renamed, or why it cannot. */
export function renameableAt(
  document: Document,
  offset: number,
): { readonly place: Span } | { readonly refused: string } {
  const subject = subjectAt(document, offset);
  if (subject?.kind === 'argument' && subject.parameter !== undefined && !isPrelude(subject.parameter)) return subject;
  if (subject?.kind !== 'name') return { refused: 'there is no name here' };
  return isOwn(subject.meaning) ? subject : { refused: 'it is declared in the prelude, or built in' };
}

/**
 * Renames what is at an offset. Refused if the new name is none, if it is taken where the old one is used, or would be taken for something else.
 * An output that is returned under its own name keeps that: `{ loss }` becomes `{ loss: cost }`.
 */
export function renameAt(workspace: Workspace, document: Document, offset: number, name: string): Renaming {
  const found = renameableAt(document, offset);
  if ('refused' in found) return found;
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    return { refused: `${name} is no name: names are made of A-Z, a-z, 0-9 and _` };
  if (reservedWords.includes(name)) return { refused: `${name} is a word of the language` };
  const subject = subjectAt(document, offset);
  const declaration = declaredBy(subject);
  if (declaration === undefined) return { refused: 'there is no name here' };
  const places = referencesOf(workspace, declaration);
  const short = shortFields(workspace);
  const edits = places.map(place => {
    const old = place.source.text.slice(place.start, place.end);
    return { place, text: short.has(placeKey(place)) ? `${old}: ${name}` : name };
  });
  const refused = conflict(workspace, edits, places.length, declaration);
  return refused === undefined ? { edits } : { refused: `${name} ${refused}` };
}

/** The fields of records that are written as a name alone. */
function shortFields(workspace: Workspace): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { file } of workspace.documents) {
    for (const node of nodesOf(file)) {
      if ('short' in node && node.short === true) keys.add(placeKey(node.span));
    }
  }
  return keys;
}

/** Makes the edits on a copy: there must be no new mistake, and the new name as many uses as the old one had. */
function conflict(workspace: Workspace, edits: readonly Edit[], uses: number, declaration: Span): string | undefined {
  const copy = new Workspace({ read: name => workspace.textOf(name) });
  for (const { source } of workspace.documents) copy.update(source.name, applied(source, edits));
  const mistakes = (all: Workspace) => all.documents.flatMap(quickDiagnostics).filter(isError).length;
  if (mistakes(copy) > mistakes(workspace)) return 'is taken there, or would be';
  const { source, start } = declaration;
  const before = edits.filter(({ place }) => place.source.name === source.name && place.start < start);
  const at = start + before.reduce((sum, { place, text }) => sum + text.length - (place.end - place.start), 0);
  const own = edits.find(({ place }) => placeKey(place) === placeKey(declaration));
  const renamed = { source, start: at, end: at + (own?.text.length ?? 0) };
  return referencesOf(copy, renamed).length === uses ? undefined : 'means something else at some of its places';
}
