/**
 * Blocks are what the allocators place: a block is a single buffer, or all buffers that are tied by pairs. Its offset is called its
 * *base*: the offset of its lowest buffer. It takes the pieces of all its buffers. Since allocators see only blocks, one mechanism does
 * for pairs, gaps and alignments: rectangles at fixed distances from one base, and one congruence that the base must satisfy.
 *
 * Before: a well-formed problem. After: every buffer is in exactly one block, or two buffers are named that can never be placed.
 * 1. From each buffer the pairs are followed. Everything they lead to has a distance from it, and all ways there must give the same one.
 * 2. base + at ≡ 0 modulo the alignment of each buffer; by the Chinese remainder theorem these are one congruence, or contradict.
 * 3. Buffers of a block must not lie over each other, unless the two are a pair.
 */
import { type Congruence, congruenceOf } from './congruence.ts';
import { type Piece, piecesOf, unionOf } from './pieces.ts';
import type { Buffer, Pair, Problem } from './problem.ts';

/** Buffers that are placed as one. All addresses are counted from the base. */
export interface Block {
  readonly members: readonly Member[];
  /** The base must be `residue` modulo `alignment`. */
  readonly alignment: number;
  readonly residue: number;
  readonly fixed?: number;
  /** The highest end of a buffer, from the base. */
  readonly extent: number;
  /** In ascending order of time; no two share a time and an address. None if all its buffers have size 0. */
  readonly pieces: readonly Piece[];
}

/** A buffer in a block. */
export interface Member {
  /** The buffer's index, and where it begins, counted from the base; the lowest begins at 0. */
  readonly buffer: number;
  readonly at: number;
}

/** Two buffers, by index in ascending order, whose demands no placement can satisfy together. */
export interface Conflict {
  readonly first: number;
  readonly second: number;
}

/** The blocks of a problem, or why there are none. */
export type Blocks = { readonly blocks: readonly Block[] } | { readonly conflict: Conflict };

/** The blocks of a well-formed problem, in the order of their first buffers; or two buffers that exclude each other. */
export function blocksOf({ buffers, pairs = [] }: Problem): Blocks {
  const isTied = new Uint8Array(buffers.length);
  for (const { first, second } of pairs) isTied[first] = isTied[second] = 1;
  const neighbours = neighboursIn(pairs);
  const blocks: Block[] = [];
  const seen = new Uint8Array(buffers.length);
  for (let i = 0; i < buffers.length; i++) {
    if (seen[i] === 1) continue;
    const block = isTied[i] === 0 ? blockOfOne(buffers[i], i) : blockFrom(i, buffers, neighbours, seen);
    if ('first' in block) return { conflict: block };
    blocks.push(block);
  }
  const conflict = fixedConflict(blocks, buffers, neighbours);
  return conflict ? { conflict } : { blocks };
}

/** Whether every block is a single buffer without gaps: the case for which there are faster ways. */
export function arePlain(blocks: readonly Block[]): boolean {
  return blocks.every(({ pieces, members }) => members.length === 1 && pieces.length <= 1);
}

/** The offset of every buffer, given the bases of the blocks. */
export function offsetsOf(blocks: readonly Block[], bases: ArrayLike<number>): Float64Array {
  const offsets = new Float64Array(blocks.reduce((sum, { members }) => sum + members.length, 0));
  blocks.forEach(({ members }, b) => {
    for (const { buffer, at } of members) offsets[buffer] = bases[b] + at;
  });
  return offsets;
}

type TiesByBuffer = ReadonlyMap<number, readonly { readonly other: number; readonly distance: number }[]>;

function neighboursIn(pairs: readonly Pair[]): TiesByBuffer {
  const neighbours = new Map<number, { other: number; distance: number }[]>();
  const add = (one: number, other: number, distance: number) => {
    const known = neighbours.get(one);
    if (known) known.push({ other, distance });
    else neighbours.set(one, [{ other, distance }]);
  };
  for (const { first, second, distance } of pairs) {
    add(first, second, distance);
    add(second, first, -distance);
  }
  return neighbours;
}

function blockOfOne(buffer: Buffer, index: number): Block {
  const { size, alignment = 1, fixedOffset } = buffer;
  return {
    members: [{ buffer: index, at: 0 }],
    alignment,
    residue: 0,
    ...(fixedOffset === undefined ? {} : { fixed: fixedOffset }),
    extent: size,
    pieces: piecesOf(buffer),
  };
}

