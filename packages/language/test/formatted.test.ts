/** The programs of the repository are formatted, since people read them as examples of style. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { formatSource } from '../src/index.ts';

const folders = ['../prelude/', '../../../examples/'].map(folder => new URL(folder, import.meta.url));
const files = folders.flatMap(folder =>
  readdirSync(folder)
    .filter(name => name.endsWith('.dnn'))
    .map(name => new URL(name, folder)),
);

test.each(files.map(file => [file.pathname.split('/').slice(-2).join('/'), file] as const))('%s', (_, file) => {
  const text = readFileSync(file, 'utf8');
  const formatted = formatSource(text);
  expect(formatted.ok && formatted.value).toBe(text);
});
