/**
 * A problem as the search sees it: the blocks that have pieces, numbered from 0, and everything that is asked about them as arrays.
 *
 * A *section* is a moment whose live set is part of no other moment's: of moments between which nothing ends, only the last counts, since
 * all that is live at the others is live then too. A block's *span* is all sections from its first to its last, including those in which
 * it has a gap.
 */
import type { Block } from '../blocks.ts';
import { countOverlaps } from '../overlaps.ts';
import { type PieceTable, tableOf } from '../piece-table.ts';
import { type Forbidden, forbiddenBetween } from './forbidden.ts';

/** Where two arrays are called `xFrom` and `x`, the entries of item i are `x[xFrom[i]]` to `x[xFrom[i + 1] - 1]`. */
export interface Instance {
  readonly count: number;
  readonly extent: Float64Array;
  readonly alignment: Float64Array;
  readonly residue: Float64Array;
  /** The base of a block that is fixed; below 0 for all others. */
  readonly fixed: Float64Array;
  /** How long a block is live, including its gaps; for rankings only. */
  readonly width: Float64Array;
  /** The span of block b is `spanFrom[b] … spanEnd[b] - 1`. */
  readonly spanFrom: Int32Array;
  readonly spanEnd: Int32Array;
  /** By block: the sections in which it takes something, ascending, and how much it takes in each. */
  readonly sectionFrom: Int32Array;
  readonly section: Int32Array;
  readonly heightIn: Float64Array;
  readonly sections: number;
  /** By section: the blocks that are live in it, and the lowest address each takes there, counted from its base. */
  readonly entryFrom: Int32Array;
  readonly entry: Int32Array;
  readonly low: Float64Array;
  /** For each of these: how much it takes there in all, and how much of that lies without a hole above the lowest address. */
  readonly height: Float64Array;
  readonly bottom: Float64Array;
  /** By block: the blocks that are ever live together with it. */
  readonly otherFrom: Int32Array;
  readonly other: Int32Array;
  /**
   * Whether every block takes the same addresses as long as it is live. Then of two blocks that are live together one lies wholly above
   * the other, and a search that has tried everything is a proof.
   */
  readonly isUniform: boolean;
  /** For each entry of `other`, the forbidden distances of that block from this one; empty if all blocks are uniform. */
  readonly forbidden: readonly Forbidden[];
}

/** With more entries, or more pairs of blocks that live together, the arrays would take too much memory. */
const [mostEntries, mostPairs] = [2 ** 25, 2 ** 26];

/** The instance for these blocks, which must all have pieces; `undefined` if it would be too large, or if `isOver` stops it. */
export function instanceOf(blocks: readonly Block[], isOver: () => boolean): Instance | undefined {
  const table = tableOf(blocks);
  const sectionAt = sectionsOf(table);
  const sections = sectionAt.length === 0 ? 0 : sectionAt[sectionAt.length - 1] + 1;
  if (isTooLarge(table, sectionAt) || isOver()) return undefined;
  const members = membersOf(blocks, table, sectionAt, sections);
  if (isOver()) return undefined;
  const spans = spansOf(members);
  const isPlain = blocks.every(({ pieces }) => pieces.length === 1);
  const others = isPlain ? othersOfPlain(blocks.length, members, spans) : othersOf(blocks.length, members, isOver);
  if (!others || isOver()) return undefined;
  const isUniform = blocks.every(({ pieces, extent }) => pieces.every(({ low, high }) => low === 0 && high === extent));
  return {
    count: blocks.length,
    extent: Float64Array.from(blocks, block => block.extent),
    alignment: Float64Array.from(blocks, block => block.alignment),
    residue: Float64Array.from(blocks, block => block.residue),
    fixed: Float64Array.from(blocks, block => block.fixed ?? -1),
    width: Float64Array.from(blocks, widthOf),
    ...spans,
    ...members,
    sections,
    ...others,
    isUniform,
    forbidden: isUniform ? [] : forbiddenOf(blocks, others),
  };
}

