/** Where something is declared, and where it is used. */
import type { Span } from '@tessera-dnn/diagnostics';
import type { ast } from '@tessera-dnn/language';
import { declarationOf } from './names.ts';
import { nodesOf, placeKey } from './nodes.ts';
import { declaredBy, parameterOf, subjectAt } from './subject.ts';
import { type Document, resolvedName, type Workspace } from './workspace.ts';

/** Where that is declared which the offset is on: a place in the document, in a file it imports, or in the prelude. Of an import, the file. */
export function definitionAt(workspace: Workspace, document: Document, offset: number): Span | undefined {
  const subject = subjectAt(document, offset);
  if (subject?.kind !== 'import') return declaredBy(subject);
  const from = document.source.name;
  const source = workspace.load(subject.path, from);
  if (source === undefined || !('text' in source)) return undefined;
  return { source: { name: resolvedName(subject.path, from), text: source.text }, start: 0, end: 0 };
}

/** Where that is used which the offset is on, its declaration included, in all texts that are edited and what they import. */
export function referencesAt(workspace: Workspace, document: Document, offset: number): readonly Span[] {
  const subject = subjectAt(document, offset);
  const declaration = declaredBy(subject);
  if (declaration !== undefined) return referencesOf(workspace, declaration);
  if (subject?.kind !== 'name' || subject.meaning.kind !== 'callee') return [];
  const { callee } = subject.meaning;
  const named = callee.kind === 'item' ? undefined : callee.kind === 'op' ? callee.op.name : callee.name;
  return unique(
    workspace.documents.flatMap(({ names }) =>
      names().uses.flatMap(({ place, meaning }) => {
        if (meaning.kind !== 'callee' || meaning.callee.kind === 'item') return [];
        const name = meaning.callee.kind === 'op' ? meaning.callee.op.name : meaning.callee.name;
        return name === named ? [place] : [];
      }),
    ),
  );
}

/** All uses of what is declared at a place, the place itself first. Named arguments are uses of the parameter. */
export function referencesOf(workspace: Workspace, declaration: Span): readonly Span[] {
  const key = placeKey(declaration);
  const uses = workspace.documents.flatMap(document => {
    const { uses: all, files } = document.names();
    const named = all.filter(({ meaning }) => {
      const declared = declarationOf(meaning);
      return declared !== undefined && placeKey(declared) === key;
    });
    const arguments_ = files
      .flatMap(({ file }) => [...callsOf(file)])
      .flatMap(call => {
        return call.arguments.flatMap(({ name }) => {
          const parameter = name && parameterOf(document, call, name.text);
          return name !== undefined && parameter !== undefined && placeKey(parameter) === key ? [name.span] : [];
        });
      });
    return [...named.map(({ place }) => place), ...arguments_];
  });
  const isOpen = workspace.documents.length > 0;
  return unique(isOpen ? [declaration, ...uses] : uses);
}

function* callsOf(file: ast.File): Generator<ast.Call> {
  for (const node of nodesOf(file)) if (node.kind === 'call') yield node as ast.Call;
}

function unique(places: readonly Span[]): readonly Span[] {
  return [...new Map(places.map(place => [placeKey(place), place])).values()];
}
