/**
 * One point of a sweep as a piece of work that can be done anywhere: it holds the texts of all files, so that nothing is read from a disk, and
 * is plain JSON, so that it can be sent. What comes of it depends on nothing else, apart from the compiler.
 */
import { createHash } from 'node:crypto';
import type { CompileOptions } from '@tessera-dnn/compiler';
import type { Source } from '@tessera-dnn/diagnostics';
import type { Load } from '@tessera-dnn/language';
import type { ChipSpec } from '@tessera-dnn/machine';

/** What an `import` found: a file, or why there is none. */
export interface ImportedFile {
  readonly path: string;
  /** The name of the file that says `import`. */
  readonly from: string;
  readonly found: ReturnType<Load> | null;
}

/** The options of the compiler that a point may set. */
export type JobOptions = Pick<
  CompileOptions,
  | 'set'
  | 'programs'
  | 'precision'
  | 'masterWeights'
  | 'recompute'
  | 'memory'
  | 'cycles'
  | 'math'
  | 'allocator'
  | 'inPlace'
  | 'reuse'
  | 'withoutVariants'
>;

export interface Job {
  readonly source: Source;
  readonly imports: readonly ImportedFile[];
  readonly chip: ChipSpec;
  readonly options: JobOptions;
}

/** The cycles of one run of a program. */
export interface ProgramCycles {
  readonly program: string;
  readonly cycles: number;
}

/** What a plan takes, whether or not the chip has it. */
export interface Figures {
  /** What the fullest tile uses. */
  readonly peakBytes: number;
  /** What all tiles use together. */
  readonly usedBytes: number;
  readonly cycles: readonly ProgramCycles[];
}

export type Answer =
  /** `recomputed`: it fits only because values are computed again. */
  | ({ readonly kind: 'fits'; readonly recomputed: boolean } & Figures)
  /** Without figures where nothing could be placed at all. */
  | ({ readonly kind: 'too-large'; readonly message: string } & Partial<Figures>)
  /** The program cannot be compiled with these settings. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

/** A name for the work: equal for equal work of equal compilers. */
export function keyOf(job: Job, compiler: string): string {
  return createHash('sha256')
    .update(JSON.stringify([compiler, job]))
    .digest('hex');
}

/** A `load` that also notes what it gave. */
export function recording(load: Load, imports: ImportedFile[]): Load {
  const known = new Map<string, ReturnType<Load>>();
  return (path, from) => {
    const key = JSON.stringify([path, from]);
    if (!known.has(key)) {
      const found = load(path, from);
      known.set(key, found);
      imports.push({ path, from, found: found ?? null });
    }
    return known.get(key);
  };
}

/** A `load` that gives what was noted, and nothing else. */
export function replaying(imports: readonly ImportedFile[]): Load {
  const known = new Map(imports.map(({ path, from, found }) => [JSON.stringify([path, from]), found ?? undefined]));
  return (path, from) => known.get(JSON.stringify([path, from]));
}
