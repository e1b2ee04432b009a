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
  elementBytes,
  firstReplicas,
  type Layout,
  type LayoutRequest,
  type Module,
  type Node,
  type OpTable,
  type Program,
  rowMajor,
  tensorBytes,
  type ValueId,
} from '@tessera/graph';
import { type Home, hostHome, splatHome } from '../geometry/home.ts';
import type { HostTensor, TiledProgram, TileProgram } from '../program.ts';
import { balanceTiles } from '../split/balance.ts';
import { type Work, workOf } from '../split/regions.ts';
import { pointCycles } from '../split/sample.ts';
import type { Split } from '../split/score.ts';
import { settlingCycles } from '../split/settling.ts';
import { chooseSplit } from '../split/split.ts';
import { trainedVariables } from '../split/variable-uses.ts';
import { Assembly } from './assembly.ts';
import { budgetBytes, cyclesPerByte, variableBytes } from './budget.ts';
import { cellRegions, lowerCompute } from './compute.ts';
import { lowerOutputs, lowerUpdates } from './finish.ts';
import { type Lowering, residentHome, settle, type TileOptions } from './lowering.ts';
import { lowerMovement } from './movement.ts';
import { PartHomes, planParts } from './parts.ts';
import type { Demand } from './residents.ts';
import { tileVariables } from './transfers.ts';
import { planUpdates, type UpdatePlan, writeUpdates } from './updates.ts';

export function lower(module: Module, options: TileOptions): TileProgram {
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
    settling: settlingCycles(module, { ...options, recording: assembly.recording }),
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
  return {
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
    transfer: lowering.transfer,
    seed: lowering.seed,
  };
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
  const parts = partsOf(program, updates, readers, lowering);
  const inputNames = new Map<number, string>(graph.inputs.map(({ name, value }) => [value, name]));
  const home = (value: ValueId) => homes[value] ?? settle(graph.nodes[value], undefined, lowering);
  for (let value = 0; value < graph.nodes.length; value++) {
    const node = `%${value} ${nameOf(graph.nodes[value])} of ${program.name}`;
    const plans = { updates, replicas, readers, parts };
    homes.push(concerning('tile', node, () => lowerNode(program, value as ValueId, homes, plans, lowering)));
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
}

/** Results are computed inside others on one tile only. */
function partsOf(
  program: Program,
  updates: UpdatePlan,
  readers: Readers,
  { assembly, options }: Lowering,
): PartHomes | undefined {
  if (options.chip.tiles > 1 || options.inPlace === false) return undefined;
  const { table } = options;
  const plan = planParts(program, table, updates);
  return plan.size === 0
    ? undefined
    : new PartHomes(program, plan, assembly, whole => wishOf(program, readers.get(whole), whole, table));
}

/** The home of a node's result; undefined for a resident that waits for its first consumer. */
function lowerNode(
  program: Program,
  value: ValueId,
  homes: readonly (Home | undefined)[],
  plans: ProgramPlans,
  lowering: Lowering,
): Home | undefined {
  const { assembly, options } = lowering;
  const { nodes } = program.graph;
  const node = nodes[value];
  if (node.op === 'input' || node.op === 'variable' || node.op === 'constant') return lowerLeaf(node, lowering);
  const def = options.table.find(node.op);
  if (def?.kind !== 'movement') return lowerWork(program, value, homes, plans, lowering);
  const settled = node.operands.map(operand => homes[operand] ?? settle(nodes[operand], undefined, lowering));
  const first = plans.replicas.first[value];
  const wish = plans.parts?.wholeOf(value) ?? wishOf(program, plans.readers.get(first), first, options.table);
  return lowerMovement(node, def, settled, wish, { assembly, table: options.table, name: nameOf(node) });
}

function lowerLeaf(node: Node, lowering: Lowering): Home | undefined {
  if (node.op === 'variable') return lowering.variables[node.attributes['variable'] as number];
  if (node.op === 'constant') return typeof node.data === 'number' ? splat(node, node.data, lowering) : undefined;
  const { type, origin } = node;
  const bytes = Float64Array.of(tensorBytes(type));
  return hostHome(type, lowering.assembly.buffer(origin.path ?? 'input', 'host', type, bytes, origin));
}

/** A node that computes: cut into cells, its operands brought there, and one codelet run on each. */
function lowerWork(
  program: Program,
  value: ValueId,
  homes: readonly (Home | undefined)[],
  { updates, replicas, parts }: ProgramPlans,
  lowering: Lowering,
): Home {
  const { assembly, options } = lowering;
  const { nodes } = program.graph;
  const node = nodes[value];
  const operands = node.operands.map(operand => nodes[operand]);
  const work = workOf(
    node,
    operands.map(({ type }) => type),
    options.table,
  );
  if (!work) throw new InternalError('tile', 'a node that neither moves nor computes', node.op);
  // A resident may have been settled by an earlier consumer in this program after the leaf was visited.
  const known = node.operands.map((operand, i) => homes[operand] ?? residentHome(operands[i], lowering));
  const variable = updates.over.get(value);
  const old = () => (variable === undefined ? undefined : lowering.variables[variable]);
  const first = replicas.first[value];
  const split = replicas.splits.get(first) ?? splitOf(work, operands, known, old(), lowering);
  replicas.splits.set(first, split);
  const regions = cellRegions(work, split.grid);
  const operandHomes = operands.map((operand, i) => {
    const boxes = regions.map(region => region[i]);
    const demand = demandOf(work, i, split.variant.operands[i], split.variant.result, boxes, split.grid.tileOf);
    return known[i] ?? settle(operand, demand, lowering);
  });
  const context = { assembly, table: options.table, name: nameOf(node) };
  return lowerCompute(work, split, operandHomes, regions, { ...context, old: old(), part: parts?.partOf(value) });
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
    pointCycles: variant => pointCycles(work, variant, operandTypes, { ...options, recording: assembly.recording }),
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

/** By value, the first node that reads it. */
type Readers = ReadonlyMap<ValueId, Node>;

function firstReaders({ nodes }: Program['graph']): Readers {
  const readers = new Map<ValueId, Node>();
  for (const node of nodes) {
    for (const operand of node.operands) if (!readers.has(operand)) readers.set(operand, node);
  }
  return readers;
}

/** The layout the first reader of a value asks for. */
function wishOf(
  program: Program,
  reader: Node | undefined,
  value: ValueId,
  table: OpTable,
): Demand['layout'] | undefined {
  if (!reader) return undefined;
  const types = reader.operands.map(operand => program.graph.nodes[operand].type);
  const def = table.find(reader.op);
  const work = def?.kind === 'kernel' ? workOf(reader, types, table) : undefined;
  const request = work?.variants[0].operands[reader.operands.indexOf(value)];
  return request === 'any' ? undefined : request;
}

function splat(node: Node, value: number, lowering: Lowering): Home {
  const { tiles } = lowering.options.chip;
  const bytes = new Float64Array(tiles).fill(elementBytes[node.type.element]);
  const buffer = lowering.assembly.buffer(`constant ${value}`, 'constant', node.type, bytes, node.origin);
  const home = splatHome(node.type, buffer, tiles);
  const cells = Array.from({ length: tiles }, (_, tile) => ({ tile, start: [], count: [], strides: [], offset: 0 }));
  lowering.contents.push({ buffer, type: { element: node.type.element, shape: [] }, cells, data: value });
  return home;
}
