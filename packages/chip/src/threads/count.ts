/** How many threads a chip gets of those that its user asks for. */
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import { type Manifest, mostThreads } from '@tessera-dnn/machine';
import type { Code } from '../explain/catalogue.ts';
import { failed, succeeded } from '../outcome.ts';

/** A number from 1 to 64; `auto`: as many as the artifact has use for and the machine has cores. */
export type Threads = number | 'auto';

/**
 * At most as many as the artifact was compiled for. `bad-threads` for what is no such number. A warning, `fewer-threads`, where a number was
 * asked for and cannot be had, or where memory cannot be shared among threads.
 */
export function threadCount(asked: Threads, { threads: most = 1 }: Manifest): Outcome<number> {
  if (asked !== 'auto' && !(Number.isInteger(asked) && asked >= 1 && asked <= mostThreads)) {
    return failed('bad-threads', `threads is a number from 1 to ${mostThreads} or 'auto', not ${asked}`);
  }
  const wanted = Math.min(asked === 'auto' ? cores() : asked, most);
  if (wanted > 1 && !canShare()) return succeeded(1, [notIsolated]);
  return succeeded(wanted, asked !== 'auto' && asked > most ? [compiledForFewer(most)] : []);
}

/** Whether this host lets threads share a memory: a page has to be isolated from others. */
export function canShare(): boolean {
  const { crossOriginIsolated = true } = globalThis as { readonly crossOriginIsolated?: boolean };
  return crossOriginIsolated && typeof SharedArrayBuffer === 'function';
}

/** How many threads can run at the same time. */
function cores(): number {
  const { navigator, process } = globalThis as {
    readonly navigator?: { readonly hardwareConcurrency?: number };
    readonly process?: { getBuiltinModule?(name: 'node:os'): { availableParallelism(): number } };
  };
  return navigator?.hardwareConcurrency ?? process?.getBuiltinModule?.('node:os').availableParallelism() ?? 1;
}

const notIsolated: Diagnostic<Code> = {
  code: 'fewer-threads',
  severity: 'warning',
  message: 'this page is not cross-origin isolated, so the chip runs on one thread',
  help: 'serve it with Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp',
};

function compiledForFewer(most: number): Diagnostic<Code> {
  const message = `the artifact was compiled for ${most === 1 ? 'one thread' : `${most} threads`}, and runs on no more`;
  return { code: 'fewer-threads', severity: 'warning', message, help: 'compile it with --threads' };
}
