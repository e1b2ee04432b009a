/**
 * LiteRT.js (TensorFlow Lite's runtime with XNNPACK, in wasm) in Node. It is written for pages: it loads its module by a script, which is run
 * here as a page would run it.
 */
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import type { Contestant, Peer } from '../contestant.ts';
import type { OnnxGraph, Tensor } from '../onnx/graph.ts';
import { type Data, watchMemories } from '../onnx/peer.ts';
import { convert, permute, Unconvertible } from './convert.ts';
import { encodeLite } from './schema.ts';

const root = join(dirname(fileURLToPath(import.meta.resolve('@litertjs/core'))), '../wasm');

/**
 * The network in LiteRT.js with the same input. Undefined if it has what is not written for it here, and with more than one thread: those of LiteRT.js
 * do not start in Node.
 */
export async function litePeer(
  graph: OnnxGraph,
  output: Tensor,
  data: Data,
  threads: number,
): Promise<Peer | undefined> {
  const inputs = graph.declared();
  if (threads > 1) return undefined;
  const [{ name, shape }] = inputs;
  const given = data[name];
  if (inputs.length > 1 || !(given instanceof Float32Array)) return undefined;
  const converted = convertIfPossible(graph, inputs, output);
  if (!converted) return undefined;
  const isImage = shape.length === 4;
  const [n, c, height, width] = shape;
  const contestant = await createLite(
    encodeLite(converted.graph),
    isImage ? permute({ shape, data: given }, [0, 2, 3, 1]) : given,
    isImage ? [n, height, width, c] : shape,
  );
  if (!converted.channelsLast) return { name: 'LiteRT.js', contestant };
  const [m, channels, rows, columns] = output.shape;
  const lies = [m, rows, columns, channels];
  return { name: 'LiteRT.js', contestant, arrange: values => permute({ shape: lies, data: values }, [0, 3, 1, 2]) };
}

function convertIfPossible(graph: OnnxGraph, inputs: readonly Tensor[], output: Tensor) {
  try {
    return convert(graph.content(), inputs, output);
  } catch (error) {
    if (error instanceof Unconvertible) return undefined;
    throw error;
  }
}

/** A process has one runtime. */
let loaded: Promise<void> | undefined;

/** The runtime with a model of one input and one output. */
export async function createLite(
  model: Uint8Array,
  input: Float32Array,
  shape: readonly number[],
): Promise<Contestant> {
  const start = performance.now();
  const memories = watchMemories();
  const { loadLiteRt, loadAndCompile, Tensor } = await import('@litertjs/core');
  await (loaded ??= loadAsPage(() => loadLiteRt(`${root}/`, { threads: false })));
  const compiled = await loadAndCompile(model, { accelerator: 'wasm', cpuOptions: { numThreads: 1 } });
  const createMilliseconds = performance.now() - start;
  return {
    run: async () => {
      const given = new Tensor(input, [...shape]);
      const [result] = await compiled.run([given]);
      const output = result.toTypedArray().slice();
      given.delete();
      result.delete();
      return output;
    },
    shippedBytes: statSync(join(root, 'litert_wasm_internal.wasm')).size + model.length,
    memoryBytes: () => memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0),
    createMilliseconds,
  };
}

/** Loads the runtime as a page would, with what a page has and Node has not; afterwards Node is as before. */
async function loadAsPage(load: () => Promise<unknown>): Promise<void> {
  const { warn } = console;
  // It says that there is no WebGPU here, which is not asked for.
  console.warn = () => {};
  const had = new Map(Object.keys(page).map(name => [name, Object.getOwnPropertyDescriptor(globalThis, name)]));
  Object.assign(globalThis, page);
  try {
    await load();
  } finally {
    console.warn = warn;
    for (const [name, descriptor] of had) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
    }
  }
}

const page = {
  self: globalThis,
  require: createRequire(import.meta.url),
  __dirname: root,
  importScripts: (file: string) => {
    const folder = JSON.stringify(`${dirname(file)}/`);
    // The script looks for its wasm beside the page unless it is told.
    const told = `self.Module = { locateFile: name => ${folder} + name, print() {}, printErr() {} };`;
    const code = `${readFileSync(file, 'utf8')}; self.ModuleFactory = ModuleFactory; ${told}`;
    new Script(code, { filename: file }).runInThisContext();
  },
};
