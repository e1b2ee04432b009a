/**
 * The one version that everything here has: the packages and what they ask of each other, the templates, the extension for editors, the Python package, the command.
 * Where it is written stands here and nowhere else.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../workspace/packages.ts';

/** A file that names the version, and the texts around each place where it does. */
interface Place {
  readonly file: string;
  readonly patterns: readonly RegExp[];
}

/** Two groups: what stands before the version, and the version. */
const own = /^( {2}"version": ")([^"]+)/gm;
const ofPackages = /("@tessera-dnn\/[\w-]+": ")(\d[^"]*)/g;
/** Entries of folders of the repository in the lock, which have no address. */
const locked = /("(?:(?:packages|examples|templates)\/[\w-]+)?": \{\s*(?:"name": "[^"]*",\s*)?"version": ")([^"]+)/g;

/** In the order in which they are read; paths relative to `root`. */
export function places(root: string = repository): readonly Place[] {
  const manifests = globSync('{package.json,{packages,templates,editors}/*/package.json}', { cwd: root });
  return [
    ...manifests.map(file => ({ file, patterns: [own, ofPackages] })),
    { file: 'package-lock.json', patterns: [own, ofPackages, locked] },
    { file: 'packages/cli/src/program.ts', patterns: [/(\.version\(')([^']+)/g] },
    { file: 'python/pyproject.toml', patterns: [/^(version = ")([^"]+)/gm] },
    { file: 'python/src/tessera_dnn/__init__.py', patterns: [/^(__version__ = ")([^"]+)/gm] },
  ];
}

/** All versions that a file names; none is a fault of the list above. */
export function versionsIn({ file, patterns }: Place, root: string = repository): readonly string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return patterns.flatMap(pattern => [...text.matchAll(pattern)].map(([, , version]) => version));
}

/** Writes the version to all places. */
export function setVersion(version: string, root: string = repository): void {
  for (const { file, patterns } of places(root)) {
    const text = readFileSync(join(root, file), 'utf8');
    const changed = patterns.reduce((text, pattern) => text.replace(pattern, `$1${version}`), text);
    if (changed !== text) writeFileSync(join(root, file), changed);
  }
}

/** Whether `next` comes after `version`: three numbers, and perhaps `-beta.1` behind them, which comes before the same without. */
export function isLater(next: string, version: string): boolean {
  const [a, b] = [next, version].map(text => /^(\d+)\.(\d+)\.(\d+)(?:-([\w.]+))?$/.exec(text));
  if (!a || !b) return false;
  for (const part of [1, 2, 3]) if (a[part] !== b[part]) return Number(a[part]) > Number(b[part]);
  if (a[4] === undefined || b[4] === undefined) return a[4] === undefined && b[4] !== undefined;
  return a[4].localeCompare(b[4], 'en', { numeric: true }) > 0;
}

/** The changelog with `version` at the head of its newest part; undefined where that has one, since nothing is new then. */
export function released(changelog: string, version: string): string | undefined {
  const [heading] = /^## .*$/m.exec(changelog) ?? [];
  if (heading === undefined || /^## \d+\.\d+\.\d+/.test(heading)) return undefined;
  return changelog.replace(heading, heading.replace('## ', `## ${version}, `));
}
