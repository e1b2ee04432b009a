/** The flags of `sweep`, whose values are lists with commas between them, and the axes that they become. */
import type { Outcome } from '@tessera-dnn/diagnostics';
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { succeeded } from '../session.ts';
import { type Axis, checkValues, listed, type SettingName, settingNames } from '../sweep/axes.ts';
import { readSpec } from '../sweep/spec.ts';
import { type Pairs, pair } from './values.ts';

export type AxisFlags = { readonly [name in SettingName]?: Axis } & { readonly set?: Pairs };

const descriptions: { readonly [name in SettingName]: string } = {
  program: 'each program by itself (default: every program of the file)',
  chip: 'presets and chip files',
  tiles: 'numbers of tiles',
  sram: 'memory of each tile, as in 64KiB,128KiB',
  workers: 'numbers of workers of each tile',
  precision: 'f32, f16, bf16',
  recompute: 'none, sqrt, auto, or sizes',
  math: 'fast, strict',
  allocator: 'how buffers get their addresses',
  inplace: 'yes, no: whether results may be stored over operands',
  reuse: 'yes, no: whether tensors may share memory',
};

/** Adds a flag for every axis. */
export function addAxisFlags(command: Command): Command {
  command.optionsGroup('What is varied, by lists as in 1,8,32:');
  command.option('--set <name=values>', 'values for a constant or a dimension (repeatable)', pair);
  for (const name of settingNames) command.option(`--${name} <values>`, descriptions[name], text => axis(name, text));
  return command;
}

function axis(name: SettingName, text: string): Axis {
  const read: Axis = { kind: 'setting', name, values: listed(text) };
  checkValues(read);
  return read;
}

/** The program of the sweep, and its axes: those of the file where it is one of JSON, replaced by flags of the same name. */
export function axesOf(
  io: Io,
  file: string,
  flags: AxisFlags,
): Outcome<{ readonly source: string; readonly axes: readonly Axis[] }> {
  const spec = /\.json$/i.test(file) ? readSpec(io, file) : succeeded({ source: file, axes: [] });
  if (!spec.ok) return spec;
  const set = Object.entries(flags.set ?? {}).map(
    ([name, text]): Axis => ({ kind: 'set', name, values: listed(text) }),
  );
  const given = [...settingNames.flatMap(name => flags[name] ?? []), ...set];
  const isGiven = (axis: Axis) => given.some(({ kind, name }) => kind === axis.kind && name === axis.name);
  const all = [...spec.value.axes.filter(axis => !isGiven(axis)), ...given];
  return succeeded({ source: spec.value.source, axes: all.sort((a, b) => rank(a) - rank(b)) });
}

/** The program first, then its dimensions, then the chip, then the rest: so the table reads from what is computed to how. */
function rank({ kind, name }: Axis): number {
  if (kind === 'set') return 0.5;
  return settingNames.indexOf(name as SettingName);
}
