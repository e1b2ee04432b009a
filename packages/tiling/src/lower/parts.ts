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
  type Layout,
  type Move,
  type OpTable,
  operandTypes,
  type Program,
  rowMajor,
  type TensorType,
  tensorBytes,
  type ValueId,
} from '@tessera/graph';
import { cellBox } from '../geometry/grid.ts';
import { denseHome, type Home, tileToCell, wholeGrid } from '../geometry/home.ts';
import type { Assembly } from './assembly.ts';
import type { UpdatePlan } from './updates.ts';

/** Where a part lies in its whole: where its first element goes, and which axis and step of the whole each of its axes follows. */
interface Part {
  readonly whole: ValueId;
  readonly to: readonly number[];
  readonly axes: readonly ({ readonly axis: number; readonly step: number } | undefined)[];
}

/** By the node that computes it. */
export type PartPlan = ReadonlyMap<ValueId, Part>;

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

/** An estimate of the bytes that live behind each node: results from where they are made to their last reader, views counted as theirs. */
class Lives {
  readonly #graph: Graph;
  readonly #live: Float64Array;
  readonly #last: Int32Array;

  constructor(graph: Graph, bases: readonly ReadonlySet<ValueId>[]) {
    this.#graph = graph;
    this.#live = new Float64Array(graph.nodes.length + 1);
    this.#last = Int32Array.from(graph.nodes, (_, value) => value);
    graph.nodes.forEach((node, reader) => {
      for (const operand of node.operands) for (const base of bases[operand]) this.#last[base] = reader;
    });
    for (const { value } of [...graph.outputs, ...graph.updates]) {
      for (const base of bases[value]) this.#last[base] = graph.nodes.length;
    }
    graph.nodes.forEach((_, value) => {
      if (!isLeaf(graph.nodes[value])) this.#add(value, this.#last[value], this.#bytes(value));
    });
  }

  /** How many of the earliest parts (ascending) are better copied: so that the fewest bytes live at once while whole or parts do. */
  leftOut(whole: ValueId, parts: readonly ValueId[]): number {
    const end = this.#endOf(whole, parts);
    const from = parts[0] ?? whole;
    let best = parts.length;
    let least = this.#most(from, end);
    let joinedEnd = this.#last[whole];
    // One more is joined at a time: the whole then lives from it on, and as long as any.
    for (let left = parts.length - 1; left >= 0; left--) {
      this.#joinBefore(whole, parts[left], parts[left + 1], joinedEnd);
      joinedEnd = Math.max(joinedEnd, this.#last[parts[left]]);
      const most = this.#most(from, end);
      if (most > least) continue;
      least = most;
      best = left;
    }
    this.join(whole, parts, -1);
    return best;
  }

  /** Computes `part` inside `whole` as well, whose other parts begin with `next` and are read until `end`. */
  #joinBefore(whole: ValueId, part: ValueId, next: ValueId | undefined, end: number): void {
    this.#add(part, this.#last[part], -this.#bytes(part));
    this.#add(part, (next ?? whole) - 1, this.#bytes(whole));
    this.#add(end + 1, this.#last[part], this.#bytes(whole));
  }

  /** Computes `parts` inside `whole`, or, with a `sign` of -1, no longer. */
  join(whole: ValueId, parts: readonly ValueId[], sign = 1): void {
    if (parts.length === 0) return;
    for (const part of parts) this.#add(part, this.#last[part], -sign * this.#bytes(part));
    this.#add(parts[0], whole - 1, sign * this.#bytes(whole));
    this.#add(this.#last[whole] + 1, this.#endOf(whole, parts), sign * this.#bytes(whole));
  }

  /** The last reader of any of them. */
  #endOf(whole: ValueId, parts: readonly ValueId[]): number {
    return parts.reduce((end, part) => Math.max(end, this.#last[part]), this.#last[whole]);
  }

  #bytes(value: number): number {
    return tensorBytes(this.#graph.nodes[value].type);
  }

  #add(from: number, to: number, bytes: number): void {
    for (let at = from; at <= to; at++) this.#live[at] += bytes;
  }

