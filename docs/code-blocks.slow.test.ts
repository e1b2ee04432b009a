/**
 * Tests what the pages show: programs give the diagnostics that a page says, commands and TypeScript run, links lead somewhere. The page on
 * the command line is tested in `packages/cli`.
 *
 * Blocks of a page are tried in order, in a folder of their own: a `dnn`, `csv`, `json` or `ts` block with a path is a file there, a `dnn` block
 * with `error=code` must give that diagnostic; a command may read what an earlier one wrote; and a `text` block must be in the output of
 * the last command.
 */
import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { check } from '@tessera-dnn/compiler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Place, place } from '../packages/cli/test/command.ts';
import { repository } from '../tools/workspace/packages.ts';

const testedElsewhere = ['docs/command-line.md'];
const read = (page: string) => readFileSync(join(repository, page), 'utf8');
const markdown = (folder: string) =>
  readdirSync(join(repository, folder))
    .filter(name => name.endsWith('.md'))
    .map(name => join(folder, name));
const pages = ['README.md', ...markdown('docs'), ...markdown('docs/decisions')];

interface Block {
  readonly language: string;
  /** The rest of the block's first line, after the language. */
  readonly info: string;
  readonly text: string;
}

function blocksOf(page: string): readonly Block[] {
  return [...read(page).matchAll(/^```(\w+) *(\S*)\n(.*?)^```$/gms)].map(([, language, info, text]) => ({
    language,
    info,
    text,
  }));
}

const withBlocks = pages.filter(page => !testedElsewhere.includes(page) && blocksOf(page).length > 0);

/** One process runs the modules of all pages, so that the compiler is loaded once and not for each block. */
let runner: ChildProcess;
beforeAll(() => {
  const file = join(import.meta.dirname, 'run-blocks.ts');
  runner = fork(file, { execPath: process.execPath, execArgv: ['--conditions=@tessera/source'], silent: true });
});
// It ends by itself, unless a block has left something running.
afterAll(async () => {
  const ended = once(runner, 'exit');
  runner.disconnect();
  expect((await ended)[0]).toBe(0);
});

/** Runs a file of a block, in its folder, to its end. */
async function runModule(file: string): Promise<void> {
  const failure = await new Promise<string>((resolve, reject) => {
    runner.once('message', resolve);
    runner.once('exit', code => reject(new Error(`${file} ended the process with ${code}`)));
    runner.send(file);
  }).finally(() => runner.removeAllListeners());
  expect(failure, file).toBe('');
}

it('finds pages', () => {
  expect(withBlocks).toEqual(expect.arrayContaining(['README.md', 'docs/artifact.md', 'docs/language.md']));
});

it.each(withBlocks)('the blocks of %s', async page => {
  const here = place();
  for (const linked of ['examples', 'node_modules']) symlinkSync(join(repository, linked), join(here.path, linked));
  mkdirSync(join(here.path, 'out'));
  let printed = '';
  for (const block of blocksOf(page)) {
    if (block.language === 'text') expect(printed).toContain(block.text);
    else printed = await tryBlock(here, block);
  }
  keepForTypes(here, page);
});

/** Tries a block and returns what it printed, if it has commands. */
async function tryBlock(here: Place, { language, info, text }: Block): Promise<string> {
  switch (language) {
    case 'dnn': {
      const [, code] = /^error=(.*)/.exec(info) ?? [];
      const found = check({ name: info, text }).map(diagnostic => diagnostic.code);
      expect(found, text).toEqual(code === undefined ? [] : [code]);
      if (code === undefined && info !== '') here.write(info, text);
      return '';
    }
    case 'csv':
    case 'json':
      here.write(info, text);
      return '';
    case 'sh': {
      const printed: string[] = [];
      for (const line of text.trimEnd().split('\n')) printed.push(await tryLine(here, line));
      return printed.join('');
    }
    case 'ts':
    case 'js': {
      const name = info || `block${here.names().length}.m${language}`;
      here.write(name, text);
      if (info !== '') return '';
      await runModule(join(here.path, name));
      return '';
    }
    default:
      throw new Error(`nothing tests ${language}`);
  }
}

/** Commands of npm are only looked up, since running the tests within a test would never end. */
async function tryLine(here: Place, line: string): Promise<string> {
  let printed = '';
  for (const command of line.split(' && ')) {
    const [program, first, ...rest] = command.split(' ');
    if (program === 'npm') {
      const name = first === 'run' ? rest[0] : first;
      expect(['ci', ...Object.keys(JSON.parse(read('package.json')).scripts)], line).toContain(name);
    } else {
      expect([program, first], line).toEqual(['npx', expect.stringMatching(/^tessera(-allocate)?$/)]);
      const { code, out, err } = await (first === 'tessera' ? here.tessera : here.allocate)(...rest);
      expect({ line, code, err }).toMatchObject({ line, code: 0 });
      printed += out;
    }
  }
  return printed;
}

/** What the pages have written, a folder for each, so that one run of the compiler of TypeScript checks all. */
const typed = mkdtempSync(join(tmpdir(), 'tessera-pages-'));
afterAll(() => rmSync(typed, { recursive: true }));

function keepForTypes(here: Place, page: string): void {
  if (!here.names().some(name => name.endsWith('.mts'))) return;
  const isOwn = (file: string) => !lstatSync(file).isSymbolicLink();
  cpSync(here.path, join(typed, page.replaceAll('/', '-')), { recursive: true, filter: isOwn });
}

it('TypeScript finds no fault in what the pages show', () => {
  symlinkSync(join(repository, 'node_modules'), join(typed, 'node_modules'));
  symlinkSync(join(repository, 'examples'), join(typed, 'examples'));
  const extended = join(repository, 'tsconfig.json');
  const config = { extends: extended, compilerOptions: { rootDir: null }, include: ['*/*.mts'], exclude: [] };
  writeFileSync(join(typed, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(repository, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', typed], { cwd: typed, encoding: 'utf8' });
  expect(stdout).toBe('');
  expect(readdirSync(typed).length).toBeGreaterThan(5);
});

describe.each([...pages, 'CONTRIBUTING.md', 'CHANGELOG.md'])('%s', page => {
  const links = [...read(page).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, path]) => path);
  it.skipIf(links.length === 0)('links to what is there', () => {
    expect(links.filter(link => !existsSync(join(repository, dirname(page), link)))).toEqual([]);
  });
});
