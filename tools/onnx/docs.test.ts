/** The page on importing names the operators that there are: `npm run onnx -- --operators` writes the list. */
import { readFileSync } from 'node:fs';
import { describedOperators, importedOperators } from '@tessera-dnn/onnx';
import { microsoftOperators } from '@tessera-dnn/onnx/microsoft';
import { expect, it } from 'vitest';

it('docs/importing.md lists the operators', () => {
  const page = readFileSync(new URL('../../docs/importing.md', import.meta.url), 'utf8');
  const [before, list] = page.split('## Operators');
  const namedIn = (text: string) => [...text.matchAll(/`([A-Z]\w*)`/g)].map(([, name]) => name);
  expect(namedIn(list)).toEqual(importedOperators.map(({ name }) => name));
  const [, ofMicrosoft] = before.split(/^stand for, which .*$/m);
  const microsoft = describedOperators(microsoftOperators).map(({ name }) => name);
  expect(namedIn(ofMicrosoft.split('`Attention` is taken')[0])).toEqual(microsoft);
});
