/** Lowers one movement node: a view where strides can express it, else one exchange phase into a home of its own. */
import {
  elementBytes,
  fullBox,
  type Layout,
  type MovementOp,
  type Node,
  type OpContext,
  rowMajor,
} from '@tessera/graph';
import { cellCount, evenCuts, type Grid } from '../geometry/grid.ts';
import { denseBytes, denseHome, type Home } from '../geometry/home.ts';
import { moveCopies } from '../geometry/move.ts';
import { viewThrough } from '../geometry/views.ts';
import type { ComputeContext } from './compute.ts';
import { Exchange } from './exchange.ts';

/** Cells below this size are not worth a tile of their own. */
const leastCellBytes = 256;

/** `wish` is the layout the result's reader asks for, if it is known. */
export function lowerMovement(
  node: Node,
  def: MovementOp,
  homes: readonly Home[],
  wish: Layout | undefined,
  context: ComputeContext,
): Home {
  const opContext: OpContext = { operands: homes.map(h => h.type), attributes: node.attributes, result: node.type };
  const moves = def.moves(opContext);
  const [move] = moves;
  if (moves.length === 1 && 'operand' in move.source) {
    const view = viewThrough(homes[move.source.operand], moves, node.type);
    if (view) return view;
  }
  const { assembly } = context;
  const { tiles } = assembly.chip;
  const layout = wish && wish.order.length === node.type.shape.length ? wish : rowMajor(node.type.shape.length);
  const grid = spreadGrid(node, layout, tiles);
  const buffer = assembly.buffer(
    context.name,
    'activation',
    node.type,
    denseBytes(node.type, grid, layout, tiles),
    node.origin,
  );
  const home = denseHome(node.type, grid, layout, buffer, tiles);
  const exchange = new Exchange(assembly, context.name, node.origin);
  const bytes = elementBytes[node.type.element];
  for (const m of moves) {
    const source = 'operand' in m.source ? homes[m.source.operand] : undefined;
    for (const copy of moveCopies(m, source, home, bytes)) {
      const tile = grid.tileOf[copy.toCell];
      if (source === undefined) exchange.fill(tile, copy.nest, node.type, copy.value ?? 0, buffer);
      else {
        const fromTile = source.where === 'everywhere' ? tile : source.grid.tileOf[copy.fromCell];
        exchange.copy(tile, copy.nest, bytes, source.buffer, fromTile, buffer, tile);
      }
    }
  }
  exchange.finish();
  return home;
}

/** Even cuts along the longest axes (blocked axes between blocks), as many as the size deserves. */
function spreadGrid(node: Node, layout: Layout, tiles: number): Grid {
  const { shape, element } = node.type;
  const total = shape.reduce((a, b) => a * b, 1) * elementBytes[element];
  let left = Math.max(1, Math.min(tiles, Math.floor(total / leastCellBytes)));
  const cuts: number[][] = fullBox(shape).count.map(extent => [0, extent]);
  const axes = shape.map((_, axis) => axis).sort((a, b) => shape[b] - shape[a]);
  for (const axis of axes) {
    if (left <= 1) break;
    cuts[axis] = evenCuts(shape[axis], left, layout.block?.axis === axis ? layout.block.size : 1);
    left = Math.floor(left / (cuts[axis].length - 1));
  }
  return { cuts, tileOf: Int32Array.from({ length: cellCount(cuts) }, (_, cell) => cell) };
}
