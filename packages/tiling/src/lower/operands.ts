/** Operands of a split op: read where they lie if every cell finds its region on its own tile, else gathered by an exchange. */
import { InternalError } from '@tessera-dnn/diagnostics';
import {
  alignedOrder,
  type Box,
  blockAlong,
  elementBytes,
  type Layout,
  layoutStrides,
  rowMajor,
  type TensorType,
} from '@tessera-dnn/graph';
import type { LayoutRequest, View } from '@tessera-dnn/graph/op';
import { containsBox, type Grid } from '../geometry/grid.ts';
import type { CellView, Home } from '../geometry/home.ts';
import { layoutServes } from '../geometry/serves.ts';
import type { SlotRef } from '../program.ts';
import { tileStage } from '../stages.ts';
import type { Registries } from './context.ts';
import type { Exchange } from './exchange.ts';

/** What one operand is to the vertices: a view per cell, and the slot that addresses it. */
export interface Operand {
  readonly view: (cell: number) => View;
  readonly slot: SlotRef;
}

/** An operand as its readers, the cells on `grid`, want it: in a layout, one region per cell. */
export interface Wanted {
  readonly home: Home;
  readonly request: LayoutRequest;
  readonly regions: readonly Box[];
  readonly grid: Grid;
}

/** The reader's name, and the layout of its result, which 'any' operands follow when they must be copied anyway. */
export interface OperandContext {
  readonly registries: Registries;
  readonly name: string;
  readonly resultLayout: Layout;
}

/** Adds copies to `exchange` if the operand is not at hand. */
export function placeOperand(wanted: Wanted, exchange: Exchange, context: OperandContext): Operand {
  for (const region of wanted.regions) assertInside(region, wanted.home.type, context.name);
  return directOperand(wanted, context.registries.chip.tiles) ?? gatheredOperand(wanted, exchange, context);
}

/** An internal error unless the region is one of the operand. */
export function assertInside({ start, count, step }: Box, { shape }: TensorType, subject: string): void {
  const inside = (extent: number, axis: number) =>
    start[axis] >= 0 && count[axis] > 0 && start[axis] + (count[axis] - 1) * step[axis] < extent;
  if (start.length === shape.length && shape.every(inside)) return;
  const region = start.map((first, axis) => `${first} + ${count[axis]}·${step[axis]}`).join(', ');
  throw new InternalError(tileStage.name, `an operand of [${shape.join(', ')}] has no region [${region}]`, subject);
}

/** An operand that every cell finds on its own tile in the layout it wants; undefined if one does not. */
export function directOperand({ home, request, regions, grid }: Wanted, tiles: number): Operand | undefined {
  if (!layoutServes(home, request)) return undefined;
  const offsets = new Float64Array(tiles);
  const bytes = elementBytes[home.type.element];
  const layout = home.layout ?? rowMajor(home.type.shape.length);
  const views: View[] = [];
  for (let cell = 0; cell < regions.length; cell++) {
    const tile = grid.tileOf[cell];
    const own = home.cellOf.length > tile ? home.cellOf[tile] : -1;
    if (own < 0) return undefined;
    const held = home.cell(own);
    const region = regions[cell];
    const offset = containsBox(held.box, region) ? offsetIn(held, region) : undefined;
    if (offset === undefined) return undefined;
    offsets[tile] = offset * bytes;
    const strides = held.strides.map((stride, axis) =>
      blockAlong(held.block, axis) ? stride : stride * region.step[axis],
    );
    views.push({ type: home.type, region, layout, strides });
  }
  const uniform = offsets.every(offset => offset === offsets[0]);
  return { view: cell => views[cell], slot: { buffer: home.buffer, offset: uniform ? offsets[0] : offsets } };
}

/** Elements from the start of the buffer to the first one of a region that the cell holds; undefined if a block would be torn. */
export function offsetIn(held: CellView, region: Box): number | undefined {
  let offset = held.offset;
  for (let axis = 0; axis < region.start.length; axis++) {
    const inside = region.start[axis] - held.box.start[axis];
    const block = blockAlong(held.block, axis);
    if (block === undefined) offset += inside * held.strides[axis];
    else {
      if (inside % block.size !== 0 || (region.step[axis] !== 1 && region.count[axis] > 1)) return undefined;
      offset += (inside / block.size) * held.strides[axis];
    }
  }
  return offset;
}

/** How an operand of so many axes is gathered: as is asked, or as the result lies. */
export function gatheredLayout(request: LayoutRequest, resultLayout: Layout, rank: number): Layout {
  return request === 'any' ? { order: alignedOrder(resultLayout.order, resultLayout.order.length, rank) } : request;
}

function gatheredOperand(
  { home, request, regions, grid }: Wanted,
  exchange: Exchange,
  { registries, name, resultLayout }: OperandContext,
): Operand {
  const { chip, buffers } = registries;
  const { type } = home;
  const rank = type.shape.length;
  const layout = gatheredLayout(request, resultLayout, rank);
  const strides = regions.map(region => layoutStrides(layout, region.count));
  const bytes = new Float64Array(chip.tiles);
  regions.forEach((_, cell) => {
    bytes[grid.tileOf[cell]] = strides[cell].elements * elementBytes[type.element];
  });
  const source = buffers.at(home.buffer);
  const named = { name: `${source.name} → ${name}`, origin: source.origin };
  const buffer = buffers.add({ ...named, kind: 'input', type, bytes });
  regions.forEach((region, cell) => {
    exchange.gather(home, region, layout, { buffer, tile: grid.tileOf[cell] });
  });
  return {
    view: cell => ({ type, region: regions[cell], layout, strides: strides[cell].axes }),
    slot: { buffer, offset: 0 },
  };
}
