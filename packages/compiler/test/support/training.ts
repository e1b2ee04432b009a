/**
 * Fixtures that tools/fixtures/training.py writes: a program with a `train fit`, PyTorch's variables before and after, and what every
 * step is given and gives. `differencesOf` trains on a chip, with nothing but the WebAssembly API, and says how far it is from PyTorch.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { readNpy, readSafetensors, type StoredTensor } from '@tessera-dnn/formats';
import type { ManifestTensor } from '@tessera-dnn/machine';
import { type Artifact, type CompileOptions, compile } from '../../src/index.ts';
import { elementsAt, relativeError } from './run-module.ts';
import { unwrap } from './torch.ts';

export const trainings = new URL('../fixtures/training/', import.meta.url);

type Tensors = ReadonlyMap<string, StoredTensor>;

export interface Training {
  readonly name: string;
  readonly text: string;
  readonly start: Tensors;
  readonly end: Tensors;
  /** One more axis than the tensor's, in front: the steps. */
  readonly inputs: Tensors;
  readonly outputs: Tensors;
}

/** What a chip made of a training. */
export interface Trained {
  /** By output, the tensors of all steps one after the other. */
  readonly outputs: ReadonlyMap<string, readonly number[]>;
  /** Of the variables that the fixture has. */
  readonly end: ReadonlyMap<string, Float32Array>;
}

export interface Differences {
  /** Largest relative difference of an output of any step; of truth values and whole numbers, 0 or infinite. */
  readonly outputs: number;
  /** ‖Δ − Δ*‖ / ‖Δ*‖ over all params together. */
  readonly update: number;
  /** Largest relative difference of a running statistic. */
  readonly statistics: number;
}

export function trainingNames(): readonly string[] {
  return readdirSync(trainings).sort();
}

export function readTraining(name: string, root = trainings): Training {
  const folder = new URL(`${name}/`, root);
  const file = (of: string) => readFileSync(new URL(of, folder));
  const side = (prefix: string) =>
    new Map(
      readdirSync(folder)
        .filter(of => of.startsWith(`${prefix}.`))
        .map(of => [of.slice(prefix.length + 1, -'.npy'.length), unwrap(readNpy(file(of)))] as const),
    );
  return {
    name,
    text: file('program.dnn').toString(),
    start: unwrap(readSafetensors(file('start.safetensors'))).tensors,
    end: unwrap(readSafetensors(file('end.safetensors'))).tensors,
    inputs: side('in'),
    outputs: side('out'),
  };
}

/** The program with its variables embedded; what the fixture has no value for begins as the program says. */
export function compileTraining({ name, text, start }: Training, options: CompileOptions): Artifact {
  return unwrap(compile({ name: `${name}.dnn`, text }, { verify: true, ...options, weights: start }));
}

/** How a program is run: all at once, as exported, or as the test likes. */
export type Run = (exports: WebAssembly.Exports, artifact: Artifact) => void;

export const atOnce: Run = exports => (exports['fit'] as () => void)();

export function train(training: Training, artifact: Artifact, run: Run = atOnce): Trained {
  const { bytes, manifest } = artifact;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const memory = exports['memory'] as WebAssembly.Memory;
  (exports['init'] as (seed: number) => void)(1);
  const { inputs, outputs } = manifest.programs['fit'];
  const found = new Map(outputs.map(({ name }) => [name, [] as number[]]));
  for (let step = 0; step < stepsOf(training); step++) {
    for (const input of inputs) viewOf(memory, input).set(partOf(training.inputs, input, step));
    run(exports, artifact);
    for (const output of outputs) found.get(output.name)?.push(...viewOf(memory, output));
  }
  const end = new Map<string, Float32Array>();
  for (const { path, index, shape } of manifest.variables) {
    if (!training.end.has(path)) continue;
    (exports['read'] as (variable: number) => void)(index);
    const count = shape.reduce((product, extent) => product * extent, 1);
    end.set(path, new Float32Array(memory.buffer, manifest.memory.host.transfer, count).slice());
  }
  return { outputs: found, end };
}

export function differencesOf(training: Training, got: Trained): Differences {
  const outputs = [...training.outputs].map(([name, { element, data }]) => {
    const given = got.outputs.get(name) ?? [];
    if (given.length !== data.length) throw new Error(`the program gives ${given.length} numbers of ${name}`);
    if (element !== 'f32') return relativeError(given, data as ArrayLike<number>) === 0 ? 0 : Number.POSITIVE_INFINITY;
    return Math.max(...stepwise(training, given, data as ArrayLike<number>));
  });
  let [off, moved, statistics] = [0, 0, 0];
  for (const [path, { data }] of training.end) {
    const value = got.end.get(path);
    if (value === undefined) throw new Error(`the program has no variable ${path}`);
    const wanted = data as Float32Array;
    if (path.includes('running_')) {
      statistics = Math.max(statistics, relativeError(value, wanted));
      continue;
    }
    const start = training.start.get(path)?.data as Float32Array;
    off += sumOfSquares(value, wanted);
    moved += sumOfSquares(wanted, start);
  }
  return { outputs: Math.max(...outputs), update: Math.sqrt(off / moved), statistics };
}

function stepwise(training: Training, got: readonly number[], wanted: ArrayLike<number>): readonly number[] {
  const each = wanted.length / stepsOf(training);
  return Array.from({ length: stepsOf(training) }, (_, step) => {
    const [from, to] = [step * each, (step + 1) * each];
    return relativeError(got.slice(from, to), Array.from(wanted).slice(from, to));
  });
}

function stepsOf({ inputs }: Training): number {
  return [...inputs.values()][0].shape[0];
}

function partOf(tensors: Tensors, { name, type, shape }: ManifestTensor, step: number): ArrayLike<number> {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new Error(`the fixture has no input ${name}`);
  const [is, has] = [`${type}[${shape}]`, `${tensor.element}[${tensor.shape.slice(1)}]`];
  if (is !== has) throw new Error(`${name} is ${is}, in the fixture ${has}`);
  const each = tensor.data.length / tensor.shape[0];
  return (tensor.data as Float32Array).subarray(step * each, (step + 1) * each);
}

function viewOf(memory: WebAssembly.Memory, { type, address, bytes }: ManifestTensor) {
  return elementsAt({ element: type }, memory, address, type === 'bool' ? bytes : bytes / 4);
}

function sumOfSquares(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, x, i) => sum + (x - b[i]) ** 2, 0);
}
