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
  const bases = basesOf(graph, value => moves[value].length > 0);
  const lives = new Lives(
    graph,
    basesOf(graph, value => moves[value].length === 1),
  );
  graph.nodes.forEach((node, index) => {
    const whole = index as ValueId;
    if (moves[whole].length < 2) return;
    const times = countBases(node.operands, bases);
    const parts = node.operands.flatMap((operand, i) => {
      const computed = !isLeaf(graph.nodes[operand]) && moves[operand].length !== 1;
      const alone = [...bases[operand]].every(base => times.get(base) === 1);
      const own = moves[whole].filter(({ source }) => 'operand' in source && source.operand === i);
      const axes = own.length === 1 ? followedAxes(own[0], graph.nodes[operand].type) : undefined;
      const free = computed && alone && axes && !updates.over.has(operand) && !plan.has(operand);
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

/** In how many of `operands` each of their bases is. */
function countBases(
  operands: readonly ValueId[],
  bases: readonly ReadonlySet<ValueId>[],
): ReadonlyMap<ValueId, number> {
  const times = new Map<ValueId, number>();
  for (const operand of operands) for (const base of bases[operand]) times.set(base, (times.get(base) ?? 0) + 1);
  return times;
}

/** Every value, and those it is made of by nodes that only move. */
function basesOf(graph: Graph, moves: (value: number) => boolean): readonly ReadonlySet<ValueId>[] {
  const bases: Set<ValueId>[] = [];
  graph.nodes.forEach(({ operands }, value) => {
    bases.push(new Set([value as ValueId, ...(moves(value) ? operands.flatMap(o => [...bases[o]]) : [])]));
  });
  return bases;
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
