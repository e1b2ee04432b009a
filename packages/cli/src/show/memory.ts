/**
 * The memory report as text: what the bytes of one tile and of all tiles are used for, when that tile is fullest and with what, and the
 * modelled cycles.
 */

import {
  type LiveBuffer,
  type MemoryReport,
  numberedPhase,
  type Plan,
  peakMoment,
  phaseText,
  placeOf,
  type TileMemory,
} from '@tessera-dnn/compiler';
import { usedOf } from '@tessera-dnn/explorer';
import { formatSize } from '@tessera-dnn/machine';
import type { Paint } from '../session.ts';
import { bar, counted, duration, grouped, percent } from './numbers.ts';
import { type Row, tableOf } from './table.ts';

/** The whole report, about the fullest tile unless another is given. */
export function memoryText(plan: Plan, paint: Paint, tile = plan.report.peak.tile): string {
  const parts = [
    heading(plan, paint),
    rowTable(plan, paint, tile),
    summary(plan, paint),
    moment(plan, paint, tile),
    programTable(plan, paint),
  ];
  return `${parts.join('\n\n')}\n`;
}

function heading({ source, chip }: Plan, paint: Paint): string {
  const size = chip.packed ? `up to ${formatSize(chip.sramBytes)}` : formatSize(chip.sramBytes);
  return `${paint.bold(source.name)} on ${paint.bold(chip.name)}: ${counted(chip.tiles, 'tile')} of ${size}`;
}

/** The rows of the table, in the order in which these things lie in a tile's memory. */
const rows: readonly (readonly [keyof TileMemory, string])[] = [
  ['parameters', 'parameters'],
  ['states', 'states'],
  ['prepared', 'prepared'],
  ['constants', 'constants'],
  ['activations', 'activations'],
  ['exchange', 'exchange'],
  ['partials', 'partial sums'],
  ['scratch', 'scratch'],
  ['gaps', 'gaps'],
  ['alignment', 'alignment'],
  ['tables', 'tables'],
  ['exchangeTables', 'exchange tables'],
  ['code', 'code'],
];

function rowTable({ chip, report }: Plan, paint: Paint, tile: number): string {
  const one = report.tiles[tile];
  const all = sumOf(report.tiles);
  const single = chip.tiles === 1;
  const wholes = [wholeOf(one), wholeOf(all)];
  const line = (title: string, bytes: readonly [number, number], drawn = true): Row => {
    const share = bytes.map((part, at) => (part === 0 ? '' : percent(part, wholes[at])));
    const own = [grouped(bytes[0]), share[0], drawn && bytes[0] > 0 ? paint.cyan(bar(bytes[0], wholes[0], 20)) : ''];
    const cells = single ? own : [...own, grouped(bytes[1]), share[1]];
    return bytes[single ? 0 : 1] === 0 ? [title, ...cells].map(cell => cell && paint.dim(cell)) : [title, ...cells];
  };
  // Vertices have scratch memory on few chips only.
  const shown = rows.filter(([row]) => row !== 'scratch' || all.scratch > 0);
  const body = shown.map(([row, title]) => line(title, [one[row], all[row]]));
  const used = line(paint.bold('used'), [usedOf(one), usedOf(all)]);
  // A packed tile has no free memory: it ends where its contents end.
  const free = chip.packed ? [] : [line('free', [one.free, all.free], false)];
  const which = tile === report.peak.tile ? `tile ${tile}, the fullest` : `tile ${tile}`;
  const right = { align: 'right' } as const;
  const columns = [
    { title: '' },
    { title: single ? 'bytes' : which, ...right },
    { title: '', ...right },
    { title: '' },
    { title: `all ${grouped(chip.tiles)} tiles`, ...right },
    { title: '', ...right },
  ];
  return tableOf(single ? columns.slice(0, 4) : columns, [...body, 'rule', used, ...free], paint);
}

