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
import type { Module } from '@tessera-dnn/graph';
import type { TiledProgram, TileProgram } from '../program.ts';
import { KnownSplits } from '../split/known-splits.ts';
import { settlingCycles } from '../split/settling.ts';
import { trainedVariables } from '../split/variable-uses.ts';
import { variableBytes } from './budget.ts';
import { Buffers } from './buffers.ts';
import { Codes } from './codes.ts';
import type { Registries } from './context.ts';
import type { Decisions, ProgramDecisions } from './decisions.ts';
import { lowerProgram } from './lower-program.ts';
import { choosing, type Lowering, type TileOptions } from './lowering.ts';
import { Recorders } from './record.ts';
import { ResidentHomes } from './resident-homes.ts';
import { Timeline } from './timeline.ts';
import { tileVariables } from './transfers.ts';

/** The tile program of a module that `verify` accepts, for the chip of `options`. */
export function lower(module: Module, options: TileOptions): TileProgram {
  return lowerDeciding(module, options).tiles;
}

/** A lowering with what is known of it beside its result. */
export interface LoweredModule {
  readonly tiles: TileProgram;
  /** What was decided on the way, or what the options said: another lowering of the same programs may follow it. */
  readonly decisions: Decisions;
  /** Where the values of these very tiles lie. They are the decisions, unless others were followed: the buffers of those mean nothing here. */
  readonly homes: Decisions;
  readonly firstPhases: FirstPhases;
}

/** The same, with what was decided on the way. */
export function lowerDeciding(module: Module, options: TileOptions): LoweredModule {
  const lowering = begin(module, options);
  const timeline = new Timeline(options.chip.tiles);
  const decided: ProgramDecisions[] = [];
  const begins: (readonly number[])[] = [];
  const programs = inTheirOrder(module).map(program => {
    const { tiled, decisions, firstPhases } = lowerProgram(program, timeline, lowering);
    const index = module.programs.indexOf(program);
    decided[index] = decisions;
    begins[index] = firstPhases;
    return tiled;
  });
  const variables = tileVariables(
    lowering,
    module.programs.find(({ kind }) => kind === 'init'),
  );
  const { registries, residents, transfer, seed } = lowering;
  const { buffers, codes } = registries;
  const tiles = {
    tiles: options.chip.tiles,
    buffers: buffers.list,
    phases: timeline.phases,
    ...codes.fitted(),
    codeNames: codes.names,
    spreads: codes.spreads,
    tileStrideBytes: codes.tileStrideBytes,
    programs: programs.filter(({ kind }) => kind !== 'prepare'),
    prepare: programs.find(({ kind }) => kind === 'prepare') ?? emptyProgram,
    variables,
    contents: residents.contents,
    moves: timeline.moves,
    outOfReach: [...codes.outOfReach],
    transfer,
    seed,
  };
  const homes = { programs: decided, variables: residents.variables };
  return { tiles, decisions: options.decisions ?? homes, homes, firstPhases: begins };
}

/** By program of a module, by node: how many phases there are before the node's. */
export type FirstPhases = readonly (readonly number[] | undefined)[];

function begin(module: Module, options: TileOptions): Lowering {
  const { chip, table, math, threads, tileStrideBytes = chip.sramBytes, decisions } = options;
  const buffers = new Buffers();
  const codes = new Codes(chip, math, tileStrideBytes, threads);
  const registries: Registries = { chip, table, buffers, codes, recorders: new Recorders(codes, table) };
  const host = { kind: 'host', type: { element: 'i32', shape: [] }, origin: {} } as const;
  return {
    module,
    options,
    registries,
    residents: new ResidentHomes(module, registries, trainedVariables(module), decisions?.variables),
    variableBytes: variableBytes(module, chip.tiles),
    transfer: buffers.add({ ...host, name: 'transfer', bytes: Float64Array.of(0) }),
    seed: buffers.add({ ...host, name: 'seed', bytes: Float64Array.of(4) }),
    settling: settlingCycles(module, { chip, table, ...choosing({ options, registries }) }),
    splits: options.splits ?? new KnownSplits(),
  };
}

/** What is prepared first, then what the user wrote. First values are no program of their own: the host makes them in steps. */
function inTheirOrder({ programs }: Module): Module['programs'] {
  const users = programs.filter(({ kind }) => kind === 'model' || kind === 'train');
  return [...programs.filter(({ kind }) => kind === 'prepare'), ...users];
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
