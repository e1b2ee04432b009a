/** For how many threads an artifact is made. */
import type { Diagnostic } from '@tessera-dnn/diagnostics';
import type { Module, Program } from '@tessera-dnn/graph';
import { type ChipSpec, reservedWithThreads } from '@tessera-dnn/machine';
import { paysToDivide, type ThreadOptions, type TileProgram } from '@tessera-dnn/tiling';
import type { Code } from './explain/catalogue.ts';
import type { CompileOptions } from './options.ts';

/** Undefined where one thread is asked for, or where more are of no use or not possible. */
export function threadsOf(
  { threads: count = 1, divide = 'what-pays' }: CompileOptions,
  module: Module,
  tiles: TileProgram,
  chip: ChipSpec,
): ThreadOptions | undefined {
  const threads = { count, divide };
  return module.programs.some(takesName) || !paysToDivide(tiles, chip, threads) ? undefined : threads;
}

/** A warning for every program whose name keeps the artifact from having threads. */
export function refusedThreads({ programs }: Module, { threads = 1 }: CompileOptions): readonly Diagnostic<Code>[] {
  if (threads === 1) return [];
  return programs.filter(takesName).map(({ name, origin }) => ({
    code: 'thread-name',
    severity: 'warning',
    message: `this is compiled for one thread: threads call an export ${name}, which is the name of a program`,
    span: origin.span,
    help: `rename the program: ${name}_model`,
  }));
}

function takesName({ name }: Program): boolean {
  return reservedWithThreads.includes(name);
}