function sumOf(tiles: readonly TileMemory[]): TileMemory {
  const sum: Record<keyof TileMemory, number> = { ...tiles[0] };
  for (const tile of tiles.slice(1)) for (const row of Object.keys(sum) as (keyof TileMemory)[]) sum[row] += tile[row];
  return sum;
}

function wholeOf(memory: TileMemory): number {
  return usedOf(memory) + memory.free;
}

function summary({ chip, report }: Plan, paint: Paint): string {
  const { peakBytes, lowerBoundBytes, totalBytes, hostBytes, parameters, states, peak } = report;
  const bound =
    peakBytes === lowerBoundBytes
      ? 'no placement of its buffers takes less'
      : `any placement of its buffers takes at least ${grouped(lowerBoundBytes)} B (${percent(lowerBoundBytes, peakBytes)})`;
  const stateCount = states > 0 ? ` and ${grouped(states)} elements of state` : '';
  return [
    `Peak         ${paint.bold(`${grouped(peakBytes)} B`)}${chip.tiles > 1 ? ` on tile ${peak.tile}` : ''}; ${bound}`,
    `Wasm memory  ${grouped(totalBytes)} B, of which the host window for inputs and outputs takes ${grouped(hostBytes)} B`,
    `Variables    ${counted(parameters, 'parameter')}${stateCount}`,
  ].join('\n');
}

/** How many of the tensors at the fullest moment are listed, the largest first. */
const shownBuffers = 12;

function moment({ tiles, placement, report }: Plan, paint: Paint, tile: number): string {
  const { phase, live } = tile === report.peak.tile ? report.peak : peakMoment(tiles, placement, tile);
  const title = `Tile ${tile} is fullest in ${phaseText(tiles, phase)}`;
  if (live.length === 0) return `${title}: it holds no tensors but its variables.`;
  const largest = live.toSorted((a, b) => b.bytes - a.bytes);
  const shown = largest
    .slice(0, shownBuffers)
    .map(buffer => [grouped(buffer.bytes), kindOf(buffer), buffer.name, untilOf(buffer), paint.dim(lineOf(buffer))]);
  const rest = largest.slice(shownBuffers).reduce((sum, { bytes }) => sum + bytes, 0);
  const more = rest > 0 ? [[grouped(rest), '', `${counted(live.length - shownBuffers, 'other')}`, '', '']] : [];
  const columns = [
    { title: 'bytes', align: 'right' },
    { title: 'kind' },
    { title: 'tensor' },
    { title: 'needed until phase' },
    { title: 'from' },
  ] as const;
  return `${title}:\n\n${tableOf(columns, [...shown, ...more], paint)}`;

  /** The last phase that reads the buffer. */
  function untilOf({ buffer }: LiveBuffer): string {
    const last = placement.storage.life.last[buffer];
    if (last === phase) return 'this one';
    const { number, name } = numberedPhase(tiles, last);
    return `${number}, ${name}`;
  }

  function lineOf({ buffer }: LiveBuffer): string {
    const place = placeOf(tiles.buffers[buffer].origin);
    return place === undefined ? '' : `${place.file}:${place.line}:${place.column}`;
  }
}

/** The kind under the name that the rows of the table have. */
function kindOf({ kind }: LiveBuffer): string {
  switch (kind) {
    case 'input':
      return 'exchange';
    case 'partial':
      return 'partial sum';
    default:
      return kind;
  }
}

function programTable({ chip, report }: Plan, paint: Paint): string {
  const right = { align: 'right' } as const;
  const columns = [
    { title: 'program' },
    { title: 'phases', ...right },
    { title: 'modelled cycles', ...right },
    { title: `at ${chip.clockHz / 1e9} GHz`, ...right },
  ];
  return tableOf(columns, report.cycles.map(programRow), paint);

  function programRow({ program, phases, cycles }: MemoryReport['cycles'][number]): readonly string[] {
    return [program, grouped(phases), grouped(cycles), duration(cycles / chip.clockHz)];
  }
}
