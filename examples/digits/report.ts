/** Makes the pictures and tables that the example prints. */
import type { MemoryReport, TileMemory } from '@tessera-dnn/compiler';
import type { ChipSpec } from '@tessera-dnn/machine';
import type { Digit } from './digits.ts';
import { besideEachOther, drawDigit } from './draw.ts';

export interface Answer {
  readonly digit: Digit;
  /** One score per class; the largest is the answer. */
  readonly scores: readonly number[];
  readonly label: number;
}

/** Shows one digit that was read right and one that was not. */
export function showDigits(answers: readonly Answer[]): string {
  const right = answers.find(({ digit, label }) => digit.label === 5 && label === 5);
  const wrong = answers.find(({ digit, label }) => digit.label !== label);
  const colors = process.stdout.isTTY && !process.env['NO_COLOR'];
  const pictures = [right, wrong]
    .filter(answer => answer !== undefined)
    .map(answer => ({ rows: drawDigit(answer.digit.image, colors), text: verdict(answer) }));
  return besideEachOther(pictures);
}

function verdict({ digit, scores, label }: Answer): string {
  const total = scores.reduce((sum, score) => sum + Math.exp(score - scores[label]), 0);
  const sure = `${(100 / total).toFixed(1)} %`;
  return digit.label === label ? `a ${label}, it says (${sure})` : `a ${digit.label}; it says ${label} (${sure})`;
}

const columns: readonly (readonly [title: string, bytes: (tile: TileMemory) => number])[] = [
  ['parameters', tile => tile.parameters],
  ['activations', tile => tile.activations],
  ['exchange', tile => tile.exchange + tile.partials],
  ['tables', tile => tile.tables + tile.exchangeTables],
  ['code', tile => tile.code],
  ['other', tile => tile.states + tile.prepared + tile.constants + tile.gaps + tile.alignment],
  ['free', tile => tile.free],
];

/** Shows what the bytes of each tile are used for when it is fullest. */
export function showMemory(
  { tiles, peak, peakBytes, lowerBoundBytes, totalBytes }: MemoryReport,
  chip: ChipSpec,
): string {
  const cells = [
    ['tile', ...columns.map(([title]) => title), ''],
    ...tiles.map((tile, at) => [
      String(at),
      ...columns.map(([, bytes]) => grouped(bytes(tile))),
      bar(chip.sramBytes - tile.free, chip.sramBytes) + (at === peak.tile ? ' fullest' : ''),
    ]),
  ];
  const widths = cells[0].map((_, column) => Math.max(...cells.map(row => row[column].length)));
  const rows = cells.map(row =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padStart(widths[column])))
      .join('  ')
      .trimEnd(),
  );
  const share = ((100 * peakBytes) / chip.sramBytes).toFixed(1);
  return [
    'Where the memory goes, in bytes, with each tile at its fullest:',
    '',
    ...rows.map(row => `  ${row}`),
    '',
    `Peak ${grouped(peakBytes)} bytes, on tile ${peak.tile}, ${share} % of its SRAM; lower bound ${grouped(lowerBoundBytes)}.`,
    `All tiles and the host's window: ${grouped(totalBytes)} bytes of WebAssembly memory.`,
  ].join('\n');
}

export interface Times {
  readonly chip: ChipSpec;
  /** The modelled cycles of one run. */
  readonly cycles: number;
  readonly compileSeconds: number;
  readonly runSeconds: number;
  readonly runs: number;
  readonly artifactBytes: number;
}

export function showTime({ chip, cycles, compileSeconds, runSeconds, runs, artifactBytes }: Times): string {
  const modelled = (1e6 * cycles) / chip.clockHz;
  return [
    `Modelled   ${grouped(cycles)} cycles a digit: ${modelled.toFixed(1)} µs at ${chip.clockHz / 1e9} GHz`,
    `This host  ${((1e3 * runSeconds) / runs).toFixed(3)} ms a digit, ${runSeconds.toFixed(2)} s for all`,
    `Compiled   in ${compileSeconds.toFixed(2)} s to one file of ${grouped(artifactBytes)} bytes, weights included`,
  ].join('\n');
}

export function grouped(count: number): string {
  return count.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

function bar(part: number, whole: number): string {
  return '█'.repeat(Math.round((20 * part) / whole)).padEnd(20, '░');
}
