/** Where the memory goes: every byte of every tile's SRAM, by what it is for. */
import type { ChipSpec } from '@tessera-dnn/machine';
import { alignBytes, type Placement, roundUp } from '../place/place.ts';
import { wordBytes } from '../place/residents.ts';
import type { Tie } from '../place/storage.ts';
import { transferTableBytes } from '../place/tile-tables.ts';
import type { Buffer, BufferKind, TileProgram } from '../program.ts';
import { phaseCycles } from './phase-cycles.ts';

/** Bytes of one tile; `parameters + … + code + free` is the tile's SRAM (on a packed chip: what it uses). */
export interface TileMemory {
  readonly parameters: number;
  readonly states: number;
  readonly prepared: number;
  readonly constants: number;
  /** Results of ops at the tile's fullest moment. */
  readonly activations: number;
  /** Copies of other tiles' data at that moment: halos, operands that are broadcast. */
  readonly exchange: number;
  /** Parts of sums at that moment. */
  readonly partials: number;
  /** What vertices keep for themselves while they run, at that moment. */
  readonly scratch: number;
  /** What nothing takes at that moment: gaps, and places that only other tiles use. */
  readonly gaps: number;
  /** What rounding sizes up to aligned ones costs. */
  readonly alignment: number;
  /** What to run, phase by phase, and with which numbers. */
  readonly tables: number;
  /** What to copy. */
  readonly exchangeTables: number;
  readonly code: number;
  readonly free: number;
}

/** Bytes of the host window; they add up to `MemoryReport.hostBytes`. */
export interface HostMemory {
  /** Inputs, outputs and the place where variables are handed over. */
  readonly tensors: number;
  /** How the host reads, writes and initialises variables. */
  readonly tables: number;
  /** A flag, and rounding up to whole pages. */
  readonly padding: number;
}

/** A buffer that is live at a tile's fullest moment. */
export interface LiveBuffer {
  readonly name: string;
  readonly kind: BufferKind;
  /** Without those it shares with an operand that it is written behind, which counts them. */
  readonly bytes: number;
  readonly buffer: number;
}

export interface MemoryReport {
  /** Trainable elements, and elements of states. */
  readonly parameters: number;
  readonly states: number;
  /** The wasm memory. */
  readonly totalBytes: number;
  /** The largest use of any tile, code included, and the least that any placement of the same buffers needs there. */
  readonly peakBytes: number;
  readonly lowerBoundBytes: number;
  readonly hostBytes: number;
  readonly host: HostMemory;
  readonly cycles: readonly { readonly program: string; readonly cycles: number; readonly phases: number }[];
  readonly tiles: readonly TileMemory[];
  /** The fullest tile, the phase in which its transient memory is fullest, and what lives there then. */
  readonly peak: {
    readonly tile: number;
    readonly phase: number;
    readonly phaseName: string;
    readonly live: readonly LiveBuffer[];
  };
}

/**
 * The report on memory, in bytes, and on cycles as modelled. What is charged is taken from `placement`, and the busiest tile is the first
 * of the fullest.
 */
export function reportMemory(program: TileProgram, placement: Placement, chip: ChipSpec): MemoryReport {
  const tiles = program.tiles;
  let peakTile = 0;
  placement.tiles.forEach((use, tile) => {
    if (use.total > placement.tiles[peakTile].total) peakTile = tile;
  });
  const elements = (kind: 'param' | 'state') =>
    program.variables.filter(v => v.kind === kind).reduce((sum, v) => sum + v.type.shape.reduce((a, b) => a * b, 1), 0);
  const cycles = phaseCycles(program, chip);
  const use = placement.tiles[peakTile];
  return {
    parameters: elements('param'),
    states: elements('state'),
    totalBytes: placement.totalBytes,
    peakBytes: use.total,
    lowerBoundBytes: use.total - use.transients + use.transientBound,
    hostBytes: placement.totalBytes - placement.hostAddress,
    host: hostMemory(program, placement),
    cycles: program.programs.map(p => ({
      program: p.name,
      phases: p.phases,
      cycles: cycles.slice(p.firstPhase, p.firstPhase + p.phases).reduce((a, b) => a + b, 0),
    })),
    tiles: Array.from({ length: tiles }, (_, tile) => tileMemory(program, placement, chip, tile)),
    peak: { tile: peakTile, ...peakMoment(program, placement, peakTile) },
  };
}

function hostMemory(program: TileProgram, { totalBytes, hostAddress, transferTable }: Placement): HostMemory {
  const tensors = transferTable - hostAddress;
  const tables = transferTableBytes(program);
  return { tensors, tables, padding: totalBytes - hostAddress - tensors - tables };
}

