/** Paths that are not ordinary files, given where a program is expected: none of them may hang the command or fill the memory. */
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Place, place } from './command.ts';

const model = 'model m(x: f32[4]) {\n  relu(x)\n}\n';

/** A folder with a named pipe and the like, besides `files`. */
function strange(files: Readonly<Record<string, string>>): Place {
  const here = place({ 'small.dnn': 'block f(x) { relu(x) }\n', ...files });
  mkdirSync(join(here.path, 'folder'));
  execFileSync('mkfifo', [join(here.path, 'pipe')]);
  for (const [name, target] of [
    ['circle', 'circle'],
    ['one', '.'],
    ['other', '.'],
  ])
    symlinkSync(target, join(here.path, name));
  linkSync(join(here.path, 'small.dnn'), join(here.path, 'linked.dnn'));
  return here;
}

async function check(name: string, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const { out, err } = await strange(files).tessera('check', name);
  return out + err;
}

describe('a file that is none', () => {
  it.each([
    ['/dev/zero', '/dev/zero is a device, not a file'],
    ['pipe', 'pipe is a pipe, not a file'],
    ['folder', 'folder is a folder, not a file'],
    ['circle', 'circle cannot be read'],
    ['large.dnn', 'large.dnn is larger than 4 MiB'],
  ])('%s', async (name, message) => {
    const large = `// ${'a'.repeat(5 * 2 ** 20)}\n${model}`;
    expect(await check(name, { 'large.dnn': large })).toContain(message);
    const main = `import "${name}"\n${model}`;
    expect(await check('main.dnn', { 'large.dnn': large, 'main.dnn': main })).toMatch(
      /main\.dnn:1:8 {2}error\[import-unreadable\]: ".*" cannot be imported: /,
    );
  });
});

describe('imports', () => {
  it('are read once, whatever links lead to them', async () => {
    const files = {
      'a.dnn': `import "one/b.dnn"\nimport "other/b.dnn"\nimport "small.dnn"\nimport "linked.dnn"\n${model}`,
      'b.dnn': 'import "one/c.dnn"\nimport "other/c.dnn"\nblock b(x) { c(x) }\n',
      'c.dnn': 'import "one/other/one/small.dnn"\nblock c(x) { f(x) }\n',
    };
    expect(await check('a.dnn', files)).toBe('a.dnn: nothing is wrong\n');
  });

  it('that come back over a link are a cycle', async () => {
    const files = { 'round.dnn': `import "one/round.dnn"\nimport "other/round.dnn"\n${model}` };
    expect(await check('round.dnn', files)).toContain('error[import-cycle]: files import each other');
  });
});
