/** For tests, elementwise ops as if they were kernels: both have a space, regions and variants. */
import type { Box, Layout } from '@tessera-dnn/graph';
import { elementBytes, fullBox, sameLayout, sameShape } from '@tessera-dnn/graph';
import type { LayoutRequest, OpContext, Overwrite, Space, Variant } from '@tessera-dnn/graph/op';
import type { DefinedOp } from '../define/op.ts';
import type { Instance } from './instance.ts';

/** How an op is computed. */
export interface Computed {
  readonly space: Space;
  readonly variants: readonly Variant[];
  readonly regions: (box: Box) => readonly Box[];
}

/** How `op` is computed; `undefined` for movement and composite ops. */
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

/** The part of a box of a space that belongs to the `rank` axes of the result. */
export function resultBox({ start, count, step }: Box, rank: number): Box {
  return { start: start.slice(0, rank), count: count.slice(0, rank), step: step.slice(0, rank) };
}

/** The variants with which an op may be written over its operand: all, or, if it says `inOrder`, those that have that layout. */
export function overwritingVariants(variants: readonly Variant[], { operand, inOrder }: Overwrite): readonly Variant[] {
  const asked = (request: LayoutRequest): boolean => inOrder === undefined || isLayout(request, inOrder);
  return variants.filter(({ result, operands }) => asked(result) && asked(operands[operand]));
}

function isLayout(request: LayoutRequest, layout: Layout): boolean {
  return request !== 'any' && sameLayout(request, layout);
}

/**
 * Where the result of an op may be written. An elementwise op may be written over any operand of its shape and size, since each element is
 * read before it is written.
 */
export function overwritesOf({ op, context }: Instance): readonly Overwrite[] {
  if (op.kind === 'kernel') return op.overwrites(context);
  const { result } = context;
  return context.operands.flatMap(({ element, shape }, operand) =>
    elementBytes[element] === elementBytes[result.element] && sameShape(shape, result.shape)
      ? [{ operand, distanceBytes: 0 }]
      : [],
  );
}
