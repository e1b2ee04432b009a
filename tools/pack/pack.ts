/**
 * Packages as others install them: `out/packages/NAME-VERSION.tgz`. A tarball has what was built of the sources that there are, README, LICENSE,
 * commands, and a package.json for others. No tests, no build information, and nothing of files that are gone, which a build leaves behind.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type PackageFacts, readPackages, repository } from '../workspace/packages.ts';
import { commonJsFolder, commonJsManifest, commonJsOf } from './commonjs.ts';
import { publishedDeclaration } from './declarations.ts';
import { hasCommonJs, publishedManifest } from './manifest.ts';

export interface Packed {
  /** `@tessera-dnn/graph`. */
  readonly name: string;
  /** The path of the tarball. */
  readonly tarball: string;
}

const npm = { cwd: repository, encoding: 'utf8', stdio: 'pipe', shell: process.platform === 'win32' } as const;

/** Builds what has changed, and writes the tarballs of all packages to `folder`, which holds nothing else afterwards. */
export function packAll(folder: string): readonly Packed[] {
  execFileSync('npm', ['run', '--silent', 'build'], npm);
  rmSync(folder, { recursive: true, force: true });
  const staging = join(folder, 'staged');
  const staged = readPackages().map(facts => stage(facts, join(staging, facts.directory)));
  const printed = execFileSync('npm', ['pack', '--json', '--pack-destination', folder, ...staged], npm);
  rmSync(staging, { recursive: true });
  return readPacked(printed).map(({ name, filename }) => ({ name, tarball: join(folder, filename) }));
}

interface PrintedPackage {
  readonly name: string;
  readonly filename: string;
}

/** npm prints a list, or since its version 12 a record by name. */
function readPacked(printed: string): readonly PrintedPackage[] {
  const json: readonly PrintedPackage[] | Readonly<Record<string, PrintedPackage>> = JSON.parse(printed);
  return Object.values(json);
}

/** Lays out the package's folder as it is to be packed; its path. */
function stage({ directory, sources }: PackageFacts, target: string): string {
  const from = join(repository, 'packages', directory);
  const hasTwins = hasCommonJs(from);
  for (const { path } of sources) {
    if (!path.startsWith('src/') || path.endsWith('.test.ts')) continue;
    const name = path.replace(/^src\//, '').replace(/\.ts$/, '');
    const module = readFileSync(join(from, 'dist', `${name}.js`), 'utf8');
    const declaration = publishedDeclaration(readFileSync(join(from, 'dist', `${name}.d.ts`), 'utf8'));
    const folders = hasTwins ? ['dist', `dist/${commonJsFolder}`] : ['dist'];
    for (const folder of folders) {
      write(join(target, folder, `${name}.js`), folder === 'dist' ? module : commonJsOf(module));
      write(join(target, folder, `${name}.d.ts`), declaration);
    }
  }
  if (hasTwins) write(join(target, 'dist', commonJsFolder, 'package.json'), commonJsManifest);
  // What the build of a package makes beside its modules: the pages of the explorer.
  const site = join(from, 'dist/site');
  if (existsSync(site)) cpSync(site, join(target, 'dist/site'), { recursive: true });
  if (existsSync(join(from, 'bin'))) cpSync(join(from, 'bin'), join(target, 'bin'), { recursive: true });
  copyFileSync(join(from, 'README.md'), join(target, 'README.md'));
  copyFileSync(join(repository, 'LICENSE'), join(target, 'LICENSE'));
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(publishedManifest(from), null, 2)}\n`);
  return target;
}

function write(to: string, text: string): void {
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, text);
}
