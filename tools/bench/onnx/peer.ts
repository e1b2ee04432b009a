/** onnxruntime-web, in wasm. */
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Contestant } from '../contestant.ts';
import type { Ranges } from './quantize.ts';

export type Data = { readonly [input: string]: Float32Array | Int32Array };

export async function createPeer(model: Uint8Array, data: Data, threads = 1): Promise<Contestant> {
  const memories = watchMemories();
  const start = performance.now();
  const { session, feeds } = await open(model, data, threads);
  const createMilliseconds = performance.now() - start;
  const runtime = fileURLToPath(import.meta.resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm'));
  return {
    run: async () => (await session.run(feeds))[session.outputNames[0]].data as Float32Array,
    shippedBytes: statSync(runtime).size + model.length,
    memoryBytes: () => memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0),
    createMilliseconds,
  };
}

/** Runs a model once, and returns the least and the greatest element of each of its outputs and inputs. */
export async function rangesOf(model: Uint8Array, data: Data): Promise<Ranges> {
  const { session, feeds } = await open(model, data);
  const outputs = await session.run(feeds);
  const all = [...Object.entries(data), ...Object.entries(outputs).map(([name, { data }]) => [name, data] as const)];
  return new Map(all.map(([name, values]) => [name, rangeOf(values)]));
}

function rangeOf(values: ArrayLike<number>): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) [low, high] = [Math.min(low, values[i]), Math.max(high, values[i])];
  return [low, high];
}

async function open(model: Uint8Array, data: Data, threads = 1) {
  // Only its build for Node starts threads there.
  const build: string = threads > 1 ? 'onnxruntime-web' : 'onnxruntime-web/wasm';
  const { env, InferenceSession, Tensor }: typeof import('onnxruntime-web/wasm') = await import(build);
  env.wasm.numThreads = threads;
  env.logLevel = 'error';
  const session = await InferenceSession.create(model);
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
  return { session, feeds };
}

/** Collects the wasm memories that are created from JavaScript from now on, since the runtime does not give access to its own. */
export function watchMemories(): readonly WebAssembly.Memory[] {
  const memories: WebAssembly.Memory[] = [];
  WebAssembly.Memory = class extends WebAssembly.Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      memories.push(this);
    }
  };
  return memories;
}
