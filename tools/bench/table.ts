/** Shows measurements as a table. */
import Table from 'cli-table3';
import type { Measurement } from './measure.ts';
import type { Network } from './networks/network.ts';

/** The columns of {@link costCells}. */
export const costHeads = ['GMAC/s', 'of peak', 'ships MB', 'theirs', 'memory MB', 'theirs'] as const;

const heads = ['', 'ours ms', 'theirs ms', 'ratio', ...costHeads, 'bar'];

/** The table has no lines except one under the head. */
const lines = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
};
const chars = {
  ...lines,
  'bottom-right': '',
  mid: '',
  'left-mid': '',
  'mid-mid': '',
  'right-mid': '',
  left: '',
  right: '',
  middle: ' ',
};

/** The table. `peak` is the best multiply-add peak that any of the processes measured, since they ran at different clock rates. */
export function showTable(rows: readonly (readonly [Network, Measurement])[], peak: number): string {
  return layOut(
    heads,
    rows.map(([network, measurement]) => cells(network, measurement, peak)),
  );
}

/** Lays out rows, with all columns except the first and the last aligned to the right. */
export function layOut(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: [...head],
    chars,
    style: { head: [], border: [], 'padding-left': 1, 'padding-right': 0 },
    colAligns: head.map((_, column) => (column === 0 || column === head.length - 1 ? 'left' : 'right')),
  });
  for (const row of rows) table.push([...row]);
  return table.toString().replace(/ +$/gm, '');
}

function cells(network: Network, measurement: Measurement, peak: number): string[] {
  const { name, ours, theirs } = measurement;
  const ratio = theirs.milliseconds / ours.milliseconds;
  return [
    name,
    time(ours.milliseconds),
    time(theirs.milliseconds),
    `${ratio.toFixed(2)}×`,
    ...costCells(measurement, peak),
    verdict(network, ratio, rateOf(measurement) / peak),
  ];
}

/** 10⁹ multiply-adds per second in Tessera's best turn. */
function rateOf({ multiplyAdds, ours }: Measurement): number {
  return multiplyAdds / ours.bestMilliseconds / 1e6;
}

/** How near to the peak Tessera comes, and the download and memory of both contestants. */
export function costCells(measurement: Measurement, peak: number): readonly string[] {
  const { ours, theirs } = measurement;
  const rate = rateOf(measurement);
  return [
    rate.toFixed(1),
    `${Math.round((100 * rate) / peak)} %`,
    megabytes(ours.shippedBytes),
    megabytes(theirs.shippedBytes),
    megabytes(ours.memoryBytes),
    megabytes(theirs.memoryBytes),
  ];
}

/** What a network should reach, and whether it does. */
export function verdict({ bar }: Network, ratio: number, partOfPeak: number): string {
  if (!bar) return '';
  const parts = [`${ratio > 1 ? '✓' : '✗'} faster`];
  if (bar.partOfPeak !== undefined) {
    parts.push(`${partOfPeak >= bar.partOfPeak ? '✓' : '✗'} ≥ ${100 * bar.partOfPeak} % of peak`);
  }
  return parts.join(', ');
}

export function time(milliseconds: number): string {
  return milliseconds.toPrecision(3).replace(/e\+?(\d+)/, (_, power) => `e${power}`);
}

export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e6 ? 2 : 1);
}
