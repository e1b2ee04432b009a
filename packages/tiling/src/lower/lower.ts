/**
 * Module → TileProgram.
 *
 * 1. The `prepare` program first (its results are residents that stay where they are computed), then the user's programs.
 * 2. Inside a program, nodes in order: leaves get homes, movement becomes a view or an exchange, every other node a gather phase and a
 *    compute phase (`compute.ts`) on the grid that `split.ts` chooses. Residents take their home from their first consumer.
 * 3. New values of variables go over the old ones as soon as nothing reads those any more (`updates.ts`). At the end of a program its
 *    outputs are copied to the host window, then what new values had to wait.
 * 4. Transfers: how the host reads, writes and initialises each variable.
 */
import { concerning, InternalError } from '@tessera/diagnostics';
import {
  firstReplicas,
  isLeaf,
  type Layout,
  type LayoutRequest,
  type Module,
  type Node,
  operandTypes,
  type Program,
  rowMajor,
  type ValueId,
  type Work,
  workOf,
} from '@tessera/graph';
import type { Home } from '../geometry/home.ts';
import type { HostTensor, TiledProgram, TileProgram } from '../program.ts';
import { balanceTiles } from '../split/balance.ts';
import { pointCycles } from '../split/sample.ts';
import type { Split } from '../split/score.ts';
import { settlingCycles } from '../split/settling.ts';
import { chooseSplit } from '../split/split.ts';
import { trainedVariables } from '../split/variable-uses.ts';
import { tileStage } from '../stages.ts';
import { Assembly } from './assembly.ts';
import { budgetBytes, cyclesPerByte, variableBytes } from './budget.ts';
import { cellRegions, lowerCompute } from './compute.ts';
import {
  type Decisions,
  type Followed,
  followed,
  type NodeDecision,
  operandAsDecided,
  partAsDecided,
} from './decisions.ts';
import { lowerOutputs, lowerUpdates } from './finish.ts';
import { lowerLeaf } from './leaf.ts';
import { type Lowering, residenceOf, residentHome, settle, type TileOptions } from './lowering.ts';
import { lowerMovement } from './movement.ts';
import { PartHomes, planParts } from './parts.ts';
import type { Demand } from './residents.ts';
import { tileVariables } from './transfers.ts';
import { planUpdates, type UpdatePlan, writeUpdates } from './updates.ts';
import { firstReaders, type Readers, wishOf } from './wishes.ts';

export function lower(module: Module, options: TileOptions): TileProgram {
  return lowerDeciding(module, options).tiles;
}

/** The same, with what was decided on the way: another lowering of the same programs may follow it. */
export function lowerDeciding(
  module: Module,
  options: TileOptions,
): { readonly tiles: TileProgram; readonly decisions: Decisions } {
  const assembly = new Assembly(options.chip, options.math, options.tileStrideBytes ?? options.chip.sramBytes);
  const scalar = { element: 'i32', shape: [] } as const;
  const lowering: Lowering = {
    module,
    options,
    assembly,
    variables: [],
    contents: [],
    trained: trainedVariables(module),
    variableBytes: variableBytes(module, options.chip.tiles),
    residentBytes: new Float64Array(options.chip.tiles),
    transfer: assembly.buffer('transfer', 'host', scalar, Float64Array.of(0), {}),
    seed: assembly.buffer('seed', 'host', scalar, Float64Array.of(4), {}),
    decided: [],
    settling: settlingCycles(module, { ...options, recording: assembly.sampling }),
  };
  const prepare = module.programs.find(program => program.kind === 'prepare');
  const prepared = prepare ? lowerProgram(prepare, lowering) : emptyProgram;
  const programs = module.programs
    .filter(p => p.kind === 'model' || p.kind === 'train')
    .map(p => lowerProgram(p, lowering));
  const variables = tileVariables(
    lowering,
    module.programs.find(program => program.kind === 'init'),
  );
  const { buffers, phases, codeNames, spreads, moves, tileStrideBytes } = assembly;
  const { codes, classes } = assembly.fitted();
  const tiles = {
    tiles: options.chip.tiles,
    buffers,
    phases,
    codes,
    codeNames,
    classes,
    spreads,
    tileStrideBytes,
    programs,
    prepare: prepared,
    variables,
    contents: lowering.contents,
    moves,
    outOfReach: [...assembly.outOfReach],
    transfer: lowering.transfer,
    seed: lowering.seed,
  };
  return { tiles, decisions: options.decisions ?? { programs: lowering.decided, variables: lowering.variables } };
}

