/**
 * The part of TensorFlow.js that the benchmark trains with, and its backends. The types are declared here, since its own declarations need
 * those of browser graphics and do not fit this project's compiler options.
 */
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export interface TfTensor {
  readonly shape: readonly number[];
  dataSync(): Float32Array;
  dispose(): void;
}

export interface TensorFlow {
  tensor(data: Float32Array | Int32Array, shape: readonly number[], element?: 'int32'): TfTensor;
  variable(initial: TfTensor): TfTensor;
  reshape(x: TfTensor, shape: readonly number[]): TfTensor;
  transpose(x: TfTensor, axes: readonly number[]): TfTensor;
  matMul(a: TfTensor, b: TfTensor): TfTensor;
  conv2d(x: TfTensor, filter: TfTensor, stride: number, padding: 'same' | 'valid'): TfTensor;
  maxPool(x: TfTensor, size: number, stride: number, padding: 'valid'): TfTensor;
  add(a: TfTensor, b: TfTensor): TfTensor;
  relu(x: TfTensor): TfTensor;
  oneHot(indices: TfTensor, depth: number): TfTensor;
  readonly losses: { softmaxCrossEntropy(labels: TfTensor, logits: TfTensor): TfTensor };
  readonly train: { sgd(rate: number): { minimize(loss: () => TfTensor, returnCost: true): TfTensor } };
  tidy<T>(work: () => T): T;
  /** The peak of the bytes of tensors while `work` ran. */
  profile(work: () => TfTensor): Promise<{ readonly peakBytes: number }>;
  setBackend(name: Backend): Promise<boolean>;
  /** The current backend; that for wasm gives access to its module. */
  backend(): { readonly wasm?: { readonly HEAPU8: Uint8Array } };
  /** Turns off checks of arguments and advice on the console. */
  enableProdMode(): void;
  env(): { set(flag: string, value: boolean): void };
}

/** The backends that work without a graphics card. */
export const backends = ['wasm', 'cpu'] as const;
export type Backend = (typeof backends)[number];

interface WasmBackend {
  setWasmPaths(folder: string): void;
}

// The bundle for browsers contains all that it needs, while the one for Node loads dependencies that may be another version.
const runtime = '@tensorflow/tfjs/dist/tf.min.js';
const wasmBackend = '@tensorflow/tfjs-backend-wasm';
const require = createRequire(import.meta.url);

export function loadTensorFlow(): TensorFlow {
  const tf: TensorFlow = require(runtime);
  tf.enableProdMode();
  const backend: WasmBackend = require(wasmBackend);
  backend.setWasmPaths(`${wasmFolder()}/`);
  // One thread, like all contestants.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  return tf;
}

/** The bytes that must be downloaded for a backend. */
export function runtimeBytes(backend: Backend): number {
  const { size } = statSync(require.resolve(runtime));
  return backend === 'cpu' ? size : size + statSync(join(wasmFolder(), 'tfjs-backend-wasm-simd.wasm')).size;
}

function wasmFolder(): string {
  return join(dirname(require.resolve(wasmBackend)), '../wasm-out');
}
