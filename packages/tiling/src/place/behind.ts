/**
 * Which results are written behind the reads of their operands.
 *
 * To tie two storages costs freedom: a chain of them moves as one and climbs down by every distance. So only what lowers the peak is
 * tied:
 * 1. place all storages free of each other;
 * 2. where the live bytes are most, take all ties of these phases that are not tried yet, and place again;
 * 3. if that came out lower, keep them and go on at 2; else give them up, and stop where the fullest phases have none left;
 * 4. place what is tied now as thoroughly as was asked for: up to here the greedy strategies do.
 */
import type { Allocation, Buffer, Pair } from '@tessera-dnn/allocator';
import type { Tie } from './storage.ts';

/** Where all storages lie, and the results that lie behind their operands. */
export interface Tied {
  readonly offsets: Float64Array;
  readonly height: number;
  readonly bound: number;
  readonly ties: readonly Tie[];
}

/** `buffers[i]` is the storage `roots[i]`; `pack` places them with given pairs, quickly or thoroughly. */
export function tieWhereFullest(
  roots: readonly number[],
  buffers: readonly Buffer[],
  ties: readonly Tie[],
  alignBytes: number,
  pack: (pairs: readonly Pair[], thoroughly: boolean) => Allocation,
): Tied | undefined {
  const indexOf = new Map(roots.map((root, i) => [root, i]));
  const pairOf = ({ operand, result, distanceBytes }: Tie): Pair => ({
    first: indexOf.get(operand) ?? 0,
    second: indexOf.get(result) ?? 0,
    distance: -Math.ceil(distanceBytes / alignBytes) * alignBytes,
  });
  const possible = ties.filter(({ operand, result }) => indexOf.has(operand) && indexOf.has(result));
  const placed = (chosen: readonly Tie[], thoroughly = false): Tied | undefined => {
    const allocation = pack(chosen.map(pairOf), thoroughly);
    if (allocation.status === 'conflict') return undefined;
    const { offsets, height } = allocation.placement;
    return { offsets, height, bound: allocation.bound.size, ties: chosen };
  };
  let best = placed([]);
  const tried = new Set<Tie>();
  while (best && tried.size < possible.length) {
    const chosen = best.ties;
    const fullest = fullestPhases(buffers, chosen, pairOf);
    const next = possible.filter(tie => !tried.has(tie) && fullest.has(tie.phase));
    if (next.length === 0) break;
    for (const tie of next) tried.add(tie);
    const trial = placed([...chosen, ...next]);
    if (trial && trial.height < best.height) best = trial;
  }
  return best && best.height > best.bound ? placed(best.ties, true) : best;
}

/** The phases in which most bytes are live; what tied storages share counts once. */
function fullestPhases(
  buffers: readonly Buffer[],
  ties: readonly Tie[],
  pairOf: (tie: Tie) => Pair,
): ReadonlySet<number> {
  const change = new Float64Array(buffers.reduce((end, { upper }) => Math.max(end, upper), 0) + 2);
  const live = (from: number, to: number, bytes: number) => {
    change[from] += bytes;
    change[to] -= bytes;
  };
  for (const { lower, upper, size } of buffers) live(lower, upper, size);
  for (const tie of ties) {
    const { first, second, distance } = pairOf(tie);
    live(tie.phase, tie.phase + 1, -sharedBytes(buffers[first].size, buffers[second].size, -distance));
  }
  let sum = 0;
  const sums = change.map(bytes => (sum += bytes));
  const most = sums.reduce((a, b) => Math.max(a, b), 0);
  return new Set([...sums.keys()].filter(phase => sums[phase] === most));
}

/** Bytes that an operand and a result that begins `distance` bytes before it have in common. */
export function sharedBytes(operand: number, result: number, distance: number): number {
  return Math.max(0, Math.min(operand, result - distance));
}
