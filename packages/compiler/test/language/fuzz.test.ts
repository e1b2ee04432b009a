/** Any text ends in diagnostics: mutations of the examples and of a program that uses every construct, elaborated with the real ops. */
import { readdirSync, readFileSync } from 'node:fs';
import { isError, render } from '@tessera/diagnostics';
import { check, elaborate, parse, preludeSources } from '@tessera/language';
import { ops } from '@tessera/ops';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mutated } from './mutations.ts';

const examples = new URL('../../../../examples/', import.meta.url);
const small = ['lenet', 'mlp', 'resnet8', 'ds_cnn', 'lstm'];
const texts = [
  readFileSync(new URL('everything.dnn', import.meta.url), 'utf8'),
  ...readdirSync(examples)
    .filter(name => small.some(wanted => name === `${wanted}.dnn`))
    .map(name => readFileSync(new URL(name, examples), 'utf8')),
  ...preludeSources.map(({ text }) => text),
];
const spice = [
  '0',
  '-1',
  '1e300',
  '2.5',
  'f16',
  'i32',
  'bool',
  'training',
  '[]',
  '[[1], [2]]',
  '"a{1}"',
  'x',
  'x.shape',
  'like(x)',
];
const options = { table: ops };

it('the program that the mutations begin with has no mistakes', () => {
  const found = check({ name: 'everything.dnn', text: texts[0] }, options).filter(isError);
  expect(found.map(diagnostic => render(diagnostic))).toEqual([]);
});

it('mutated programs give diagnostics or a module, never an exception', () => {
  fc.assert(
    fc.property(mutated(texts, spice), text => {
      const source = { name: 'fuzz.dnn', text };
      const found = check(source, options);
      for (const diagnostic of found) expect(render(diagnostic)).toContain(diagnostic.code);
      const { file, diagnostics } = parse(source);
      const outcome = elaborate(file, options);
      expect(outcome.ok && diagnostics.every(d => !isError(d))).toBe(!found.some(isError));
    }),
    { numRuns: 250, seed: 7 },
  );
});
