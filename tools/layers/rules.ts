/**
 * The architecture as rules over the packages' facts. Each returns complaints as sentences, and none if it holds.
 *
 * 1. A package depends only on packages of strictly lower layers.
 * 2. tsconfig.json references exactly the packages that package.json depends on: builds and the task graph agree.
 * 3. What a file imports is declared by its package; a test may also use what the repository's root declares.
 * 4. Only `compiler` imports `ops`, only `wasm` imports binaryen.
 * 5. No relative import leaves its package, and only exported subpaths are imported.
 * 6. Everything except `cli`, `plugin`, `./node` entry points and tests runs in a browser, and so does not import `node:`.
 * 7. `src/index.ts` only re-exports.
 * 8. Each file of `src` is imported by another one, unless it is an entry: an `index.ts`, or what is started by its name (a thread, a page).
 * 9. Imports among files have no circles except those that are listed with a reason (`allowed-circles.ts`).
 */
import { join, normalize } from 'node:path';
import { packageOf } from '../workspace/imports.ts';
import type { PackageFacts, SourceFile } from '../workspace/packages.ts';
import { type AllowedCircle, circleComplaints } from './circles.ts';

export interface Workspace {
  readonly packages: readonly PackageFacts[];
  /** The packages that the root's package.json declares, which every test may use. */
  readonly rootDependencies: readonly string[];
  /** The files of the repository's own tools. */
  readonly tools: readonly SourceFile[];
  readonly allowedCircles: readonly AllowedCircle[];
}

const scope = '@tessera-dnn/';

/** What runs in Node only: the command, and what bundlers load. */
const inNode: readonly string[] = [`${scope}cli`, `${scope}plugin`];

/** For some packages, the only package that may import it. */
const exclusive: { readonly [dependency: string]: string } = {
  '@tessera-dnn/ops': '@tessera-dnn/compiler',
  binaryen: '@tessera-dnn/wasm',
};

export function complaints(workspace: Workspace): readonly string[] {
  const ofPackages = workspace.packages.flatMap(facts => [
    ...layerComplaints(facts, workspace),
    ...referenceComplaints(facts, workspace),
    ...facts.sources.flatMap(file => importComplaints(facts, file, workspace)),
    ...indexComplaints(facts),
    ...orphanComplaints(facts),
  ]);
  return [...ofPackages, ...circleComplaints(allFiles(workspace), workspace.allowedCircles)];
}

/** All files, with their paths in the repository. */
function allFiles({ packages, tools }: Workspace): readonly SourceFile[] {
  const ofPackages = packages.flatMap(({ directory, sources }) =>
    sources.map(file => ({ ...file, path: `packages/${directory}/${file.path}` })),
  );
  return [...ofPackages, ...tools];
}

function layerComplaints(facts: PackageFacts, { packages }: Workspace): readonly string[] {
  const { name, layer } = facts;
  if (layer === undefined) return [`${name} has no field tessera.layer in package.json`];
  return [...facts.dependencies, ...facts.devDependencies].filter(isOurs).flatMap(dependency => {
    const other = packages.find(candidate => candidate.name === dependency);
    if (!other) return [`${name} depends on ${dependency}, which is no package of this repository`];
    if (other.layer === undefined || other.layer < layer) return [];
    return [`${name} (layer ${layer}) depends on ${dependency} (layer ${other.layer}), which is not below it`];
  });
}

function referenceComplaints(
  { name, dependencies, references }: PackageFacts,
  { packages }: Workspace,
): readonly string[] {
  const referenced = references.map(
    directory => packages.find(facts => facts.directory === directory)?.name ?? directory,
  );
  const ours = dependencies.filter(isOurs);
  return [
    ...ours
      .filter(dependency => !referenced.includes(dependency))
      .map(dependency => `${name}: tsconfig.json does not reference ${dependency}`),
    ...referenced
      .filter(other => !ours.includes(other))
      .map(other => `${name}: tsconfig.json references ${other}, which package.json does not name`),
  ];
}

