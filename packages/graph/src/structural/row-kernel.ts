/** What the parts that write the kernel of a `row` share: the loops over rows, and the passes over one of them. */
import type { KernelBuilder } from '../kernel/builder.ts';
import type { KernelNumbers } from '../kernel/numbers.ts';
import type { Stream } from '../kernel/stream.ts';
import type { Combine } from '../op/split.ts';
import type { OpTable } from '../op/table.ts';
import type { LoopAxis } from './axes.ts';
import type { RowPlan, RowShape } from './row-plan.ts';

export interface RowKernel {
  readonly k: KernelBuilder;
  readonly table: OpTable;
  readonly numbers: KernelNumbers;
  /** The streams of the operands, then that of the result. */
  readonly streams: readonly Stream[];
  readonly shape: RowShape;
  readonly plan: RowPlan;
  /** The loops over the elements of a row, outermost first; never empty. */
  readonly rowLoops: readonly LoopAxis[];
  readonly along: boolean;
  /** How many bytes each stream moves from a row to the next one; 0 or one element where four rows are taken at a time. */
  readonly neighbours: readonly number[];
  /** How many bytes lie between the results of a row, where there are several. */
  readonly stackBytes: number;
  /** How a row's results are combined with what lies in their places; absent: they are written over that. */
  readonly adds?: Combine;
}
