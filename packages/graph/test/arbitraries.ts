/** Random shapes, broadcasts, placements and boxes for kernel tests. */
import fc from 'fast-check';
import type { Box } from '../src/box.ts';
import type { ElementType, TensorType } from '../src/types.ts';
import type { PlacedTensor, Placement } from './vertex-harness.ts';
import { numbersFor } from './vertex-harness.ts';

export const shapes: fc.Arbitrary<number[]> = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }) },
  { weight: 1, arbitrary: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 60, max: 90 })) },
  { weight: 1, arbitrary: fc.constant<number[]>([]) },
);

/** A shape that broadcasts to `shape`: leading axes may be missing, others of extent 1. */
export function broadcastable(shape: readonly number[]): fc.Arbitrary<number[]> {
  return fc
    .tuple(
      fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: shape.length })),
      fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.boolean()), {
        minLength: shape.length,
        maxLength: shape.length,
      }),
    )
    .map(([skip, ones]) => shape.map((extent, axis) => (ones[axis] ? 1 : extent)).slice(skip));
}

/** Row-major most of the time, else any order of axes and gaps between them. */
export function placements(rank: number): fc.Arbitrary<Placement> {
  const plain = Array.from({ length: rank }, (_, axis) => axis);
  const anyOrder = fc.shuffledSubarray(plain, { minLength: rank, maxLength: rank });
  const gaps = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: rank, maxLength: rank });
  const none: number[] = plain.map(() => 0);
  return fc.oneof(
    fc.constant({ order: plain, padding: none }),
    anyOrder.map(order => ({ order, padding: none })),
    fc.record({ order: anyOrder, padding: gaps }),
  );
}

export function boxes(shape: readonly number[]): fc.Arbitrary<Box> {
  const ranges = shape.map(extent =>
    fc.oneof(
      fc.constant([0, extent] as const),
      fc
        .integer({ min: 0, max: extent - 1 })
        .chain(start => fc.integer({ min: 1, max: extent - start }).map(count => [start, count] as const)),
    ),
  );
  return fc.tuple(...ranges).map(list => ({
    start: list.map(([start]) => start),
    count: list.map(([, count]) => count),
    step: list.map(() => 1),
  }));
}

export function placed(shape: readonly number[], element: ElementType, seed: number): fc.Arbitrary<PlacedTensor> {
  const type: TensorType = { element, shape };
  return placements(shape.length).map(placement => ({ type, data: numbersFor(type, seed), placement }));
}
