/** The page on importing names the operators that there are: `npm run onnx -- --operators` writes the list. */
import { readFileSync } from 'node:fs';
import { importedOperators } from '@tessera-dnn/onnx';
import { expect, it } from 'vitest';

it('docs/importing.md lists the operators', () => {
  const page = readFileSync(new URL('../../docs/importing.md', import.meta.url), 'utf8');
  const [, list] = page.split('## Operators');
  const named = [...list.matchAll(/`([A-Z]\w*)`/g)].map(([, name]) => name);
  expect(named).toEqual(importedOperators.map(({ name }) => name));
});
