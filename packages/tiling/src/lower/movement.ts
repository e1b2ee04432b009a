/** Lowers one movement node: a view where strides can express it, else one exchange phase into a home of its own. */
import { elementBytes, type Layout, type Node, rowMajor } from '@tessera-dnn/graph';
import type { Move, MovementOp, OpContext } from '@tessera-dnn/graph/op';
import { cellBox } from '../geometry/grid.ts';
import { denseBytes, denseHome, type Home } from '../geometry/home.ts';
import { moveCopies } from '../geometry/move.ts';
import { viewThrough } from '../geometry/views.ts';
import type { Moved, Phase } from '../program.ts';
import type { Lowered, NodeContext } from './context.ts';
import { Exchange } from './exchange.ts';
import { movedGrid } from './spread.ts';

/** A movement node whose operands lie at `homes`. */
export interface Movement {
  readonly node: Node;
  readonly def: MovementOp;
  readonly homes: readonly Home[];
  /**
   * The layout the result's reader asks for, if it is known; or the home that is made for it, in which operands may lie as parts already.
   */
  readonly wish: Layout | Home | undefined;
}

/** The home of what the movement makes, with the phases that fill it (none for a view) and a note of what moved and why. */
export function lowerMovement({ node, def, homes, wish }: Movement, context: NodeContext): Lowered {
  const opContext: OpContext = { operands: homes.map(h => h.type), attributes: node.attributes, result: node.type };
  const moves = def.moves(opContext);
  const view = viewOf(moves, homes, node);
  if (view) return { result: view, phases: [], moves: [noted(node, view, context.name)] };
  const home = wish && 'grid' in wish ? wish : spreadHome({ node, moves, homes, wish }, context);
  const phases = carry({ node, moves, homes }, home, context);
  const from = homes.find(source => source.buffer !== home.buffer);
  const moved = from
    ? { ...noted(node, home, context.name, whyNoView(moves, homes)), from: from.buffer, to: home.buffer }
    : noted(node, home, context.name, 'its parts are computed directly into it');
  return { result: home, phases, moves: [moved] };
}

function viewOf(moves: readonly Move[], homes: readonly Home[], { type }: Node): Home | undefined {
  const [move] = moves;
  if (moves.length !== 1 || !('operand' in move.source)) return undefined;
  return viewThrough(homes[move.source.operand], moves, type);
}

/** What a movement carries, and from where. */
interface Carrying {
  readonly node: Node;
  readonly moves: readonly Move[];
  readonly homes: readonly Home[];
}

/** The exchange that brings everything into `home` that does not lie there already. */
function carry({ node, moves, homes }: Carrying, home: Home, { registries, name }: NodeContext): readonly Phase[] {
  const { grid, buffer } = home;
  const { type } = node;
  const exchange = new Exchange(registries.codes, name, node.origin);
  const bytes = elementBytes[type.element];
  for (const move of moves) {
    const source = 'operand' in move.source ? homes[move.source.operand] : undefined;
    if (source?.buffer === buffer) continue;
    for (const { nest, value = 0, fromCell, toCell } of moveCopies(move, source, home, bytes)) {
      const tile = grid.tileOf[toCell];
      if (source === undefined) exchange.fill({ tile, nest, type, value, to: buffer });
      else {
        const fromTile = source.where === 'everywhere' ? tile : source.grid.tileOf[fromCell];
        const from = { buffer: source.buffer, tile: fromTile };
        exchange.copy({ tile, nest, bytes, from, to: { buffer, tile } });
      }
    }
  }
  return exchange.phases();
}

/** A home of its own. */
function spreadHome(
  { node, moves, homes, wish }: Carrying & { readonly wish: Layout | undefined },
  { registries, name, decided }: NodeContext,
): Home {
  const { type, origin } = node;
  const { tiles } = registries.chip;
  const wished = wish && wish.order.length === type.shape.length ? wish : rowMajor(type.shape.length);
  const layout = decided?.layout ?? wished;
  const grid = decided?.grid ?? movedGrid(moves, homes, type, layout, tiles);
  const bytes = denseBytes(type, grid, layout, tiles);
  const buffer = registries.buffers.add({ name, kind: 'activation', type, bytes, origin });
  return denseHome(type, grid, layout, buffer, tiles);
}

/** For those who ask what takes memory and why: `home` is a view, or takes the memory of its parts. */
function noted(
  { type, origin }: Node,
  home: Home,
  name: string,
  reason = 'reading the operand with other strides gives the same elements',
): Moved {
  const elements = cellBox(home.grid.cuts, 0).count.reduce((product, count) => product * count, 1);
  return { name, origin, from: home.buffer, bytes: elements * elementBytes[type.element], reason };
}

function whyNoView(moves: readonly Move[], [home]: readonly Home[]): string {
  if (moves.length > 1) return 'the result is put together from several parts';
  if (home.where === 'everywhere') return 'the operand is stored as a single element that stands for all';
  if (home.layout?.block) return 'the operand is stored in blocks, not row by row';
  return 'no strides give this order of elements where the operand lies';
}
