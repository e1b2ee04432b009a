/**
 * A sweep in a file: `{ "source": "net.dnn", "program": "fit", "set": { "fit.n": [1, 8] }, "chip": ["gc2", "gc200"] }`. Every key but `source`
 * is a setting with one value or a list of them.
 */
import { dirname, join } from 'node:path';
import { closest, type Outcome } from '@tessera-dnn/diagnostics';
import { InvalidArgumentError } from 'commander';
import { readSource } from '../files/source.ts';
import type { Io } from '../io.ts';
import { failed, succeeded } from '../session.ts';
import { type Axis, checkValues, settingNames } from './axes.ts';

export interface SweepSpec {
  /** The file of the program, by its name in the folder of the command. */
  readonly source: string;
  readonly axes: readonly Axis[];
}

/** The sweep in the file called `name`. `bad-sweep` where it is none, and what reading a file may fail with. */
export function readSpec(io: Io, name: string): Outcome<SweepSpec> {
  const text = readSource(io, name);
  if (!text.ok) return text;
  let json: unknown;
  try {
    json = JSON.parse(text.value.text);
  } catch (error) {
    return bad(name, `is no JSON: ${(error as Error).message}`);
  }
  if (!isRecord(json)) return bad(name, 'must be an object', 'write { "source": "net.dnn", "chip": ["gc2", "gc200"] }');
  const { source, set = {}, ...others } = json;
  if (typeof source !== 'string' || source === '') return bad(name, 'must name a program: "source": "net.dnn"');
  if (!isRecord(set)) return bad(name, '"set" must be an object: "set": { "n": [1, 8] }');
  const known: readonly string[] = settingNames;
  for (const key of Object.keys(others)) {
    if (known.includes(key)) continue;
    const near = closest(key, ['source', 'set', ...known]);
    return bad(name, `has a key that is not known: "${key}"`, near && `did you mean "${near}"?`);
  }
  const axes: Axis[] = [];
  const pairs = [
    ...Object.entries(others).map(([key, values]) => ['setting', key, values] as const),
    ...Object.entries(set).map(([key, values]) => ['set', key, values] as const),
  ];
  for (const [kind, key, given] of pairs) {
    const values = valuesOf(given);
    if (values === undefined)
      return bad(name, `"${key}" must be a string, a number, true or false, or a list of them that is not empty`);
    const axis: Axis = { kind, name: key, values };
    try {
      checkValues(axis);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      return bad(name, `"${key}" has a value that cannot be read: ${error.message}`);
    }
    axes.push(axis);
  }
  return succeeded({ source: join(dirname(name), source), axes });
}

function bad(name: string, what: string, help?: string): Outcome<never> & { readonly ok: false } {
  return failed('bad-sweep', `${name} ${what}`, help);
}

function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Truth values are `yes` and `no`, as on the command line. */
function valuesOf(given: unknown): readonly string[] | undefined {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  const texts = list.flatMap(value => {
    if (typeof value === 'boolean') return [value ? 'yes' : 'no'];
    const isPlain =
      (typeof value === 'string' && value !== '') || (typeof value === 'number' && Number.isFinite(value));
    return isPlain ? [String(value)] : [];
  });
  return texts.length === list.length && texts.length > 0 ? [...new Set(texts)] : undefined;
}
