/** The stages are one list, and code that names a stage takes the name from there. */
import { backStages, frontStages, pipelineStages, stages } from '@tessera-dnn/compiler';
import { expect, it } from 'vitest';
import { readPackages } from '../workspace/packages.ts';

it('has every stage once, with one line about it', () => {
  expect(stages).toEqual([...new Set(stages)]);
  expect(stages).toEqual([...frontStages, ...Object.values(backStages)].map(({ name }) => name));
  for (const { doc } of pipelineStages) expect(doc).toMatch(/^[a-z][^\n]*[^.]$/);
});

it('has no name of a stage as a string where an error or a listener is told it', () => {
  const told = new RegExp(`(?:InternalError|concerning|assertThat|after|seen)\\([^'\\n]*'(?:${stages.join('|')})'`);
  const found = readPackages().flatMap(({ directory, sources }) =>
    sources
      .filter(({ path, text }) => path.startsWith('src/') && told.test(text))
      .map(({ path }) => `packages/${directory}/${path}`),
  );
  expect(found).toEqual([]);
});
