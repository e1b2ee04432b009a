/** What a host may refuse altogether. */
import { reasonOf } from './foreign.ts';
import { type Failure, failed } from './outcome.ts';
import { emptyModule } from './sections.ts';

/** `missing-feature` where WebAssembly is not known at all. */
export function withoutWebAssembly(): Failure | undefined {
  if (typeof WebAssembly === 'object') return undefined;
  const help = "iOS's Lockdown Mode and --jitless switch it off";
  return failed('missing-feature', 'this host has no WebAssembly', help);
}

/**
 * `wasm-forbidden` if this host makes nothing of any bytes: the smallest module is tried. Engines tell a page's policy by errors of different
 * classes and words, which look like those of a module that is wrong.
 */
export async function whyForbidden(): Promise<Failure | undefined> {
  try {
    await WebAssembly.instantiate(emptyModule);
    return undefined;
  } catch (error) {
    const message = `this host does not let WebAssembly be compiled: ${reasonOf(error)}`;
    const help = "allow 'wasm-unsafe-eval' in the page's script-src, or give `load` a WebAssembly.Module";
    return failed('wasm-forbidden', message, help);
  }
}

/** What a module is that does not do what its manifest says. */
export function badArtifact(reason: string): Failure {
  return failed('bad-artifact', `this is not a working artifact: ${reason}`);
}
