/** Runs codelets on a bare memory: for kernel authors, who want to try and time a kernel without a graph, a chip or a plan. */
import { fieldOffset, packFields, type RecordedKernel } from '@tessera/graph';
import binaryen from 'binaryen';
import { compileCodelets } from '../codelet/compile.ts';
import { codeletParameters, type MathMode } from '../codelet/lower.ts';
import { joinSections, pieced, withBodies } from '../sections/join.ts';
import { codeBodies } from '../sections/split.ts';

export interface InstantiateOptions {
  readonly math: MathMode;
  /** 1 unless given. */
  readonly workers?: number;
  /** Bytes for the caller's data; 16 MiB unless given. */
  readonly dataBytes?: number;
}

export interface CodeletInstance {
  readonly memory: WebAssembly.Memory;
  /** The first byte free for data, a multiple of 64; below it are the vertex records. */
  readonly dataAddress: number;
  /** Code bytes of each codelet. */
  readonly sizes: readonly number[];
  /** Puts slot addresses into kernel `index`'s record; stays until changed. */
  readonly bind: (index: number, slotAddresses: readonly number[]) => void;
  /** Runs kernel `index` on the bound slots as one worker (0 unless given): what a timed loop should call. */
  readonly call: (index: number, worker?: number) => void;
  /** Binds, then runs all workers in order. */
  readonly run: (index: number, slotAddresses: readonly number[]) => void;
  readonly wasm: Uint8Array;
}

/** One module and one memory for all kernels: Binaryen's start-up costs more than a kernel. */
export function instantiateCodelets(recorded: readonly RecordedKernel[], options: InstantiateOptions): CodeletInstance {
  const workers = options.workers ?? 1;
  const compiled = compileCodelets(
    recorded.map(kernel => kernel.code),
    { math: options.math, workers },
  );
  const records = placeRecords(recorded);
  const pages = Math.ceil((records.end + (options.dataBytes ?? 1 << 24)) / 65536);
  const wasm = moduleAround(compiled.bodies, pages);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm));
  const memory = exports.memory as WebAssembly.Memory;
  const words = new Int32Array(memory.buffer);
  recorded.forEach((kernel, i) => {
    const start = records.starts[i];
    words[start / 4] = blockWords(kernel) << 16;
    new Uint8Array(memory.buffer).set(packFields(kernel.code, kernel.fields), start - 4 * blockWords(kernel));
  });
  const functions = recorded.map(
    (_, i) => exports[String(i)] as (record: number, base: number, worker: number) => void,
  );
  const bind = (index: number, addresses: readonly number[]) => words.set(addresses, records.starts[index] / 4 + 1);
  const call = (index: number, worker = 0) => functions[index](records.starts[index], 0, worker);
  return {
    memory,
    dataAddress: records.end,
    sizes: compiled.sizes,
    bind,
    call,
    run: (index, addresses) => {
      bind(index, addresses);
      for (let worker = 0; worker < workers; worker++) call(index, worker);
    },
    wasm,
  };
}

/** Per kernel its fields, then where these are, then its slots. */
function placeRecords(recorded: readonly RecordedKernel[]): {
  readonly starts: readonly number[];
  readonly end: number;
} {
  let at = 64;
  const starts = recorded.map(kernel => {
    const start = at + 4 * blockWords(kernel);
    at = start + 4 * (1 + kernel.code.slots);
    return start;
  });
  return { starts, end: Math.ceil(at / 64) * 64 };
}

function blockWords({ code }: RecordedKernel): number {
  return Math.ceil(fieldOffset(code, code.fields) / 4);
}

/** A module that exports the codelets as `0`, `1`, … and a memory. */
function moduleAround(bodies: readonly Uint8Array[], pages: number): Uint8Array<ArrayBuffer> {
  const m = new binaryen.Module();
  m.setFeatures(binaryen.Features.All);
  m.setMemory(pages, pages, 'memory');
  bodies.forEach((_, i) => {
    m.addFunction(String(i), codeletParameters(), binaryen.none, [], m.nop());
    m.addFunctionExport(String(i), String(i));
  });
  const shell = m.emitBinary();
  m.dispose();
  return joinSections(withBodies(pieced(shell), codeBodies(shell), bodies));
}
