/**
 * The packages as others get them: packed, and installed into an empty folder. There the blocks of their READMEs are type-checked against the
 * packed declarations and run, and a program is compiled and run by the command. Third-party packages come from npm's cache or a registry; where
 * neither is within reach, the test is skipped, and says so.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPackages, repository } from '../workspace/packages.ts';
import { type Packed, packAll } from './pack.ts';

const minutes = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'tessera-packed-'));
const packages = readPackages();
let packed: readonly Packed[] = [];

beforeAll(() => {
  packed = packAll(join(folder, 'tarballs'));
}, 5 * minutes);
afterAll(() => rmSync(folder, { recursive: true }), minutes);

it('tarballs hold what was built, README and LICENSE, and nothing else', () => {
  expect(packed.map(({ name }) => name).sort()).toEqual(packages.map(({ name }) => name));
  for (const { name, tarball } of packed) {
    const files = execFileSync('tar', ['tzf', tarball], { encoding: 'utf8' }).trimEnd().split('\n');
    const known =
      /^package\/(?:package\.json|README\.md|LICENSE|bin\/[\w-]+\.mjs|dist\/(?:.*\.(?:js|d\.ts)|site\/.*|cjs\/package\.json))$/;
    expect(
      files.filter(file => !known.test(file) || file.includes('.test.')),
      name,
    ).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(['package/README.md', 'package/LICENSE', 'package/dist/index.d.ts']));
  }
});

describe('in an empty folder', () => {
  it(
    'they install, type-check, compile and run',
    context => {
      if (!installed()) context.skip(`the packages that ours need are neither in npm's cache nor within reach`);
      expectNoneFromRegistry();
      const blocks = packages.map(({ directory }) => writeBlock(directory));
      write('all.mts', blocks.map(block => `import './${block}';\n`).join(''));
      write('tsconfig.json', JSON.stringify(configuration));
      run(join(repository, 'node_modules/typescript/bin/tsc'), '-p', folder);
      expect(run('all.mts')).toMatch(/bytes of WebAssembly$/m);

      write('threads.mts', usesThreads);
      expect(run('threads.mts')).toBe('2 threads\n');

      // One instance of a package where modules can be required; where they cannot, CommonJS does the same.
      write('required.cjs', requires);
      expect(run('required.cjs')).toBe('true -1 2 threads\n');
      expect(run('--no-experimental-require-module', 'required.cjs')).toBe('false -1 2 threads\n');

      const command = realpathSync(join(folder, 'node_modules/.bin/tessera'));
      write('net.dnn', 'model m(x: f32[2]) {\n  relu(x)\n}\n');
      write('x.mts', writesInput);
      run('x.mts');
      run(command, 'compile', 'net.dnn', '-o', 'net.wasm', '--math', 'strict');
      expect(run(command, 'run', 'net.wasm', '--input', 'x=x.npy')).toMatch(/output.*\n.*0.*2/);
    },
    5 * minutes,
  );
});

/** `false` without a network; any other failure is one of the test. */
function installed(): boolean {
  write('package.json', JSON.stringify({ name: 'empty', private: true, type: 'module' }));
  const tarballs = packed.map(({ tarball }) => tarball);
  try {
    const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--fetch-retries=0'];
    execFileSync('npm', ['install', ...flags, ...tarballs], { cwd: folder, stdio: 'pipe', encoding: 'utf8' });
    return true;
  } catch (error) {
    if (!/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ENOTCACHED/.test(String(error))) throw error;
    console.warn(`skipped: the packed packages are not installed, since no registry is within reach`);
    return false;
  }
}

/** The names are others' there: a package of ours that a registry had given would be another's. */
function expectNoneFromRegistry(): void {
  const lock: {
    readonly packages: Readonly<Record<string, { readonly resolved?: string }>>;
  } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
  for (const { name } of packages) {
    const places = Object.entries(lock.packages).filter(([path]) => path.endsWith(`node_modules/${name}`));
    expect(places.map(([, { resolved }]) => resolved)).toEqual([expect.stringMatching(/^file:/)]);
  }
}

/** The name under which the package of a folder is installed. */
function nameOf(folder: string): string | undefined {
  return packages.find(({ directory }) => directory === folder)?.name;
}

const configuration = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2023', 'dom', 'dom.iterable'],
    module: 'nodenext',
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    typeRoots: [join(repository, 'node_modules/@types')],
    types: ['node'],
  },
  include: ['*.mts'],
};

const writesInput = `
import { writeFileSync } from 'node:fs';
import { writeNpy } from '${nameOf('formats')}';

writeFileSync('x.npy', writeNpy({ element: 'f32', shape: [2], data: Float32Array.of(-1, 2) }));
`;

/** The worker's file is found where the package is installed. */
const usesThreads = `
import { writeFileSync } from 'node:fs';
import { load } from '${nameOf('chip')}';
import { compile } from '${nameOf('compiler')}';

const text = 'model m(x: f32[64, 512]) { x |> dense(512) as fc |> dense(512) as head }';
const compiled = compile({ name: 'm.dnn', text }, { math: 'strict', threads: 2 });
if (!compiled.ok) throw new Error(compiled.diagnostics[0].message);
writeFileSync('m.wasm', compiled.value.bytes);
const chip = await load(compiled.value.bytes, { threads: 2 });
const x = new Float32Array(64 * 512);
if (chip.run('m', { x }).output.length !== (await chip.runAsync('m', { x })).output.length) throw new Error('they differ');
console.log(chip.threads + ' threads');
`;

/** What `threads.mts` has written. */
const requires = `
const { ChipError, load } = require('${nameOf('chip')}');
const { pixels } = require('${nameOf('chip')}/pixels');
const { readFileSync } = require('node:fs');

import('${nameOf('chip')}').then(async imported => {
  const chip = await load(readFileSync('m.wasm'), { threads: 2 });
  const x = new Float32Array(64 * 512);
  const { output } = await chip.runAsync('m', { x });
  console.log(imported.ChipError === ChipError, output.indexOf(pixels), chip.threads + ' threads');
  chip.dispose();
});
`;

/** The one block of a package's README as a file; its name. */
function writeBlock(directory: string): string {
  const page = readFileSync(join(repository, 'packages', directory, 'README.md'), 'utf8');
  const blocks = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, text]) => text);
  expect(blocks, `packages/${directory}/README.md`).toHaveLength(1);
  write(`${directory}.mts`, blocks[0]);
  return `${directory}.mts`;
}

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

/** What the script prints. What goes wrong is in the error. */
function run(script: string, ...args: readonly string[]): string {
  try {
    return execFileSync(process.execPath, [script, ...args], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
    throw new Error(`${script} ${args.join(' ')}\n${stdout}${stderr}`);
  }
}
