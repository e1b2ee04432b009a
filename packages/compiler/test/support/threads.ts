/** An artifact for several threads, run by real ones with nothing but Node and the WebAssembly API. */
import { Worker } from 'node:worker_threads';
import { type Manifest, threadControl } from '@tessera-dnn/machine';
import type { Artifact } from '../../src/index.ts';

export interface Threads {
  readonly manifest: Manifest;
  readonly memory: WebAssembly.Memory;
  /** Calls an export of the first thread's instance. */
  readonly call: (name: string, ...args: number[]) => void;
  /** The i32 at a word of the control block. */
  readonly word: (word: 'broken' | 'joined' | 'sleepers' | 'done') => number;
  /** Tells the others to leave, and waits until they have. */
  readonly leave: () => Promise<void>;
}

const script = `
const { workerData, parentPort } = require('node:worker_threads');
const { module, memory, thread } = workerData;
const { exports } = new WebAssembly.Instance(module, { env: { memory } });
parentPort.postMessage('joins');
exports.join(thread);
`;

/** Loads the artifact and lets all the threads join that it may have, or so many. */
export async function startThreads({ bytes, manifest }: Artifact, count = manifest.threads ?? 1): Promise<Threads> {
  const pages = manifest.memory.totalBytes / 65_536;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const module = new WebAssembly.Module(bytes);
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const call = (name: string, ...args: number[]) => (exports[name] as (...args: number[]) => void)(...args);
  call('load');
  const control = manifest.memory.threads ?? 0;
  const words = new Int32Array(memory.buffer, control, threadControl.bytes / 4);
  const word: Threads['word'] = name => Atomics.load(words, threadControl[name] / 4);
  const others = Array.from({ length: count - 1 }, (_, i) => join({ module, memory, thread: i + 1 }));
  await Promise.all(others.map(({ joins }) => joins));
  return {
    manifest,
    memory,
    call,
    word,
    leave: async () => {
      call('leave');
      await Promise.all(others.map(({ ended }) => ended));
    },
  };
}

function join(workerData: {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly thread: number;
}) {
  const worker = new Worker(script, { eval: true, workerData });
  const joins = new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  const ended = new Promise((resolve, reject) => worker.once('exit', resolve).once('error', reject));
  return { joins, ended };
}
