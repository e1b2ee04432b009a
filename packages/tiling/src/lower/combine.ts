/**
 * Finishes an op whose summed axes were cut: every owner of a part of the result gathers all partial results for it and combines them
 * in the order of the parts (so the result does not depend on timing), then applies the epilogue.
 *
 * Owners are as many tiles as hold partials, each with an even share of the result; or those that hold the old value of a variable, or what
 * the epilogue reads, where that lies as the result will.
 */
import {
  type Box,
  broadcastRegion,
  elementBytes,
  type Layout,
  layoutStrides,
  sameShape,
  type TensorType,
  type VertexSpec,
  type View,
  type Work,
} from '@tessera/graph';
import { cellBox, cellCount, type Grid, gridOver } from '../geometry/grid.ts';
import { denseHome, type Home } from '../geometry/home.ts';
import type { BufferId } from '../program.ts';
import { balanceTiles } from '../split/balance.ts';
import { ownersGrid } from '../split/owners.ts';
import type { Split } from '../split/score.ts';
import type { ComputeContext } from './compute.ts';
import { Exchange } from './exchange.ts';
import { type Operand, placeOperand } from './operands.ts';
import { recorderFor } from './record.ts';
import { liesAlike, liesAs, resultBuffer } from './result.ts';

export function lowerCombine(
  work: Work,
  split: Split,
  epilogueHomes: readonly Home[],
  partials: BufferId,
  layout: Layout,
  context: ComputeContext,
): Home {
  const { assembly } = context;
  const base = work.context.result;
  const { tiles } = assembly.chip;
  const owners = context.decided?.grid ?? ownersOf(work, split, layout, [context.old, ...epilogueHomes], assembly);
  const exchange = new Exchange(assembly, `${context.name} · partial sums`, work.node.origin);
  const stack = gatherPartials(work, split, owners, partials, layout, exchange, context);
  const boxes = Array.from({ length: owners.tileOf.length }, (_, cell) => cellBox(owners.cuts, cell));
  const placing = { assembly, name: context.name, grid: owners, resultLayout: layout };
  const others = epilogueHomes.map(home => {
    const regions = boxes.map(box => broadcastRegion(box, home.type.shape, base.shape.length));
    return placeOperand(home, 'any', regions, exchange, placing);
  });
  exchange.finish();
  const counts = (cell: number) => boxes[cell].count;
  const alike = others.map(other => liesAlike(other, work.node.type, layout, boxes.length, counts));
  const operands = [stack, ...others];
  const overwritable = others.flatMap((_, i) => (alike[i] ? [i + 1] : []));
  const result = resultBuffer(context, work.node, { grid: owners, layout, operands, overwritable });
  emitCombine(work, split, owners, operands, result, layout, overwritable, context);
  return denseHome(work.node.type, owners, layout, result, tiles);
}

/**
 * As many tiles as hold partials, those with the shortest tables; or those that hold the old value or what the epilogue reads with it, if
 * they are about as many.
 */
function ownersOf(
  work: Work,
  split: Split,
  layout: Layout,
  beside: readonly (Home | undefined)[],
  { tableBytes }: ComputeContext['assembly'],
): Grid {
  const { context, space } = work;
  const owners = ownersGrid(split, context.result, layout, space.whole);
  const alike = beside.find(
    home =>
      home?.where === 'tiles' &&
      sameShape(home.type.shape, context.result.shape) &&
      liesAs(home, home.grid, layout) &&
      2 * home.grid.tileOf.length >= owners.tileOf.length,
  );
  return alike?.grid ?? balanceTiles(owners, tableBytes);
}