const emptyProgram: TiledProgram = {
  name: 'prepare',
  kind: 'prepare',
  firstPhase: 0,
  phases: 0,
  inputs: [],
  outputs: [],
  updates: false,
};

function lowerProgram(program: Program, lowering: Lowering): TiledProgram {
  const { assembly } = lowering;
  const firstPhase = assembly.phases.length;
  const { graph } = program;
  const homes: (Home | undefined)[] = [];
  const inputs: HostTensor[] = [];
  const updates = planUpdates(program, lowering.options);
  const replicas: Replicas = { first: firstReplicas(graph), splits: new Map() };
  const readers = firstReaders(graph);
  const index = lowering.module.programs.indexOf(program);
  const decided = followed(lowering.options.decisions, lowering.module, index);
  const parts = partsOf(program, updates, readers, decided, lowering);
  const nodes: NodeDecision[] = [];
  lowering.decided[index] = { graph, nodes };
  const plans: ProgramPlans = { updates, replicas, readers, parts, decided };
  const inputNames = new Map<number, string>(graph.inputs.map(({ name, value }) => [value, name]));
  const home = (value: ValueId) => homes[value] ?? settle(graph.nodes[value], undefined, lowering);
  for (let value = 0; value < graph.nodes.length; value++) {
    const node = `%${value} ${nameOf(graph.nodes[value])} of ${program.name}`;
    const decision = concerning(tileStage.name, node, () =>
      lowerNode(program, value as ValueId, homes, plans, lowering),
    );
    homes.push(decision.result);
    nodes.push(decision);
    const name = inputNames.get(value);
    if (name !== undefined) inputs.push({ name, type: graph.nodes[value].type, buffer: (homes[value] as Home).buffer });
    const written = writeUpdates(updates.behind.get(value) ?? [], updates, program, home, lowering);
    for (const [moved, to] of written) homes[moved] = to;
  }
  const outputs = lowerOutputs(program, home, lowering);
  lowerUpdates(updates.last, program, home, lowering);
  const phases = assembly.phases.length - firstPhase;
  const kind = program.kind === 'init' ? 'model' : program.kind;
  return {
    name: program.name,
    kind,
    firstPhase,
    phases,
    inputs,
    outputs,
    updates: graph.updates.length > 0 && kind !== 'prepare',
  };
}

/** What is computed again is cut as it was the first time: then sums are added up in the same order, and bits are the same. */
interface Replicas {
  /** By node: the first of its replicas. */
  readonly first: readonly ValueId[];
  readonly splits: Map<ValueId, Split>;
}

/** What is known of a program before it is lowered. */
interface ProgramPlans {
  readonly updates: UpdatePlan;
  readonly replicas: Replicas;
  readonly readers: Readers;
  readonly parts: PartHomes | undefined;
  readonly decided: Followed;
}

/** Results are computed inside others on one tile only. */
function partsOf(
  program: Program,
  updates: UpdatePlan,
  readers: Readers,
  decided: Followed,
  { assembly, options }: Lowering,
): PartHomes | undefined {
  if (options.chip.tiles > 1) return undefined;
  const { table } = options;
  const plan = planParts(program, table, updates);
  const layoutOf = (whole: ValueId) =>
    decided(whole)?.result?.layout ?? wishOf(program, readers.get(whole), whole, table);
  return plan.size === 0 ? undefined : new PartHomes(program, plan, assembly, layoutOf);
}

/** Lowers a node, and tells what was decided for it. Its result is undefined for a resident that waits for its first consumer. */
function lowerNode(
  program: Program,
  value: ValueId,
  homes: readonly (Home | undefined)[],
  plans: ProgramPlans,
  lowering: Lowering,
): NodeDecision {
  const { assembly, options } = lowering;
  const { nodes } = program.graph;
  const node = nodes[value];
  if (isLeaf(node)) return { operands: [], result: lowerLeaf(node, lowering) };
  const def = options.table.find(node.op);
  if (def?.kind !== 'movement') return lowerWork(program, value, homes, plans, lowering);
  const decided = plans.decided(value);
  const name = nameOf(node);
  const settled = node.operands.map((operand, i) => {
    const asked = decided?.operands[i];
    const home = homes[operand] ?? settle(nodes[operand], residenceOf(asked), lowering);
    return operandAsDecided(home, asked, assembly, name);
  });
  const first = plans.replicas.first[value];
  const wish = plans.parts?.wholeOf(value) ?? wishOf(program, plans.readers.get(first), first, options.table);
  const context = { assembly, table: options.table, name, decided: decided?.result };
  return { operands: settled, result: lowerMovement(node, def, settled, wish, context) };
}

