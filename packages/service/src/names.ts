/** What the names of a file, and of the files that it imports, stand for. */
import { operationTable } from '@tessera-dnn/compiler/planning';
import type { Diagnostic, Span } from '@tessera-dnn/diagnostics';
import { type ast, type FileScope, type Load, type Meaning, resolve } from '@tessera-dnn/language';
import { isPrelude, placeKey, touches } from './nodes.ts';

/** A name in a text. */
export interface Use {
  readonly place: Span;
  readonly meaning: Meaning;
}

export interface Names {
  readonly diagnostics: readonly Diagnostic[];
  readonly root: FileScope;
  readonly files: readonly FileScope[];
  /** The names in all these files, those that declare something too. */
  readonly uses: readonly Use[];
}

/** Checks the names of a file with the parser's diagnostics `syntax`. */
export function namesOf(file: ast.File, syntax: readonly Diagnostic[], load: Load): Names {
  const uses = new Map<string, Use>();
  const observer = { name: (place: Span, meaning: Meaning) => void uses.set(placeKey(place), { place, meaning }) };
  const { files, diagnostics } = resolve(file, { table: operationTable, load, syntax, observer });
  for (const scope of files.all) {
    for (const item of scope.file.items) {
      if (!('name' in item) || item.name.text === '') continue;
      const callee = { kind: 'item', visible: { item, home: scope } } as const;
      uses.set(placeKey(item.name.span), { place: item.name.span, meaning: { kind: 'callee', callee } });
    }
  }
  return { diagnostics, root: files.root, files: files.all, uses: [...uses.values()] };
}

/** The name at an offset of the file called `name`. */
export function useAt({ uses }: Names, name: string, offset: number): Use | undefined {
  return uses.find(({ place }) => place.source.name === name && touches(place, offset));
}

/** Where that is declared what a name stands for; undefined of what is built in. */
export function declarationOf(meaning: Meaning): Span | undefined {
  if (meaning.kind === 'local') return meaning.declaration;
  return meaning.callee.kind === 'item' ? meaning.callee.visible.item.name.span : undefined;
}

/** Whether it is declared in a text of the user's own. */
export function isOwn(meaning: Meaning): boolean {
  const declaration = declarationOf(meaning);
  return declaration !== undefined && !isPrelude(declaration);
}
