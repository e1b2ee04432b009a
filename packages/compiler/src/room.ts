/** What a plan that does not fit tells of others: whether work that takes fewer bytes could help. */
import type { Plan } from './plan.ts';

/**
 * Whether what no way of working changes leaves room, spread evenly over all tiles: variables, code, and the results that live in a phase.
 * Where it does not, copies for work in parts are not what is too much. Evenly, since where variables lie follows from how work is cut.
 */
export function hasRoomForWork(plan: Plan | undefined): boolean {
  if (!plan) return true;
  const { placement, chip } = plan;
  const room = placement.tiles.reduce((sum, { residents, code }) => sum + chip.sramBytes - residents - code, 0);
  return mostResults(plan) <= room;
}

/** The bytes of results on all tiles in the phase that has most of them. One that may lie behind its operand counts from its next phase on. */
function mostResults({ tiles, placement: { storage } }: Plan): number {
  const change = new Float64Array(tiles.phases.length + 2);
  const behind = new Set<number>(storage.ties.map(({ result }) => result));
  tiles.buffers.forEach(({ kind, bytes, replaces }, index) => {
    const first = storage.life.first[index];
    // A new value that takes its variable's memory is no further result.
    if (kind !== 'activation' || replaces !== undefined || storage.rootOf[index] !== index || first < 0) return;
    const all = bytes.reduce((sum, each) => sum + each, 0);
    change[first + (behind.has(index) ? 1 : 0)] += all;
    change[storage.life.last[index] + 1] -= all;
  });
  let [live, most] = [0, 0];
  for (const bytes of change) most = Math.max(most, (live += bytes));
  return most;
}
