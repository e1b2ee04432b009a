/** What a plan that does not fit tells of others: whether work that takes fewer bytes could help. */
import type { Plan } from './plan.ts';

/**
 * Whether what no way of working changes leaves room: variables and code on each tile, and, spread evenly over all tiles, the results that
 * live in each phase. Where it does not, copies for work in parts are not what is too much.
 */
export function hasRoomForWork(plan: Plan | undefined): boolean {
  if (!plan) return true;
  const { placement, chip } = plan;
  const always = placement.tiles.map(({ residents, code }) => residents + code);
  const room = always.reduce((sum, bytes) => sum + chip.sramBytes - bytes, 0);
  return always.every(bytes => bytes < chip.sramBytes) && mostResults(plan) <= room;
}

/** The bytes of results on all tiles in the phase that has most of them. One that may lie behind its operand counts from its next phase on. */
function mostResults({ tiles, placement: { storage } }: Plan): number {
  const change = new Float64Array(tiles.phases.length + 2);
  const behind = new Set<number>(storage.ties.map(({ result }) => result));
  tiles.buffers.forEach(({ kind, bytes }, index) => {
    const first = storage.life.first[index];
    if (kind !== 'activation' || storage.rootOf[index] !== index || first < 0) return;
    const all = bytes.reduce((sum, each) => sum + each, 0);
    change[first + (behind.has(index) ? 1 : 0)] += all;
    change[storage.life.last[index] + 1] -= all;
  });
  let [live, most] = [0, 0];
  for (const bytes of change) most = Math.max(most, (live += bytes));
  return most;
}
