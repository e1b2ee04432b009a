/** What this machine can do at best, and how long a phase would take at that rate: the roofline model (Williams et al. 2009). */
import type { PhaseWork } from '@tessera-dnn/compiler';
import {
  type BandwidthPoint,
  measureBandwidth,
  measureByteMultiplyAddPeak,
  measureMultiplyAddPeak,
} from '@tessera-dnn/wasm/roofs';

/** Of one core, on which wasm runs. */
export interface Roofs {
  /** Multiply-adds of 32 bits and of bytes in a second, in registers only. */
  readonly multiplyAddsPerSecond: number;
  readonly byteMultiplyAddsPerSecond: number;
  /** How fast ranges of growing size are read. */
  readonly reading: readonly BandwidthPoint[];
}

/** The least time of a phase, and what it would be spent on. */
export interface Roof {
  readonly seconds: number;
  readonly limit: 'arithmetic' | 'bandwidth';
}

/** Takes some 150 ms. Multiply-adds as programs of that math make them. */
export function measureRoofs(math: 'fast' | 'strict'): Roofs {
  const { fused, separate } = measureMultiplyAddPeak();
  return {
    multiplyAddsPerSecond: 1e9 * (math === 'fast' ? fused : separate),
    byteMultiplyAddsPerSecond: 1e9 * measureByteMultiplyAddPeak(math),
    reading: measureBandwidth(),
  };
}

/**
 * Says the roof of each phase of a program whose phases are `works`. Between two reads of what stays in memory lies a whole run, so it comes from
 * the cache, or the memory, that holds all that a run reads of such; everything else was written just before, and comes from the
 * one that holds what the phase itself moves.
 */
export function roofOf(roofs: Roofs, works: readonly PhaseWork[]): (work: PhaseWork) => Roof {
  const resident = works.reduce((sum, { residentBytes }) => sum + residentBytes, 0);
  return work => {
    const moved = work.readBytes + work.writtenBytes;
    const bandwidth =
      work.residentBytes / rateAt(roofs.reading, Math.max(resident, moved)) +
      (moved - work.residentBytes) / rateAt(roofs.reading, moved);
    const arithmetic =
      work.multiplyAdds / roofs.multiplyAddsPerSecond + work.byteMultiplyAdds / roofs.byteMultiplyAddsPerSecond;
    return { seconds: Math.max(arithmetic, bandwidth), limit: arithmetic >= bandwidth ? 'arithmetic' : 'bandwidth' };
  };
}

/** Bytes a second for a range of so many bytes: between two measured sizes, in proportion to their logarithms. */
export function rateAt(points: readonly BandwidthPoint[], bytes: number): number {
  const above = points.findIndex(point => point.bytes >= bytes);
  if (above <= 0) return (above < 0 ? points[points.length - 1] : points[0]).bytesPerSecond;
  const [from, to] = [points[above - 1], points[above]];
  const share = Math.log(bytes / from.bytes) / Math.log(to.bytes / from.bytes);
  return from.bytesPerSecond + share * (to.bytesPerSecond - from.bytesPerSecond);
}
