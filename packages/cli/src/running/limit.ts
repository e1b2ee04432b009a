/** A limit on how long the code of an artifact from elsewhere may run: it may loop for ever, and WebAssembly has no limit of its own. */
import { createContext, Script } from 'node:vm';
import type { Artifact, Caller } from '@tessera/chip';
import type { Manifest } from '@tessera/machine';
import { codeOf } from '../io.ts';
import { failed, succeeded } from '../session.ts';
import { duration } from '../show/numbers.ts';
import { isArtifactName } from './artifact.ts';

/** What was compiled here needs no limit, unless one is asked for. */
export function limitFor(file: string, { manifest }: Artifact, seconds: number | undefined): Caller | undefined {
  if (seconds !== undefined) return within(seconds);
  return isArtifactName(file) ? within(secondsFor(manifest)) : undefined;
}

/**
 * Much more than any call should take, by what the artifact says of itself: twenty times its modelled cycles, one tile after the other, as
 * this host runs them, and some seconds. What it says may be wrong, so there is an end to it.
 */
export function secondsFor({ programs, chip }: Manifest): number {
  const cycles = Object.values(programs).reduce((most, program) => Math.max(most, program.cycles), 0);
  return Math.min(3600, 20 + (20 * cycles * chip.tiles) / chip.clockHz);
}

/** Calls code from here, and stops it after so long. A script of Node's has a clock that a thread of its own watches. */
export function within(seconds: number): Caller {
  const context = createContext({ code: undefined });
  const script = new Script('code()');
  return code => {
    context['code'] = code;
    try {
      script.runInContext(context, { timeout: Math.ceil(seconds * 1000) });
      return succeeded(undefined);
    } catch (error) {
      if (codeOf(error) !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      const message = `the artifact’s code was stopped: it ran for more than ${duration(seconds)}`;
      return failed('time-limit', message, `if it needs more, say so: --time-limit ${Math.ceil(seconds * 10)}`);
    }
  };
}
