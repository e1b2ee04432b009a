/**
 * The data section: active segments with the memory's initial contents.
 *
 * Memory starts out zero, so runs of zeros are left out: a segment is cut where 32 or more stand in a row (a cut costs up to 13 bytes).
 * To find such runs only every 32nd byte is looked at, so 100 MB of weights, which have none, cost milliseconds. The bytes
 * stay views of the image's arrays until the whole module is written.
 */
import { unsigned } from './join.ts';
import { signed32 } from './leb128.ts';

export interface Segment {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** Engines accept 100,000 segments. */
const mostSegments = 100_000;
const shortestRun = 32;

/** The pieces of a data section for `segments`. */
export function dataPieces(segments: readonly Segment[]): readonly Uint8Array[] {
  const cut = cutSegments(segments);
  return [unsigned(cut.length), ...cut.flatMap(({ address, bytes }) => [segmentHead(address, bytes.length), bytes])];
}

/** `segments` without their runs of zeros; longer runs are left in where there would be too many pieces. */
export function cutSegments(segments: readonly Segment[], most = mostSegments): readonly Segment[] {
  for (let run = shortestRun; ; run *= 2) {
    const pieces = segments.flatMap(segment => cutAtZeros(segment, run));
    if (pieces.length <= Math.max(most, segments.length)) return pieces;
  }
}

function cutAtZeros({ address, bytes }: Segment, run: number): Segment[] {
  const pieces: Segment[] = [];
  const keep = (from: number, to: number) => {
    if (to > from) pieces.push({ address: address + from, bytes: bytes.subarray(from, to) });
  };
  let start = 0;
  // A run of `run` zeros covers one of the probes at distance `run`; the last probe is the last byte.
  for (let probe = 0; probe < bytes.length; probe = Math.max(probe + 1, Math.min(probe + run, bytes.length - 1))) {
    if (bytes[probe] !== 0) continue;
    let from = probe;
    while (from > start && bytes[from - 1] === 0) from--;
    let to = probe + 1;
    while (to < bytes.length && bytes[to] === 0) to++;
    const atAnEdge = from === start || to === bytes.length;
    if (to - from < run && !atAnEdge) {
      probe = to - 1;
      continue;
    }
    keep(start, from);
    start = to;
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
