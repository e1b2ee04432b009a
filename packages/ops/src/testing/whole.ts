/** What kernels and elementwise expressions have in common for tests: a space, regions and variants. */
import type { Box, Layout, LayoutRequest, OpContext, Overwrite, Space, Variant } from '@tessera/graph';
import { elementBytes, fullBox, sameLayout, sameShape } from '@tessera/graph';
import type { DefinedOp } from '../define/op.ts';
import type { Instance } from './instance.ts';

export interface Computed {
  readonly space: Space;
  readonly variants: readonly Variant[];
  readonly regions: (box: Box) => readonly Box[];
}

/** Undefined for ops that move or expand. */
export function computedBy(op: DefinedOp, context: OpContext): Computed | undefined {
  if (op.kind === 'kernel') {
    return {
      space: op.space(context),
      variants: op.variants(context),
      regions: box => op.regions(context, box),
    };
  }
  if (op.kind !== 'elementwise') return undefined;
  return {
    space: { extents: context.result.shape, combine: [] },
    variants: [{ name: 'map', result: 'any', operands: context.operands.map(() => 'any' as const) }],
    regions: box => context.operands.map(({ shape }) => broadcastRegion(shape, box)),
  };
}

function broadcastRegion(shape: readonly number[], box: Box): Box {
  const skipped = box.count.length - shape.length;
  const whole = fullBox(shape);
  return {
    start: shape.map((extent, axis) => (extent === 1 ? 0 : box.start[skipped + axis])),
    count: shape.map((extent, axis) => (extent === 1 ? 1 : box.count[skipped + axis])),
    step: whole.step,
  };
}

export function resultBox({ start, count, step }: Box, rank: number): Box {
  return { start: start.slice(0, rank), count: count.slice(0, rank), step: step.slice(0, rank) };
}

/** The variants in which an op may write where it says: all, or those in the layout that it says it works in order in. */
export function overwritingVariants(variants: readonly Variant[], { operand, inOrder }: Overwrite): readonly Variant[] {
  const asked = (request: LayoutRequest): boolean => inOrder === undefined || isLayout(request, inOrder);
  return variants.filter(({ result, operands }) => asked(result) && asked(operands[operand]));
}

function isLayout(request: LayoutRequest, layout: Layout): boolean {
  return request !== 'any' && sameLayout(request, layout);
}

/** Elementwise ops may take the place of any operand of the result's size: the structural kernel reads before it writes. */
export function overwritesOf({ op, context }: Instance): readonly Overwrite[] {
  if (op.kind === 'kernel') return op.overwrites(context);
  const { result } = context;
  return context.operands.flatMap(({ element, shape }, operand) =>
    elementBytes[element] === elementBytes[result.element] && sameShape(shape, result.shape)
      ? [{ operand, distanceBytes: 0 }]
      : [],
  );
}
