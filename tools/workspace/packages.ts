/** Reads the packages of this repository: what their package.json and tsconfig.json say, and what their source files import. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { importsOf } from './imports.ts';

export interface SourceFile {
  /** The path relative to the package: `src/index.ts`. */
  readonly path: string;
  readonly text: string;
  /** The modules that it imports or re-exports from, as written. */
  readonly imports: readonly string[];
}

export interface PackageFacts {
  /** `@tessera-dnn/graph`. */
  readonly name: string;
  /** `graph`. */
  readonly directory: string;
  /** The field `tessera.layer` of package.json. */
  readonly layer: number | undefined;
  /** Dependencies, including peer dependencies. */
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
  /** The keys of `exports`, such as `.` and `./testing`. */
  readonly exports: readonly string[];
  /** The directories of the packages that tsconfig.json references. */
  readonly references: readonly string[];
  readonly sources: readonly SourceFile[];
  /** The texts of scripts beside package.json, such as what bundles it. */
  readonly scripts: readonly string[];
}

export const repository: string = join(import.meta.dirname, '../..');

/** All packages below `packages/`, by name. */
export function readPackages(root: string = repository): readonly PackageFacts[] {
  const directory = join(root, 'packages');
  return readdirSync(directory)
    .filter(name => existsSync(join(directory, name, 'package.json')))
    .sort()
    .map(name => readPackage(join(directory, name), name));
}

interface Manifest {
  readonly name: string;
  readonly tessera?: { readonly layer?: number };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
}

interface TypeScriptConfig {
  readonly references?: readonly { readonly path: string }[];
}

function readPackage(path: string, directory: string): PackageFacts {
  const json = readJson<Manifest>(join(path, 'package.json'));
  const { references = [] } = readJson<TypeScriptConfig>(join(path, 'tsconfig.json'));
  return {
    name: json.name,
    directory,
    layer: json.tessera?.layer,
    dependencies: Object.keys({ ...json.dependencies, ...json.peerDependencies }),
    devDependencies: Object.keys(json.devDependencies ?? {}),
    exports: Object.keys(json.exports ?? {}),
    references: references.map(reference => reference.path.replace(/^\.\.\//, '')),
    sources: sourceFiles(path, ['src', 'test', 'bin']),
    scripts: readdirSync(path)
      .filter(name => name.endsWith('.mjs'))
      .map(name => readFileSync(join(path, name), 'utf8')),
  };
}

/** Every TypeScript and JavaScript file in `folders` of `path`, except installed packages. */
export function sourceFiles(path: string, folders: readonly string[]): readonly SourceFile[] {
  return folders
    .filter(folder => existsSync(join(path, folder)))
    .flatMap(folder =>
      readdirSync(join(path, folder), { recursive: true, encoding: 'utf8' }).map(file => join(folder, file)),
    )
    .filter(file => /\.m?[jt]s$/.test(file) && !file.split(sep).includes('node_modules'))
    .sort()
    .map(file => {
      const text = readFileSync(join(path, file), 'utf8');
      return { path: file, text, imports: importsOf(text) };
    });
}

/** Reads a package.json or tsconfig.json of this repository, which is trusted to have the expected form. */
function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}