  #most(from: number, to: number): number {
    let most = 0;
    for (let at = from; at <= to; at++) most = Math.max(most, this.#live[at]);
    return most;
  }
}

/** The homes of wholes that have parts, and of the parts in them; made when the first part is computed. */
export class PartHomes {
  readonly #program: Program;
  readonly #plan: PartPlan;
  readonly #assembly: Assembly;
  readonly #layoutOf: (whole: ValueId) => Layout | undefined;
  readonly #withParts: ReadonlySet<ValueId>;
  readonly #wholes = new Map<ValueId, Home>();

  /** `layoutOf`: how a whole is asked for by its reader. */
  constructor(program: Program, plan: PartPlan, assembly: Assembly, layoutOf: (whole: ValueId) => Layout | undefined) {
    this.#program = program;
    this.#plan = plan;
    this.#withParts = new Set([...plan.values()].map(({ whole }) => whole));
    this.#assembly = assembly;
    this.#layoutOf = layoutOf;
  }

  /** Where a value is to be computed, if it is a part. */
  partOf(value: ValueId): Home | undefined {
    const part = this.#plan.get(value);
    return part && partHome(part, this.#program.graph.nodes[value].type, this.#whole(part.whole));
  }

  /** Where a whole with parts lies, or undefined if it has none. */
  wholeOf(value: ValueId): Home | undefined {
    return this.#withParts.has(value) ? this.#whole(value) : this.partOf(value);
  }

  /** A whole may be a part of another, and that of one more: they are made from the outermost inwards. */
  #whole(value: ValueId): Home {
    const around: ValueId[] = [];
    for (let at: ValueId | undefined = value; at !== undefined && !this.#wholes.has(at); at = this.#plan.get(at)?.whole)
      around.push(at);
    for (const whole of around.reverse()) this.#wholes.set(whole, this.partOf(whole) ?? this.#outermost(whole));
    return this.#wholes.get(value) as Home;
  }

  #outermost(value: ValueId): Home {
    const { type, origin, op } = this.#program.graph.nodes[value];
    const asked = this.#layoutOf(value);
    const layout =
      asked && !asked.block && asked.order.length === type.shape.length ? asked : rowMajor(type.shape.length);
    const name = origin.path ? `${origin.path} ${op}` : op;
    const buffer = this.#assembly.buffer(name, 'activation', type, Float64Array.of(tensorBytes(type)), origin);
    return denseHome(type, wholeGrid(type.shape), layout, buffer, 1);
  }
}

function partHome({ to, axes }: Part, type: TensorType, whole: Home): Home {
  const held = whole.cell(0);
  const grid = wholeGrid(type.shape);
  const strides = axes.map(followed => (followed ? followed.step * held.strides[followed.axis] : 0));
  const offset = to.reduce((sum, at, axis) => sum + at * held.strides[axis], held.offset);
  const view = { box: cellBox(grid.cuts, 0), strides, offset };
  const { buffer, where } = whole;
  return { type, grid, buffer, layout: undefined, dense: false, where, cellOf: tileToCell(grid, 1), cell: () => view };
}

/** The order in which a part's axes lie, if a kernel whose result is asked to be in `request` can write it. */
export function orderOfPart(home: Home, request: Layout | 'any'): Layout | undefined {
  const { strides, box } = home.cell(0);
  const axes = [...strides.keys()].sort((a, b) => strides[b] - strides[a] || a - b);
  if (request === 'any') return { order: axes };
  if (request.block) return undefined;
  const turning = request.order.filter(axis => box.count[axis] > 1);
  const inOrder = turning.every((axis, i) => i === 0 || strides[turning[i - 1]] >= strides[axis] * box.count[axis]);
  const innermost = turning.at(-1);
  return inOrder && (innermost === undefined || strides[innermost] === 1) ? request : undefined;
}
