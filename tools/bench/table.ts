/** Shows measurements as a table. */
import Table from 'cli-table3';
import type { Measurement } from './measure.ts';
import type { Network } from './networks/network.ts';

/** The columns of {@link costCells}. */
export function costHeads(peers: readonly string[]): readonly string[] {
  return ['GMAC/s', 'of peak', 'ships MB', ...peers, 'memory MB', ...peers];
}

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
  const peers = [...new Set(rows.flatMap(([, measurement]) => measurement.peers.map(({ name }) => name)))];
  const short = peers.map(name => name.replace('onnxruntime-web', 'ort').replace('.js', ''));
  const heads = ['', 'ours ms', ...short.flatMap(name => [`${name} ms`, 'ratio']), ...costHeads(short), 'bar'];
  return layOut(heads, [
    ...rows.map(([network, measurement]) => cells(network, measurement, peers, peak)),
    meansOf(rows, peers, heads.length),
  ]);
}

/** The geometric mean of the ratios, over the networks that a peer can run. */
function meansOf(rows: readonly (readonly [Network, Measurement])[], peers: readonly string[], length: number) {
  const means = peers.flatMap(name => {
    const ratios = rows.flatMap(([, measurement]) => ratioOf(measurement, name) ?? []);
    const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
    return ['', `${mean.toFixed(2)}×`];
  });
  const filled = ['geometric mean', '', ...means];
  return [...filled, ...new Array<string>(length - filled.length).fill('')];
}

function ratioOf({ ours, peers }: Measurement, name: string): number | undefined {
  const theirs = peers.find(peer => peer.name === name);
  return theirs && theirs.milliseconds / ours.milliseconds;
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

function cells(network: Network, measurement: Measurement, peers: readonly string[], peak: number): string[] {
  const { name, ours } = measurement;
  const compared = peers.map(peer => ({
    side: measurement.peers.find(side => side.name === peer),
    ratio: ratioOf(measurement, peer),
  }));
  const ratios = compared.flatMap(({ ratio }) => ratio ?? []);
  return [
    name,
    time(ours.milliseconds),
    ...compared.flatMap(({ side, ratio }) => (side && ratio ? [time(side.milliseconds), shown(ratio)] : ['', ''])),
    ...costCells(measurement, peak, peers),
    verdict(network, Math.min(...ratios), rateOf(measurement) / peak),
  ];
}

/** A row that loses says so. */
function shown(ratio: number): string {
  return `${ratio < 1 ? '✗ ' : ''}${ratio.toFixed(2)}×`;
}

/** 10⁹ multiply-adds per second in Tessera's best turn. */
function rateOf({ multiplyAdds, ours }: Measurement): number {
  return multiplyAdds / ours.bestMilliseconds / 1e6;
}

/** How near to the peak Tessera comes, and the download and memory of all contestants; of all `peers` of the table, in their order. */
export function costCells(measurement: Measurement, peak: number, peers?: readonly string[]): readonly string[] {
  const { ours } = measurement;
  const rate = rateOf(measurement);
  const sides = peers ? peers.map(name => measurement.peers.find(side => side.name === name)) : measurement.peers;
  const known = (bytes: number | undefined) => (bytes ? megabytes(bytes) : '');
  return [
    rate.toFixed(1),
    `${Math.round((100 * rate) / peak)} %`,
    megabytes(ours.shippedBytes),
    ...sides.map(side => known(side?.shippedBytes)),
    megabytes(ours.memoryBytes),
    ...sides.map(side => known(side?.memoryBytes)),
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
