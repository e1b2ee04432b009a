/** Partial sums, which have 32 bits whatever the result has, as one tensor `[parts, …result]`, of which each tile holds a cell and each owner gathers what it combines. */
import {
  elementBytes,
  type Layout,
  layoutStrides,
  resultPart,
  type TensorType,
  type Work,
  wideElement,
} from '@tessera-dnn/graph';
import type { View } from '@tessera-dnn/graph/op';
import { cellBox, cellCount, type Grid, gridOver } from '../geometry/grid.ts';
import { denseHome, type Home } from '../geometry/home.ts';
import type { BufferId } from '../program.ts';
import type { Split } from '../split/cut.ts';
import type { ComputeContext } from './context.ts';
import type { Exchange } from './exchange.ts';
import type { Operand } from './operands.ts';

/** Partial results in a buffer, in the layout of the result; the homes are those of what the epilogue reads. */
export interface CutSum {
  readonly work: Work;
  readonly split: Split;
  readonly partials: BufferId;
  readonly layout: Layout;
  readonly homes: readonly Home[];
}

/** One stack `[parts, …box]` per owner, each partial dense in the result's layout. */
export function gatherPartials(
  { work, split, partials, layout }: CutSum,
  owners: Grid,
  exchange: Exchange,
  { registries, name }: ComputeContext,
): Operand {
  const { tiles } = registries.chip;
  const base = work.context.result;
  const bytes = new Float64Array(tiles);
  const type = stackType(split, base);
  const named = { name: `${name} (partials)`, origin: work.node.origin };
  const buffer = registries.buffers.add({ ...named, kind: 'partial', type, bytes });
  const source = denseHome(type, stackGrid(split, type), stackLayout(layout), partials, tiles);
  const views: View[] = [];
  for (let cell = 0; cell < owners.tileOf.length; cell++) {
    const tile = owners.tileOf[cell];
    const box = cellBox(owners.cuts, cell);
    const { axes, elements } = layoutStrides(layout, box.count);
    bytes[tile] = elements * split.sumParts * elementBytes[type.element];
    const region = { start: [0, ...box.start], count: [split.sumParts, ...box.count], step: [1, ...box.step] };
    const strides = [elements, ...axes];
    views.push({ type, region, layout: stackLayout(layout), strides });
    exchange.bring(source, region, { box: region, strides, offset: 0 }, { buffer, tile });
  }
  return { view: cell => views[cell], slot: { buffer, offset: 0 } };
}

/** The same of a sum with one part: the stack of each cell is where the cell made it. */
export function partialsAtHome({ work, split, partials, layout }: CutSum): Operand {
  const base = work.context.result;
  const type = stackType(split, base);
  const view = (cell: number): View => {
    const box = resultPart(cellBox(split.grid.cuts, cell), base.shape.length);
    const { axes, elements } = layoutStrides(layout, box.count);
    const region = { start: [0, ...box.start], count: [1, ...box.count], step: [1, ...box.step] };
    return { type, region, layout: stackLayout(layout), strides: [elements, ...axes] };
  };
  return { view, slot: { buffer: partials, offset: 0 } };
}

/** Which tile holds which part of which cell. */
function stackGrid(split: Split, { shape }: TensorType): Grid {
  const cuts = split.grid.cuts.slice(0, shape.length - 1);
  const cells = cellCount(cuts);
  const parts = Array.from({ length: split.sumParts + 1 }, (_, part) => part);
  const tileOf = Int32Array.from({ length: cells * split.sumParts }, (_, i) => {
    return split.grid.tileOf[(i % cells) * split.sumParts + Math.floor(i / cells)];
  });
  return gridOver(shape, [parts, ...cuts], tileOf);
}

function stackType(split: Split, base: TensorType): TensorType {
  return { element: wideElement(base.element), shape: [split.sumParts, ...base.shape] };
}

function stackLayout(layout: Layout): Layout {
  return { order: [0, ...layout.order.map(axis => axis + 1)] };
}
