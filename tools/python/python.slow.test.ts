/**
 * The Python package, as people install it: its wheel is built and put into an environment of its own, where its tests hold what it does against
 * the chip of the JavaScript packages. Skipped where there is no Python, or where it cannot get `numpy` and `wasmtime`.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChip, loadArtifact } from '@tessera-dnn/chip';
import { type CompileOptions, compile } from '@tessera-dnn/compiler';
import { expect, it, onTestFinished } from 'vitest';
import { repository } from '../workspace/packages.ts';
import { pythonWith } from './environment.ts';

const python = pythonWith(join(repository, 'python'));
if (typeof python !== 'string') console.warn(`skipped: the Python package, since ${python.lacking}`);

const net = `model net[n = 2](x: f32[n, 4]) -> f32[n, 2] { x |> dense(8) as a |> relu |> dense(2) as b }
train fit[n = 2](x: f32[n, 4], y: f32[n, 2], rate: f32[]) {
  let loss = mse(net(x), y)
  minimize loss using sgd(rate: rate, momentum: 0.9)
  return { loss }
}
`;
const types = `model same(a: f16[4], b: bf16[4], c: i32[4], d: i8[4], e: u8[4], f: bool[4]) {
  return { a_out: a, b_out: b, c_out: c, d_out: d, e_out: e, f_out: f }
}
`;

function artifact(text: string, options: CompileOptions): Uint8Array<ArrayBuffer> {
  const compiled = compile({ name: 'net.dnn', text }, options);
  if (!compiled.ok) throw new Error(compiled.diagnostics[0].message);
  return compiled.value.bytes;
}

const bits = (values: ArrayLike<number>): number[] => [...new Uint32Array(Float32Array.from(values).buffer)];

/** What the chip of the JavaScript packages makes of the artifact with seed 3. */
async function answers(bytes: Uint8Array<ArrayBuffer>): Promise<Record<string, unknown>> {
  const loaded = await loadArtifact(bytes);
  if (!loaded.ok) throw new Error(loaded.diagnostics[0].message);
  const made = await createChip(loaded.value, { seed: 3 });
  if (!made.ok) throw new Error(made.diagnostics[0].message);
  const chip = made.value;
  const run = (name: string, inputs: Parameters<typeof chip.run>[1]) => {
    const ran = chip.run(name, inputs);
    if (!ran.ok) throw new Error(ran.diagnostics[0].message);
    return ran.value;
  };
  const output = run('net', { x: Float32Array.from({ length: 8 }, (_, i) => Math.fround(i) / 7) })['output'];
  const x = Float32Array.from({ length: 20 }, (_, i) => Math.sin(i));
  const y = Float32Array.from({ length: 10 }, (_, i) => Math.cos(i));
  const losses: number[] = [];
  for (let step = 0; step < 6; step++) {
    const at = step % 2;
    const rate = Float32Array.of(Math.fround(0.05) / Math.fround(1 + step));
    const batch = { x: x.slice(8 * at, 8 * at + 8), y: y.slice(4 * at, 4 * at + 4), rate };
    losses.push(run('fit', batch)['loss'][0]);
  }
  const weight = chip.readVariable('a.weight');
  if (!weight.ok) throw new Error(weight.diagnostics[0].message);
  return { output: bits(output), x: bits(x), y: bits(y), losses: bits(losses), weight: bits(weight.value) };
}

it.skipIf(typeof python !== 'string')(
  'the wheel, installed, does what the chip does',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tessera-python-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const strict = artifact(net, { math: 'strict' });
    writeFileSync(join(folder, 'net.dnn'), net);
    writeFileSync(join(folder, 'net.wasm'), strict);
    writeFileSync(join(folder, 'types.wasm'), artifact(types, { math: 'strict' }));
    writeFileSync(join(folder, 'threads.wasm'), artifact(net, { threads: 2, divide: 'everything' }));
    const command = [process.execPath, join(repository, 'packages/cli/bin/tessera.mjs')];
    writeFileSync(join(folder, 'expected.json'), JSON.stringify({ ...(await answers(strict)), command }));
    // What the blocks of the README find where they run.
    const examples = join(repository, 'examples');
    copyFileSync(join(examples, 'lenet.dnn'), join(folder, 'lenet.dnn'));
    for (const name of ['seven.npy', 'lenet.weights.safetensors'])
      copyFileSync(join(examples, 'digits', name), join(folder, name));
    spawnSync(command[0], [command[1], 'compile', join(folder, 'lenet.dnn'), '-o', join(folder, 'lenet.wasm')]);
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin/tessera'), `#!/bin/sh\nexec '${command[0]}' '${command[1]}' "$@"\n`);
    chmodSync(join(folder, 'bin/tessera'), 0o755);

    const env = { ...process.env, TESSERA_FIXTURES: folder, TESSERA_README: join(repository, 'python/README.md') };
    const tests = join(repository, 'python/tests');
    const { status, stderr } = spawnSync(python as string, ['-m', 'unittest', 'discover', '-s', tests], {
      env,
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining('OK') });
  },
  300_000,
);
