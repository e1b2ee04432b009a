/**
 * Bundles the pages' scripts and their style, from the packages' sources. The build writes them to a folder; a checkout that was not built bundles
 * them when they are asked for.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const page = name => fileURLToPath(new URL(`./src/page/${name}`, import.meta.url));

/** What makes code has 15 MB, and nothing here asks for it; the guess of its sizes is a subpath of its package. */
const withoutCode = {
  name: 'without-code',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^@tessera-dnn\/wasm$/ }, ({ path }) => ({ path, external: true }));
  },
};

const options = {
  outdir: '/',
  bundle: true,
  write: false,
  minify: true,
  format: 'esm',
  target: 'es2023',
  conditions: ['@tessera/source'],
  plugins: [withoutCode],
  legalComments: 'none',
  logLevel: 'error',
};

/** File names with their contents. A report is one script; the explorer and its workers share what they have in common. */
export async function bundled() {
  const [report, explorer] = await Promise.all([
    build({ ...options, entryPoints: [page('report.ts'), page('style.css')] }),
    build({ ...options, splitting: true, entryPoints: ['explorer.ts', 'planning.ts', 'repairing.ts'].map(page) }),
  ]);
  const files = [...report.outputFiles, ...explorer.outputFiles];
  return new Map(files.map(({ path, contents }) => [path.replace(/^.*[\\/]/, ''), contents]));
}

const [, script, folder] = argv;
if (script === fileURLToPath(import.meta.url) && folder !== undefined) {
  // Names of common parts change with what is in them.
  rmSync(folder, { recursive: true, force: true });
  for (const [name, contents] of await bundled()) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), contents);
  }
}
