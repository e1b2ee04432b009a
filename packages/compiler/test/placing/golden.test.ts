/**
 * Golden texts: `// N tiles: what holds`, a program, `==>`, its phases with what they read and write, the bytes of intermediates that
 * live on the fullest tile in each, and the peak beside the peak when nothing is done in place. `npm run bless` rewrites what stands
 * after the arrow.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostChip, tinyChip } from '@tessera-dnn/machine';
import type { Phase } from '@tessera-dnn/tiling';
import { expect, test } from 'vitest';
import { type Plan, plan } from '../../src/index.ts';

const folder = join(import.meta.dirname, 'golden');

test.each(readdirSync(folder))('%s', async file => {
  const text = readFileSync(join(folder, file), 'utf8');
  const input = text.slice(0, text.indexOf('==>\n'));
  const tiles = Number(/^\/\/ (\d+)/.exec(text)?.[1]);
  const chip = tiles === 1 ? hostChip : { ...tinyChip, tiles };
  const planned = (inPlace: boolean): Plan => {
    const outcome = plan({ name: file, text: input }, { chip, inPlace, verify: true });
    if (!outcome.ok) throw new Error(outcome.diagnostics.map(({ message }) => message).join('\n'));
    return outcome.value;
  };
  const result = planned(true);
  const peaks = `peak ${Math.max(...liveBytes(result))} B, with nothing in place ${Math.max(...liveBytes(planned(false)))} B`;
  await expect(`${input}==>\n${phaseLines(result)}\n${peaks}\n`).toMatchFileSnapshot(join(folder, file));
});

function phaseLines(result: Plan): string {
  const live = liveBytes(result);
  const name = (buffer: number) => result.tiles.buffers[buffer]?.name ?? '0';
  return result.tiles.phases
    .map((phase, i) => {
      const { reads, writes } = touched(phase);
      return `${String(live[i]).padStart(6)} B  ${[...reads].map(name).join(', ')} -> ${[...writes].map(name).join(', ')}`;
    })
    .join('\n');
}

function touched(phase: Phase): { readonly reads: ReadonlySet<number>; readonly writes: ReadonlySet<number> } {
  if (phase.kind === 'compute') {
    const buffers = phase.slots.map(({ buffer }) => buffer);
    return { reads: new Set(buffers.slice(0, -1)), writes: new Set(buffers.slice(-1)) };
  }
  const reads = new Set<number>();
  const writes = new Set<number>();
  for (const { from, to } of phase.copies) {
    reads.add(from);
    writes.add(to);
  }
  return { reads, writes };
}

/** Per phase, the bytes of live buffers on the fullest tile, counted from the placement's offsets: bytes in common count once. */
function liveBytes({ tiles, placement }: Plan): number[] {
  const { first, last } = placement.storage.life;
  return tiles.phases.map((_, phase) => {
    const held = Array.from({ length: tiles.tiles }, (_, tile) => {
      const places = tiles.buffers.flatMap(({ kind, resident, replaces, bytes }, buffer) => {
        const root = placement.storage.rootOf[buffer];
        const lives = kind !== 'host' && !resident && replaces === undefined && bytes[tile] > 0;
        if (!lives || first[root] > phase || last[root] < phase) return [];
        const from = placement.offsets[buffer][tile];
        return [{ from, to: from + bytes[tile] }];
      });
      return covered(places);
    });
    return Math.max(...held);
  });
}

/** The length of the union of intervals. */
function covered(places: readonly { readonly from: number; readonly to: number }[]): number {
  let bytes = 0;
  let end = 0;
  for (const { from, to } of [...places].sort((a, b) => a.from - b.from)) {
    bytes += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return bytes;
}
