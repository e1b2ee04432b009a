/**
 * Finds a placement within a capacity by several searches that take turns: one for each ranking, which goes on where it stopped, and
 * shorter ones with rankings drawn at random, new ones every time. Turns become twice as long from round to round, so that a lucky search
 * ends early and the time of the others is not lost. Groups of blocks that are never live together are solved independently.
 */
import type { Block } from '../blocks.ts';
import { type Instance, instanceOf } from './instance.ts';
import { type Ranking, rankings } from './ranking.ts';
import { allRules, type Rules, Search } from './search.ts';

/** What the search uses; all rules, rankings and draws by default. */
export interface SearchOptions {
  readonly rules?: Rules;
  /** The rankings of the searches that go on from turn to turn. */
  readonly rankings?: readonly Ranking[];
  /** Whether there are also searches with rankings drawn at random. */
  readonly draws?: boolean;
}

/** The budget of a search, from which it takes what it uses. */
export interface Meter {
  /** How many placements of single blocks may still be tried. */
  nodes: number;
  /** Whether to stop; asked the more often the longer a node takes. */
  readonly isOver: () => boolean;
}

/** What a search for a placement within a capacity has come to; `bases` by block. */
export type Found =
  | { readonly status: 'solved'; readonly bases: Float64Array }
  /** It is proven that no placement stays within the capacity. */
  | { readonly status: 'infeasible' }
  /** Nothing is found and nothing proven: the budget is used up, or a search that is not complete for such blocks has tried all it can. */
  | { readonly status: 'open' };

/** A problem made ready for any capacity: its groups of blocks, by the indices of these. */
export interface Prepared {
  readonly count: number;
  readonly groups: readonly { readonly members: readonly number[]; readonly instance: Instance }[];
}

/** Makes blocks ready, all of which must have pieces. `undefined` if a group is too large, or if `isOver` returns true before it is done. */
export function prepare(blocks: readonly Block[], isOver: () => boolean): Prepared | undefined {
  const groups: { readonly members: readonly number[]; readonly instance: Instance }[] = [];
  for (const members of groupsOf(blocks)) {
    const instance = instanceOf(
      members.map(b => blocks[b]),
      isOver,
    );
    if (!instance) return undefined;
    groups.push({ members, instance });
  }
  return { count: blocks.length, groups };
}

/** Searches for bases at which all blocks end at or below `capacity`, charging `meter`. */
export function findBelow({ count, groups }: Prepared, capacity: number, meter: Meter, options: SearchOptions): Found {
  const bases = new Float64Array(count);
  let isOpen = false;
  for (const { members, instance } of groups) {
    const found = findGroup(instance, capacity, meter, options);
    if (found.status === 'infeasible') return found;
    if (found.status === 'open') isOpen = true;
    else for (const [i, b] of members.entries()) bases[b] = found.bases[i];
  }
  return isOpen ? { status: 'open' } : { status: 'solved', bases };
}

/** The blocks, by index, in groups whose lives do not overlap in time; in each group in ascending order. */
function groupsOf(blocks: readonly Block[]): readonly (readonly number[])[] {
  const end = ({ pieces }: Block) => pieces.reduce((last, { upper }) => Math.max(last, upper), pieces[0].upper);
  const order = [...blocks.keys()].sort((a, b) => blocks[a].pieces[0].lower - blocks[b].pieces[0].lower || a - b);
  const groups: number[][] = [];
  let reached = Number.NEGATIVE_INFINITY;
  for (const b of order) {
    if (blocks[b].pieces[0].lower >= reached) groups.push([]);
    groups[groups.length - 1].push(b);
    reached = Math.max(reached, end(blocks[b]));
  }
  return groups.map(group => group.sort((a, b) => a - b));
}

function findGroup(instance: Instance, capacity: number, meter: Meter, options: SearchOptions): Found {
  const { rules = allRules, draws = true } = options;
  const searchFor = (ranking: Ranking) => new Search(instance, capacity, ranking, rules, meter.isOver);
  const going = new Map<Ranking, Search>();
  let seed = 0;
  for (let turn = 2 * instance.count; ; turn *= 2) {
    const turns = (options.rankings ?? rankings).map(ranking => ({ ranking, nodes: turn, goesOn: true }));
    for (let draw = 0; draws && draw < drawsInARound; draw++) {
      turns.push({ ranking: { kind: 'drawn', seed: seed++ }, nodes: turn / 2, goesOn: false });
    }
    for (const { ranking, nodes, goesOn } of turns) {
      const search = going.get(ranking) ?? searchFor(ranking);
      if (goesOn) going.set(ranking, search);
      const found = take(search, nodes, meter, instance);
      if (found) return found;
      if (meter.nodes <= 0 || meter.isOver()) return { status: 'open' };
    }
  }
}

const drawsInARound = 4;
/** Every node looks at all blocks that are not placed, so the clock is asked after a number of blocks rather than of nodes. */
const blocksBetweenLooks = 2 ** 20;
const mostNodesBetweenLooks = 2048;

/** One turn of one search, of at most `nodes` nodes; `undefined` if it has not come to an end. */
function take(search: Search, nodes: number, meter: Meter, { isUniform, count }: Instance): Found | undefined {
  const nodesBetweenLooks = Math.max(1, Math.min(mostNodesBetweenLooks, Math.floor(blocksBetweenLooks / count)));
  for (let left = nodes; left > 0 && meter.nodes > 0; left -= nodesBetweenLooks) {
    const before = search.nodes;
    const progress = search.run(Math.min(left, meter.nodes, nodesBetweenLooks));
    meter.nodes -= search.nodes - before;
    if (progress === 'solved') return { status: 'solved', bases: search.offsets };
    if (progress === 'exhausted') return { status: isUniform ? 'infeasible' : 'open' };
    if (meter.isOver()) return undefined;
  }
  return undefined;
}
