/** Lowers one movement node: a view where strides can express it, else one exchange phase into a home of its own. */
import {
  elementBytes,
  type Layout,
  type Move,
  type MovementOp,
  type Node,
  type OpContext,
  rowMajor,
} from '@tessera/graph';
import { cellBox } from '../geometry/grid.ts';
import { denseBytes, denseHome, type Home } from '../geometry/home.ts';
import { moveCopies } from '../geometry/move.ts';
import { viewThrough } from '../geometry/views.ts';
import type { ComputeContext } from './compute.ts';
import { Exchange } from './exchange.ts';
import { movedGrid } from './spread.ts';

/**
 * `wish` is the layout the result's reader asks for, if it is known; or the home that is made for it, in which operands may lie as parts
 * already.
 */
export function lowerMovement(
  node: Node,
  def: MovementOp,
  homes: readonly Home[],
  wish: Layout | Home | undefined,
  context: ComputeContext,
): Home {
  const opContext: OpContext = { operands: homes.map(h => h.type), attributes: node.attributes, result: node.type };
  const moves = def.moves(opContext);
  const [move] = moves;
  if (moves.length === 1 && 'operand' in move.source) {
    const view = viewThrough(homes[move.source.operand], moves, node.type);
    if (view) {
      noteMove(node, view, undefined, context);
      return view;
    }
  }
  const { assembly } = context;
  const home = wish && 'grid' in wish ? wish : spreadHome(node, moves, homes, wish, context);
  const { grid, buffer } = home;
  const exchange = new Exchange(assembly, context.name, node.origin);
  const bytes = elementBytes[node.type.element];
  for (const m of moves) {
    const source = 'operand' in m.source ? homes[m.source.operand] : undefined;
    if (source?.buffer === buffer) continue;
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
  const copied = homes.some(source => source.buffer !== buffer);
  if (copied)
    noteMove(
      node,
      homes.find(source => source.buffer !== buffer),
      home,
      context,
      whyNoView(moves, homes),
    );
  else noteMove(node, home, undefined, context, 'its parts are computed directly into it');
  return home;
}

/** A home of its own. */
function spreadHome(
  node: Node,
  moves: readonly Move[],
  homes: readonly Home[],
  wish: Layout | undefined,
  { assembly, name, decided }: ComputeContext,
): Home {
  const { type, origin } = node;
  const { tiles } = assembly.chip;
  const wished = wish && wish.order.length === type.shape.length ? wish : rowMajor(type.shape.length);
  const layout = decided?.layout ?? wished;
  const grid = decided?.grid ?? movedGrid(moves, homes, type, layout, tiles);
  const buffer = assembly.buffer(name, 'activation', type, denseBytes(type, grid, layout, tiles), origin);
  return denseHome(type, grid, layout, buffer, tiles);
}

/** For those who ask what takes memory and why. */
function noteMove(
  { type, origin }: Node,
  from: Home | undefined,
  to: Home | undefined,
  { assembly, name }: ComputeContext,
  reason = 'reading the operand with other strides gives the same elements',
): void {
  if (!from) return;
  const { grid } = to ?? from;
  const elements = cellBox(grid.cuts, 0).count.reduce((product, count) => product * count, 1);
  const bytes = elements * elementBytes[type.element];
  assembly.moves.push({ name, origin, from: from.buffer, to: to?.buffer, bytes, reason });
}

function whyNoView(moves: readonly Move[], [home]: readonly Home[]): string {
  if (moves.length > 1) return 'the result is put together from several parts';
  if (home.where === 'everywhere') return 'the operand is stored as a single element that stands for all';
  if (home.layout?.block) return 'the operand is stored in blocks, not row by row';
  return 'no strides give this order of elements where the operand lies';
}
