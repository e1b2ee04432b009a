/**
 * Lowers one computing node whose cells do their work in rounds: operands stay at home, and a round gathers what its part of the work needs
 * into one buffer that all rounds share.
 *
 * 1. One exchange brings the operands of which all rounds need the same, and where rounds add up, fills the result's place with the number that
 *    changes nothing. So all rounds run the same code.
 * 2. Each round is an exchange, of what has changed since the round before, and a compute phase.
 * 3. If rounds add up, what follows a sum comes after the last: cut sums are combined, the epilogue is applied.
 */
import { type Box, elementBytes, type Layout, layoutStrides, type TensorType, wideElement } from '@tessera-dnn/graph';
import { combineIdentity } from '@tessera-dnn/graph/kernel';
import type { View } from '@tessera-dnn/graph/op';
import { assertOver, resultGrid } from '../geometry/grid.ts';
import { denseHome, type Home } from '../geometry/home.ts';
import type { Phase } from '../program.ts';
import { type RoundAxis, roundParts } from '../split/rounds.ts';
import { lowerCombine, lowerFinish } from './combine.ts';
import { partialBytes, resultLayout } from './compute.ts';
import type { ComputeContext, Lowered } from './context.ts';
import { Exchange } from './exchange.ts';
import { assertInside, directOperand, gatheredLayout, type Operand } from './operands.ts';
import { resultBuffer } from './result.ts';
import { tableBytesAfter } from './timeline.ts';
import { type CutWork, combineOf, roundName, type Stored, type Task, vertices } from './vertices.ts';

/** Where the node's result lies, and the phases of all rounds. */
export function lowerRounds(cut: CutWork, axes: readonly RoundAxis[], context: ComputeContext): Lowered {
  const { work, split } = cut;
  assertOver(split.grid, work.space.extents, context.name);
  const layout = context.decided?.layout ?? resultLayout(cut, context.old);
  const rank = work.context.result.shape.length;
  const adds = axes.some(({ axis }) => axis >= rank);
  const rounds: Rounds = { ...cut, layout, context, adds, parts: roundParts(split.grid, axes) };
  const taken = takenOperands(rounds);
  const made = resultOf(rounds, taken);
  const before = new Exchange(context.registries.codes, `${context.name} · begin`, work.node.origin);
  for (const operand of taken) operand.bring(0, before, 'that stays');
  if (adds) fillWithIdentity(rounds, made, before);
  const phases: Phase[] = [...before.phases()];
  for (const index of rounds.parts.keys()) phases.push(...roundPhases(rounds, taken, made, index));
  return finished(rounds, made, phases);
}

/** Work that is done in rounds. */
interface Rounds extends CutWork {
  readonly layout: Layout;
  readonly context: ComputeContext;
  /** Whether each round adds to the result of those before. */
  readonly adds: boolean;
  /** By round and cell. */
  readonly parts: readonly (readonly (Box | undefined)[])[];
}

/** An operand over all rounds. */
interface TakenOperand {
  /** Brings what the cells need in a round, if that has changed since the round before; or before all rounds, what never changes. */
  readonly bring: (round: number, exchange: Exchange, which: 'that changes' | 'that stays') => void;
  readonly inRound: (round: number) => Operand;
  /** The round whose part its slot holds in a round; -1 where it is read where it lies. */
  readonly partIn: (round: number) => number;
}

/** The operands that vertices take: without those of the epilogue, which comes after the rounds if these add up. */
function takenOperands(rounds: Rounds): readonly TakenOperand[] {
  const { work, homes, adds, split } = rounds;
  const wanted = adds || split.sumParts > 1 ? work.ownOperands : homes.length;
  const needed = neededRegions(rounds);
  return homes.slice(0, wanted).map((home, i) => {
    const regions = needed.map(ofCells => ofCells.map(ofOperands => ofOperands[i]));
    for (const ofCells of regions) for (const region of ofCells) assertInside(region, home.type, rounds.context.name);
    return directInRounds(rounds, home, i, regions) ?? gatheredInRounds(rounds, home, i, regions);
  });
}

/** By round and cell, the regions of all operands; an idle cell still has those of the round before. */
function neededRegions({ work, parts }: Rounds): readonly (readonly (readonly Box[])[])[] {
  const last: (readonly Box[])[] = [];
  return parts.map(ofCells => {
    ofCells.forEach((part, cell) => {
      if (part) last[cell] = work.regions(part);
    });
    return [...last];
  });
}

type Regions = readonly (readonly Box[])[];

function requestOf({ work, split }: Rounds, operand: number) {
  return operand < work.ownOperands ? split.variant.operands[operand] : 'any';
}

function directInRounds(rounds: Rounds, home: Home, operand: number, regions: Regions): TakenOperand | undefined {
  const request = requestOf(rounds, operand);
  const { grid } = rounds.split;
  const { tiles } = rounds.context.registries.chip;
  const direct: Operand[] = [];
  for (const ofCells of regions) {
    const found = directOperand({ home, request, regions: ofCells, grid }, tiles);
    if (!found) return undefined;
    direct.push(found);
  }
  return { bring: () => undefined, inRound: round => direct[round], partIn: () => -1 };
}