/** The partials as one tensor `[parts, …result]`, of which each tile holds a cell. */
function stackHome(split: Split, base: TensorType, partials: BufferId, layout: Layout, tiles: number): Home {
  const cuts = split.grid.cuts.slice(0, base.shape.length);
  const cells = cellCount(cuts);
  const parts = Array.from({ length: split.sumParts + 1 }, (_, part) => part);
  const tileOf = Int32Array.from({ length: cells * split.sumParts }, (_, i) => {
    return split.grid.tileOf[(i % cells) * split.sumParts + Math.floor(i / cells)];
  });
  const type = stackType(split, base);
  return denseHome(type, gridOver(type.shape, [parts, ...cuts], tileOf), stackLayout(layout), partials, tiles);
}

function stackType(split: Split, base: TensorType): TensorType {
  return { element: base.element, shape: [split.sumParts, ...base.shape] };
}

function stackLayout(layout: Layout): Layout {
  return { order: [0, ...layout.order.map(axis => axis + 1)] };
}

/** One stack `[parts, …box]` per owner, each partial dense in the result's layout. */
function gatherPartials(
  work: Work,
  split: Split,
  owners: Grid,
  partials: BufferId,
  layout: Layout,
  exchange: Exchange,
  context: ComputeContext,
): Operand {
  const { assembly } = context;
  const base = work.context.result;
  const bytes = new Float64Array(assembly.chip.tiles);
  const type = stackType(split, base);
  const buffer = assembly.buffer(`${context.name} (partials)`, 'partial', type, bytes, work.node.origin);
  const source = stackHome(split, base, partials, layout, assembly.chip.tiles);
  const views: View[] = [];
  for (let cell = 0; cell < owners.tileOf.length; cell++) {
    const box = cellBox(owners.cuts, cell);
    const { axes, elements } = layoutStrides(layout, box.count);
    bytes[owners.tileOf[cell]] = elements * split.sumParts * elementBytes[base.element];
    const region = { start: [0, ...box.start], count: [split.sumParts, ...box.count], step: [1, ...box.step] };
    const strides = [elements, ...axes];
    views.push({ type, region, layout: stackLayout(layout), strides });
    exchange.bring(source, region, { box: region, strides, offset: 0 }, owners.tileOf[cell], buffer);
  }
  return { view: cell => views[cell], slot: { buffer, offset: 0 } };
}

function atStart({ start, count, step }: Box): Box {
  return { start: start.map(() => 0), count, step };
}

function emitCombine(
  work: Work,
  split: Split,
  owners: Grid,
  operands: readonly Operand[],
  result: BufferId,
  layout: Layout,
  overwritable: readonly number[],
  context: ComputeContext,
): void {
  const { assembly } = context;
  const classOf = new Int32Array(assembly.chip.tiles).fill(-1);
  const { epilogue } = work.node;
  const rank = work.context.result.shape.length;
  const combine = work.space.combine.find((_, i) => split.grid.cuts[rank + i].length > 2) ?? 'add';
  const node = { op: 'combine', attributes: { combine }, epilogue: epilogue && { ...epilogue, firstOperand: 1 } };
  const opContext = { operands: [operands[0].view(0).type], attributes: { combine }, result: work.context.result };
  const recorder = recorderFor(assembly, context.table, { node, context: opContext });
  for (let cell = 0; cell < owners.tileOf.length; cell++) {
    const { count, step } = cellBox(owners.cuts, cell);
    // Elementwise work is the same everywhere.
    const box = { start: count.map(() => 0), count, step };
    const views = operands.map(o => o.view(cell)).map(view => ({ ...view, region: atStart(view.region) }));
    const spec: VertexSpec = {
      node,
      context: opContext,
      variant: 'any',
      box,
      operands: views,
      result: { type: work.node.type, region: box, layout, strides: layoutStrides(layout, box.count).axes },
      partial: false,
    };
    classOf[owners.tileOf[cell]] = recorder.classOf(spec);
  }
  assembly.phase({
    kind: 'compute',
    name: `${context.name} · combine`,
    origin: work.node.origin,
    classOf,
    slots: [...operands.map(o => o.slot), { buffer: result, offset: 0 }],
    overwritable,
  });
}