function tileMemory(program: TileProgram, placement: Placement, chip: ChipSpec, tile: number): TileMemory {
  const sums = new Map<BufferKind, number>();
  const of = (kind: BufferKind) => sums.get(kind) ?? 0;
  const add = (kind: BufferKind, bytes: number) => sums.set(kind, of(kind) + bytes);
  const { live } = peakMoment(program, placement, tile);
  const residents = program.buffers
    .filter(buffer => buffer.resident)
    .map(({ kind, bytes }) => ({ kind, bytes: bytes[tile] }));
  for (const { kind, bytes } of [...residents, ...live]) add(kind, bytes);
  const use = placement.tiles[tile];
  const exchangeTables = placement.tables.exchangeBytes[tile];
  const tables = placement.tables.bytes[tile] - exchangeTables;
  const taken = [...sums.values()].reduce((a, b) => a + b, 0) + tables + exchangeTables;
  const spare = use.residents + use.transients + use.tables - taken;
  // Rounding inside what two buffers share is counted for both of them; nowhere else does it exceed what is spare.
  const rounding = [...residents, ...live].reduce(
    (sum, { bytes }) => sum + roundingOf(bytes),
    use.tables - tables - exchangeTables,
  );
  const alignment = Math.min(spare, rounding);
  return {
    parameters: of('param'),
    states: of('state'),
    prepared: of('prepared'),
    constants: of('constant'),
    activations: of('activation'),
    exchange: of('input'),
    partials: of('partial'),
    scratch: of('scratch'),
    gaps: spare - alignment,
    alignment,
    tables,
    exchangeTables,
    code: use.code,
    free: (chip.packed ? placement.tileStrideBytes + use.code : chip.sramBytes) - use.total,
  };
}

/** Single elements are packed tightly. */
function roundingOf(bytes: number): number {
  return bytes <= wordBytes ? 0 : roundUp(bytes, alignBytes) - bytes;
}

/** The phase, of all or of some, in which a tile's live transient buffers take most, and those buffers. */
export function peakMoment(
  program: TileProgram,
  placement: Placement,
  tile: number,
  phases: { readonly firstPhase: number; readonly phases: number } = {
    firstPhase: 0,
    phases: program.phases.length,
  },
): Omit<MemoryReport['peak'], 'tile'> {
  const { storage } = placement;
  const change = new Float64Array(program.phases.length + 1);
  const roots = transientRoots(program, placement, tile);
  for (const { root, bytes } of roots) {
    change[storage.life.first[root]] += bytes;
    change[storage.life.last[root] + 1] -= bytes;
  }
  for (const tie of placement.ties) {
    const bytes = sharedBytes(program, placement, tile, tie);
    change[tie.phase] -= bytes;
    change[tie.phase + 1] += bytes;
  }
  const end = phases.firstPhase + phases.phases;
  let phase = phases.firstPhase;
  let live = 0;
  let most = -1;
  for (let p = 0; p < end; p++) {
    live += change[p];
    if (p >= phases.firstPhase && live > most) {
      most = live;
      phase = p;
    }
  }
  const behind = placement.ties.filter(tie => tie.phase === phase);
  const shared = new Map(behind.map(tie => [tie.result as number, sharedBytes(program, placement, tile, tie)]));
  const alive = roots.filter(({ root }) => storage.life.first[root] <= phase && phase <= storage.life.last[root]);
  return {
    phase,
    phaseName: program.phases[phase]?.name ?? '',
    live: alive.map(({ root, bytes }) => ({
      name: program.buffers[root].name,
      kind: program.buffers[root].kind,
      bytes: bytes - (shared.get(root) ?? 0),
      buffer: root,
    })),
  };
}

/** Bytes that a result has in common with the operand that it is written behind. */
function sharedBytes(program: TileProgram, placement: Placement, tile: number, { operand, result }: Tie): number {
  const [from, to] = [operand, result].map(buffer => placement.offsets[buffer][tile]);
  const ends = [from + program.buffers[operand].bytes[tile], to + program.buffers[result].bytes[tile]];
  return Math.max(0, Math.min(...ends) - Math.max(from, to));
}

/** Whether a buffer takes SRAM for a while only, and its own. */
export function isTransient({ kind, resident, replaces }: Buffer): boolean {
  return kind !== 'host' && !resident && replaces === undefined;
}

function transientRoots(program: TileProgram, placement: Placement, tile: number): { root: number; bytes: number }[] {
  const { storage } = placement;
  const bytes = new Map<number, number>();
  program.buffers.forEach((buffer, index) => {
    if (!isTransient(buffer) || storage.life.first[index] < 0 || buffer.bytes[tile] === 0) return;
    const root = storage.rootOf[index];
    bytes.set(root, Math.max(bytes.get(root) ?? 0, buffer.bytes[tile]));
  });
  return [...bytes].map(([root, size]) => ({ root, bytes: size }));
}
