/** The templates, as one copies them: the app builds and type-checks, the service answers. */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, expect, it } from 'vitest';
import { readPackages, repository } from '../workspace/packages.ts';

const folder = mkdtempSync(join(tmpdir(), 'tessera-templates-'));
cpSync(join(repository, 'templates'), folder, { recursive: true });
symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
afterAll(() => rmSync(folder, { recursive: true }));

const source = '--conditions=@tessera/source';
const conditions = ['@tessera/source', 'module', 'browser', 'import', 'default'];

it.each(['browser', 'service'])('%s depends on the versions that are packed', template => {
  const read = (path: string) => JSON.parse(readFileSync(join(repository, path, 'package.json'), 'utf8'));
  const { dependencies, devDependencies } = read(`templates/${template}`);
  for (const { name, directory } of readPackages()) {
    const wanted = { ...dependencies, ...devDependencies }[name];
    if (wanted !== undefined) expect(wanted, name).toBe(read(`packages/${directory}`).version);
  }
});

it('the app for browsers builds, with its artifact beside it, and its types hold', async () => {
  const root = join(folder, 'browser');
  await build({ root, logLevel: 'error', resolve: { conditions } });
  expect(readdirSync(join(root, 'dist/assets')).filter(name => /^net.*\.wasm$/.test(name))).toHaveLength(1);
  const tsc = join(repository, 'node_modules/typescript/bin/tsc');
  const flags = ['-p', root, '--customConditions', '@tessera/source', '--allowImportingTsExtensions', '--skipLibCheck'];
  expect(execFileSync(process.execPath, [tsc, ...flags], { encoding: 'utf8' })).toBe('');
});

it('the service answers, and tells who asks wrongly', async () => {
  const cwd = join(folder, 'service');
  const command = join(repository, 'packages/cli/bin/tessera.mjs');
  execFileSync(process.execPath, [command, 'compile', 'net.dnn', '--portable', '-o', 'net.wasm'], {
    cwd,
    stdio: 'pipe',
  });
  const server = spawn(process.execPath, [source, 'server.js'], { cwd, env: { ...process.env, PORT: '0' } });
  try {
    const port = await new Promise<string>(resolve => server.stdout.once('data', text => resolve(String(text).trim())));
    const ask = async (features: readonly number[]) => {
      const response = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body: JSON.stringify({ features }) });
      return { status: response.status, body: await response.json() };
    };
    const { status, body } = await ask([5.1, 3.5, 1.4, 0.2]);
    expect(status).toBe(200);
    expect(body.shares.reduce((sum: number, share: number) => sum + share)).toBeCloseTo(1, 5);
    expect(await ask([1, 2])).toMatchObject({ status: 400, body: { error: expect.stringContaining('4 elements') } });
  } finally {
    server.kill();
  }
});
