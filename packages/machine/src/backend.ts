/**
 * What a back end is: it compiles kernels to codelets, and joins these with an image to an artifact. The pipeline takes one as a value
 * and knows no target; `docs/adding-a-back-end.md` tells how one is written.
 *
 * `Kernel` is the code of a kernel. This package knows chips and no kernels: back ends are of `graph`'s `KernelCode`.
 */
import type { Outcome } from '@tessera-dnn/diagnostics';
import type { Image } from './image.ts';

export interface Backend<Kernel> {
  /** The target, as in messages: `wasm`. */
  readonly name: string;
  readonly limits: BackendLimits;
  /** Compiles each kernel once, under its number. Throws an InternalError for code that no kernel's recorder makes. */
  readonly compile: (kernels: readonly Kernel[], options: CodeletOptions) => Codelets;
}

/** What a plan must keep to. Programs that do not are refused with a diagnostic before anything is linked. */
export interface BackendLimits {
  /** What the memory is called that holds the tiles and the host window: `a WebAssembly memory`. */
  readonly memory: string;
  /** The size of the memory is a multiple of this. */
  readonly pageBytes: number;
  /** The most that the memory may take; no more than 2^32, since addresses have 32 bits. */
  readonly memoryBytes: number;
  /** How many threads an artifact may have at most; 1 unless given. */
  readonly threads?: number;
}

export interface CodeletOptions {
  /** `strict`: every operation of the code is rounded by itself, and the bits are those of graph's interpreter of kernels. */
  readonly math: 'fast' | 'strict';
  /** How many workers a tile has; each codelet is called once for each. */
  readonly workers: number;
  /**
   * How many threads may share the work (1 unless given). Where there are several and a tile has one worker, these divide its vertices as workers
   * would: a codelet must not count on being called once.
   */
  readonly threads?: number;
  /** Whether the code must run on every host of the target; what only some have is then carried beside it, where that makes code faster. */
  readonly portable?: boolean;
  /** What profilers and reports call the codelets, by number. */
  readonly names: readonly string[];
}

/** The stage that back ends do, as the pipeline lists it and errors name it. */
export const linkStage = {
  name: 'link',
  doc: 'joins tables, constants, weights and codelets to one artifact',
} as const;

/** Kernels compiled: all that the pipeline asks of them. */
export interface Codelets {
  /** Bytes of each codelet's code: what a tile that runs it is charged. */
  readonly sizes: readonly number[];
  /** What hosts must be able to do beside what all can, sorted; part of the manifest. */
  readonly features: readonly string[];
  /** The artifact, the same bytes for the same image. Fails, with a diagnostic, where no host would take it. */
  readonly link: (image: Image) => Outcome<Uint8Array<ArrayBuffer>>;
  /** The artifact's code for people. */
  readonly print: (image: Image) => string;
}
