/** How many threads a chip gets of those that its user asks for. */
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import { type Manifest, mostThreads } from '@tessera-dnn/machine';
import type { Code } from '../explain/catalogue.ts';
import { failed, succeeded } from '../outcome.ts';

/** A number from 1 to 64; `auto`: as many as the artifact has use for and the machine has cores. */
export type Threads = number | 'auto';

/**
 * At most as many as the artifact was compiled for. `bad-threads` for what is no such number. A warning, `fewer-threads`, where a number was
 * asked for that the artifact does not have.
 */
export function threadCount(asked: Threads, { threads: most = 1 }: Manifest): Outcome<number> {
  if (asked !== 'auto' && !(Number.isInteger(asked) && asked >= 1 && asked <= mostThreads)) {
    return failed('bad-threads', `threads is a number from 1 to ${mostThreads} or 'auto', not ${asked}`);
  }
  const wanted = Math.min(asked === 'auto' ? cores() : asked, most);
  return succeeded(wanted, asked !== 'auto' && asked > most ? [compiledForFewer(most)] : []);
}

/** How many threads can run at the same time. */
function cores(): number {
  const { navigator, process } = globalThis as {
    readonly navigator?: { readonly hardwareConcurrency?: number };
    readonly process?: { getBuiltinModule?(name: 'node:os'): { availableParallelism(): number } };
  };
  return navigator?.hardwareConcurrency ?? process?.getBuiltinModule?.('node:os').availableParallelism() ?? 1;
}

function compiledForFewer(most: number): Diagnostic<Code> {
  const message = `the artifact was compiled for ${most === 1 ? 'one thread' : `${most} threads`}, and runs on no more`;
  return { code: 'fewer-threads', severity: 'warning', message, help: 'compile it with --threads' };
}
