/** The package.json that others get: that of the sources without what is of use in the repository only, and with what older tools look for. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commonJsFolder } from './commonjs.ts';

type Conditions = Readonly<Record<string, string>>;

interface Manifest {
  readonly exports: Readonly<Record<string, Conditions>>;
  /** `commonjs`: all subpaths, or those whose dependencies have CommonJS too. */
  readonly tessera: { readonly commonjs?: boolean | readonly string[] };
  readonly [field: string]: unknown;
}

/** How the repository builds and in which layer a package is; what tests it. */
const internalFields = ['scripts', 'tessera', 'nx', 'devDependencies', 'exports'];

/** Whether a package has CommonJS beside its modules. */
export function hasCommonJs(folder: string): boolean {
  return readManifest(folder).tessera.commonjs !== undefined;
}

function hasTwin({ tessera: { commonjs = false } }: Manifest, subpath: string): boolean {
  return typeof commonjs === 'boolean' ? commonjs : commonjs.includes(subpath);
}

/** The manifest of the package in `folder`, as it is published. */
export function publishedManifest(folder: string): object {
  const manifest = readManifest(folder);
  const kept = Object.entries(manifest).filter(([field]) => !internalFields.includes(field));
  const exported = Object.entries(manifest.exports);
  return {
    ...Object.fromEntries(kept),
    ...forOlderResolvers(exported, hasTwin(manifest, '.')),
    exports: Object.fromEntries(
      exported.map(([subpath, { types, default: file }]) => [
        subpath,
        conditionsOf(types, file, hasTwin(manifest, subpath)),
      ]),
    ),
  };
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/**
 * A host that can require modules takes the module for `require` too, so that nobody has two instances of one package; `module-sync` holds
 * exactly there. The rest get the twin.
 */
function conditionsOf(types: string, file: string, hasTwin: boolean): object {
  const module = { types, default: file };
  return hasTwin ? { 'module-sync': module, require: { types: twin(types), default: twin(file) }, ...module } : module;
}

/** `exports` is unknown to TypeScript's `node10` and to bundlers of its time, which look for these. */
function forOlderResolvers(exported: readonly (readonly [string, Conditions])[], hasTwin: boolean): object {
  const subpaths = exported.filter(([subpath]) => subpath !== '.');
  const { types, default: file } = Object.fromEntries(exported)['.'];
  const versions = subpaths.map(([subpath, { types }]) => [subpath.slice(2), [types]] as const);
  return {
    main: hasTwin ? twin(file) : file,
    module: file,
    types,
    ...(subpaths.length > 0 && { typesVersions: { '*': Object.fromEntries(versions) } }),
  };
}

function twin(path: string): string {
  return path.replace(/^\.\/dist\//, `./dist/${commonJsFolder}/`);
}
