import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { embed } from './module.ts';

const language = new URL('../../packages/language/', import.meta.url);

it('the embedded prelude is that of the files: else run npx tsx tools/prelude/embed.ts', () => {
  const names = readdirSync(new URL('prelude', language)).filter(name => name.endsWith('.dnn'));
  const files = names.sort().map(name => ({ name, text: readFileSync(new URL(`prelude/${name}`, language), 'utf8') }));
  expect(readFileSync(new URL('src/prelude/sources.ts', language), 'utf8')).toBe(embed(files));
});
