/** Makes a running chip of an artifact. */
import type { Outcome } from '@tessera-dnn/diagnostics';
import type { Manifest } from '@tessera-dnn/machine';
import type { LoadedArtifact } from './artifact.ts';
import { type Caller, Chip } from './chip.ts';
import { failed, succeeded } from './outcome.ts';

/** How a chip begins, and who calls its code. */
export interface ChipOptions {
  /** Decides the first values of all variables that are not embedded. Default 0. */
  readonly seed?: number;
  /** Calls the artifact's code: for hosts that stop what takes too long. Without it there is no limit. */
  readonly call?: Caller;
}

/**
 * Instantiates `artifact`, fills its memory and gives the variables their first values. `out-of-memory` if the host has no room for its
 * memory, `bad-artifact` if the module contradicts its manifest. Never rejects.
 */
export async function createChip(
  artifact: LoadedArtifact,
  { seed = 0, call }: ChipOptions = {},
): Promise<Outcome<Chip>> {
  try {
    const { manifest, module } = artifact;
    const shared = WebAssembly.Module.imports(module).length > 0 ? sharedMemory(manifest) : undefined;
    const { exports } = await WebAssembly.instantiate(module, shared ? { env: { memory: shared } } : {});
    const memory = shared ?? (exports['memory'] as WebAssembly.Memory);
    if (memory.buffer.byteLength !== manifest.memory.totalBytes) {
      const sizes = `${memory.buffer.byteLength} bytes of memory, but its manifest says ${manifest.memory.totalBytes}`;
      return failed('bad-artifact', `this is not a working artifact: it has ${sizes}`);
    }
    const chip = new Chip(manifest, memory, exports, call);
    const loaded = chip.load();
    const begun = loaded.ok ? chip.init(seed) : loaded;
    return begun.ok ? succeeded(chip) : begun;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof WebAssembly.LinkError)
      return failed('bad-artifact', `this is not a working artifact: ${reason}`);
    return failed(
      'out-of-memory',
      `the host cannot give the chip its ${artifact.manifest.memory.totalBytes} bytes: ${reason}`,
    );
  }
}

function sharedMemory({ memory }: Manifest): WebAssembly.Memory {
  const pages = memory.totalBytes / 65_536;
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}