function isTooLarge({ timeline }: PieceTable, sectionAt: Int32Array): boolean {
  const { first, end } = timeline;
  let entries = 0;
  for (let p = 0; p < first.length; p++) entries += sectionAt[end[p] - 1] - sectionAt[first[p]] + 1;
  const pairs = countOverlaps(timeline, new Uint8Array(first.length).fill(1)).reduce((sum, count) => sum + count, 0);
  return entries > mostEntries || pairs > mostPairs;
}

function widthOf({ pieces }: Block): number {
  return pieces.reduce((last, piece) => Math.max(last, piece.upper), pieces[0].lower) - pieces[0].lower;
}

/** The section of every moment. `end` holds the first moment at which a life is over: there a new section begins. */
function sectionsOf({ timeline: { times, end } }: PieceTable): Int32Array {
  const endsAt = new Uint8Array(times.length + 1);
  for (const moment of end) endsAt[moment] = 1;
  const sectionAt = new Int32Array(times.length);
  for (let m = 1; m < times.length; m++) sectionAt[m] = sectionAt[m - 1] + endsAt[m];
  return sectionAt;
}

type Members = Pick<
  Instance,
  'sectionFrom' | 'section' | 'heightIn' | 'entryFrom' | 'entry' | 'low' | 'height' | 'bottom'
>;

/** The same walk is made twice, to count and to fill in. Pieces of one block that are live in the same section make one entry. */
function membersOf(blocks: readonly Block[], table: PieceTable, sectionAt: Int32Array, sections: number): Members {
  const walk = { count: blocks.length, table, sectionAt, sections };
  const sectionFrom = new Int32Array(blocks.length + 1);
  const entryFrom = new Int32Array(sections + 1);
  walkMembers(walk, (block, s) => {
    sectionFrom[block + 1]++;
    entryFrom[s + 1]++;
  });
  for (let b = 0; b < blocks.length; b++) sectionFrom[b + 1] += sectionFrom[b];
  for (let s = 0; s < sections; s++) entryFrom[s + 1] += entryFrom[s];
  const count = entryFrom[sections];
  const members = {
    sectionFrom,
    section: new Int32Array(count),
    heightIn: new Float64Array(count),
    entryFrom,
    entry: new Int32Array(count),
    low: new Float64Array(count),
    height: new Float64Array(count),
    bottom: new Float64Array(count),
  };
  const nextOfBlock = sectionFrom.slice();
  const nextInSection = entryFrom.slice();
  /** By section, the index in `section` of the entry written last. */
  const within = new Int32Array(sections);
  walkMembers(
    walk,
    (block, s, low, size) => {
      const e = nextInSection[s]++;
      members.entry[e] = block;
      members.low[e] = low;
      members.height[e] = members.bottom[e] = size;
      within[s] = nextOfBlock[block]++;
      members.section[within[s]] = s;
      members.heightIn[within[s]] = size;
    },
    (s, low, size) => {
      const e = nextInSection[s] - 1;
      members.height[e] += size;
      members.heightIn[within[s]] += size;
      if (low < members.low[e]) {
        members.low[e] = low;
        members.bottom[e] = size;
      }
    },
  );
  return members;
}

interface Walk {
  /** How many blocks there are. */
  readonly count: number;
  readonly table: PieceTable;
  /** The section of every time. */
  readonly sectionAt: Int32Array;
  /** How many sections there are. */
  readonly sections: number;
}

/** Calls `fresh` for the first piece of a block in a section, and `more` for further pieces of the same block there. */
function walkMembers(
  { count, table: { timeline, from, low, high }, sectionAt, sections }: Walk,
  fresh: (block: number, section: number, low: number, size: number) => void,
  more: (section: number, low: number, size: number) => void = () => {},
): void {
  const last = new Int32Array(sections).fill(-1);
  for (let block = 0; block < count; block++) {
    for (let p = from[block]; p < from[block + 1]; p++) {
      const to = sectionAt[timeline.end[p] - 1];
      for (let s = sectionAt[timeline.first[p]]; s <= to; s++) {
        if (last[s] === block) more(s, low[p], high[p] - low[p]);
        else fresh(block, s, low[p], high[p] - low[p]);
        last[s] = block;
      }
    }
  }
}

