/** What a split is: a variant of the kernel, and how its space is cut. */
import type { Variant } from '@tessera-dnn/graph/op';
import type { Grid } from '../geometry/grid.ts';
import type { RoundAxis } from './rounds.ts';

export interface Split {
  readonly variant: Variant;
  /** It cuts the whole space: the result's axes, then those summed over. */
  readonly grid: Grid;
  /** The product of the parts of the summed axes. */
  readonly sumParts: number;
  /** The axes along which a cell takes its work in rounds, the outermost first; absent where it does all at once. */
  readonly rounds?: readonly RoundAxis[];
  /** The transient bytes that it takes on a tile, as estimated; absent where it was not chosen by cost. */
  readonly bytes?: number;
  /** What this variant and the others take on this grid; absent where the split was not chosen by cost. */
  readonly costs?: readonly VariantCost[];
}

/** What a variant takes on a tile, as modelled. */
export interface VariantCost {
  readonly name: string;
  readonly cycles: number;
  readonly scratchBytes: number;
}
