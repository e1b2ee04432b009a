/** Limits how long the code of an artifact may run. One from elsewhere may loop for ever, and WebAssembly has no limit of its own. */
import { createContext, Script } from 'node:vm';
import type { Caller, LoadedArtifact } from '@tessera-dnn/chip';
import type { ChipSpec, Manifest, ManifestProgram } from '@tessera-dnn/machine';
import { codeOf } from '../io.ts';
import { failed, succeeded } from '../session.ts';
import { duration } from '../show/numbers.ts';
import { isArtifactName } from './artifact.ts';

/** Code that was compiled here gets no limit unless the user asks for one with `--time-limit`. */
export function limitFor(file: string, { manifest }: LoadedArtifact, seconds: number | undefined): Caller | undefined {
  if (seconds !== undefined) return within(seconds);
  return isArtifactName(file) ? within(secondsFor(manifest)) : undefined;
}

/**
 * Seconds, much more than any call should take: some seconds, and twenty times the modelled cycles in the artifact's manifest, for all
 * tiles one after the other, as this host runs them. There is an upper bound, since the manifest may be wrong.
 */
export function secondsFor({ programs, chip }: Manifest): number {
  const most = Object.values(programs).reduce((most, program) => Math.max(most, modelledSeconds(program, chip)), 0);
  return Math.min(3600, 20 + 20 * most);
}

/** How long one thread takes for a run, at most: all tiles one after the other. */
export function modelledSeconds({ cycles }: ManifestProgram, { tiles, clockHz }: ChipSpec): number {
  return (cycles * tiles) / clockHz;
}

/**
 * Calls code and stops it after `seconds`. Only a script of Node's `vm` module has a time limit that works while the code keeps the thread. A
 * call in the middle of another is under the clock of that one.
 */
export function within(seconds: number): Caller {
  const context = createContext({ code: undefined });
  const script = new Script('code()');
  let isRunning = false;
  return code => {
    if (isRunning) {
      code();
      return succeeded(undefined);
    }
    isRunning = true;
    context['code'] = code;
    try {
      script.runInContext(context, { timeout: Math.ceil(seconds * 1000) });
      return succeeded(undefined);
    } catch (error) {
      if (codeOf(error) !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      const message = `the artifact’s code was stopped: it ran for more than ${duration(seconds)}`;
      return failed('time-limit', message, `if it needs more, say so: --time-limit ${Math.ceil(seconds * 10)}`);
    } finally {
      isRunning = false;
    }
  };
}
