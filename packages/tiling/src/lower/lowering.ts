/** The state that all programs of a module share while they are lowered, and where residents settle. */
import { InternalError } from '@tessera/diagnostics';
import { elementBytes, type Module, type Node, type OpTable } from '@tessera/graph';
import type { ChipSpec } from '@tessera/machine';
import { denseBytes, denseHome, type Home } from '../geometry/home.ts';
import type { BufferId, Contents, VariableCell } from '../program.ts';
import type { SettlingCycles } from '../split/settling.ts';
import { tileStage } from '../stages.ts';
import type { Assembly } from './assembly.ts';
import type { Decisions, ProgramDecisions } from './decisions.ts';
import { type Demand, type Residence, residence } from './residents.ts';

export interface TileOptions {
  readonly chip: ChipSpec;
  readonly table: OpTable;
  readonly math: 'fast' | 'strict';
  /** Known first values of variables, by path: row-major. */
  readonly weights: ReadonlyMap<string, ArrayLike<number>>;
  /** 1 normally; less makes splits smaller when a placement did not fit. */
  readonly memoryShare: number;
  /** From one tile's memory to the next; by default the chip's SRAM. */
  readonly tileStrideBytes?: number;
  /** False: new values of variables are all copied over the old ones at the end of a program. Default true. */
  readonly inPlace?: boolean;
  /** What is to be decided as in another plan of the same programs; absent: all is decided anew. */
  readonly decisions?: Decisions;
}

/** The state of one lowering: what is shared by all programs. */
export interface Lowering {
  readonly module: Module;
  readonly options: TileOptions;
  readonly assembly: Assembly;
  /** Homes of variables, by id. */
  readonly variables: (Home | undefined)[];
  readonly contents: Contents[];
  /** Those that a step of training updates. */
  readonly trained: ReadonlySet<number>;
  /** What variables take of a tile, on average. */
  readonly variableBytes: number;
  /** Bytes of residents settled so far, per tile. */
  readonly residentBytes: Float64Array;
  readonly transfer: BufferId;
  readonly seed: BufferId;
  readonly settling: SettlingCycles;
  /** What has been decided in the programs lowered so far, by their index. */
  readonly decided: ProgramDecisions[];
}

export function residentHome(node: Node, lowering: Lowering): Home | undefined {
  return node.op === 'variable' ? lowering.variables[node.attributes['variable'] as number] : undefined;
}

/** Gives a resident its home for good: where variables are decided, there; else where it is demanded. */
export function settle(node: Node, demand: Demand | Residence | undefined, lowering: Lowering): Home {
  const { assembly, options, module } = lowering;
  const { tiles } = options.chip;
  const known = residentHome(node, lowering);
  if (known) return known;
  const isVariable = node.op === 'variable';
  const id = isVariable ? (node.attributes['variable'] as number) : -1;
  const variable = module.variables[id];
  const asked = residenceOf(options.decisions?.variables[id]) ?? demand;
  const { grid, layout } =
    asked && 'grid' in asked ? asked : residence(node.type, asked, lowering.residentBytes, lowering.trained.has(id));
  const bytes = denseBytes(node.type, grid, layout, tiles);
  const buffer = assembly.buffer(
    variable?.path ?? 'constant',
    variable?.kind ?? 'constant',
    node.type,
    bytes,
    variable?.origin ?? node.origin,
  );
  const home = denseHome(node.type, grid, layout, buffer, tiles);
  for (let tile = 0; tile < tiles; tile++) lowering.residentBytes[tile] += bytes[tile];
  if (isVariable) lowering.variables[id] = home;
  else if (node.data instanceof Float64Array) {
    lowering.contents.push({ buffer, type: node.type, cells: variableCells(home), data: node.data });
  } else throw new InternalError(tileStage.name, 'a value without a home', node.op);
  return home;
}

/** Where a resident lives, from its home. */
export function residenceOf(home: Home | undefined): Residence | undefined {
  return home?.layout && { grid: home.grid, layout: home.layout };
}

export function settleVariable(id: number, lowering: Lowering): Home {
  const variable = lowering.module.variables[id];
  const leaf: Node = {
    op: 'variable',
    operands: [],
    attributes: { variable: id },
    type: variable.type,
    origin: variable.origin,
  };
  return settle(leaf, undefined, lowering);
}

/** A home as data for tables and contents. */
export function variableCells(home: Home): VariableCell[] {
  const bytes = elementBytes[home.type.element];
  return Array.from({ length: home.grid.tileOf.length }, (_, cell) => {
    const view = home.cell(cell);
    return {
      tile: home.grid.tileOf[cell],
      start: view.box.start,
      count: view.box.count,
      strides: view.strides.map(stride => stride * bytes),
      offset: view.offset * bytes,
      block: view.block,
    };
  });
}
