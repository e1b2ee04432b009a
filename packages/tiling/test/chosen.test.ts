/** What a split's search passes over unscored would not have won: against a search that scores every grid. */
import type { Box, TensorType, Work } from '@tessera-dnn/graph';
import type { Variant } from '@tessera-dnn/graph/op';
import { presetNamed } from '@tessera-dnn/machine';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellCount, evenCuts, type Grid, gridOver } from '../src/geometry/grid.ts';
import { denseHome, type Home } from '../src/geometry/home.ts';
import type { BufferId } from '../src/program.ts';
import { gridOf, neighbours, partOptions, sampleParts } from '../src/split/candidates.ts';
import { cuttingAs } from '../src/split/cutting.ts';
import { followedGrids } from '../src/split/followed.ts';
import { KnownSplits } from '../src/split/known-splits.ts';
import { type Candidate, type SplitContext, score } from '../src/split/score.ts';
import { chooseSplit } from '../src/split/split.ts';

const tiles = 24;

/** A matrix product of `[m, k]` and `[k, n]`. */
function product([m, n, k]: readonly number[]): Work {
  const type: TensorType = { element: 'f32', shape: [m, n] };
  const take = ({ start, count }: Box, axes: readonly number[]): Box => ({
    start: axes.map(axis => start[axis]),
    count: axes.map(axis => count[axis]),
    step: axes.map(() => 1),
  });
  const variants = ['one', 'other'].map((name): Variant => ({ name, result: 'any', operands: ['any', 'any'] }));
  return {
    node: { kind: 'op', op: 'product', operands: [], attributes: {}, type, origin: {} },
    context: { operands: [], attributes: {}, result: type },
    space: { extents: [m, n, k], combine: ['add'] },
    variants,
    ownOperands: 2,
    regions: box => [take(box, [0, 2]), take(box, [2, 1])],
    overwritable: [],
    inOrder: [],
  };
}

function homeOf(shape: readonly number[], parts: readonly number[]): Home {
  const cuts = shape.map((extent, axis) => evenCuts(extent, parts[axis]));
  const grid = gridOver(
    shape,
    cuts,
    Int32Array.from({ length: cellCount(cuts) }, (_, cell) => cell),
  );
  return denseHome({ element: 'f32', shape }, grid, { order: [0, 1] }, 0 as BufferId, tiles);
}

function beats(a: Candidate, b: Candidate | undefined, budgetBytes: number): boolean {
  if (!b) return true;
  const [aFits, bFits] = [a.bytes <= budgetBytes, b.bytes <= budgetBytes];
  if (aFits !== bFits) return aFits;
  return aFits ? a.cycles < b.cycles : a.cycles * a.bytes < b.cycles * b.bytes;
}

/** Every grid that is followed, every sample in order, and every step from the best of these. */
function bestOfAll(work: Work, context: SplitContext): Candidate {
  const { extents } = work.space;
  const axes = {
    extents,
    quantum: extents.map(() => 1),
    options: extents.map(extent => partOptions(extent, 1, tiles)),
    tiles,
  };
  let best: Candidate | undefined;
  const priced = (variant: Variant, grid: Grid) => score(work, variant, cuttingAs(grid, work), context);
  const wins = (candidate: Candidate | undefined): boolean => {
    if (!candidate || !beats(candidate, best, context.budgetBytes)) return false;
    best = candidate;
    return true;
  };
  for (const variant of work.variants) {
    for (const grid of followedGrids(work, context)) wins(priced(variant, grid));
    let parts = extents.map(() => 1);
    for (const sample of sampleParts(axes)) if (wins(priced(variant, gridOf(sample, axes)))) parts = sample;
    for (let better: number[] | undefined = parts; better; ) {
      parts = better;
      better = undefined;
      for (const next of neighbours(parts, axes)) {
        if (wins(priced(variant, gridOf(next, axes)))) better = next;
      }
    }
  }
  return best as Candidate;
}

const extent = fc.integer({ min: 1, max: 90 });
const part = fc.integer({ min: 1, max: 4 });
const settings = fc.record({
  extents: fc.tuple(extent, extent, extent),
  parts: fc.option(fc.tuple(part, part)),
  budgetBytes: fc.constantFrom(0, 300, 2000, 20_000, 1e6),
  cyclesPerByte: fc.constantFrom(0, 0.01, 1),
  cycles: fc.tuple(fc.constantFrom(0, 0.1, 1, 30), fc.constantFrom(0.1, 1, 2)),
});

test('the split is the one that scoring every grid finds', () => {
  const chip = presetNamed('gc2');
  if (!chip.ok) throw new Error('no chip');
  fc.assert(
    fc.property(settings, ({ extents, parts, budgetBytes, cyclesPerByte, cycles }) => {
      const work = product(extents);
      const [m, n, k] = extents;
      const context: SplitContext = {
        chip: { ...chip.value, tiles },
        homes: [parts ? homeOf([m, k], parts) : undefined, undefined],
        operandTypes: [
          { element: 'f32', shape: [m, k] },
          { element: 'f32', shape: [k, n] },
        ],
        budgetBytes,
        cyclesPerByte,
        transientWeight: 1,
        spareBytes: 0,
        sample: ({ name }) => ({ pointCycles: cycles[name === 'one' ? 0 : 1], scratchBytes: 0 }),
        settlingCycles: () => 0,
      };
      const { variant, cutting } = bestOfAll(work, context);
      const chosen = chooseSplit(work, context);
      const grid = cutting.grid();
      expect([chosen.variant.name, chosen.grid.cuts]).toEqual([variant.name, grid.cuts]);
      expect([...chosen.grid.tileOf]).toEqual([...grid.tileOf]);
      // Remembered, it is the same, whatever else was asked for in between.
      const splits = new KnownSplits();
      const elsewhere = { ...context, homes: [homeOf([m, k], [2, 3]), undefined] };
      for (const asked of [context, elsewhere, context, elsewhere]) {
        const fresh = chooseSplit(work, asked);
        const known = splits.choose(work, asked);
        expect([known.variant, known.grid.cuts, known.anywhere]).toEqual([
          fresh.variant,
          fresh.grid.cuts,
          fresh.anywhere,
        ]);
      }
    }),
    { numRuns: 150, seed: 1 },
  );
});
