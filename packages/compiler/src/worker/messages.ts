/** What a page and its compiling worker tell each other. Data only: it crosses from one thread to another. */
import type { Outcome, Source } from '@tessera-dnn/diagnostics';
import type { Artifact } from '../assemble.ts';
import type { CompileOptions } from '../options.ts';

/** The options that are data: no function crosses, and no table of operations, which holds functions. */
export type DataOptions = Omit<CompileOptions, 'load' | 'after' | 'backend' | 'table' | 'passes'>;

/** What is to be compiled. */
export interface Order {
  readonly source: Source;
  readonly options: DataOptions;
}

/** The file that an import means, as far as whoever has the files knows it. */
export interface Found {
  readonly path: string;
  readonly from: string;
  readonly file: Source | { readonly reason: string } | undefined;
}

/** From the page: first the order, later files that the worker has asked for. */
export type ToWorker = Order | { readonly found: readonly Found[] };

/** An import that the worker has no file for. */
export type Wanted = Omit<Found, 'file'>;

export type FromWorker =
  | { readonly kind: 'stage'; readonly stage: string }
  | { readonly kind: 'wanted'; readonly imports: readonly Wanted[] }
  | { readonly kind: 'compiled'; readonly outcome: Outcome<Artifact> }
  /** A fault of ours. */
  | { readonly kind: 'broken'; readonly message: string };
