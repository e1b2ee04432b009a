/**
 * Tries a text in all its settings. Where equal bits are promised, bits are compared: with a given number of tiles and memory, strict
 * results do not depend on workers, packing, recomputation and the layout of memory. For all other results the oracle says how far they may
 * differ.
 */
import { meaningOf, Oracle } from './oracle.ts';
import { firstDifference, type Outcome, run } from './run.ts';
import { describeSetting, hostStrict, type Setting } from './setting.ts';
import type { Fault, Numbers, Trial } from './trial.ts';

export interface Verdict {
  readonly faults: readonly Fault[];
  /** How often the text was compiled and run. */
  readonly runs: number;
  /** The diagnostics of runs that were refused. */
  readonly refusals: readonly Refusal[];
  readonly known: { readonly known: number; readonly all: number };
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
}

interface Ran {
  readonly setting: Setting;
  readonly numbers: Numbers;
}

export async function judge(trial: Trial): Promise<Verdict> {
  const faults: Fault[] = [];
  const refusals: Refusal[] = [];
  const nothing = { known: 0, all: 0 };
  const host = await run(trial, hostStrict);
  if (host.kind !== 'ran') {
    note(host, hostStrict, faults, refusals);
    return { faults, refusals, runs: 1, known: nothing };
  }
  const module = meaningOf(trial);
  if (module === undefined) throw new Error(`this compiles, but has no meaning:\n${trial.text}`);
  const oracle = new Oracle(module, trial, host.first);
  const ran: Ran[] = [];
  const settings = [hostStrict, ...trial.settings];
  for (const setting of settings) {
    const outcome = setting === hostStrict ? host : await run(trial, setting, host);
    if (outcome.kind !== 'ran') {
      note(outcome, setting, faults, refusals);
      continue;
    }
    faults.push(...firstValues(outcome.first, host.first, setting));
    faults.push(...numbers(oracle, { setting, numbers: outcome.numbers }));
    ran.push({ setting, numbers: outcome.numbers });
  }
  faults.push(...bits(ran));
  return { faults, refusals, runs: settings.length, known: oracle.known() };
}

function note(outcome: Outcome, setting: Setting, faults: Fault[], refusals: Refusal[]): void {
  if (outcome.kind === 'refused') refusals.push(outcome);
  if (outcome.kind === 'broken') {
    const { fault, message } = outcome;
    faults.push({ family: `${fault}: ${normalised(message)}`, message, settings: [setting] });
  }
}

/** The message without parts that differ from case to case: numbers, names, and which instruction of which function. */
export function normalised(message: string): string {
  return message
    .replace(/\b[vxpsl][a-d]\d+\b/g, 'x')
    .replace(/-?\d+(\.\d+)?(e[-+]?\d+)?/g, 'N')
    .slice(0, 120);
}

function firstValues(first: Numbers, host: Numbers, setting: Setting): readonly Fault[] {
  for (const [key, wanted] of host) {
    const got = first.get(key) ?? [];
    const at = firstDifference(got, wanted);
    if (at < 0) continue;
    const message = `first values: ${key}[${at}] is ${got[at]}, on the host ${wanted[at]}`;
    return [{ family: `first values, ${setting.math}`, message, settings: [setting] }];
  }
  return [];
}

function numbers(oracle: Oracle, { setting, numbers: got }: Ran): readonly Fault[] {
  const message = oracle.mistake(got, setting.math);
  if (message === undefined) return [];
  const chip = setting.chip.tiles === 1 ? 'one tile' : 'many tiles';
  return [{ family: `numbers, ${setting.math}, ${chip}`, message, settings: [setting] }];
}

/** Compares the first of the strict runs on one chip with the others. */
function bits(all: readonly Ran[]): readonly Fault[] {
  const first = new Map<string, Ran>();
  return all.flatMap(ran => {
    const { chip, math, embedded, rounds } = ran.setting;
    if (math === 'fast') return [];
    const key = [chip.tiles, chip.sramBytes, chip.specialise, chip.chargeCode, embedded, JSON.stringify(rounds)].join();
    const one = first.get(key);
    if (one === undefined) first.set(key, ran);
    return one === undefined ? [] : differing(one, ran);
  });
}

function differing(one: Ran, other: Ran): readonly Fault[] {
  for (const [key, wanted] of one.numbers) {
    const got = other.numbers.get(key) ?? [];
    const at = firstDifference(got, wanted);
    if (at < 0) continue;
    const settings = [one.setting, other.setting];
    const message = `${key}[${at}] is ${got[at]} with ${describeSetting(other.setting)}, but ${wanted[at]} with ${describeSetting(one.setting)}`;
    return [{ family: 'bits', message, settings }];
  }
  return [];
}
