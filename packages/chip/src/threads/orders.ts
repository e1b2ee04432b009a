/** What a chip tells its threads, and what they answer. Data only: it crosses from one thread to another. */

/** The first message to a worker: where it works, and as what. */
export interface Post {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** The words by which threads know of each other; absent in an artifact for one thread. */
  readonly words?: Int32Array;
  /** Which thread of the artifact it is; 0 is the one that calls programs. */
  readonly thread: number;
  /** Between thread 0 and each other one, which closes with the thread at its other end; or which is closed when that one traps. */
  readonly ports: readonly MessagePort[];
  /** The name of a lock to hold, in a browser: it is free when the worker is gone. */
  readonly lock?: string;
}

/** Later messages to thread 0: the name of the program to run. */
export interface Errand {
  readonly program: string;
}

export type Order = Post | Errand;

/** What a thread says: that it is at its place, that its program has run, or why it could not. */
export type Report = { readonly kind: 'ready' | 'done' } | { readonly kind: 'failed'; readonly reason: string };
