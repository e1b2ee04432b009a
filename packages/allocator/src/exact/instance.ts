/**
 * A problem as the search sees it: blocks that take place, numbered from 0, and everything it asks about them as rows of numbers.
 *
 * A *section* is a moment at which something is live that is not live together at another moment with all else that is: of moments
 * between which nothing ends, only the last one stays, since the others ask for less. A block's *span* is all sections from its first to its last, those
 * too that its gaps leave out.
 */
import type { Block } from '../blocks.ts';
import { type PieceTable, tableOf } from '../piece-table.ts';
import { type Forbidden, forbiddenBetween } from './forbidden.ts';

export interface Instance {
  readonly count: number;
  readonly extent: Float64Array;
  readonly alignment: Float64Array;
  readonly residue: Float64Array;
  /** Below 0 where free to choose. */
  readonly fixed: Float64Array;
  /** Times, for ranks only: how long a block is live, gaps included. */
  readonly width: Float64Array;
  /** The span of block b is `spanFrom[b] … spanEnd[b] - 1`. */
  readonly spanFrom: Int32Array;
  readonly spanEnd: Int32Array;
  /** The sections of block b, `section[sectionFrom[b]] …`, ascending, and how much it takes in each. */
  readonly sectionFrom: Int32Array;
  readonly section: Int32Array;
  readonly heightIn: Float64Array;
  readonly sections: number;
  /** What is live in section s: `entryFrom[s] …`, a block, and what it takes there, addresses counted from its base. */
  readonly entryFrom: Int32Array;
  readonly entry: Int32Array;
  readonly low: Float64Array;
  /** All that it takes there, and the lowest part of it that has no hole. */
  readonly height: Float64Array;
  readonly bottom: Float64Array;
  /** The blocks that are ever live together with b: `otherFrom[b] …`. */
  readonly otherFrom: Int32Array;
  readonly other: Int32Array;
  /**
   * Whether every block takes the same addresses at all times: then of two blocks one is above the other, and an exhausted search is a proof.
   */
  readonly isUniform: boolean;
  /** For each entry of `other`, the distances at which the other may not lie; only where not everything is uniform. */
  readonly forbidden: readonly Forbidden[];
}

/** Before: every block has pieces. */
export function instanceOf(blocks: readonly Block[]): Instance {
  const table = tableOf(blocks);
  const sectionAt = sectionsOf(table);
  const sections = sectionAt.length === 0 ? 0 : sectionAt[sectionAt.length - 1] + 1;
  const members = membersOf(blocks, table, sectionAt, sections);
  const others = othersOf(blocks.length, members);
  const isUniform = blocks.every(({ pieces, extent }) => pieces.every(({ low, high }) => low === 0 && high === extent));
  return {
    count: blocks.length,
    extent: Float64Array.from(blocks, block => block.extent),
    alignment: Float64Array.from(blocks, block => block.alignment),
    residue: Float64Array.from(blocks, block => block.residue),
    fixed: Float64Array.from(blocks, block => block.fixed ?? -1),
    width: Float64Array.from(blocks, widthOf),
    ...spansOf(members),
    ...members,
    sections,
    ...others,
    isUniform,
    forbidden: isUniform ? [] : forbiddenOf(blocks, others),
  };
}

function widthOf({ pieces }: Block): number {
  return pieces.reduce((last, piece) => Math.max(last, piece.upper), pieces[0].lower) - pieces[0].lower;
}

/** The section of every moment: a new one begins after a moment behind which something ends. */
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

interface Entry {
  readonly block: number;
  low: number;
  height: number;
  bottom: number;
}

function membersOf(blocks: readonly Block[], table: PieceTable, sectionAt: Int32Array, sections: number): Members {
  const { timeline, from } = table;
  const perSection: Entry[][] = [];
  for (let s = 0; s < sections; s++) perSection.push([]);
  const perBlock: { section: number; entry: Entry }[][] = blocks.map(() => []);
  blocks.forEach((_, block) => {
    for (let p = from[block]; p < from[block + 1]; p++) {
      const size = table.high[p] - table.low[p];
      const last = sectionAt[timeline.end[p] - 1];
      for (let s = sectionAt[timeline.first[p]]; s <= last; s++) {
        const known = perSection[s].at(-1);
        if (known?.block !== block) {
          const entry = { block, low: table.low[p], height: size, bottom: size };
          perSection[s].push(entry);
          perBlock[block].push({ section: s, entry });
          continue;
        }
        known.height += size;
        if (table.low[p] < known.low) Object.assign(known, { low: table.low[p], bottom: size });
      }
    }
  });
  const entries = perSection.flat();
  return {
    sectionFrom: startsOf(perBlock),
    section: Int32Array.from(perBlock.flat(), ({ section }) => section),
    heightIn: Float64Array.from(perBlock.flat(), ({ entry }) => entry.height),
    entryFrom: startsOf(perSection),
    entry: Int32Array.from(entries, ({ block }) => block),
    low: Float64Array.from(entries, ({ low }) => low),
    height: Float64Array.from(entries, ({ height }) => height),
    bottom: Float64Array.from(entries, ({ bottom }) => bottom),
  };
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

function othersOf(count: number, { sectionFrom, section, entryFrom, entry }: Members) {
  const seen = new Int32Array(count).fill(-1);
  const lists: number[][] = [];
  for (let b = 0; b < count; b++) {
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
