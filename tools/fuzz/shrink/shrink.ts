/**
 * Makes a case that shows a fault smaller, greedily: takes the first smaller case that still shows it, until none does or the limit of
 * attempts is reached.
 */
import { cleaned, retyped } from '../describe/clean.ts';
import type { Case } from '../draw/case.ts';
import type { Fault } from '../judge/trial.ts';
import { smallerFiles } from './bodies.ts';
import { smallerExtents } from './extents.ts';
import { simplerSettings } from './settings.ts';

export interface Shrunk {
  readonly smallest: Case;
  readonly fault: Fault;
}

/**
 * The smallest case that was found. `stillShown` returns the fault if a case shows it too; `attempts` limits how many smaller cases are
 * tried.
 */
export async function shrink(
  start: Case,
  fault: Fault,
  stillShown: (candidate: Case) => Promise<Fault | undefined>,
  attempts: number,
): Promise<Shrunk> {
  let found: Shrunk = { smallest: start, fault };
  const tried = new Set<string>();
  let left = attempts;
  /** Takes the first of the changes that still shows the fault; false if none does. */
  const taken = async (changes: Changes): Promise<boolean> => {
    for (const candidate of changes(found)) {
      const key = JSON.stringify(candidate);
      if (tried.has(key)) continue;
      tried.add(key);
      const typed = retyped(candidate.file);
      if (typed === undefined || typed.bodies.length === 0) continue;
      if (left-- <= 0) return false;
      const smallest = { ...candidate, file: typed };
      const still = await stillShown(smallest);
      if (still === undefined) continue;
      found = { smallest, fault: still };
      return true;
    }
    return false;
  };
  for (let changed = true; changed && left > 0; ) {
    changed = false;
    for (const changes of [fewerSettings, lessText, smallerTensors]) {
      while (await taken(changes)) changed = true;
    }
  }
  return found;
}

type Changes = (found: Shrunk) => Generator<Case>;

function* fewerSettings({ smallest, fault }: Shrunk): Generator<Case> {
  const shown = fault.settings.filter(({ chip, math }) => chip.name !== 'host' || math !== 'strict');
  if (shown.length < smallest.settings.length) yield { ...smallest, settings: shown };
  if (smallest.rounds > 1) yield { ...smallest, rounds: 1 };
  for (const settings of simplerSettings(smallest.settings)) yield { ...smallest, settings };
}

function* lessText({ smallest }: Shrunk): Generator<Case> {
  yield { ...smallest, file: cleaned(smallest.file) };
  for (const change of smallerFiles(smallest.file)) {
    // Also removes what is no longer read, unless the fault is there.
    yield { ...smallest, file: cleaned(change) };
    yield { ...smallest, file: change };
  }
}

function* smallerTensors({ smallest }: Shrunk): Generator<Case> {
  for (const file of smallerExtents(smallest.file)) yield { ...smallest, file };
}
