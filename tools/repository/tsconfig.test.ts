/** An editor, and `npm run types`, know every TypeScript file of the repository from the tsconfig.json at its root. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repository } from '../workspace/packages.ts';

const lines = (text: string) => text.split('\n').filter(line => line !== '');

it('the root has every file', () => {
  const tsc = join(repository, 'node_modules/typescript/bin/tsc');
  const shown = execFileSync(process.execPath, [tsc, '-p', repository, '--showConfig'], { encoding: 'utf8' });
  const { files }: { readonly files: readonly string[] } = JSON.parse(shown);
  const known = new Set(files.map(file => file.replace('./', '')));
  const tracked = lines(execFileSync('git', ['ls-files', '*.ts'], { cwd: repository, encoding: 'utf8' }));
  // A template is checked as others have it: with a tsconfig.json of its own, once its declarations are written (`tools/pack`).
  const ours = tracked.filter(file => !file.startsWith('templates/'));
  expect(ours.filter(file => !known.has(file))).toEqual([]);
});
