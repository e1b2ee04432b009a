/** What a compilation may be told. One readonly record; nothing below the command line reads the environment. */

import type { Strategy } from '@tessera-dnn/allocator';
import { assertThat } from '@tessera-dnn/diagnostics';
import type { Conversion, StoredTensor } from '@tessera-dnn/formats';
import type { KernelCode } from '@tessera-dnn/graph/kernel';
import type { OpTable } from '@tessera-dnn/graph/op';
import type { Load, StoredFloat } from '@tessera-dnn/language';
import { type Backend, type ChipSpec, checkedBackend } from '@tessera-dnn/machine';
import { ops } from '@tessera-dnn/ops';
import { differentiate, fuse, passes, type Recompute, recompute, type Stage } from '@tessera-dnn/passes';
import type { Divide, ForcedRounds } from '@tessera-dnn/tiling';

export interface CompileOptions {
  /** Default: the `host` preset. */
  readonly chip?: ChipSpec;
  /** What makes the artifact (default: WebAssembly; from the subpath `plan`, what guesses its sizes). */
  readonly backend?: Backend<KernelCode>;
  /**
   * How many threads may share the work of a run (default 1), the one that calls programs included; at most what the back end can. With more than
   * one the artifact imports its memory, unless threads are of no use to it. Bits do not depend on it.
   */
  readonly threads?: number;
  /** What threads divide: what pays (default), or everything that they can, to find out whether they may. */
  readonly divide?: Divide;
  /**
   * `fast` (default): fused multiply-add and rewrites that change rounding. `strict`: the same bits on every host, and on one chip
   * whatever these options say about workers and memory.
   */
  readonly math?: 'fast' | 'strict';
  /**
   * The artifact runs wherever WebAssembly has SIMD, and carries the code for hosts with relaxed SIMD, which `load` puts in its place
   * there (default false: fast math needs relaxed SIMD). Where it is, its bits are those of an artifact without this.
   */
  readonly portable?: boolean;
  /** Overrides of constants (`classes`) and dimension parameters (`lenet.n`), as text. */
  readonly set?: Readonly<Record<string, string>>;
  /** Only these models and train programs; all of the file if absent. */
  readonly programs?: readonly string[];
  /** Variables to embed, by path; every param must be there. */
  readonly weights?: ReadonlyMap<string, StoredTensor>;
  /** Names among `weights` that are there for others, such as the states of optimisers: no warning tells that nothing takes them. */
  readonly spareWeights?: ReadonlySet<string>;
  /** Tensors beside `weights` that are of no use here, with their element types: an error if a variable needs one. */
  readonly foreignWeights?: ReadonlyMap<string, string>;
  /**
   * The name of a file for `weights`, which then are no part of the artifact: `Artifact.beside` has its bytes, and the manifest its name and digest.
   * What the weights have in 16 bits stays so.
   */
  readonly weightsBeside?: string;
  /** How these become the types that the program declares (default `exact`: no value changes, but for those of 16 bits). */
  readonly conversion?: Conversion;
  /** Reads an imported file; `undefined` if there is none. Absent: imports are errors. */
  readonly load?: Load;
  /**
   * Variables and what is computed between them are stored in 16 bits, where no fact demands 32; `f32`: in 32 bits, even if the file has an item
   * `precision` (default: as that says). What is computed has 32 in any case.
   */
  readonly precision?: StoredFloat;
  /** Every `minimize` has `master f32`: what it trains, or a copy of that, has 32 bits. */
  readonly masterWeights?: boolean;
  /**
   * Trains become what they compute without training, to see how good a network is (default false): `training` is false, and `minimize` and `:=`
   * in their bodies have no effect.
   */
  readonly evaluation?: boolean;
  /** What may be computed again to save memory (default `none`); a number is the bytes that tensors should take at most. */
  readonly recompute?: Recompute;
  /**
   * The fastest plan whose fullest tile takes at most so many bytes, of those of the program's front (default: the plan that comes of a fixed share of
   * the memory for every operation).
   */
  readonly memory?: number;
  /** The smallest plan of the front whose programs, each run once, take at most so many cycles together; with `memory`, the fastest that keeps to both. */
  readonly cycles?: number;
  /** Let results take the memory of operands that die (default true). */
  readonly inPlace?: boolean;
  /** Let tensors that are not live together share memory (default true). */
  readonly reuse?: boolean;
  /**
   * In how many rounds operations are to do their work, along a summed axis and along one of the result, wherever they can on many tiles (default: in
   * as few as memory allows, which is all at once where that fits). For tests: more rounds than are needed only cost cycles.
   */
  readonly rounds?: ForcedRounds;
  /** Variants and algorithms of kernels that are not to be chosen, by name (`winograd`); default: none is left out. */
  readonly withoutVariants?: readonly string[];
  /** How offsets are found (default `exact`). */
  readonly allocator?: Strategy;
  /** Check every stage's result, the placement by the referee too. */
  readonly verify?: boolean;
  /** The operations that programs are made of (default: those of `@tessera-dnn/ops`; `withOperations` there adds to them). */
  readonly table?: OpTable;
  /**
   * The passes in their order (default: `passes` of `@tessera-dnn/passes`, which this list may hold, leave out or put others between). What others
   * make is verified whatever {@link verify} says. Those called `differentiate` and `fuse` must be there, and `recompute` stands last, where it
   * stands at all: what it copies is what runs.
   */
  readonly passes?: readonly Stage[];
  /** Called after each stage with its name; `print` gives its result as text. */
  readonly after?: (stage: string, print: () => string) => void;
}

/** The operations that a compilation knows: those that the caller gives, else those of `@tessera-dnn/ops`. */
export function tableOf({ table = ops }: CompileOptions): OpTable {
  return table;
}

/** Options with the default that differs from one entry of this package to the other. */
export type TargetedOptions = CompileOptions & Required<Pick<CompileOptions, 'backend'>>;

/** The options with `usual` where they name no back end. An InternalError where a back end says of itself what cannot be. */
export function targeted(options: CompileOptions, usual: Backend<KernelCode>): TargetedOptions {
  return { ...options, backend: checkedBackend(options.backend ?? usual) };
}

/**
 * The passes whose work tiling relies on: no gradient is left, and a first value is one node. They are known by name, so that another pass
 * of that name may do the work.
 */
const needed = [differentiate.name, fuse.name];

/**
 * An InternalError where two passes have one name, by which `after` tells them apart; where one is missing whose work tiling needs; and where
 * something follows `recompute`, for a plan made without its copies would lack what follows.
 */
export function passesOf({ passes: chosen = passes }: CompileOptions): readonly Stage[] {
  const names = chosen.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  assertThat(twice === undefined, 'passes', 'two passes have one name', twice);
  const missing = needed.find(name => !names.includes(name));
  assertThat(missing === undefined, 'passes', 'tiling needs what this pass leaves', missing);
  const copies = chosen.indexOf(recompute);
  assertThat(copies < 0 || copies === chosen.length - 1, 'passes', 'nothing may follow the pass', recompute.name);
  return chosen;
}
