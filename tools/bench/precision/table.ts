/** Shows a network's precisions as a table, one row each. */
import { layOut, megabytes, time } from '../table.ts';
import { bars } from './contestants.ts';
import type { PrecisionMeasurement, PrecisionSide } from './measure.ts';

const heads = ['', 'stored in', 'ms', 'f32 / this', 'GMAC/s', 'ships MB', 'off by', 'bar'];

export function showPrecisions(rows: readonly PrecisionMeasurement[]): string {
  return layOut(
    heads,
    rows.flatMap(row => row.sides.map(side => cells(row, side))),
  );
}

function cells(row: PrecisionMeasurement, side: PrecisionSide): readonly string[] {
  const { stored, milliseconds, bestMilliseconds, shippedBytes, difference } = side;
  return [
    stored === 'f32' ? row.name.replace('precision ', '') : '',
    stored,
    time(milliseconds),
    `${(row.sides[0].milliseconds / milliseconds).toFixed(2)}×`,
    (row.multiplyAdds / bestMilliseconds / 1e6).toFixed(1),
    megabytes(shippedBytes),
    stored === 'f32' ? '' : difference.toExponential(0),
    precisionVerdict(row.sides, side),
  ];
}

/** What a precision should reach, and whether it does: a part of the speed of `f32`, and in 8 bits more than that of the peer. */
export function precisionVerdict(
  sides: readonly Pick<PrecisionSide, 'stored' | 'milliseconds'>[],
  { stored, milliseconds }: Pick<PrecisionSide, 'stored' | 'milliseconds'>,
): string {
  if (stored === 'f32' || bars[stored].timesF32 === 0) return '';
  const { timesF32 } = bars[stored];
  const parts = [`${mark(sides[0].milliseconds >= timesF32 * milliseconds)} ≥ ${timesF32}×`];
  const peer = sides.find(({ stored }) => stored === 'int8, onnxruntime-web');
  if (stored === 'int8' && peer) parts.push(`${mark(peer.milliseconds > milliseconds)} faster than onnxruntime-web`);
  return parts.join(', ');
}

function mark(holds: boolean): string {
  return holds ? '✓' : '✗';
}
