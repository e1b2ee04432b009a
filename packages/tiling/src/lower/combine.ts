/**
 * Finishes an op whose summed axes were cut: every owner of a part of the result gathers all partial results for it and combines them
 * in the order of the parts (so the result does not depend on timing), then applies the epilogue.
 *
 * Owners are as many tiles as hold partials, each with an even share of the result; or those that hold the old value of a variable, or what
 * the epilogue reads, where that lies as the result will.
 */
import { type Box, broadcastRegion, elementBytes, layoutStrides, sameShape } from '@tessera-dnn/graph';
import type { VertexSpec } from '@tessera-dnn/graph/kernel';
import { cellBox, type Grid, resultGrid } from '../geometry/grid.ts';
import { denseHome, type Home } from '../geometry/home.ts';
import type { ComputePhase } from '../program.ts';
import { balanceTiles } from '../split/balance.ts';
import { ownersGrid } from '../split/owners.ts';
import type { ComputeContext, Lowered } from './context.ts';
import { Exchange } from './exchange.ts';
import { type Operand, placeOperand } from './operands.ts';
import { type CutSum, gatherPartials, partialsAtHome } from './partials.ts';
import { liesAlike, liesAs, resultBuffer } from './result.ts';

/** Lowers the second half of a cut sum: an exchange that gathers the partial results, and the phase that combines them. */
export function lowerCombine(sum: CutSum, context: ComputeContext): Lowered {
  const grid = context.decided?.grid ?? ownersOf(sum, context);
  const exchange = new Exchange(context.registries.codes, `${context.name} · partial sums`, sum.work.node.origin);
  const stack = gatherPartials(sum, grid, exchange, context);
  return combineOn(sum, { grid, stack, inPlace: false }, exchange, context);
}

/** Finishes a sum that lies complete where it was made, but in 32 bits and before the epilogue. */
export function lowerFinish(sum: CutSum, context: ComputeContext): Lowered {
  const { work, split, partials } = sum;
  const grid = resultGrid(split.grid, work.context.result.shape);
  const exchange = new Exchange(context.registries.codes, `${context.name} · epilogue gather`, work.node.origin);
  const inPlace =
    elementBytes[context.registries.buffers.at(partials).type.element] === elementBytes[work.node.type.element];
  return combineOn(sum, { grid, stack: partialsAtHome(sum), inPlace }, exchange, context);
}

/** The owners of the result and the partials that each combines; `inPlace`: the result may lie over them. */
interface Owned {
  readonly grid: Grid;
  readonly stack: Operand;
  readonly inPlace: boolean;
}

function combineOn(sum: CutSum, { grid, stack, inPlace }: Owned, exchange: Exchange, context: ComputeContext): Lowered {
  const { work, layout } = sum;
  const { registries, name } = context;
  const { node } = work;
  const boxes = Array.from({ length: grid.tileOf.length }, (_, cell) => cellBox(grid.cuts, cell));
  const others = sum.homes.map(home => {
    const regions = boxes.map(box => broadcastRegion(box, home.type.shape, work.context.result.shape.length));
    return placeOperand({ home, request: 'any', regions, grid }, exchange, { registries, name, resultLayout: layout });
  });
  const gather = exchange.phases();
  const result = { type: node.type, layout, cells: boxes.length, countOf: (cell: number) => boxes[cell].count };
  const alike = others.map(other => liesAlike(other, result));
  const operands = [stack, ...others];
  const overwritable = [...(inPlace ? [0] : []), ...others.flatMap((_, i) => (alike[i] ? [i + 1] : []))];
  const buffer = resultBuffer(context, node, { grid, layout, operands, overwritable });
  const home = denseHome(node.type, grid, layout, buffer, registries.chip.tiles);
  return { result: home, phases: [...gather, combination(sum, { home, operands, overwritable }, context)], moves: [] };
}

/**
 * As many tiles as hold partials, those with the shortest tables; or those that hold the old value or what the epilogue reads with it, if
 * they are about as many.
 */
function ownersOf({ work, split, layout, homes }: CutSum, { old, tableBytes }: ComputeContext): Grid {
  const { context, space } = work;
  const owners = ownersGrid(split, context.result, layout, space.whole);
  const alike = [old, ...homes].find(
    home =>
      home?.where === 'tiles' &&
      sameShape(home.type.shape, context.result.shape) &&
      liesAs(home, home.grid, layout) &&
      2 * home.grid.tileOf.length >= owners.tileOf.length,
  );
  return alike?.grid ?? balanceTiles(owners, tableBytes);
}

/** What is combined into `home`: the stack of partials first, then what the epilogue reads. */
interface Combined {
  readonly home: Home;
  readonly operands: readonly Operand[];
  readonly overwritable: readonly number[];
}

function combination(sum: CutSum, combined: Combined, context: ComputeContext): ComputePhase {
  const { home, operands, overwritable } = combined;
  return {
    kind: 'compute',
    name: `${context.name} · combine`,
    origin: sum.work.node.origin,
    classOf: classes(sum, combined, context),
    slots: [...operands.map(o => o.slot), { buffer: home.buffer, offset: 0 }],
    overwritable,
  };
}

/** The class of each owner's vertex, -1 for other tiles. */
function classes({ work, split, layout }: CutSum, { home, operands }: Combined, context: ComputeContext): Int32Array {
  const { chip, recorders } = context.registries;
  const classOf = new Int32Array(chip.tiles).fill(-1);
  const { epilogue, type } = work.node;
  const rank = work.context.result.shape.length;
  const combine = work.space.combine.find((_, i) => split.grid.cuts[rank + i].length > 2) ?? 'add';
  const node = { op: 'combine', attributes: { combine }, epilogue: epilogue && { ...epilogue, firstOperand: 1 } };
  const opContext = { operands: [operands[0].view(0).type], attributes: { combine }, result: work.context.result };
  const recorder = recorders.of({ node, context: opContext });
  const { cuts, tileOf } = home.grid;
  for (let cell = 0; cell < tileOf.length; cell++) {
    const { count, step } = cellBox(cuts, cell);
    // The vertices only do elementwise work, which is the same wherever the box begins: boxes of one size share a class.
    const box = { start: count.map(() => 0), count, step };
    const views = operands.map(o => o.view(cell)).map(view => ({ ...view, region: atStart(view.region) }));
    const spec: VertexSpec = {
      node,
      context: opContext,
      variant: 'any',
      box,
      operands: views,
      result: { type, region: box, layout, strides: layoutStrides(layout, box.count).axes },
      partial: false,
    };
    classOf[tileOf[cell]] = recorder.classOf(spec);
  }
  return classOf;
}

function atStart({ start, count, step }: Box): Box {
  return { start: start.map(() => 0), count, step };
}
