/**
 * Writes `packages/language/src/prelude/sources.ts`: the prelude's `.dnn` files as strings, so that the compiler needs no file system.
 * Run it after changing a file of the prelude: `npx tsx tools/prelude/embed.ts`; a test of the language checks that it was done.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { embed } from './module.ts';

const language = fileURLToPath(new URL('../../packages/language/', import.meta.url));
const files = readdirSync(`${language}prelude`)
  .filter(name => name.endsWith('.dnn'))
  .sort();
const texts = files.map(name => ({ name, text: readFileSync(`${language}prelude/${name}`, 'utf8') }));
writeFileSync(`${language}src/prelude/sources.ts`, embed(texts));
