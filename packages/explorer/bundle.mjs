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

/** What makes code has 15 MB, and who plans does not ask for it; the guess of its sizes is a subpath of its package. */
const withoutCode = {
  name: 'without-code',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^@tessera-dnn\/wasm$/ }, ({ path }) => ({ path, external: true }));
  },
};

/** Most of what makes code is one library, which is served as it is: bundling would only copy it. */
const besideLibrary = {
  name: 'beside-library',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^binaryen$/ }, () => ({ path: './binaryen.js', external: true }));
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
  legalComments: 'none',
  logLevel: 'error',
};

/**
 * File names with their contents. A report is one script; the explorer and its workers share what they have in common, apart from the one that runs programs: it has a
 * compiler with code in it, and is loaded when somebody runs one.
 */
export async function bundled() {
  const planning = { ...options, plugins: [withoutCode] };
  const split = { splitting: true, entryPoints: ['explorer.ts', 'planning.ts', 'repairing.ts'].map(page) };
  const running = { splitting: true, chunkNames: 'running-[hash]', entryPoints: [page('running.ts')] };
  const built = await Promise.all([
    build({ ...planning, entryPoints: [page('report.ts'), page('style.css')] }),
    build({ ...planning, ...split }),
    build({ ...options, ...running, plugins: [besideLibrary] }),
  ]);
  const files = built.flatMap(({ outputFiles }) => outputFiles);
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
