/** An app that imports a program: bundled, run in Node, served with changes, and type-checked. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSafetensors } from '@tessera-dnn/formats';
import * as esbuild from 'esbuild';
import { rolldown } from 'rolldown';
import * as vite from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tessera } from '../src/index.ts';

const repository = join(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'tessera-plugin-'));
const at = (name: string) => join(folder, name);
const write = (name: string, content: string | Uint8Array) => writeFileSync(at(name), content);
const entry = at('main.ts');
const conditions = ['@tessera/source', 'module', 'import', 'default'];
const options = { math: 'strict' } as const;

beforeAll(() => {
  symlinkSync(join(repository, 'node_modules'), at('node_modules'));
  write('twice.dnn', 'block twice(x) {\n  return 2 * x\n}\n');
  write('net.dnn', 'import "./twice.dnn"\n\nmodel m(x: f32[2]) {\n  x |> twice |> dense(1) as fc\n}\n');
  const weights = { 'fc.weight': [1, 2], 'fc.bias': [0.5] };
  const tensors = Object.entries(weights).map(([name, values]) => {
    const shape = name === 'fc.bias' ? [1] : [1, 2];
    return [name, { element: 'f32' as const, shape, data: Float32Array.from(values) }] as const;
  });
  write('net.safetensors', writeSafetensors(new Map(tensors)));
  const zeros = tensors.map(
    ([name, tensor]) => [name, { ...tensor, data: new Float32Array(tensor.data.length) }] as const,
  );
  write('zeros.safetensors', writeSafetensors(new Map(zeros)));
  write(
    'main.ts',
    `import net from './net.dnn';
import other from './net.dnn?weights=./zeros.safetensors';

for (const { load } of [net, other]) {
  const chip = await load();
  const { output } = chip.run('m', { x: Float32Array.of(1, -2) });
  console.log(output[0]);
}
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What the bundle prints in Node, where its artifacts are files. */
function printed(bundle: string): string {
  expect(
    readdirSync(join(bundle, '..'), { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.wasm')),
  ).toHaveLength(2);
  return execFileSync(process.execPath, [bundle], { encoding: 'utf8' });
}
const answer = '-5.5\n0\n';

describe('a bundle', () => {
  it('of Vite', async () => {
    await vite.build({
      root: folder,
      configFile: false,
      logLevel: 'error',
      plugins: [tessera.vite(options)],
      resolve: { conditions },
      build: {
        target: 'es2023',
        outDir: at('vite'),
        minify: false,
        rolldownOptions: { input: entry, output: { entryFileNames: 'main.mjs' } },
        modulePreload: false,
      },
      base: './',
    });
    expect(printed(at('vite/main.mjs'))).toBe(answer);
  });

  it('of Rolldown', async () => {
    const bundle = await rolldown({
      input: entry,
      plugins: [tessera.rolldown(options)],
      resolve: { conditionNames: conditions },
      platform: 'browser',
    });
    await bundle.write({ dir: at('rolldown'), entryFileNames: 'main.mjs' });
    expect(printed(at('rolldown/main.mjs'))).toBe(answer);
  });

  it('of esbuild', async () => {
    const outdir = at('esbuild');
    await esbuild.build({
      ...{ entryPoints: [entry], outdir, bundle: true, format: 'esm', logLevel: 'error', conditions },
      outExtension: { '.js': '.mjs' },
      plugins: [tessera.esbuild(options)],
    });
    expect(printed(join(outdir, 'main.mjs'))).toBe(answer);
  });
});

it('weights lie beside the artifact, where that is asked for', async () => {
  const plugins = [tessera.esbuild({ ...options, weightsBeside: true })];
  const outdir = at('beside');
  await esbuild.build({
    ...{ entryPoints: [entry], outdir, bundle: true, format: 'esm', logLevel: 'error', conditions, plugins },
    outExtension: { '.js': '.mjs' },
  });
  expect(readdirSync(outdir).filter(name => name.endsWith('.safetensors'))).toHaveLength(2);
  expect(printed(join(outdir, 'main.mjs'))).toBe(answer);
});

it('a mistake in the program is shown at its place', async () => {
  mkdirSync(at('wrong'));
  write('wrong/net.dnn', 'model m(x: f32[2]) {\n  x |> dens(1)\n}\n');
  write('wrong/main.ts', "import './net.dnn';\n");
  const building = rolldown({ input: at('wrong/main.ts'), plugins: [tessera.rolldown(options)] });
  await expect(building.then(bundle => bundle.generate())).rejects.toThrow(/net\.dnn:2[\s\S]*did you mean/);
});

it("Vite's server gives the artifact, and another one when a block that is imported changes", async () => {
  const server = await vite.createServer({
    root: folder,
    configFile: false,
    logLevel: 'error',
    plugins: [tessera.vite(options)],
    resolve: { conditions },
    server: { port: 0, host: '127.0.0.1' },
    optimizeDeps: { noDiscovery: true },
  });
  try {
    await server.listen();
    const origin = `http://127.0.0.1:${(server.httpServer!.address() as { readonly port: number }).port}`;
    const artifact = async () => {
      const text = await (await fetch(`${origin}/net.dnn?import`)).text();
      const [, path] = /new URL\("([^"]+)"/.exec(text) ?? [];
      const response = await fetch(`${origin}${path}`);
      expect(response.headers.get('content-type')).toBe('application/wasm');
      return { path, bytes: new Uint8Array(await response.arrayBuffer()) };
    };
    const before = await artifact();
    expect([...before.bytes.subarray(0, 4)]).toEqual([0, 0x61, 0x73, 0x6d]);
    write('twice.dnn', 'block twice(x) {\n  return 3 * x\n}\n');
    await expect.poll(async () => (await artifact()).path, { timeout: 10_000 }).not.toBe(before.path);
  } finally {
    await server.close();
    write('twice.dnn', 'block twice(x) {\n  return 2 * x\n}\n');
  }
});

it('TypeScript knows the programs, their inputs and outputs, and the variables', () => {
  expect(readFileSync(at('net.d.dnn.ts'), 'utf8')).toContain('x: Float32Array;');
  write(
    'typed.ts',
    `import net from './net.dnn';

const chip = await net.load();
const { output } = chip.run('m', { x: Float32Array.of(1, -2) });
export const first: number = output[0];
export const weight: Float32Array = chip.readVariable('fc.weight');
// @ts-expect-error
chip.run('n');
// @ts-expect-error
chip.run('m', { y: new Float32Array(2) });
// @ts-expect-error
chip.run('m', { x: new Int32Array(2) });
// @ts-expect-error
chip.readVariable('fc.weights');
`,
  );
  const compilerOptions = {
    ...{ target: 'es2023', module: 'esnext', moduleResolution: 'bundler', customConditions: ['@tessera/source'] },
    ...{
      strict: true,
      noEmit: true,
      allowArbitraryExtensions: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
    },
    ...{ lib: ['es2023', 'esnext.disposable', 'dom'], types: [] },
  };
  write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['typed.ts'] }));
  const tsc = join(repository, 'node_modules/typescript/bin/tsc');
  try {
    execFileSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    expect((error as { readonly stdout: string }).stdout).toBe('');
  }
});
