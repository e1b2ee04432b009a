/**
 * Makes the two contestants ready to run with the same weights: Tessera's artifact for the `host` chip, through the chip package, and
 * onnxruntime-web with one thread. Both are called as a user would call them, with inputs and outputs by name.
 */
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { load } from '@tessera-dnn/chip';
import { compile, frontEnd } from '@tessera-dnn/compiler';
import { type Outcome, render, type Source } from '@tessera-dnn/diagnostics';
import { parse } from '@tessera-dnn/language';
import { hostChip } from '@tessera-dnn/machine';
import type { Network } from './networks/network.ts';
import { OnnxGraph } from './onnx/graph.ts';
import { drawInput, drawWeights } from './weights.ts';

export interface Contestant {
  /** Runs once and returns the output. */
  readonly run: () => Float32Array | Promise<Float32Array>;
  /** The bytes that must be downloaded to run the network: code, weights and, if there is one, the runtime. */
  readonly shippedBytes: number;
  /** The bytes of wasm memory after a run. */
  readonly memoryBytes: () => number;
  /** The time from the program (or, for the peer, the model) until it is ready to run. */
  readonly createMilliseconds: number;
}

export interface Contest {
  readonly ours: Contestant;
  readonly theirs: Contestant;
  /** The name of the peer, if it differs from that of other networks. */
  readonly peer?: string;
  /** The number of multiply-adds of one run. */
  readonly multiplyAdds: number;
  /** The outputs of this many runs must agree before the two are timed, up to `tolerance` times the largest number. */
  readonly comparedRuns: number;
  readonly tolerance: number;
}

/** The largest relative difference at which users of PyTorch would still speak of the same answer. */
export const toleratedDifference = 1e-4;

type Data = { readonly [input: string]: Float32Array | Int32Array };

export async function prepare(network: Network): Promise<Contest> {
  const options = { chip: hostChip, math: 'fast' } as const;
  const [program] = modelsOf(network.source);
  const only = { ...options, programs: [program] };
  const weights = drawWeights(orThrow(frontEnd(network.source, only)));
  const start = performance.now();
  const { bytes } = orThrow(compile(network.source, { ...only, weights }));
  const chip = await load(bytes);
  const createMilliseconds = performance.now() - start;
  const { inputs, outputs } = chip.programs[program];
  const data: Data = Object.fromEntries(
    inputs.map(({ name, bytes }) => [name, drawInput(bytes / 4, network.integersBelow)]),
  );
  const ours: Contestant = {
    run: () => chip.run(program, data)[outputs[0].name] as Float32Array,
    shippedBytes: bytes.length,
    memoryBytes: () => chip.chip.memory.buffer.byteLength,
    createMilliseconds,
  };
  const graph = new OnnxGraph(weights);
  const model = graph.encode([network.onnx(graph)]);
  const theirs = await createPeer(model, data);
  return { ours, theirs, multiplyAdds: graph.multiplyAdds, comparedRuns: 1, tolerance: toleratedDifference };
}

function modelsOf(source: Source): readonly string[] {
  return parse(source).file.items.flatMap(item => (item.kind === 'model' ? [item.name.text] : []));
}

async function createPeer(model: Uint8Array, data: Data): Promise<Contestant> {
  const memories = watchMemories();
  const { env, InferenceSession, Tensor } = await import('onnxruntime-web/wasm');
  env.wasm.numThreads = 1;
  env.logLevel = 'error';
  const start = performance.now();
  const session = await InferenceSession.create(model);
  const createMilliseconds = performance.now() - start;
  const shapes = new Map(session.inputMetadata.map(input => [input.name, input.isTensor ? input.shape : []]));
  const feeds = Object.fromEntries(
    Object.entries(data).map(([name, values]) => {
      const shape = shapes.get(name)?.map(Number);
      return [
        name,
        values instanceof Int32Array ? new Tensor('int32', values, shape) : new Tensor('float32', values, shape),
      ];
    }),
  );
  const runtime = fileURLToPath(import.meta.resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm'));
  return {
    run: async () => (await session.run(feeds))[session.outputNames[0]].data as Float32Array,
    shippedBytes: statSync(runtime).size + model.length,
    memoryBytes: () => memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0),
    createMilliseconds,
  };
}

/** Collects the wasm memories that are created from JavaScript from now on, since the runtime does not give access to its own. */
function watchMemories(): readonly WebAssembly.Memory[] {
  const memories: WebAssembly.Memory[] = [];
  WebAssembly.Memory = class extends WebAssembly.Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      memories.push(this);
    }
  };
  return memories;
}

/** The largest difference divided by the largest number; infinite if either array has NaN or infinity. */
export function relativeDifference(ours: Float32Array, theirs: Float32Array): number {
  const differences = ours.map((value, i) => Math.abs(value - theirs[i]));
  if (ours.length !== theirs.length || !differences.every(Number.isFinite)) return Number.POSITIVE_INFINITY;
  const largest = (values: Float32Array) => values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  return largest(differences) / largest(theirs);
}

export function orThrow<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new Error(outcome.diagnostics.map(diagnostic => render(diagnostic)).join('\n'));
}
