/**
 * What a sweep varies. An axis is a setting of the command line with all the values that it takes; the points are their combinations. A value
 * is the text that the command line would have, whether it comes from a flag or from a file.
 */
import { strategies } from '@tessera-dnn/compiler';
import { InvalidArgumentError } from 'commander';
import type { CompileFlags } from '../flags/compile.ts';
import { count, recompute, size } from '../flags/values.ts';

/** The settings of one point, as flags of the compiler. */
type Settings = Partial<CompileFlags>;

/** How the values of a setting are read. Throws Commander's InvalidArgumentError. */
const settings = {
  program: text => ({ program: [text] }),
  chip: text => ({ chip: text }),
  tiles: text => ({ tiles: count(text) }),
  sram: text => ({ sram: size(text) }),
  workers: text => ({ workers: count(text) }),
  precision: text => ({ precision: oneOf(['f32', 'f16', 'bf16'] as const, text) }),
  recompute: text => ({ recompute: recompute(text) }),
  math: text => ({ math: oneOf(['fast', 'strict'] as const, text) }),
  allocator: text => ({ allocator: oneOf(strategies, text) }),
  inplace: text => ({ inplace: isYes(text) }),
  reuse: text => ({ reuse: isYes(text) }),
} as const satisfies { readonly [name: string]: (text: string) => Settings };

export type SettingName = keyof typeof settings;

/** In the order in which points count through them: the last turns fastest. */
export const settingNames = Object.keys(settings) as readonly SettingName[];

/** What is varied: a setting of the compiler, or a constant or dimension of the program. */
export interface Axis {
  readonly kind: 'setting' | 'set';
  readonly name: string;
  /** Each once, at least one. */
  readonly values: readonly string[];
}

/** One value of each axis, in their order. */
export type Coordinates = readonly string[];

/** More combinations than anybody waits for, or than a table of them could tell. */
export const mostPoints = 100_000;

/** How many combinations there are. */
export function pointCount(axes: readonly Axis[]): number {
  return axes.reduce((product, { values }) => product * values.length, 1);
}

/**
 * All combinations, the last axis turning fastest. A dimension of one program (`fit.n`) is nothing to another: there its value is empty, and
 * what is then equal is one point.
 */
export function coordinatesOf(axes: readonly Axis[]): readonly Coordinates[] {
  const all = axes.reduce<readonly Coordinates[]>(
    (points, { values }) => points.flatMap(point => values.map(value => [...point, value])),
    [[]],
  );
  const program = axes.findIndex(({ kind, name }) => kind === 'setting' && name === 'program');
  if (program < 0) return all;
  const programs = new Set(axes[program].values);
  const owners = axes.map(({ kind, name }) => (kind === 'set' ? name.split('.', 1)[0] : ''));
  const isOthers = (owner: string, own: string) => programs.has(owner) && owner !== own;
  const own = all.map(at => at.map((value, i) => (isOthers(owners[i], at[program]) ? '' : value)));
  return [...new Map(own.map(at => [JSON.stringify(at), at])).values()];
}

/** What the command line would be for this point. Throws Commander's InvalidArgumentError where a value cannot be read. */
export function flagsOf(axes: readonly Axis[], point: Coordinates): CompileFlags {
  const set = axes.flatMap(({ kind, name }, i) => (kind === 'set' && point[i] !== '' ? [[name, point[i]]] : []));
  const own = axes.map(({ kind, name }, i) => (kind === 'setting' ? settings[name as SettingName](point[i]) : {}));
  return Object.assign({ inplace: true, reuse: true, variant: true as const, set: Object.fromEntries(set) }, ...own);
}

/** Throws Commander's InvalidArgumentError for the first value that cannot be read. */
export function checkValues({ kind, name, values }: Axis): void {
  if (kind === 'setting') for (const value of values) settings[name as SettingName](value);
}

/** `1,8,32`: each once, in the order in which they stand. Throws Commander's InvalidArgumentError where there is none. */
export function listed(text: string): readonly string[] {
  const values = text.split(',').map(value => value.trim());
  if (values.includes('')) throw new InvalidArgumentError('Write values with commas between them: 1,8,32.');
  return [...new Set(values)];
}

function oneOf<T extends string>(choices: readonly T[], text: string): T {
  const found = choices.find(choice => choice === text);
  if (found === undefined) throw new InvalidArgumentError(`It is one of ${choices.join(', ')}, not ${text}.`);
  return found;
}

function isYes(text: string): boolean {
  return oneOf(['yes', 'no'], text) === 'yes';
}
