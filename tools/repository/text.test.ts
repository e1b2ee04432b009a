/** The repository's texts must not say where or with which tools somebody worked on them. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repository } from '../workspace/packages.ts';

/** The patterns are put together from pieces, so that this file does not contain what it looks for. */
const forbidden: readonly [string, RegExp][] = [
  [
    'an absolute path of one machine',
    new RegExp(`(?<![\\w.])/(?:${['work', 'home', 'root', 'Users'].join('|')})/[\\w.]`),
  ],
  ['a scratch path', new RegExp(`(?<![\\w.])/${'tmp'}/[\\w.]`)],
  ["a registry's address", new RegExp(`"${'resolved'}": "https?:`)],
  ['work left undone', new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME'].join('|')})\\b`)],
];

const binary = /\.(?:npy|npz|safetensors|wasm|png|jpg|gz)$/;

/** Everything that is in git. */
function textFiles(): readonly string[] {
  const listed = execFileSync('git', ['ls-files'], {
    cwd: repository,
    encoding: 'utf8',
  });
  return listed.split('\n').filter(path => path !== '' && !binary.test(path));
}

it('names no place and no tool of one workplace, and leaves nothing undone', () => {
  const files = textFiles();
  expect(files).toContain('package.json');
  const found = files.flatMap(path => {
    const text = readIfThere(join(repository, path));
    return forbidden
      .filter(([, pattern]) => pattern.test(text))
      .map(([what, pattern]) => `${path}: ${what}: ${pattern.exec(text)?.[0]}`);
  });
  expect(found).toEqual([]);
});

/** A file that git still lists may be deleted already. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