function blockFrom(
  start: number,
  buffers: readonly Buffer[],
  neighbours: TiesByBuffer,
  seen: Uint8Array,
): Block | Conflict {
  const reached = reach(start, neighbours);
  if ('first' in reached) return reached;
  const lowest = reached.reduce((least, { at }) => Math.min(least, at), 0);
  const members = reached.map(({ buffer, at }) => ({ buffer, at: at - lowest }));
  for (const { buffer } of members) seen[buffer] = 1;
  const congruence = congruenceFor(members, buffers);
  if ('first' in congruence) return congruence;
  const conflict = firstCollision(members, buffers, neighbours) ?? anchoredConflict(members, buffers);
  if (conflict) return conflict;
  const anchor = anchorOf(members, buffers);
  return {
    members,
    ...congruence,
    ...(anchor ? { fixed: baseBy(anchor, buffers) } : {}),
    extent: members.reduce(
      (most, { buffer, at }) => Math.max(most, buffers[buffer].size && at + buffers[buffer].size),
      0,
    ),
    pieces: unionOf(members.flatMap(({ buffer, at }) => shifted(piecesOf(buffers[buffer]), at))),
  };
}

/** All buffers that chains of pairs tie to `start`, with their distances from it; or two for which two chains give different distances. */
function reach(start: number, neighbours: TiesByBuffer): readonly Member[] | Conflict {
  const at = new Map([[start, 0]]);
  for (const [buffer, here] of at) {
    for (const { other, distance } of neighbours.get(buffer) ?? []) {
      const known = at.get(other);
      if (known === undefined) at.set(other, here + distance);
      else if (known !== here + distance) return ordered(buffer, other);
    }
  }
  return Array.from(at, ([buffer, place]) => ({ buffer, at: place }));
}

function congruenceFor(members: readonly Member[], buffers: readonly Buffer[]): Congruence | Conflict {
  let congruence: Congruence = { alignment: 1, residue: 0 };
  for (const { buffer, at } of members) {
    const { alignment = 1 } = buffers[buffer];
    const both = congruenceOf(congruence, { alignment, residue: (alignment - (at % alignment)) % alignment });
    if (!both) return ordered(members[0].buffer, buffer);
    congruence = both;
  }
  return congruence;
}

function anchorOf(members: readonly Member[], buffers: readonly Buffer[]): Member | undefined {
  return members.find(({ buffer }) => buffers[buffer].fixedOffset !== undefined);
}

function baseBy({ buffer, at }: Member, buffers: readonly Buffer[]): number {
  return buffers[buffer].fixedOffset! - at;
}

/** The first fixed buffer decides the base. The conflict is with one that is fixed elsewhere, not aligned there, or lies below 0. */
function anchoredConflict(members: readonly Member[], buffers: readonly Buffer[]): Conflict | undefined {
  const anchor = anchorOf(members, buffers);
  if (!anchor) return undefined;
  const base = baseBy(anchor, buffers);
  const wrong = members.find(({ buffer, at }) => {
    const { fixedOffset = base + at, alignment = 1 } = buffers[buffer];
    return fixedOffset !== base + at || fixedOffset < 0 || fixedOffset % alignment !== 0;
  });
  return wrong && ordered(anchor.buffer, wrong.buffer);
}

/** Two fixed buffers that lie over each other. */
function fixedConflict(
  blocks: readonly Block[],
  buffers: readonly Buffer[],
  neighbours: TiesByBuffer,
): Conflict | undefined {
  const placed = blocks.flatMap(({ fixed, members }) =>
    fixed === undefined ? [] : members.map(({ buffer, at }) => ({ buffer, at: fixed + at })),
  );
  return firstCollision(placed, buffers, neighbours);
}

/** Two buffers that collide and are no pair. In the order of offsets, a buffer is compared only with those that begin below its end. */
function firstCollision(
  placed: readonly Member[],
  buffers: readonly Buffer[],
  neighbours: TiesByBuffer,
): Conflict | undefined {
  const sorted = placed.filter(({ buffer }) => buffers[buffer].size > 0).sort((a, b) => a.at - b.at);
  for (const [index, a] of sorted.entries()) {
    const top = a.at + buffers[a.buffer].size;
    for (let next = index + 1; next < sorted.length && sorted[next].at < top; next++) {
      const b = sorted[next];
      if (neighbours.get(a.buffer)?.some(({ other }) => other === b.buffer)) continue;
      if (meet(shifted(piecesOf(buffers[a.buffer]), a.at), shifted(piecesOf(buffers[b.buffer]), b.at))) {
        return ordered(a.buffer, b.buffer);
      }
    }
  }
  return undefined;
}

function meet(some: readonly Piece[], others: readonly Piece[]): boolean {
  return some.some(a => others.some(b => a.lower < b.upper && b.lower < a.upper && a.low < b.high && b.low < a.high));
}

function shifted(pieces: readonly Piece[], by: number): readonly Piece[] {
  return pieces.map(piece => ({ ...piece, low: piece.low + by, high: piece.high + by }));
}

function ordered(one: number, other: number): Conflict {
  return { first: Math.min(one, other), second: Math.max(one, other) };
}
