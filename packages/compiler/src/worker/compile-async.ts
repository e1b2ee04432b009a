/** Compiles in a worker, so that a page goes on meanwhile; its library of 15 MB is loaded there, and gone with it. */
import type { Diagnostic, Outcome, Source } from '@tessera-dnn/diagnostics';
import type { Artifact } from '../assemble.ts';
import type { Code } from '../explain/catalogue.ts';
import type { DataOptions, Found, FromWorker, Wanted } from './messages.ts';
import { startCompiling } from './start.ts';

/** What compiling in a worker is told: what `compile` is, apart from functions. */
export interface AsyncCompileOptions extends DataOptions {
  /** Reads an imported file, as with `compile`, but at its leisure. Absent: imports are errors. */
  readonly load?: (path: string, from: string) => Found['file'] | Promise<Found['file']>;
  /** Called behind each stage with its name; `stages` lists them in their order. Those behind `tile` may come several times. */
  readonly onStage?: (stage: string) => void;
  /** Ends the worker at once, and gives `compile-aborted`. */
  readonly signal?: AbortSignal;
}

/**
 * Text to artifact, like `compile`, in a worker of its own: in browsers and in Node. Also fails with `compile-aborted`, and with `no-worker` where none
 * can be started. Rejects with an `Error` for a fault of the compiler, and with what `load` and `onStage` throw.
 */
export async function compileAsync(
  source: Source,
  { load, onStage, signal, ...options }: AsyncCompileOptions = {},
): Promise<Outcome<Artifact>> {
  if (signal?.aborted) return failed('compile-aborted', 'compiling was aborted');
  let end = () => {};
  try {
    return await new Promise<Outcome<Artifact>>((resolve, reject) => {
      const aborted = () => resolve(failed('compile-aborted', 'compiling was aborted'));
      signal?.addEventListener('abort', aborted);
      const worker = startCompiling({
        failed: reason => resolve(failed('no-worker', `the worker that compiles is not there: ${reason}`, useCompile)),
        message: message => void hear(message).catch(reject),
      });
      end = () => {
        signal?.removeEventListener('abort', aborted);
        worker?.end();
      };
      const hear = async (message: FromWorker): Promise<void> => {
        switch (message.kind) {
          case 'stage':
            return onStage?.(message.stage);
          case 'wanted':
            return worker?.post({ found: await Promise.all(message.imports.map(wanted => find(wanted, load))) });
          case 'compiled':
            return resolve(message.outcome);
          case 'broken':
            throw new Error(message.message);
        }
      };
      worker?.post({ source, options });
    });
  } finally {
    end();
  }
}

const useCompile = 'where workers cannot be had, `compile` compiles on this thread';

async function find({ path, from }: Wanted, load: AsyncCompileOptions['load']): Promise<Found> {
  return { path, from, file: await load?.(path, from) };
}

function failed(code: Code, message: string, help?: string): Outcome<never> {
  const diagnostic: Diagnostic<Code> = { code, severity: 'error', message, ...(help && { help }) };
  return { ok: false, diagnostics: [diagnostic] };
}
