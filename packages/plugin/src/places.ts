/** Where the bundlers put an artifact, and the expression by which a script finds it there. Each has a way of its own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Built } from './build.ts';

/** JavaScript: imports before it, and an expression that gives a URL. */
export interface Place {
  readonly imports?: string;
  readonly url: string;
}

/** What Rollup's family offers to a plugin. */
export interface Emitter {
  emitFile(file: { readonly type: 'asset'; readonly name: string; readonly source: Uint8Array }): string;
}

/** Rollup, Rolldown and Vite's builds: a file of the bundle, whose name these choose. */
export function emitted({ name, bytes }: Built, emitter: Emitter): Place {
  const reference = emitter.emitFile({ type: 'asset', name: name.replace(/-\w+(\.\w+)$/, '$1'), source: bytes });
  return { url: `new URL(import.meta.ROLLUP_FILE_URL_${reference})` };
}

/** Vite's server: it is asked for the address, and answers with the bytes. */
export function served({ name }: Built, base: string): Place {
  return { url: `new URL(${JSON.stringify(`${base}${servedFolder}${name}`)}, location.origin)` };
}

/** The folder of addresses at which artifacts are served, below the base of the app. */
export const servedFolder = '@tessera/';

/** Where nothing is bundled, as in a test that Vite runs in Node: a file. */
export function inFile(built: Built, cache: string): Place {
  return { url: `new URL(${JSON.stringify(pathToFileURL(kept(built, cache)).href)})` };
}

/** webpack and Rspack see that a URL names a file, and take it along. */
export function takenAlong(built: Built, cache: string): Place {
  return { url: `new URL(${JSON.stringify(kept(built, cache))}, import.meta.url)` };
}

/** esbuild's loader of files gives where it has put one, relative to the bundle. */
export function imported(built: Built, cache: string): Place {
  const file = JSON.stringify(kept(built, cache));
  const [name] = /\w+$/.exec(built.name) ?? [];
  return { imports: `import ${name} from ${file};\n`, url: `new URL(${name}, import.meta.url)` };
}

function kept({ name, bytes }: Built, cache: string): string {
  mkdirSync(cache, { recursive: true });
  const file = join(cache, name);
  writeFileSync(file, bytes);
  return file;
}
