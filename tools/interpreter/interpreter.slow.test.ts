/** Both back ends give the same bits for the same plans in strict math: results, variables, and first values by seed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CompileOptions, compile } from '@tessera-dnn/compiler';
import { readSafetensors } from '@tessera-dnn/formats';
import { type ChipSpec, hostChip, type Manifest, tinyChip } from '@tessera-dnn/machine';
import { expect, describe as group, test } from 'vitest';
import { unwrap } from '../../packages/compiler/test/support/torch.ts';
import { repository } from '../workspace/packages.ts';
import { decode, encode } from './artifact.ts';
import { interpreter } from './backend.ts';
import { type Interpreted, start } from './start.ts';

type Running = Omit<Interpreted, 'memory'> & {
  readonly manifest: Manifest;
  readonly memory: { readonly buffer: ArrayBuffer };
};

function compiled(text: string, options: CompileOptions) {
  return unwrap(compile({ name: 'test.dnn', text }, { math: 'strict', verify: true, ...options }));
}

function interpreted(text: string, options: CompileOptions): Running {
  const { bytes, manifest } = compiled(text, { ...options, backend: interpreter });
  return { ...start(bytes), manifest };
}

function instantiated(text: string, options: CompileOptions): Running {
  const { bytes, manifest } = compiled(text, options);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const call = exports as unknown as Record<string, (...numbers: number[]) => void>;
  const memory = exports['memory'] as unknown as Running['memory'];
  const { init, read, write, step } = call;
  return { manifest, memory, init, read, write, step, run: name => call[name]() };
}

const chips: readonly ChipSpec[] = [hostChip, { ...tinyChip, name: 'four tiles', tiles: 4, sramBytes: 1 << 20 }];

/** Numbers in [-1, 1) that are the same for both. */
function numbers(count: number, seed: number): Float32Array {
  return Float32Array.from(
    { length: count },
    (_, i) => ((Math.imul(i + 1, 2_654_435_761 + seed) >>> 8) % 2000) / 1000 - 1,
  );
}

/** Sets all inputs, runs the program and returns the bytes of the outputs. */
function outputsOf(chip: Running, program: string, seed = 0): Record<string, Uint8Array> {
  const { inputs, outputs } = chip.manifest.programs[program];
  for (const { address, bytes } of inputs) {
    new Float32Array(chip.memory.buffer, address, bytes / 4).set(numbers(bytes / 4, seed));
  }
  chip.run(program);
  return Object.fromEntries(
    outputs.map(({ name, address, bytes }) => [name, new Uint8Array(chip.memory.buffer, address, bytes).slice()]),
  );
}

function variablesOf(chip: Running): Record<string, Uint8Array> {
  const { variables, memory } = chip.manifest;
  return Object.fromEntries(
    variables.map(({ index, path, shape }) => {
      chip.read(index);
      const count = shape.reduce((product, extent) => product * extent, 1);
      return [path, new Uint8Array(chip.memory.buffer, memory.host.transfer, 4 * count).slice()];
    }),
  );
}

group.each(chips)('$name', chip => {
  test('LeNet gives the bits of strict WebAssembly', () => {
    const text = readFileSync(join(repository, 'examples/lenet.dnn'), 'utf8');
    const stored = readFileSync(join(repository, 'examples/digits/lenet.weights.safetensors'));
    const options = { chip, programs: ['lenet'], weights: unwrap(readSafetensors(stored)).tensors };
    const [ours, theirs] = [interpreted(text, options), instantiated(text, options)];
    const outputs = outputsOf(ours, 'lenet');
    expect(outputs).toEqual(outputsOf(theirs, 'lenet'));
    expect(new Set(new Float32Array(outputs['output'].buffer)).size, 'scores that differ').toBe(10);
  });

  test('first values, steps of training and what is prepared from variables have the same bits', () => {
    const text = `
model net[n = 2](x: f32[n, 2, 6, 6]) {
  x |> conv2d(4, kernel: 3, padding: 1) as first |> batch_norm as norm |> relu |> global_avg_pool |> dense(3) as scores
}
train fit[n = 2](x: f32[n, 2, 6, 6], y: f32[n, 3]) {
  let loss = mean((net(x) - y) ** 2)
  minimize loss using adam(rate: 0.01)
  return { loss }
}`;
    const [ours, theirs] = [interpreted(text, { chip }), instantiated(text, { chip })];
    for (const both of [ours, theirs]) both.init(7);
    expect(variablesOf(ours)).toEqual(variablesOf(theirs));
    for (const seed of [1, 2]) {
      expect(outputsOf(ours, 'fit', seed)).toEqual(outputsOf(theirs, 'fit', seed));
      expect(outputsOf(ours, 'net', seed)).toEqual(outputsOf(theirs, 'net', seed));
    }
    expect(variablesOf(ours)).toEqual(variablesOf(theirs));
    for (const both of [ours, theirs]) {
      new Float32Array(both.memory.buffer, both.manifest.memory.host.transfer, 8).fill(0.25);
      both.write(0);
    }
    expect(outputsOf(ours, 'net')).toEqual(outputsOf(theirs, 'net'));
  });

  test('phases run for some of the slots at a time', () => {
    const text = 'model sums(x: f32[13, 40]) { return { a: softmax(x), b: sum(x * x, axis: 0) } }';
    const [whole, parts] = [interpreted(text, { chip }), interpreted(text, { chip })];
    const expected = outputsOf(whole, 'sums');
    const { phases } = parts.manifest.programs['sums'];
    const slots = chip.tiles * chip.workers;
    const inSteps = {
      ...parts,
      run: () => {
        for (let phase = 0; phase < phases; phase++) {
          for (let slot = 0; slot < slots; slot += 3) parts.step(0, phase, slot, Math.min(slot + 3, slots));
        }
      },
    };
    expect(outputsOf(inSteps, 'sums')).toEqual(expected);
  });
});

test('a plan beyond the memory of a back end is refused in its words', () => {
  const chip = { ...tinyChip, tiles: 3000, sramBytes: 1 << 20 };
  const source = { name: 'test.dnn', text: 'model twice(x: f32[4]) { x * 2 }' };
  expect(compile(source, { chip }).ok).toBe(true);
  const refused = compile(source, { chip, backend: interpreter });
  expect(refused.diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual([
    expect.stringMatching(/^memory-too-large: .*but the interpreter's memory holds at most 2 GiB$/),
  ]);
});

test('what is printed after the last stage is of the back end', () => {
  const printed = new Map<string, string>();
  const after = (stage: string, print: () => string) => void printed.set(stage, print());
  compiled('model twice(x: f32[4]) { x * 2 }', { backend: interpreter, after });
  const text = printed.get([...printed.keys()].at(-1) ?? '') ?? '';
  expect(text).toContain('codelet 0 · ');
  expect(text).toMatch(/^ {2}tile 0: codelet \d+ at \d+, \d+$/m);
});

test('a file holds all numbers that kernels can have', () => {
  const image = {
    segments: [{ address: 3, bytes: Uint8Array.of(1, 0, 255) }],
    values: [Infinity, -Infinity, NaN, -0, 0],
  };
  const program = { image, kernels: [] } as unknown as Parameters<typeof encode>[0];
  expect(decode(encode(program))).toEqual(program);
});
