/**
 * Parts: results that are computed where a later `concat`, `stack` or `pad` puts them, so that it need not copy them.
 *
 * Only on one tile, where a part may be strided as it likes. An operand may be a part if one move carries all of it, axis by axis, and
 * neither it nor what it is made of by movement alone is an operand twice. The whole lives from its first part on, which can cost more
 * than it saves: so the live bytes of the program are estimated, and as many of the earliest parts are left out and copied as make the
 * peak over the whole's life the lowest.
 *
 * Worked example: `concat(a, b)` along channels, channels last, of 8 + 8 channels: `a` is computed with 16 elements from pixel to
 * pixel at offset 0, `b` at offset 8, and the concat is no phase at all.
 */
import {
  contextOf,
  type Graph,
  isLeaf,
  operandTypes,
  type Program,
  type TensorType,
  type ValueId,
} from '@tessera-dnn/graph';
import type { Move, OpTable } from '@tessera-dnn/graph/op';
import { Lives } from './lives.ts';
import type { UpdatePlan } from './updates.ts';

/** Where a part lies in its whole: where its first element goes, and which axis and step of the whole each of its axes follows. */
export interface Part {
  readonly whole: ValueId;
  readonly to: readonly number[];
  readonly axes: readonly ({ readonly axis: number; readonly step: number } | undefined)[];
}

/** By the node that computes it. */
export type PartPlan = ReadonlyMap<ValueId, Part>;

/** Finds the results of a program that are made inside their wholes. None in a `prepare` program. */
export function planParts({ graph, kind }: Program, table: OpTable, updates: UpdatePlan): PartPlan {
  const plan = new Map<ValueId, Part>();
  if (kind === 'prepare') return plan;
  const moves = graph.nodes.map((_, value) => movesOf(graph, value as ValueId, table));
  const sharing = new Sharing(graph, value => moves[value].length > 0);
  const lives = new Lives(graph, value => moves[value].length === 1);
  graph.nodes.forEach((node, index) => {
    const whole = index as ValueId;
    if (moves[whole].length < 2) return;
    const shared = sharing.of(whole);
    const parts = node.operands.flatMap((operand, i) => {
      const computed = !isLeaf(graph.nodes[operand]) && moves[operand].length !== 1;
      const own = moves[whole].filter(({ source }) => 'operand' in source && source.operand === i);
      const axes = own.length === 1 ? followedAxes(own[0], graph.nodes[operand].type) : undefined;
      const free = computed && !shared[i] && axes && !updates.over.has(operand) && !plan.has(operand);
      return free ? [{ value: operand, part: { whole, to: own[0].to, axes } }] : [];
    });
    parts.sort((a, b) => a.value - b.value);
    const values = parts.map(({ value }) => value);
    const left = lives.leftOut(whole, values);
    lives.join(whole, values.slice(left));
    for (const { value, part } of parts.slice(left)) plan.set(value, part);
  });
  return plan;
}

function movesOf(graph: Graph, value: ValueId, table: OpTable): readonly Move[] {
  const node = graph.nodes[value];
  const def = table.find(node.op);
  if (def?.kind !== 'movement') return [];
  return def.moves(contextOf(node, operandTypes(graph, node)));
}

/** A value made of more than this many others by movement alone is copied: to look through all of them for each whole grows with the square. */
const mostBases = 1000;

/**
 * Which of a node's operands are, or are made by movement alone of, what another of its operands is too. All of them where there is too much
 * to look through.
 */
class Sharing {
  readonly #graph: Graph;
  readonly #moves: (value: ValueId) => boolean;
  /** By value: in the search of which whole it was met last, and by which of its operands. */
  readonly #metFor: Int32Array;
  readonly #metBy: Int32Array;

  constructor(graph: Graph, moves: (value: ValueId) => boolean) {
    this.#graph = graph;
    this.#moves = moves;
    this.#metFor = new Int32Array(graph.nodes.length).fill(-1);
    this.#metBy = new Int32Array(graph.nodes.length);
  }

  of(whole: ValueId): readonly boolean[] {
    const { operands } = this.#graph.nodes[whole];
    const shared = operands.map(() => false);
    let met = 0;
    for (const [i, operand] of operands.entries()) {
      const open = [operand];
      for (let value = open.pop(); value !== undefined; value = open.pop()) {
        if (this.#metFor[value] === whole) {
          const other = this.#metBy[value];
          if (other !== i) shared[i] = shared[other] = true;
          continue;
        }
        if (++met > mostBases) return operands.map(() => true);
        this.#metFor[value] = whole;
        this.#metBy[value] = i;
        if (this.#moves(value)) open.push(...this.#graph.nodes[value].operands);
      }
    }
    return shared;
  }
}

/** The axes of the whole that a move's operand follows, if the move carries all of the operand, each axis by one loop. */
function followedAxes({ source, loops }: Move, type: TensorType): Part['axes'] | undefined {
  if (!('operand' in source) || source.start.some(start => start !== 0)) return undefined;
  const turning = loops.filter(({ count }) => count > 1);
  const axes = type.shape.map((extent, axis) => {
    const followers = turning.filter(({ from }) => from?.axis === axis);
    const [loop] = followers;
    return followers.length === 1 && loop.from?.step === 1 && loop.count === extent && loop.to.step > 0
      ? loop.to
      : undefined;
  });
  const complete = type.shape.every((extent, axis) => extent === 1 || axes[axis] !== undefined);
  return complete && turning.length === axes.filter(Boolean).length ? axes : undefined;
}
