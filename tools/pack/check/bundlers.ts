/** An app that loads an artifact and runs it, made by each bundler as it comes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Project, Trial } from './project.ts';

export const bundlerPackages: readonly string[] = [
  ...['vite@8', 'webpack@5', 'webpack-cli@7', 'esbuild@0.28', 'rollup@4', '@rollup/plugin-node-resolve@16'],
];

const app = `import { load } from '@tessera-dnn/chip';
import { pixels } from '@tessera-dnn/chip/pixels';

export async function classify(picture) {
  const chip = await load(new URL('./net.wasm', import.meta.url), { threads: 'auto' });
  return chip.runAsync('digits', { image: pixels(picture, chip.programs.digits.inputs[0]) });
}
globalThis.classify = classify;
`;

const required = `const { load } = require('@tessera-dnn/chip');\nglobalThis.load = load;\n`;

interface Bundler {
  readonly name: string;
  readonly bundle: (project: Project, input: string, output: string) => void;
  /** What its output folder holds at least. */
  readonly takesArtifact?: boolean;
  /** It has CommonJS by plugins only. */
  readonly modulesOnly?: boolean;
}

const bundlers: readonly Bundler[] = [
  {
    name: 'Vite',
    takesArtifact: true,
    modulesOnly: true,
    bundle: (project, input, output) => {
      project.write('index.html', `<!doctype html><script type="module" src="/${input}"></script>`);
      project.run(undefined, 'node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn', '--outDir', output);
    },
  },
  {
    name: 'webpack',
    takesArtifact: true,
    bundle: (project, input, output) =>
      void project.run(
        undefined,
        'node_modules/webpack/bin/webpack.js',
        `./${input}`,
        '--mode',
        'production',
        '-o',
        output,
      ),
  },
  {
    name: 'esbuild',
    bundle: (project, input, output) =>
      void project.run(
        'esbuild/bin/esbuild',
        input,
        '--bundle',
        '--format=esm',
        `--outdir=${output}`,
        '--log-level=warning',
      ),
  },
  {
    name: 'Rollup',
    modulesOnly: true,
    bundle: (project, input, output) =>
      void project.run(
        undefined,
        'node_modules/rollup/dist/bin/rollup',
        input,
        '-p',
        'node-resolve={browser:true}',
        '-d',
        output,
        '--failAfterWarnings',
        '--silent',
      ),
  },
];

/** Each bundler from modules, and from CommonJS where it takes that without plugins. */
export const bundlerTrials: readonly Trial[] = bundlers.flatMap(({ name, bundle, takesArtifact, modulesOnly }) => [
  {
    name: `${name}: imports`,
    run: project => {
      project.write('app.mjs', app);
      bundle(project, 'app.mjs', `out-${name}`);
      const { texts, names } = filesIn(project.path(`out-${name}`));
      withoutNode(texts);
      if (takesArtifact && !names.some(file => file.endsWith('.wasm')))
        throw new Error(`no artifact in ${names.join(' ')}`);
      return undefined;
    },
  },
  {
    name: `${name}: requires`,
    run: project => {
      if (modulesOnly) return 'it has CommonJS by a plugin only';
      project.write('app.cjs', required);
      bundle(project, 'app.cjs', `out-${name}-cjs`);
      withoutNode(filesIn(project.path(`out-${name}-cjs`)).texts);
      return undefined;
    },
  },
]);

function filesIn(folder: string): { readonly names: readonly string[]; readonly texts: readonly string[] } {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const texts = names.filter(name => /\.m?js$/.test(name)).map(name => readFileSync(join(folder, name), 'utf8'));
  return { names, texts };
}

/** A bundle for browsers asks for nothing of Node's. */
function withoutNode(texts: readonly string[]): void {
  const found = texts.flatMap(
    text => text.match(/(?:from|import|require\()\s*["'](?:node:[\w/]+|fs|url|path|os|worker_threads)["']/g) ?? [],
  );
  if (found.length > 0 || texts.length === 0)
    throw new Error(`the bundle asks for ${found.join(', ') || 'nothing at all'}`);
}
