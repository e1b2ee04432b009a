/** What one vertex is: one node's work on one tile, as the kernels of operations and of structural nodes are recorded from it. */
import type { Box } from '../box.ts';
import type { Node } from '../graph.ts';
import type { Combine, OpContext } from '../op/split.ts';
import type { View } from '../op/vertex.ts';

/** All that a vertex's code and fields depend on. Slots: operand i is slot i, the result is slot `operands.length`. */
export interface VertexSpec {
  readonly node: Pick<Node, 'op' | 'attributes' | 'epilogue' | 'body'>;
  readonly context: OpContext;
  readonly variant: string;
  /** The part of the node's space; for elementwise ops, `map` and `row` the space is the result's axes. */
  readonly box: Box;
  /** A view of each operand of the node, those of the epilogue included. */
  readonly operands: readonly View[];
  /** The part of the result's buffer that is written; of the result's rank, for partial results too (the slot is the part's address). */
  readonly result: View;
  /** Whether the vertex stores the raw sum over a part of a summed axis, without epilogue; a later `combine` vertex finishes it. */
  readonly partial: boolean;
  /**
   * Only of a partial result: the vertex combines it with what lies in the result's place already, and stores that. So one vertex after the other
   * takes the next part of a sum. Absent: what lies there is written over.
   */
  readonly adds?: Combine;
}
