/** Lowers a node that computes: it is cut into cells, its operands are brought there, and one codelet runs on each. */
import { InternalError } from '@tessera-dnn/diagnostics';
import {
  type Box,
  elementBytes,
  elementCount,
  type Layout,
  type Node,
  operandTypes,
  rowMajor,
  type ValueId,
  type Work,
  wideElement,
  workOf,
} from '@tessera-dnn/graph';
import type { LayoutRequest } from '@tessera-dnn/graph/op';
import type { Home } from '../geometry/home.ts';
import { balanceTiles } from '../split/balance.ts';
import type { Split } from '../split/cut.ts';
import { sampleOf, vertexCycles } from '../split/sample.ts';
import type { SplitContext } from '../split/score.ts';
import { choosable } from '../split/variants.ts';
import { tileStage } from '../stages.ts';
import { operandAsDecided, partAsDecided } from './as-decided.ts';
import { budgetBytes, cyclesPerByte, spareBytes } from './budget.ts';
import { cellRegions, lowerCompute } from './compute.ts';
import { inOrder, type Lowered } from './context.ts';
import type { NodeDecision } from './decisions.ts';
import { choosing, type Lowering } from './lowering.ts';
import type { ProgramPlans } from './program-plans.ts';
import type { Demand } from './residence.ts';
import { residenceOf } from './resident-homes.ts';
import { lowerRounds } from './rounds.ts';
import { tableBytesAfter } from './timeline.ts';

/** The node's value, its name, and an estimate of the bytes of each tile's table before it. */
export interface NodeToLower {
  readonly value: ValueId;
  readonly name: string;
  readonly tableBytes: Float64Array;
}

/**
 * Lowers one computing node: chooses its split (unless a plan that is followed has decided), and gives its phases and what was decided. A
 * node that does not compute is an InternalError.
 */
export function lowerWork(
  { value, name, tableBytes }: NodeToLower,
  { program, homes, updates, replicas, parts, decided: decidedOf, budgets }: ProgramPlans,
  lowering: Lowering,
): Lowered<NodeDecision> {
  const { registries, residents } = lowering;
  const { nodes } = program.graph;
  const node = nodes[value];
  const operands = node.operands.map(operand => nodes[operand]);
  const whole = workOf(node, operandTypes(program.graph, node), registries.table);
  if (!whole) throw new InternalError(tileStage.name, 'a node that neither moves nor computes', node.op);
  const work = choosable(whole, choosing(lowering));
  // A resident may have been settled by an earlier consumer in this program after the leaf was visited.
  const known = node.operands.map((operand, i) => homes[operand] ?? residents.of(operands[i]));
  const variable = updates.over.get(value);
  const old = () => (variable === undefined ? undefined : residents.variables[variable]);
  const decided = decidedOf(value);
  const first = replicas.first[value];
  const limits = () =>
    budgets ? ownLimits(budgets.get(first), lowering.options.countsVertices) : sharedLimits(work, lowering);
  const chosen = () => splitOf({ work, operands, homes: known, old: old(), limits: limits() }, tableBytes, lowering);
  const split = decided?.split ?? replicas.splits.get(first) ?? chosen();
  replicas.splits.set(first, split);
  const regions = cellRegions(work, split.grid);
  const brought = inOrder(
    operands.map((operand, i) => {
      const asked = decided?.operands[i];
      const demand = () => demandOf(work, split, i, regions);
      const home = known[i] ?? residents.settle(operand, residenceOf(asked) ?? demand());
      return operandAsDecided(home, asked, name, registries);
    }),
  );
  const part = partAsDecided(parts?.partOf(value), decided?.result, name, registries);
  const charged = tableBytesAfter(brought.phases, tableBytes);
  const context = { registries, name, old: old(), part, decided: decided?.result, tableBytes: charged };
  const cut = { work, split, homes: brought.result, regions };
  const { result, phases, moves } = split.rounds ? lowerRounds(cut, split.rounds, context) : lowerCompute(cut, context);
  const decision = { split, operands: brought.result, result };
  return { result: decision, phases: [...brought.phases, ...phases], moves };
}

/**
 * Work that is not cut yet: where its operands lie (residents that its split will settle lie nowhere yet), and the old value of the
 * variable that it updates.
 */
interface Uncut {
  readonly work: Work;
  readonly operands: readonly Node[];
  readonly homes: readonly (Home | undefined)[];
  readonly old: Home | undefined;
  readonly limits: Limits;
}

/** How much a split may take, and whether it pays for what it takes for a while only. */
interface Limits extends Pick<SplitContext, 'budgetBytes' | 'transientWeight'> {
  /** Whether vertices are counted in the shape that they get, which takes longer. */
  readonly counts: boolean;
}

/** All nodes get the same share, and as none knows when tiles are fullest, each is to be frugal. */
function sharedLimits(work: Work, lowering: Lowering): Limits {
  return {
    budgetBytes: budgetBytes(lowering) + unavoidableBytes(work, lowering.options),
    transientWeight: 1,
    counts: false,
  };
}

/** What a node has for itself costs nobody anything: it has gone when the next one runs. */
function ownLimits(budgetBytes = Number.POSITIVE_INFINITY, counts = false): Limits {
  return { budgetBytes, transientWeight: 0, counts };
}

/** The cheapest split. */
function splitOf({ work, operands, homes, old, limits }: Uncut, tableBytes: Float64Array, lowering: Lowering): Split {
  const { registries, residents, settling, splits } = lowering;
  const { chip, table, codes } = registries;
  const types = operands.map(({ type }) => type);
  const sampling = { chip, table, recording: codes.sampling };
  const chosen = splits.choose(work, {
    chip,
    homes,
    old,
    operandTypes: types,
    rounds: lowering.options.rounds,
    ...limits,
    vertexCycles: limits.counts ? (variant, cell) => vertexCycles(work, variant, types, cell, sampling) : undefined,
    cyclesPerByte: cyclesPerByte(lowering),
    spareBytes: spareBytes(lowering),
    sample: variant => sampleOf(work, variant, types, sampling),
    settlingCycles: (operand, request) => settling(operands[operand], request, work.node),
  });
  if (!chosen.anywhere) return chosen;
  const loadBytes = homes.includes(undefined) ? residents.bytes : tableBytes;
  return { ...chosen, grid: balanceTiles(chosen.grid, loadBytes) };
}

/** Where rounds may make operands as small as the budget asks, it is for these alone: a tile's share of the result has to lie somewhere in any case. */
function unavoidableBytes({ context: { result } }: Work, { rounds, chip }: Lowering['options']): number {
  return rounds === 'where needed'
    ? (elementCount(result.shape) * elementBytes[wideElement(result.element)]) / chip.tiles
    : 0;
}

/** How the cells of a split want an operand that settles with it. */
function demandOf(work: Work, { grid, variant }: Split, operand: number, regions: readonly (readonly Box[])[]): Demand {
  const request = operand < work.ownOperands ? variant.operands[operand] : 'any';
  const boxes = regions.map(region => region[operand]);
  const layout = request === 'any' || request === undefined ? besideResult(variant.result, boxes[0]) : request;
  return { regions: boxes, tiles: [...grid.tileOf], layout };
}

/** How an operand best lies that may lie anyhow: as the result, if that is of its rank. */
function besideResult(result: LayoutRequest, { start }: Box): Layout {
  const rank = start.length;
  return result === 'any' || result.block || result.order.length !== rank ? rowMajor(rank) : result;
}
