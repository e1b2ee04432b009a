/**
 * package-lock.json names the builds of every platform. If a registry mirror has only some of them, npm leaves the others out, and then
 * `npm ci` refuses the lock everywhere. This file puts them back, without checksums, since the files themselves are not available here. Run
 * this file after `npm install` if the repository's test of the lock asks for it: `npx tsx tools/repository/lock.ts`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../workspace/packages.ts';

interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly cpu?: readonly string[];
  readonly os?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: { readonly [name: string]: string };
}

export interface Lock {
  packages: { readonly [path: string]: LockedPackage };
}

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

/** The lock of the repository, or of a folder that has its own. */
export function readLock(folder = '.'): Lock {
  return JSON.parse(readFileSync(join(repository, folder, 'package-lock.json'), 'utf8'));
}

/** The platform packages that locked packages name but the lock lacks, with the entries that they should have. */
export function missingPlatforms({ packages }: Lock): readonly (readonly [path: string, entry: LockedPackage])[] {
  return Object.values(packages).flatMap(({ optionalDependencies = {}, dev }) =>
    Object.entries(optionalDependencies)
      .map(([name, version]) => [`node_modules/${name}`, platformEntry(name, version, dev)] as const)
      .filter(([path, { os }]) => os && !Object.keys(packages).some(locked => locked.endsWith(path))),
  );
}

/** The platform is in the name: `@biomejs/cli-linux-arm64-musl`. */
function platformEntry(name: string, version: string, dev: boolean | undefined): LockedPackage {
  const words = name.split(/[-/]/);
  const os = systems.filter(system => words.includes(system));
  const cpu = processors.filter(processor => words.includes(processor));
  const musl = words.some(word => word.startsWith('musl'));
  const libc =
    os[0] === 'linux' && (musl || words.some(word => word.startsWith('gnu'))) ? [musl ? 'musl' : 'glibc'] : undefined;
  return {
    version,
    ...(os.length > 0 && { cpu }),
    ...(dev && { dev }),
    ...(libc && { libc }),
    optional: true,
    ...(os.length > 0 && { os }),
  };
}

function completeLock(): void {
  const lock = readLock();
  const entries = [...Object.entries(lock.packages), ...missingPlatforms(lock)];
  const packages = Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b, 'en')));
  writeFileSync(join(repository, 'package-lock.json'), `${JSON.stringify({ ...lock, packages }, null, 2)}\n`);
}

if (import.meta.main) completeLock();
