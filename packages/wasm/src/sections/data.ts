/**
 * The data section: the memory's initial contents, as active segments, or as passive ones that code copies.
 *
 * Memory starts out zero, so it is its stretches without long runs of zeros that are written, wherever they come from: a run within one of
 * the image's segments is left out, and what lies between two of them is a run as well. Stretches with a short run between them are one
 * segment, since another one costs up to 13 bytes and engines accept so many only; where that would be too many, longer runs are written, the
 * shortest first. To find runs only every 32nd byte is looked at, so 100 MB of weights, which have none, cost milliseconds. The bytes stay
 * views of the image's arrays until the whole module is written.
 */
import { assertThat } from '@tessera-dnn/diagnostics';
import { linkStage } from '@tessera-dnn/machine';
import { totalBytes, unsigned } from './join.ts';
import { signed32 } from './leb128.ts';

/** Bytes of the image, from one array. */
export interface Segment {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** Bytes of the artifact: one segment, whose parts follow each other. */
export interface JoinedSegment {
  readonly address: number;
  readonly size: number;
  readonly parts: readonly Uint8Array[];
}

/** What engines accept (WebAssembly JavaScript Interface, implementation-defined limits). */
const mostSegments = 100_000;
const shortestRun = 32;

/** The pieces of a data section for `segments`. */
export function dataPieces(segments: readonly Segment[]): readonly Uint8Array[] {
  const joined = joinSegments(segments);
  return [
    unsigned(joined.length),
    ...joined.flatMap(({ address, size, parts }) => [segmentHead(address, size), ...parts]),
  ];
}

/**
 * The pieces of a data section that leaves memory as it is: of two passive segments, the bytes of all stretches one after the other, and for each
 * its address and size, two u32.
 */
export function passiveDataPieces(segments: readonly Segment[]): readonly Uint8Array[] {
  const joined = joinSegments(segments);
  const list = new DataView(new ArrayBuffer(8 * joined.length));
  joined.forEach(({ address, size }, i) => {
    list.setUint32(8 * i, address, true);
    list.setUint32(8 * i + 4, size, true);
  });
  const bytes = joined.flatMap(({ parts }) => parts);
  const segment = (parts: readonly Uint8Array[]) => [Uint8Array.of(0x01), unsigned(totalBytes(parts)), ...parts];
  return [unsigned(2), ...segment(bytes), ...segment([new Uint8Array(list.buffer)])];
}

/** At most `most` segments that leave the same memory as `segments`, which do not overlap. By address, without zeros at their ends. */
export function joinSegments(segments: readonly Segment[], most = mostSegments): readonly JoinedSegment[] {
  const byAddress = [...segments].sort((a, b) => a.address - b.address);
  const stretches = byAddress.flatMap(cutAtZeros);
  const gaps = stretches.map(({ address }, i) => (i === 0 ? 0 : address - endOf(stretches[i - 1])));
  assertThat(
    gaps.every(gap => gap >= 0),
    linkStage.name,
    'two pieces of initial data overlap',
    `gaps of ${gaps.length} stretches`,
  );
  return joinAcross(stretches, gaps, cuts(gaps, most));
}

function endOf({ address, bytes }: Segment): number {
  return address + bytes.length;
}

/** The stretches that begin a segment: those after gaps that cost more than a segment, of these the longest where there are too many. */
function cuts(gaps: readonly number[], most: number): ReadonlySet<number> {
  const long = gaps.flatMap((gap, i) => (gap >= shortestRun ? [i] : []));
  if (long.length >= most) long.sort((a, b) => gaps[b] - gaps[a] || a - b);
  return new Set(long.slice(0, most - 1));
}

function joinAcross(
  stretches: readonly Segment[],
  gaps: readonly number[],
  cut: ReadonlySet<number>,
): readonly JoinedSegment[] {
  const joined: { address: number; size: number; parts: Uint8Array[] }[] = [];
  stretches.forEach(({ address, bytes }, i) => {
    const last = joined.at(-1);
    if (!last || cut.has(i)) {
      joined.push({ address, size: bytes.length, parts: [bytes] });
      return;
    }
    if (gaps[i] > 0) last.parts.push(new Uint8Array(gaps[i]));
    last.parts.push(bytes);
    last.size += gaps[i] + bytes.length;
  });
  return joined;
}

/** What is left of a segment without its runs of 32 zeros and more and without zeros at its ends. */
function cutAtZeros({ address, bytes }: Segment): Segment[] {
  const pieces: Segment[] = [];
  const keep = (from: number, to: number) => {
    if (to > from) pieces.push({ address: address + from, bytes: bytes.subarray(from, to) });
  };
  let start = 0;
  // A run of 32 zeros covers one of the probes at that distance; the last probe is the last byte.
  const next = (probe: number) => Math.max(probe + 1, Math.min(probe + shortestRun, bytes.length - 1));
  for (let probe = 0; probe < bytes.length; probe = next(probe)) {
    if (bytes[probe] !== 0) continue;
    let from = probe;
    while (from > start && bytes[from - 1] === 0) from--;
    let to = probe + 1;
    while (to < bytes.length && bytes[to] === 0) to++;
    const atAnEdge = from === start || to === bytes.length;
    if (to - from >= shortestRun || atAnEdge) {
      keep(start, from);
      start = to;
    }
    probe = to - 1;
  }
  keep(start, bytes.length);
  return pieces;
}

/** Mode 0 (active, memory 0), `i32.const address`, `end`, the size. */
function segmentHead(address: number, size: number): Uint8Array {
  const constant = [0x41, ...signed32(address), 0x0b];
  return Uint8Array.from([0x00, ...constant, ...unsigned(size)]);
}
