/** Residents take the lowest gap, whatever lies beside them: against a search of every place. */
import type { TensorType } from '@tessera-dnn/graph';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeResidents } from '../src/place/residents.ts';

const align = 16;
const type: TensorType = { element: 'f32', shape: [] };

/** Bytes of every buffer on each of its tiles. */
const program = fc.integer({ min: 1, max: 5 }).chain(tiles =>
  fc.array(fc.tuple(fc.integer({ min: 8, max: 100 }), fc.array(fc.boolean(), { minLength: tiles, maxLength: tiles })), {
    maxLength: 12,
  }),
);

function placedIn(buffers: readonly (readonly [number, readonly boolean[]])[], tiles: number) {
  const made = buffers.map(([size, on]) => ({
    name: '',
    kind: 'param' as const,
    type,
    origin: {},
    resident: true,
    bytes: Float64Array.from({ length: tiles }, (_, tile) => (on[tile] ? size : 0)),
  }));
  return placeResidents({ buffers: made, tiles }, align).offsets;
}

test('the largest first, each at the first multiple where nothing of its tiles lies', () => {
  fc.assert(
    fc.property(program, buffers => {
      const tiles = buffers[0]?.[1].length ?? 1;
      const offsets = placedIn(buffers, tiles);
      const order = [...buffers.keys()].filter(i => buffers[i][1].includes(true));
      order.sort((a, b) => buffers[b][0] - buffers[a][0] || a - b);
      const lying: { readonly buffer: number; readonly at: number }[] = [];
      for (const buffer of order) {
        const [size, on] = buffers[buffer];
        const collides = (at: number) =>
          lying.some(({ buffer: other, at: start }) => {
            const shared = buffers[other][1].some((there, tile) => there && on[tile]);
            return shared && at < start + buffers[other][0] && start < at + size;
          });
        let at = 0;
        while (collides(at)) at += align;
        expect(offsets.get(buffer)).toBe(at);
        lying.push({ buffer, at });
      }
    }),
    { numRuns: 300, seed: 1 },
  );
});
