/** Measurements as a table that one likes to read. */
import Table from 'cli-table3';
import type { Measurement } from './measure.ts';
import type { Network } from './networks/network.ts';

/** What {@link costCells} are of. */
export const costHeads = ['GMAC/s', 'of peak', 'ships MB', 'theirs', 'memory MB', 'theirs'] as const;

const heads = ['', 'ours ms', 'theirs ms', 'ratio', ...costHeads, 'bar'];

/** The rules of the table's lines are left out but for the one under the head. */
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

/** `peak`: the best that any of the processes saw, since they ran at different clocks. */
export function showTable(rows: readonly (readonly [Network, Measurement])[], peak: number): string {
  return layOut(
    heads,
    rows.map(([network, measurement]) => cells(network, measurement, peak)),
  );
}

/** Numbers to the right, but for the first and the last column. */
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

/** Multiply-adds a second of our best turn, in 10⁹. */
function rateOf({ multiplyAdds, ours }: Measurement): number {
  return multiplyAdds / ours.bestMilliseconds / 1e6;
}

/** How near the peak we came, and what each of us ships and takes in memory. */
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

/** The bar that a network has, and whether it is passed. */
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

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e6 ? 2 : 1);
}
