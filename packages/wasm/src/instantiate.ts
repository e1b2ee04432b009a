/** Runs codelets on a bare memory: for kernel authors, who want to try and time a kernel without a graph, a chip or a plan. */
import { fieldOffset, packFields, type RecordedKernel } from '@tessera-dnn/graph/kernel';
import { wasmPageBytes } from '@tessera-dnn/machine';
import binaryen from 'binaryen';
import { type CompiledCodelets, compileCodelets } from './codelet/compile.ts';
import { addGlobals } from './codelet/globals.ts';
import { codeletParameters, type MathMode } from './codelet/lower.ts';
import { joinSections, pieced, withBodies } from './sections/join.ts';
import { codeBodies } from './sections/split.ts';

export interface InstantiateOptions {
  readonly math: MathMode;
  /** 1 unless given. */
  readonly workers?: number;
  /** Bytes for the caller's data; 16 MiB unless given. */
  readonly dataBytes?: number;
}

export interface CodeletInstance {
  readonly memory: WebAssembly.Memory;
  /** The first byte free for data, a multiple of 64; below it are the kernels' fields. */
  readonly dataAddress: number;
  /** Code bytes of each codelet. */
  readonly sizes: readonly number[];
  /** Sets the slot addresses that kernel `index` will be called with. */
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
  const blocks = placeBlocks(recorded);
  const pages = Math.ceil((blocks.end + (options.dataBytes ?? 1 << 24)) / wasmPageBytes);
  const wasm = moduleAround(compiled, pages);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm));
  const memory = exports.memory as WebAssembly.Memory;
  recorded.forEach(({ code, fields }, i) => {
    new Uint8Array(memory.buffer).set(packFields(code, fields), blocks.starts[i]);
  });
  const functions = recorded.map((_, i) => exports[String(i)] as (...numbers: number[]) => void);
  const bound = recorded.map((): readonly number[] => []);
  const bind = (index: number, addresses: readonly number[]) => {
    bound[index] = [...addresses].reverse();
  };
  const call = (index: number, worker = 0) => functions[index](blocks.starts[index], worker, ...bound[index]);
  return {
    memory,
    dataAddress: blocks.end,
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

/** Where the fields of each kernel lie. */
function placeBlocks(recorded: readonly RecordedKernel[]): {
  readonly starts: readonly number[];
  readonly end: number;
} {
  let at = 64;
  const starts = recorded.map(({ code }) => {
    const start = at;
    at += Math.ceil(fieldOffset(code, code.fields) / 4) * 4;
    return start;
  });
  return { starts, end: Math.ceil(at / 64) * 64 };
}

/** A module that exports the codelets as `0`, `1`, … and a memory. */
function moduleAround({ bodies, slots, globals }: CompiledCodelets, pages: number): Uint8Array<ArrayBuffer> {
  const m = new binaryen.Module();
  m.setFeatures(binaryen.Features.All);
  m.setMemory(pages, pages, 'memory');
  addGlobals(m, globals);
  bodies.forEach((_, i) => {
    m.addFunction(String(i), codeletParameters(slots[i]), binaryen.none, [], m.nop());
    m.addFunctionExport(String(i), String(i));
  });
  const shell = m.emitBinary();
  m.dispose();
  return joinSections(withBodies(pieced(shell), codeBodies(shell), bodies));
}
