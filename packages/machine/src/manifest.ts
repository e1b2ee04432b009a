/** The artifact's manifest: what the custom section `tessera` says, as JSON. The narrow waist between compiler and chip. */
import type { ChipSpec } from './chip-spec.ts';

export type ManifestElement = 'f32' | 'f16' | 'bf16' | 'i32' | 'i8' | 'u8' | 'bool';

/** A tensor in the host window: contiguous, row-major. */
export interface ManifestTensor {
  readonly name: string;
  readonly type: ManifestElement;
  readonly shape: readonly number[];
  /** Byte address in the wasm memory. */
  readonly address: number;
  readonly bytes: number;
}

export interface ManifestProgram {
  readonly index: number;
  readonly kind: 'model' | 'train';
  /** Phases to step through, in order; the first ones prepare what depends on variables only and do nothing when that is fresh. */
  readonly phases: number;
  /** One line per phase, for traces (`conv1 · exchange`); may be left out. */
  readonly phaseNames?: readonly string[];
  /** Modelled cycles of one run, preparation left out. */
  readonly cycles: number;
  readonly inputs: readonly ManifestTensor[];
  readonly outputs: readonly ManifestTensor[];
}

export interface ManifestVariable {
  readonly index: number;
  readonly path: string;
  readonly kind: 'param' | 'state';
  readonly type: ManifestElement;
  readonly shape: readonly number[];
  readonly embedded: boolean;
  /** The path of the variable whose first value it begins with: who gives that one weights gives them to this one too, unless it has its own. */
  readonly copyOf?: string;
}

export interface Manifest {
  readonly format: 'tessera';
  readonly version: 1;
  readonly source: string;
  readonly chip: ChipSpec;
  readonly math: 'fast' | 'strict';
  readonly features: readonly string[];
  /** Features for which the file carries other code, which a host that has them may put in place of the code section. */
  readonly carries?: readonly string[];
  /** How many threads may run it at most, from 2 on. Absent where it is for one: then it has a memory of its own. */
  readonly threads?: number;
  readonly memory: {
    readonly totalBytes: number;
    readonly tileStrideBytes: number;
    /** Byte address of the words by which threads know of each other; there if `threads` is. A host stores 1 in the first when a thread is lost. */
    readonly threads?: number;
    readonly host: { readonly address: number; readonly bytes: number; readonly transfer: number };
  };
  readonly programs: { readonly [name: string]: ManifestProgram };
  readonly variables: readonly ManifestVariable[];
  /** The file of safetensors beside it that has the values of its params, and of states that were trained; absent where they are embedded, or nobody has any. */
  readonly weights?: ManifestWeights;
}

/** A file by its name, without a folder, and by what is in it. */
export interface ManifestWeights {
  readonly file: string;
  readonly bytes: number;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}
