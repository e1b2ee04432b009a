/** What is tried in a project: a network, and programs that use it in every way that a package can be asked for. */
import type { Project } from './project.ts';

const net = `model digits[n = 1](image: f32[n, 64, 64]) -> f32[n, 4] {
  image |> flatten |> dense(256) as hidden |> relu |> dense(4) as scores |> softmax
}
`;

/** The lines of a program that loads the network and runs it, from its own thread and on others, and what they print. */
const uses = `
async function main(load, pixels, readNpy) {
  const chip = await load(require('node:fs').readFileSync('net.wasm'), { seed: 1, threads: 2 });
  const image = new Float32Array(64 * 64);
  const { output } = chip.run('digits', { image });
  const again = (await chip.runAsync('digits', { image })).output;
  const sum = again.reduce((sum, share) => sum + share, 0);
  const picture = { width: 1, height: 1, data: new Uint8ClampedArray(4) };
  const parts = [chip.threads, output.length, sum.toFixed(2), pixels(picture, { type: 'u8', shape: [1, 1] }).length, readNpy(new Uint8Array(2)).ok];
  chip.dispose();
  console.log(parts.join(' '));
}
`;
export const printed = '2 4 1.00 1 false';

const modules = ['chip', 'chip/pixels', 'formats'].map(name => `@tessera-dnn/${name}`);

/** Writes them; the artifact is compiled by the command that was installed. */
export function writeSources(project: Project): void {
  project.write('net.dnn', net);
  project.run(
    undefined,
    'node_modules/@tessera-dnn/cli/bin/tessera.mjs',
    'compile',
    'net.dnn',
    '--portable',
    '--threads',
    '2',
    '-o',
    'net.wasm',
    '--types',
    'net.d.dnn.ts',
  );
  const [chip, pixels, formats] = modules;
  project.write(
    'required.cjs',
    `const [{ load }, { pixels }, { readNpy }] = [require('${chip}'), require('${pixels}'), require('${formats}')];\n${uses}\nmain(load, pixels, readNpy);\n`,
  );
  const imports = `import { load } from '${chip}';\nimport { pixels } from '${pixels}';\nimport { readNpy } from '${formats}';\n`;
  const require = "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);\n";
  project.write('imported.mjs', `${imports}${require}${uses}\nawait main(load, pixels, readNpy);\n`);
  project.write(
    'both.cjs',
    `import('${chip}').then(({ ChipError }) => console.log(ChipError === require('${chip}').ChipError));\n`,
  );
}

/** A module as one writes it for a web app, in TypeScript; no result is cast. */
export const typedUse = `import { ChipError, type LoadedChip, load } from '@tessera-dnn/chip';
import { pixels } from '@tessera-dnn/chip/pixels';
import { readSafetensors, writeNpy } from '@tessera-dnn/formats';

export async function scores(artifact: Uint8Array, picture: ImageData): Promise<number> {
  const chip: LoadedChip = await load(artifact, { seed: 1 });
  try {
    const image = pixels(picture, chip.programs['digits'].inputs[0]);
    const { output } = chip.run('digits', { image });
    chip.writeVariable('hidden.bias', new Float32Array(256));
    writeNpy({ element: 'f32', shape: [4], data: Float32Array.from(output) });
    return output.indexOf(Math.max(...output));
  } catch (error) {
    return error instanceof ChipError ? error.diagnostics.length : 0;
  } finally {
    chip.dispose();
  }
}

export function names(file: Uint8Array): readonly string[] {
  const read = readSafetensors(file);
  return read.ok ? [...read.value.tensors.keys()] : read.diagnostics.map(({ message }) => message);
}
`;

/** The same with the types of one network. */
export const typedNet = `import { load } from '@tessera-dnn/chip';
import { pixels } from '@tessera-dnn/chip/pixels';
import net from './net.dnn';

export async function share(picture: ImageData): Promise<number> {
  const chip = await net.load();
  const image = pixels(picture, chip.programs.digits.inputs[0]);
  const { output } = chip.run('digits', { image });
  const first: number = output[0];
  const bias: Float32Array = chip.readVariable('hidden.bias');
  return first + bias[0] + (await load(net.url)).threads;
}
`;

/** What compiles, which is modules only. */
export const typedCompiler = `import { compile, type Artifact } from '@tessera-dnn/compiler';
import { check } from '@tessera-dnn/compiler/planning';
import { compileAsync } from '@tessera-dnn/compiler/worker';

export async function artifacts(text: string): Promise<readonly Uint8Array[]> {
  const source = { name: 'net.dnn', text };
  if (check(source).length > 0) return [];
  const both = [compile(source, { math: 'strict' }), await compileAsync(source)];
  const bytes = both.flatMap(compiled => (compiled.ok ? [compiled.value.bytes] : []));
  const bodies: readonly BodyInit[] = bytes;
  return bodies.length > 0 ? bytes : [];
}

export type Made = Artifact;
`;
