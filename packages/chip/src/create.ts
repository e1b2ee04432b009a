/** Makes a running chip of an artifact. */
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import { type Manifest, wasmPageBytes } from '@tessera-dnn/machine';
import type { LoadedArtifact } from './artifact.ts';
import { Chip } from './chip.ts';
import { reasonOf } from './foreign.ts';
import { badArtifact, whyForbidden } from './host.ts';
import { asWarnings, type Failure, failed, succeeded } from './outcome.ts';
import { type Caller, type Instance, Runner } from './runner.ts';
import type { Threads } from './threads/count.ts';
import type { Weights } from './variables.ts';
import type { WeightsSource } from './weights/arriving.ts';
import type { WeightsProgress } from './weights/stream.ts';

/** How a chip begins, who calls its code, and on how many threads. */
export interface ChipOptions {
  /** Decides the first values of all variables that are neither embedded nor among the weights. Default 0. */
  readonly seed?: number;
  /** Values of variables by path, those that `readSafetensors` gives, say. Where they are all that is not embedded, none is drawn. */
  readonly weights?: Weights;
  /**
   * Where the file of weights lies: an address, a response, a blob or bytes. It is taken while it arrives. With an artifact of `tessera compile --weights-beside`
   * it is the file that was written then, whose digest the artifact names, and under which browsers keep it; any other is `wrong-weights`, and
   * comes as `weights`. With an artifact that names none it is any file of safetensors with its params.
   */
  readonly weightsFrom?: WeightsSource;
  /** Called while that file arrives. */
  readonly onProgress?: (progress: WeightsProgress) => void;
  /** Calls the artifact's code: for hosts that stop what takes too long. Without it there is no limit. */
  readonly call?: Caller;
  /**
   * How many threads run the chip's programs, the calling one included: from 1, the default, to 64; `auto` for as many as the artifact was
   * compiled for and the machine has cores. Results do not depend on it.
   */
  readonly threads?: Threads;
}

/**
 * Instantiates `artifact`, fills its memory and gives the variables their first values. `bad-threads`; `out-of-memory` if the host has no
 * room for its memory, `bad-artifact` if the module contradicts its manifest. Never rejects. Where there are fewer threads than were asked for, a
 * warning says why: `fewer-threads`. Of weights beside it: `unreadable-weights`, `bad-weights`, `wrong-weights`.
 */
export async function createChip(artifact: LoadedArtifact, options?: ChipOptions): Promise<Outcome<Chip>> {
  const given = options ?? {};
  // Hosts take a promise that fails while nobody listens for a fault of the program; what went wrong is told when the weights are taken.
  Promise.resolve(options?.weightsFrom).catch(() => {});
  try {
    const threads = await threadsOf(given.threads, artifact.manifest);
    if (!threads.ok) return threads;
    return await instantiate(artifact, given, threads.value, threads.diagnostics);
  } catch (error) {
    return (await whyForbidden()) ?? notStarted(error, artifact.manifest);
  }
}

/** Code for more than one thread is loaded when it is needed. */
async function threadsOf(asked: Threads = 1, manifest: Manifest): Promise<Outcome<number>> {
  return asked === 1 ? succeeded(1) : (await import('./threads/count.ts')).threadCount(asked, manifest);
}

async function instantiate(
  { manifest, module }: LoadedArtifact,
  options: ChipOptions,
  threads: number,
  warnings: readonly Diagnostic[],
): Promise<Outcome<Chip>> {
  const memory = WebAssembly.Module.imports(module).length > 0 ? sharedMemory(manifest) : undefined;
  const instance = await WebAssembly.instantiate(module, memory ? { env: { memory } } : {});
  const { exports } = instance;
  const own = memory ?? (exports['memory'] as WebAssembly.Memory);
  if (own.buffer.byteLength !== manifest.memory.totalBytes) {
    const { totalBytes } = manifest.memory;
    return badArtifact(`it has ${own.buffer.byteLength} bytes of memory, but its manifest says ${totalBytes}`);
  }
  const slots = manifest.chip.tiles * manifest.chip.workers;
  const recruit = memory && recruiter(module, memory, manifest);
  const runner = new Runner({ exports, slots, call: options.call, recruit });
  const chip = new Chip(manifest, own, runner);
  const loaded = chip.load();
  // Code for weights that arrive is loaded when it is needed.
  const begin = async () =>
    options.weightsFrom
      ? (await import('./weights/stream.ts')).takeWeights(chip, options)
      : chip.begin(options.seed, options.weights);
  const begun = loaded.ok ? await begin() : loaded;
  // Others join when the memory is ready: `load` sets what threads know of each other, too.
  const joined = begun.ok && threads > 1 ? await runner.enlist(threads - 1) : [];
  return begun.ok ? succeeded(chip, [...warnings, ...asWarnings(joined)]) : begun;
}

function sharedMemory({ memory }: Manifest): WebAssembly.Memory {
  const pages = memory.totalBytes / wasmPageBytes;
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}

function recruiter(module: WebAssembly.Module, memory: WebAssembly.Memory, manifest: Manifest): Instance['recruit'] {
  return async helpers => {
    const { gather, workplace } = await import('./threads/crew.ts');
    return gather(workplace(module, memory, manifest), helpers);
  };
}

/** Engines throw a RangeError, or an error of their own, where there is no room for a memory. */
function notStarted(error: unknown, { memory }: Manifest): Failure {
  const reason = reasonOf(error);
  if (error instanceof WebAssembly.LinkError || error instanceof WebAssembly.RuntimeError) return badArtifact(reason);
  return failed('out-of-memory', `the host has no ${memory.totalBytes} bytes for the chip: ${reason}`);
}