function importComplaints(facts: PackageFacts, file: SourceFile, workspace: Workspace): readonly string[] {
  const where = `packages/${facts.directory}/${file.path}`;
  return file.imports.flatMap(specifier => {
    const complaint = importComplaint(facts, file, specifier, workspace);
    return complaint === undefined ? [] : [`${where} imports ${specifier}, ${complaint}`];
  });
}

function importComplaint(
  facts: PackageFacts,
  file: SourceFile,
  specifier: string,
  workspace: Workspace,
): string | undefined {
  if (specifier.startsWith('.')) {
    return normalize(join(file.path, '..', specifier)).startsWith('..') ? 'a file outside its package' : undefined;
  }
  if (specifier.startsWith('node:')) {
    return runsInBrowser(facts, file) ? 'but must run in a browser too' : undefined;
  }
  const dependency = packageOf(specifier);
  const only = exclusive[dependency];
  if (only !== undefined && only !== facts.name && dependency !== facts.name) return `which only ${only} may`;
  if (!declared(facts, file, workspace).includes(dependency)) return 'which its package.json does not declare';
  const target = workspace.packages.find(({ name }) => name === dependency);
  const subpath = `.${specifier.slice(dependency.length)}`;
  return target && !target.exports.includes(subpath) ? `but ${dependency} does not export ${subpath}` : undefined;
}

function declared(facts: PackageFacts, file: SourceFile, { rootDependencies }: Workspace): readonly string[] {
  const own = [facts.name, ...facts.dependencies];
  return isTest(file) ? [...own, ...facts.devDependencies, ...rootDependencies] : own;
}

function runsInBrowser({ name }: PackageFacts, file: SourceFile): boolean {
  return !inNode.includes(name) && !isTest(file) && !/^src\/node[./]/.test(file.path);
}

/** Whether the file is a test, or is exported to the tests of other packages under `./testing`. */
function isTest({ path }: SourceFile): boolean {
  return path.startsWith('test') || path.startsWith('src/testing/') || path.endsWith('.test.ts');
}

function indexComplaints({ directory, sources }: PackageFacts): readonly string[] {
  const index = sources.find(({ path }) => path === 'src/index.ts');
  if (!index) return [`packages/${directory} has no src/index.ts`];
  const rest = index.text
    .replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
    .replace(/export\s+(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s*(?:from\s*'[^']+'\s*)?;/g, match =>
      / from\s*'/.test(match) || /\{\s*\}/.test(match) ? '' : match,
    );
  return rest.trim() === ''
    ? []
    : [`packages/${directory}/src/index.ts does more than re-export: ${rest.trim().split('\n')[0]}`];
}

/** Files that nothing reaches: an operation that is not in the table, a pass that is not in the pipeline. */
function orphanComplaints({ directory, sources, scripts }: PackageFacts): readonly string[] {
  const working = sources.filter(({ path }) => !path.startsWith('test'));
  const imported = new Set(
    working.flatMap(({ path, imports }) => imports.map(specifier => normalize(join(path, '..', specifier)))),
  );
  const texts = [...scripts, ...working.map(({ text }) => text)];
  return working
    .map(({ path }) => path)
    .filter(path => path.startsWith('src/') && !path.endsWith('/index.ts') && !imported.has(path))
    .filter(path => !texts.some(text => startsByName(text, path)))
    .map(
      path =>
        `packages/${directory}/${path} is imported by no source: it is missing from a table or list, or not needed`,
    );
}

/** Whether the text has the file's name in quotes, as `'./thread.js'` and `'thread$1'` are. */
function startsByName(text: string, path: string): boolean {
  const [, name] = /([^/]*)\.ts$/.exec(path) ?? [];
  return new RegExp(`['"\`/]${name}[.$]\\S*['"\`]`).test(text);
}

function isOurs(name: string): boolean {
  return name.startsWith(scope);
}