function gatheredInRounds(rounds: Rounds, home: Home, operand: number, regions: Regions): TakenOperand {
  const { context, layout: resultLayout, parts, split } = rounds;
  const { registries, name } = context;
  const { type } = home;
  const layout = gatheredLayout(requestOf(rounds, operand), resultLayout, type.shape.length);
  const source = registries.buffers.at(home.buffer);
  const named = { name: `${source.name} → ${name}`, origin: source.origin };
  const bytes = new Float64Array(registries.chip.tiles);
  const { tileOf } = split.grid;
  for (const ofCells of regions) {
    ofCells.forEach((region, cell) => {
      const size = layoutStrides(layout, region.count).elements * elementBytes[type.element];
      bytes[tileOf[cell]] = Math.max(bytes[tileOf[cell]], size);
    });
  }
  const buffer = registries.buffers.add({ ...named, kind: 'input', type, bytes });
  const changes = regions.map(
    (ofCells, round) => round > 0 && !ofCells.every((r, cell) => sameBox(r, regions[round - 1][cell])),
  );
  const stays = !changes.includes(true);
  const viewOf = (region: Box): View => ({ type, region, layout, strides: layoutStrides(layout, region.count).axes });
  return {
    bring: (round, exchange, which) => {
      if (stays !== (which === 'that stays') || (round > 0 && !changes[round])) return;
      regions[round].forEach((region, cell) => {
        if (stays || parts[round][cell]) exchange.gather(home, region, layout, { buffer, tile: tileOf[cell] });
      });
    },
    inRound: round => ({ view: cell => viewOf(regions[round][cell]), slot: { buffer, offset: 0 } }),
    partIn: round => Math.max(0, changes.lastIndexOf(true, round)),
  };
}

function sameBox(a: Box, b: Box): boolean {
  return [a.start, a.count, a.step].every((list, i) =>
    list.every((n, axis) => n === [b.start, b.count, b.step][i][axis]),
  );
}

/** Where all rounds store. */
interface Made extends Omit<Stored, 'turn'> {
  /** What it takes of each tile. */
  readonly bytes: Float64Array;
}

/** Sums that are not complete have 32 bits, as in a register. */
function resultOf(rounds: Rounds, taken: readonly TakenOperand[]): Made {
  const { work, split, layout, adds, context } = rounds;
  const { node } = work;
  const { buffers } = context.registries;
  const base = work.context.result;
  if (!adds && split.sumParts === 1) {
    const grid = resultGrid(split.grid, base.shape);
    const operands = taken.map(({ inRound }) => inRound(0));
    const buffer = resultBuffer(context, node, { grid, layout, operands, overwritable: [] });
    return { buffer, type: node.type, overwritable: [], bytes: buffers.at(buffer).bytes };
  }
  const type: TensorType = { ...base, element: wideElement(base.element) };
  const kind = isFinished(rounds, type) ? 'activation' : 'partial';
  const bytes = partialBytes(rounds, type);
  const buffer = buffers.add({ name: context.name, kind, type, bytes, origin: node.origin });
  return { buffer, type, overwritable: undefined, bytes };
}

/** Whether what the rounds have added up is the node's result. */
function isFinished({ work, split }: Rounds, { element }: TensorType): boolean {
  return split.sumParts === 1 && work.node.epilogue === undefined && element === work.node.type.element;
}

function fillWithIdentity({ work, split }: Rounds, { buffer, type, bytes }: Made, exchange: Exchange): void {
  const element = type.element === 'i32' ? 'i32' : 'f32';
  const value = combineIdentity(element, combineOf(work));
  for (const tile of split.grid.tileOf) {
    const count = bytes[tile] / elementBytes[type.element];
    const nest = { from: 0, to: 0, loops: [{ count, from: 0, to: elementBytes[type.element] }], elements: count };
    exchange.fill({ tile, nest, type, value, to: buffer });
  }
}

function roundPhases(rounds: Rounds, taken: readonly TakenOperand[], made: Made, index: number): readonly Phase[] {
  const { parts, adds, context, work } = rounds;
  const round = { index, count: parts.length, adds, parts: taken.map(({ partIn }) => partIn(index)) };
  const exchange = new Exchange(
    context.registries.codes,
    `${roundName(context.name, round)} · gather`,
    work.node.origin,
  );
  for (const operand of taken) operand.bring(index, exchange, 'that changes');
  const task: Task = { ...rounds, operands: taken.map(({ inRound }) => inRound(index)) };
  return [...exchange.phases(index), vertices(task, { ...made, turn: { round, parts: parts[index] } })];
}

/** What follows the last round. */
function finished(rounds: Rounds, { buffer, type }: Made, phases: readonly Phase[]): Lowered {
  const { work, split, layout, adds, context, homes } = rounds;
  const base = work.context.result;
  const whole = split.sumParts === 1;
  if (whole && (!adds || isFinished(rounds, type))) {
    const home = denseHome(type, resultGrid(split.grid, base.shape), layout, buffer, context.registries.chip.tiles);
    return { result: home, phases, moves: [] };
  }
  const sum = { work, split, partials: buffer, layout, homes: homes.slice(work.ownOperands) };
  const charged = { ...context, tableBytes: tableBytesAfter(phases, context.tableBytes) };
  const { result, phases: after, moves } = whole ? lowerFinish(sum, charged) : lowerCombine(sum, charged);
  return { result, phases: [...phases, ...after], moves };
}
