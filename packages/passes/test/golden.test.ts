/**
 * Golden texts: `// PASS [strict]: what holds`, a module, `==>`, the module the pass makes of it. `npm run bless` rewrites what stands
 * behind the arrow.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseModule, printModule, verifyModule } from '@tessera/graph';
import { standInOps } from '@tessera/graph/testing';
import { expect, test } from 'vitest';
import { passes } from '../src/index.ts';

const folder = join(import.meta.dirname, 'golden');

test.each(readdirSync(folder))('%s', async file => {
  const text = readFileSync(join(folder, file), 'utf8');
  const [, name, strict] = /^\/\/ (\w+)( strict)?:/.exec(text) ?? [];
  const pass = passes.find(candidate => candidate.name === name);
  expect(pass, `the pass ${name}`).toBeDefined();
  const input = text.slice(0, text.indexOf('==>\n'));
  const module = parseModule(input);
  verifyModule(module, standInOps);
  const result = pass!.run(module, { table: standInOps, strict: strict !== undefined });
  verifyModule(result, standInOps, name);
  await expect(`${input}==>\n${printModule(result)}`).toMatchFileSnapshot(join(folder, file));
});
