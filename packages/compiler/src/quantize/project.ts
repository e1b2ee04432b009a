/** The texts of a program: the root and all that it imports, under the names that they have and those that they get. */
import type { Diagnostic, Source } from '@tessera-dnn/diagnostics';
import { type ast, type Load, parse } from '@tessera-dnn/language';

export interface Project {
  /** The root first. */
  readonly files: readonly ast.File[];
  /** The file that an import of a file means. */
  readonly imported: (item: ast.Import) => ast.File | undefined;
  /** What the parser found in the root; elaboration finds all else. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the root and all files that it imports, and those that they import. */
export function openProject(root: Source, load: Load = () => undefined): Project {
  const { file: first, diagnostics } = parse(root);
  const files = [first];
  const byName = new Map(files.map(file => [file.source.name, file]));
  const found = new Map<ast.Import, ast.File>();
  // The list grows while it is walked.
  for (const { items, source } of files) {
    for (const item of items) {
      const loaded = item.kind === 'import' ? load(item.path, source.name) : undefined;
      if (item.kind !== 'import' || loaded === undefined || !('text' in loaded)) continue;
      const file = byName.get(loaded.name) ?? parse(loaded).file;
      if (!byName.has(loaded.name)) {
        byName.set(loaded.name, file);
        files.push(file);
      }
      found.set(item, file);
    }
  }
  return { files, imported: item => found.get(item), diagnostics };
}

/**
 * The names of the files beside one another: the root is `name.dnn`, an imported file `name.` and then what it was called, with a number where
 * two were called alike.
 */
export function namesBeside({ files }: Project, name: string): ReadonlyMap<ast.File, string> {
  const names = new Map<ast.File, string>();
  const taken = new Set<string>();
  for (const [at, file] of files.entries()) {
    const own = file.source.name.replace(/^.*[\\/]/, '').replace(/\.dnn$/i, '');
    const candidates = Array.from({ length: files.length }, (_, i) => `${name}.${own}${i === 0 ? '' : i + 1}.dnn`);
    const chosen = at === 0 ? `${name}.dnn` : (candidates.find(candidate => !taken.has(candidate)) as string);
    taken.add(chosen);
    names.set(file, chosen);
  }
  return names;
}

/** Finds texts that lie beside one another by the name that an import says: `./net.blocks.dnn`. */
export function loaderOf(texts: readonly Source[]): Load {
  return path => texts.find(({ name }) => baseName(name) === baseName(path));
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.replace(/^.*[\\/]/, '');
}
