/** Kernel code of all codelets to wasm function bodies, through Binaryen. */
import { assertThat, InternalError } from '@tessera-dnn/diagnostics';
import type { KernelCode } from '@tessera-dnn/graph/kernel';
import { wasmMemoryLimitBytes, wasmPageBytes } from '@tessera-dnn/machine';
import binaryen from 'binaryen';
import { unsignedBytes } from '../sections/leb128.ts';
import { codeBodies } from '../sections/split.ts';
import { addGlobals, addWorkers, Globals } from './globals.ts';
import { AskedGlobals, type Codelet, KnownCodelets, keyOf } from './known.ts';
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

/** Those of all compilations of this process: a few times what the largest example takes. */
const ofProcess = new KnownCodelets(16 * 2 ** 20);

/** Throws `InternalError` if the code is not what the recorder makes. Codelets among the known ones are not compiled again; the bytes are the same. */
export function compileCodelets(
  codes: readonly KernelCode[],
  options: CompileOptions,
  known = ofProcess,
): CompiledCodelets {
  const relaxed = compiled(codes, options, known);
  if (!options.portable || !relaxed.features.includes(relaxedSimd)) return relaxed;
  const plain = compiled(codes, { ...options, plain: true }, known);
  const sameGlobals = plain.globals.join() === relaxed.globals.join();
  assertThat(sameGlobals, 'wasm', 'two ways to compile codelets need different globals');
  const sizes = plain.sizes.map((size, index) => Math.max(size, relaxed.sizes[index]));
  return { ...plain, sizes, relaxed: relaxed.bodies };
}

/** As manifests call it. */
export const relaxedSimd = 'relaxed-simd';

function compiled(codes: readonly KernelCode[], options: CompileOptions, known: KnownCodelets): CompiledCodelets {
  const globals = new Globals(codes);
  const codelets = codeletsOf(codes, options, globals, known);
  const relaxed = codelets.some(codelet => codelet.relaxed);
  return {
    bodies: codelets.map(({ body }) => body),
    sizes: codelets.map(({ body }) => body.length + unsignedBytes(body.length)),
    slots: codes.map(code => code.slots),
    names: codes.map((_, index) => options.names?.[index] ?? `codelet ${index}`),
    globals: globals.initial,
    features: [
      ...((options.threads ?? 1) > 1 ? ['bulk-memory', 'threads'] : []),
      'simd128',
      ...(relaxed ? [relaxedSimd] : []),
    ].sort(),
  };
}

/** A codelet that is not known yet. */
interface Missing {
  readonly index: number;
  readonly key: string | undefined;
  readonly relaxed: boolean;
  readonly globals: AskedGlobals;
}

/** The codelets of all codes, of which only those are compiled that are not known. */
function codeletsOf(
  codes: readonly KernelCode[],
  options: LowerOptions,
  globals: Globals,
  known: KnownCodelets,
): readonly Codelet[] {
  const codelets: Codelet[] = [];
  const missing: Missing[] = [];
  const m = new binaryen.Module();
  try {
    m.setFeatures(codeletFeatures());
    m.setMemory(1, mostPages);
    // In their order, whether known or not: in this order globals get their numbers.
    codes.forEach((code, index) => {
      const key = keyOf(code, options);
      const found = key === undefined ? undefined : known.find(key, globals);
      if (found) codelets[index] = found;
      else missing.push({ index, key, ...addCodelet(m, `codelet${index}`, code, options, globals) });
    });
    const bodies = missing.length === 0 ? [] : optimised(m, options, globals);
    if (bodies.length !== missing.length) throw new InternalError('wasm', 'Binaryen dropped a codelet');
    missing.forEach(({ index, key, relaxed, globals }, at) => {
      codelets[index] = { body: bodies[at], relaxed };
      if (key !== undefined) known.remember(key, codelets[index], globals);
    });
    return codelets;
  } finally {
    m.dispose();
  }
}

function addCodelet(
  m: binaryen.Module,
  name: string,
  code: KernelCode,
  options: LowerOptions,
  globals: Globals,
): Pick<Missing, 'relaxed' | 'globals'> {
  const asked = new AskedGlobals(globals);
  const relaxed = lowerKernel(m, name, code, { ...options, globals: asked });
  // Exported, or Binaryen would see no caller.
  m.addFunctionExport(name, name);
  return { relaxed, globals: asked };
}

/** The bodies of all functions of the module, optimised. */
function optimised(m: binaryen.Module, options: LowerOptions, globals: Globals): readonly Uint8Array[] {
  addGlobals(m, globals.initial);
  if (dividesVertices(options)) addWorkers(m);
  // Binaryen's levels are global; stated, so that the bytes do not depend on who used it before.
  binaryen.setOptimizeLevel(2);
  binaryen.setShrinkLevel(0);
  m.runPasses(passes);
  return codeBodies(m.emitBinary()).map(body => body.slice());
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
