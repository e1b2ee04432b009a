/**
 * What operations do with numbers that stand on levels. It is a matter of their meaning, which no fact of an operation tells: the only place
 * here that names any.
 */
import type { Attributes, Node } from '@tessera-dnn/graph';
import type { OpTable } from '@tessera-dnn/graph/op';

/** Numbers to levels, and back, as a program has them once it is elaborated. */
export const toLevels = 'quantize_broadcast';
export const fromLevels = 'dequantize_broadcast';

/** Sums of products. */
const contractions: readonly string[] = ['matmul', 'conv', 'conv_transpose'];

/** Means of some of their operand's elements. */
const averages: readonly string[] = ['avg_pool', 'upsample'];

/** The total of a reduction, of which means are made. */
const total = 'sum';

/** The sum of two, whose operands several operations may have made. */
const sum = 'add';

/**
 * The axis of a contraction's weights along which its output channels lie: of operand `operand`, which has `rank` axes. Undefined for vectors, which
 * have none.
 */
export function channelAxis(node: Node, operand: number, rank: number): number | undefined {
  const { op } = node;
  const attributes: Attributes = node.attributes;
  if (op === 'conv') return 0;
  if (op === 'conv_transpose') return 1;
  if (rank < 2) return undefined;
  const summed = operand === 0 ? attributes['transpose_a'] !== true : attributes['transpose_b'] === true;
  return summed ? rank - 2 : rank - 1;
}

/** The axes of a transpose's operand in the order in which its result has them; undefined for another node. */
export function transposedAxes({ op, attributes }: Node): readonly number[] | undefined {
  return op === 'transpose' ? (attributes['axes'] as readonly number[]) : undefined;
}

/** What the result of a node has to do with its operands. */
export type Role =
  /** Its elements are some of those of its only operand with floats, so that both have one scale. */
  | 'carries'
  | 'contracts'
  | 'averages'
  | 'totals'
  | 'adds'
  /** Elementwise: fused with what makes its operands. */
  | 'maps'
  | 'other';

/** The role of a node in the graph of an elaborated program. */
export function roleOf({ op, attributes, operands }: Node, table: OpTable): Role {
  const def = table.find(op);
  if (def === undefined) return 'other';
  if (contractions.includes(op)) return 'contracts';
  if (op === 'upsample' && attributes['mode'] === 'nearest') return 'carries';
  if (averages.includes(op)) return 'averages';
  if (op === total) return 'totals';
  if (op === 'max_pool') return 'carries';
  if (op === sum) return 'adds';
  if (def.kind === 'elementwise') return 'maps';
  // A border of anything but 0 has no level of its own.
  const fills = op === 'pad' && attributes['value'] !== 0;
  return def.kind === 'movement' && operands.length === 1 && !fills ? 'carries' : 'other';
}
