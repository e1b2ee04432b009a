/**
 * Golden texts: `// PASS [strict] [recompute mode] [precision]: what holds`, a module, `==>`, the module the pass makes of it. `npm run bless` rewrites
 * what stands after the arrow.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseModule, printModule, verifyModule } from '@tessera-dnn/graph';
import { standInOps } from '@tessera-dnn/graph/testing';
import { expect, test } from 'vitest';
import * as exported from '../src/index.ts';
import { type Precision, passes } from '../src/index.ts';

const folder = join(import.meta.dirname, 'golden');
const goldens = readdirSync(folder).map(file => ({ file, text: readFileSync(join(folder, file), 'utf8') }));

interface Heading {
  readonly pass: string;
  readonly strict: boolean;
  readonly recompute: 'none' | 'sqrt' | 'auto';
  readonly precision?: Precision;
}

function headingOf(text: string): Heading {
  const [, pass = '', words = ''] = /^\/\/ ([\w-]+)((?: \w+)*):/.exec(text) ?? [];
  const recompute = (['sqrt', 'auto'] as const).find(mode => words.includes(mode)) ?? 'none';
  const precision = (['bf16', 'f16'] as const).find(type => words.includes(type));
  return { pass, strict: words.includes('strict'), recompute, precision };
}

test.each(goldens)('$file', async ({ file, text }) => {
  const { pass: name, ...options } = headingOf(text);
  const pass = passes.find(candidate => candidate.name === name);
  expect(pass, `the pass ${name}`).toBeDefined();
  const input = text.slice(0, text.indexOf('==>\n'));
  const module = parseModule(input);
  verifyModule(module, standInOps);
  const given = printModule(module);
  const result = pass!.run(module, { table: standInOps, ...options });
  verifyModule(result, standInOps, name);
  expect(printModule(module), 'the module that the pass was given').toBe(given);
  await expect(`${input}==>\n${printModule(result)}`).toMatchFileSnapshot(join(folder, file));
});

test.each(passes)('$name leaves a module alone in which there is nothing to do', pass => {
  const text = 'model m {\n  %0 = input x: f32[4]\n  output y = %0\n}\n';
  const result = pass.run(parseModule(text), { table: standInOps, strict: false, recompute: 'auto' });
  expect(printModule(result)).toBe(text);
});

test.each(passes)('$name is exported, for those who make a list of passes of their own', ({ run }) => {
  const runs = Object.values(exported).map(value => typeof value === 'object' && 'run' in value && value.run);
  expect(runs, 'src/index.ts exports each pass').toContain(run);
});

/** What runs a second time runs as it did the first time. */
const names = new Set(passes.map(({ name }) => name.replace(/-again$/, '')));

test.each([...names])('the pass %s has a golden text that shows what it does', name => {
  const changes = goldens.filter(({ text }) => {
    const [input, output] = text.split('==>\n').map(part => part.split('\n').filter(line => /^\s+%/.test(line)));
    return headingOf(text).pass === name && input.join('\n') !== output.join('\n');
  });
  expect(changes.length, `texts in ${folder} that begin with "// ${name}:" and are changed by it`).toBeGreaterThan(0);
});
