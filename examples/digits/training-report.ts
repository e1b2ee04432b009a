/** Makes what the training prints: a progress line, one line per epoch, and what the memory was used for. */
import type { MemoryReport, TileMemory } from '@tessera-dnn/compiler';
import type { ChipSpec } from '@tessera-dnn/machine';
import { grouped } from './report.ts';

export interface Setting {
  readonly chip: ChipSpec;
  readonly epochs: number;
  readonly samples: number;
}

export function trainingTitle({ chip, epochs, samples }: Setting): string {
  const tiles = `${chip.tiles} tiles with ${chip.sramBytes / 1024} KiB each`;
  return [
    `\nLeNet-5 from scratch: ${epochs} epochs of ${grouped(samples)} training digits on ${tiles}\n`,
    `  epoch    loss   right of 1,000 test digits           digits a second`,
  ].join('\n');
}

export interface Moment {
  readonly epoch: number;
  readonly batch: number;
  readonly batches: number;
  readonly loss?: number;
}

/** A line of the terminal that is rewritten all the time; nothing if the output is not a terminal. */
export function besideProgress(): { readonly show: (moment: Moment) => void; readonly clear: () => void } {
  const { stdout } = process;
  if (!stdout.isTTY) return { show: () => {}, clear: () => {} };
  return {
    show: ({ epoch, batch, batches, loss = Number.NaN }) => {
      const done = filled(batch / batches, 26);
      stdout.write(`\r  ${String(epoch).padStart(5)}  ${loss.toFixed(4)}   ${done}  step ${batch} of ${batches} `);
    },
    clear: () => stdout.write('\r\u001b[2K'),
  };
}

export interface Epoch {
  readonly epoch: number;
  readonly loss?: number;
  readonly right: number;
  readonly of: number;
  readonly samplesPerSecond: number;
}

/** The bar begins at 900 of 1,000 digits, so that the differences are visible. */
export function showEpoch({ epoch, loss = Number.NaN, right, of, samplesPerSecond }: Epoch): string {
  const share = `${((100 * right) / of).toFixed(1)} %`.padStart(7);
  const bar = filled((right / of - 0.9) / 0.1, 26);
  return `  ${String(epoch).padStart(5)}  ${loss.toFixed(4)}   ${bar} ${share}  ${grouped(samplesPerSecond).padStart(12)}`;
}

export interface Totals {
  readonly chip: ChipSpec;
  readonly report: MemoryReport;
  /** Modelled cycles of one step. */
  readonly cycles: number;
  readonly compileSeconds: number;
  /** Milliseconds of one step on this host. */
  readonly milliseconds: number;
  readonly steps: number;
  /** Whether the memory is still the same as at the beginning. */
  readonly fixed: boolean;
  /** On how many threads of this host the chip ran. */
  readonly threads: number;
}

const kinds: readonly (readonly [title: string, bytes: (tile: TileMemory) => number])[] = [
  ['parameters', tile => tile.parameters],
  ["optimiser's states", tile => tile.states],
  ['activations, gradients', tile => tile.activations],
  ['exchange', tile => tile.exchange + tile.partials],
  ['tables', tile => tile.tables + tile.exchangeTables],
  ['code', tile => tile.code],
  ['other', tile => tile.prepared + tile.constants + tile.gaps + tile.alignment],
  ['free', tile => tile.free],
];

export function showTotals(totals: Totals): string {
  const { chip, report, cycles, compileSeconds, milliseconds, steps, fixed, threads } = totals;
  const all = chip.tiles * chip.sramBytes;
  const rows = kinds.map(([title, bytes]) => {
    const sum = report.tiles.reduce((total, tile) => total + bytes(tile), 0);
    return `  ${title.padEnd(24)}${grouped(sum).padStart(10)}  ${filled(sum / all, 26)}`;
  });
  const modelled = (1e6 * cycles) / chip.clockHz;
  return [
    '\nWhere the memory of all tiles goes, in bytes, with each at its fullest:\n',
    ...rows,
    '',
    `${'  each tile'.padEnd(12)}${report.tiles.map(tile => eighths(1 - tile.free / chip.sramBytes)).join('')}`,
    '',
    fixed
      ? `Nothing was allocated in ${grouped(steps)} steps: ${grouped(report.totalBytes)} bytes, fixed when it was compiled.`
      : 'The memory has grown, which must not be.',
    `Modelled   ${grouped(cycles)} cycles a step of 32 digits: ${modelled.toFixed(0)} µs at ${chip.clockHz / 1e9} GHz`,
    `This host  ${milliseconds.toFixed(1)} ms a step on ${threads === 1 ? 'one thread' : `${threads} threads`}, ${((steps * milliseconds) / 1000).toFixed(1)} s for all`,
    `Compiled   in ${compileSeconds.toFixed(2)} s`,
  ].join('\n');
}

function filled(share: number, width: number): string {
  const full = Math.round(width * Math.min(1, Math.max(0, share)));
  return '█'.repeat(full).padEnd(width, '░');
}

/** A character that shows how full a tile is. */
function eighths(share: number): string {
  return '▁▂▃▄▅▆▇█'[Math.min(7, Math.floor(8 * share))];
}
