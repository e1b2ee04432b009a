/** Which variants of kernels a plan uses, and what the others would have cost. */
import type { Origin } from '@tessera-dnn/graph';
import type { Decisions } from '../lower/decisions.ts';
import { nameOf } from '../lower/lower-node.ts';
import type { VariantCost } from '../split/cut.ts';

/** The variant that one node took, of several. */
export interface VariantChoice {
  /** The node's name, as phases and buffers have it. */
  readonly name: string;
  readonly origin: Origin;
  readonly variant: string;
  /** Whether it computes by another algorithm than the plain sum. */
  readonly algorithm?: string;
  /** What all variants take on the same grid, the fewest cycles first. */
  readonly costs: readonly VariantCost[];
}

/** The choices of all nodes that had one, in the order of programs and nodes. */
export function variantChoices({ programs }: Decisions): readonly VariantChoice[] {
  return programs.flatMap(program =>
    (program?.nodes ?? []).flatMap(({ split }, value) => {
      if (split?.costs === undefined || split.costs.length < 2) return [];
      const node = program.graph.nodes[value];
      const { name: variant, algorithm } = split.variant;
      const costs = split.costs.toSorted((a, b) => a.cycles - b.cycles);
      return [{ name: nameOf(node), origin: node.origin, variant, algorithm, costs }];
    }),
  );
}

/** Whether any node is computed by another algorithm than the plain sum. */
export function usesAlgorithms({ programs }: Decisions): boolean {
  return programs.some(program => program?.nodes.some(({ split }) => split?.variant.algorithm !== undefined));
}
