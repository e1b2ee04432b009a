/** Kernel code of all codelets to wasm function bodies, through Binaryen. */
import { assertThat, InternalError } from '@tessera-dnn/diagnostics';
import type { KernelCode } from '@tessera-dnn/graph/kernel';
import { wasmMemoryLimitBytes, wasmPageBytes } from '@tessera-dnn/machine';
import binaryen from 'binaryen';
import { unsignedBytes } from '../sections/leb128.ts';
import { codeBodies } from '../sections/split.ts';
import { addGlobals, addWorkers, Globals } from './globals.ts';
import { dividesVertices, type LowerOptions, lowerKernel } from './lower.ts';

/**
 * Compiled codelets. The bodies know nothing of the module they will stand in: they call nothing and name no type, no table and
 * no global but the first ones, so `link` copies them as they are.
 */
export interface CompiledCodelets {
  /** Code section entries without their size prefix (local declarations, then instructions); the index is the codelet's number. */
  readonly bodies: readonly Uint8Array[];
  /** Bytes of each codelet in the artifact: the body and its size prefix. */
  readonly sizes: readonly number[];
  /** How many slots each has: from this follow its parameters. */
  readonly slots: readonly number[];
  /** The codelets' names, for the name section and reports. */
  readonly names: readonly string[];
  /** What the globals that they need hold at the start (see `globals.ts`). */
  readonly globals: readonly number[];
  /** WebAssembly features the code needs, sorted. */
  readonly features: readonly string[];
  /** The same codelets for hosts with relaxed SIMD, where the artifact carries them for these: they name the same globals. */
  readonly relaxed?: readonly Uint8Array[];
}

export interface CompileOptions extends LowerOptions {
  /** What profilers and reports call the codelets, by number; `codelet 3` unless given. */
  readonly names?: readonly string[];
  /** Whether all hosts must take the code; that for hosts with relaxed SIMD is then made beside it. */
  readonly portable?: boolean;
}

const mostPages = wasmMemoryLimitBytes / wasmPageBytes;

/** Throws `InternalError` if the code is not what the recorder makes. */
export function compileCodelets(codes: readonly KernelCode[], options: CompileOptions): CompiledCodelets {
  const relaxed = compiled(codes, options);
  if (!options.portable || !relaxed.features.includes(relaxedSimd)) return relaxed;
  const plain = compiled(codes, { ...options, plain: true });
  const sameGlobals = plain.globals.join() === relaxed.globals.join();
  assertThat(sameGlobals, 'wasm', 'two ways to compile codelets need different globals');
  const sizes = plain.sizes.map((size, index) => Math.max(size, relaxed.sizes[index]));
  return { ...plain, sizes, relaxed: relaxed.bodies };
}

/** As manifests call it. */
export const relaxedSimd = 'relaxed-simd';

function compiled(codes: readonly KernelCode[], options: CompileOptions): CompiledCodelets {
  const m = new binaryen.Module();
  try {
    const globals = new Globals(codes);
    const relaxed = build(m, codes, options, globals);
    const bodies = codeBodies(m.emitBinary()).map(body => body.slice());
    if (bodies.length !== codes.length) throw new InternalError('wasm', 'Binaryen dropped a codelet');
    return {
      bodies,
      sizes: bodies.map(body => body.length + unsignedBytes(body.length)),
      slots: codes.map(code => code.slots),
      names: codes.map((_, index) => options.names?.[index] ?? `codelet ${index}`),
      globals: globals.initial,
      features: [
        ...((options.threads ?? 1) > 1 ? ['bulk-memory', 'threads'] : []),
        'simd128',
        ...(relaxed ? [relaxedSimd] : []),
      ].sort(),
    };
  } finally {
    m.dispose();
  }
}

/** All codelets as functions of one module, optimised; true if any holds a relaxed instruction. */
function build(m: binaryen.Module, codes: readonly KernelCode[], options: LowerOptions, globals: Globals): boolean {
  m.setFeatures(codeletFeatures());
  m.setMemory(1, mostPages);
  let relaxed = false;
  codes.forEach((code, index) => {
    const name = `codelet${index}`;
    relaxed = lowerKernel(m, name, code, { ...options, globals }) || relaxed;
    // Exported, or Binaryen would see no caller.
    m.addFunctionExport(name, name);
  });
  addGlobals(m, globals.initial);
  if (dividesVertices(options)) addWorkers(m);
  // Binaryen's levels are global; stated, so that the bytes do not depend on who used it before.
  binaryen.setOptimizeLevel(2);
  binaryen.setShrinkLevel(0);
  m.runPasses(passes);
  return relaxed;
}

function codeletFeatures(): number {
  const { SIMD128, RelaxedSIMD, NontrappingFPToInt } = binaryen.Features;
  return SIMD128 | RelaxedSIMD | NontrappingFPToInt;
}

/**
 * The lowering leaves little to do: these cut the code by a tenth in about a millisecond a codelet and change no running time that
 * could be measured. Left out on purpose: everything that moves constants into loops (`precompute-propagate`), where V8 would make
 * them anew on each turn, and `licm`, which found nothing.
 *
 * `optimize-instructions` must come before `simplify-locals` nests loads: Binaryen 132 makes a signed 32-bit load of an
 * `extend_u` of an `i32.load`.
 */
const passes: readonly string[] = [
  'optimize-instructions',
  'local-cse',
  'simplify-locals',
  'vacuum',
  'rse',
  'vacuum',
  'coalesce-locals',
  'reorder-locals',
];