/** A node that computes: cut into cells, its operands brought there, and one codelet run on each. */
function lowerWork(
  program: Program,
  value: ValueId,
  homes: readonly (Home | undefined)[],
  { updates, replicas, parts, decided: decidedOf }: ProgramPlans,
  lowering: Lowering,
): NodeDecision {
  const { assembly, options } = lowering;
  const { nodes } = program.graph;
  const node = nodes[value];
  const operands = node.operands.map(operand => nodes[operand]);
  const work = workOf(node, operandTypes(program.graph, node), options.table);
  if (!work) throw new InternalError(tileStage.name, 'a node that neither moves nor computes', node.op);
  // A resident may have been settled by an earlier consumer in this program after the leaf was visited.
  const known = node.operands.map((operand, i) => homes[operand] ?? residentHome(operands[i], lowering));
  const variable = updates.over.get(value);
  const old = () => (variable === undefined ? undefined : lowering.variables[variable]);
  const decided = decidedOf(value);
  const first = replicas.first[value];
  const split = decided?.split ?? replicas.splits.get(first) ?? splitOf(work, operands, known, old(), lowering);
  replicas.splits.set(first, split);
  const regions = cellRegions(work, split.grid);
  const name = nameOf(node);
  const operandHomes = operands.map((operand, i) => {
    const asked = decided?.operands[i];
    const boxes = regions.map(region => region[i]);
    const demand = demandOf(work, i, split.variant.operands[i], split.variant.result, boxes, split.grid.tileOf);
    const home = known[i] ?? settle(operand, residenceOf(asked) ?? demand, lowering);
    return operandAsDecided(home, asked, assembly, name);
  });
  const part = partAsDecided(parts?.partOf(value), decided?.result, assembly, name);
  const context = { assembly, table: options.table, name, old: old(), part, decided: decided?.result };
  return { split, operands: operandHomes, result: lowerCompute(work, split, operandHomes, regions, context) };
}

/** The cheapest split of `work` whose operands lie at `homes`, those apart that this very split will settle. */
function splitOf(
  work: Work,
  operands: readonly Node[],
  homes: readonly (Home | undefined)[],
  old: Home | undefined,
  lowering: Lowering,
): Split {
  const { assembly, options } = lowering;
  const operandTypes = operands.map(({ type }) => type);
  const chosen = chooseSplit(work, {
    chip: options.chip,
    homes,
    old,
    operandTypes,
    budgetBytes: budgetBytes(lowering),
    cyclesPerByte: cyclesPerByte(lowering),
    pointCycles: variant => pointCycles(work, variant, operandTypes, { ...options, recording: assembly.sampling }),
    settlingCycles: (operand, request) => lowering.settling(operands[operand], request, work.node),
  });
  if (!chosen.anywhere) return chosen;
  const loadBytes = homes.includes(undefined) ? lowering.residentBytes : assembly.tableBytes;
  return { ...chosen, grid: balanceTiles(chosen.grid, loadBytes) };
}

function demandOf(
  work: Work,
  operand: number,
  request: unknown,
  result: LayoutRequest,
  regions: Demand['regions'],
  tiles: Int32Array,
): Demand {
  const asked = operand < work.ownOperands ? request : 'any';
  const rank = regions[0].start.length;
  const layout = asked === 'any' || asked === undefined ? besideResult(result, rank) : (asked as Demand['layout']);
  return { regions, tiles: [...tiles], layout };
}

/** How an operand best lies that may lie anyhow: as the result, if that is of its rank. */
function besideResult(result: LayoutRequest, rank: number): Layout {
  return result === 'any' || result.block || result.order.length !== rank ? rowMajor(rank) : result;
}

function nameOf(node: Node): string {
  return node.origin.path ? `${node.origin.path} ${node.op}` : node.op;
}