function spansOf({ sectionFrom, section }: Members): Pick<Instance, 'spanFrom' | 'spanEnd'> {
  const spanFrom = new Int32Array(sectionFrom.length - 1);
  const spanEnd = new Int32Array(sectionFrom.length - 1);
  for (let b = 0; b < spanFrom.length; b++) {
    spanFrom[b] = section[sectionFrom[b]];
    spanEnd[b] = section[sectionFrom[b + 1] - 1] + 1;
  }
  return { spanFrom, spanEnd };
}

type Others = Pick<Instance, 'otherFrom' | 'other'>;

function othersOf(
  count: number,
  { sectionFrom, section, entryFrom, entry }: Members,
  isOver: () => boolean,
): Others | undefined {
  const seen = new Int32Array(count).fill(-1);
  const lists: number[][] = [];
  for (let b = 0; b < count; b++) {
    if (isOver()) return undefined;
    const list: number[] = [];
    for (let x = sectionFrom[b]; x < sectionFrom[b + 1]; x++) {
      for (let e = entryFrom[section[x]]; e < entryFrom[section[x] + 1]; e++) {
        if (entry[e] === b || seen[entry[e]] === b) continue;
        seen[entry[e]] = b;
        list.push(entry[e]);
      }
    }
    lists.push(list);
  }
  return { otherFrom: startsOf(lists), other: Int32Array.from(lists.flat()) };
}

/**
 * The same lists in the same order for blocks of one piece: with a block live those of its first section, and those that begin in its
 * later ones. It takes time in proportion to the length of the lists only.
 */
function othersOfPlain(
  count: number,
  { entryFrom, entry }: Members,
  { spanFrom, spanEnd }: Pick<Instance, 'spanFrom' | 'spanEnd'>,
): Others {
  const sections = entryFrom.length - 1;
  const startFrom = new Int32Array(sections + 1);
  for (let b = 0; b < count; b++) startFrom[spanFrom[b] + 1]++;
  for (let s = 0; s < sections; s++) startFrom[s + 1] += startFrom[s];
  const starting = new Int32Array(count);
  const next = startFrom.slice();
  for (let b = 0; b < count; b++) starting[next[spanFrom[b]]++] = b;
  const otherFrom = new Int32Array(count + 1);
  for (let b = 0; b < count; b++) {
    const live = entryFrom[spanFrom[b] + 1] - entryFrom[spanFrom[b]] - 1;
    otherFrom[b + 1] = otherFrom[b] + live + startFrom[spanEnd[b]] - startFrom[spanFrom[b] + 1];
  }
  const other = new Int32Array(otherFrom[count]);
  for (let b = 0, at = 0; b < count; b++) {
    const end = entryFrom[spanFrom[b] + 1];
    for (let e = entryFrom[spanFrom[b]]; e < end; e++) if (entry[e] !== b) other[at++] = entry[e];
    for (let x = startFrom[spanFrom[b] + 1]; x < startFrom[spanEnd[b]]; x++) other[at++] = starting[x];
  }
  return { otherFrom, other };
}

function forbiddenOf(
  blocks: readonly Block[],
  { otherFrom, other }: Pick<Instance, 'otherFrom' | 'other'>,
): Forbidden[] {
  const all: Forbidden[] = [];
  for (let b = 0; b < blocks.length; b++) {
    for (let x = otherFrom[b]; x < otherFrom[b + 1]; x++) all.push(forbiddenBetween(blocks[b], blocks[other[x]]));
  }
  return all;
}

function startsOf(lists: readonly (readonly unknown[])[]): Int32Array {
  const from = new Int32Array(lists.length + 1);
  for (let i = 0; i < lists.length; i++) from[i + 1] = from[i] + lists[i].length;
  return from;
}
