/** The memory report as JSON: integers, tile by tile. */
import {
  type MemoryReport,
  type MemoryTables,
  numberedPhase,
  type Plan,
  placeOf,
  type TileMemory,
} from '@tessera-dnn/compiler/planning';
import { type Diagnostic, type JsonDiagnostic, jsonOf } from '@tessera-dnn/diagnostics';

export interface JsonMemory {
  readonly source: string;
  readonly chip: { readonly name: string; readonly tiles: number; readonly sramBytes: number };
  /** Numbers of elements: trainable ones, and those of states. */
  readonly parameters: number;
  readonly states: number;
  /** The wasm memory; what the fullest tile uses; the least that the buffers of that tile need in any placement. */
  readonly totalBytes: number;
  readonly peakBytes: number;
  readonly lowerBoundBytes: number;
  readonly hostBytes: number;
  /** What the bytes of the host window are used for; they add up to `hostBytes`. */
  readonly host: MemoryReport['host'];
  readonly peak: {
    readonly tile: number;
    /** Absent for a phase that prepares for all of them. */
    readonly program?: string;
    /** Its number in the program. */
    readonly phase: number;
    readonly phaseName: string;
    readonly live: readonly JsonLive[];
  };
  /** For each program, what its tensors need before they are divided over tiles, in elements and in bytes. */
  readonly tensors: MemoryTables['programs'];
  readonly programs: readonly { readonly name: string; readonly phases: number; readonly cycles: number }[];
  /** In bytes. The entries of one tile add up to its SRAM. */
  readonly tiles: readonly ({ readonly tile: number; readonly usedBytes: number } & TileMemory)[];
  readonly diagnostics: readonly JsonDiagnostic[];
}

interface JsonLive {
  readonly name: string;
  readonly kind: string;
  readonly bytes: number;
  readonly file?: string;
  readonly line?: number;
}

/** What `tessera memory --json` prints: the plan's memory, the tables of its tensors, and all diagnostics on the way. */
export function memoryJson(
  { source, chip, tiles, report }: Plan,
  tables: MemoryTables,
  diagnostics: readonly Diagnostic[],
): JsonMemory {
  const { parameters, states, totalBytes, peakBytes, lowerBoundBytes, hostBytes, peak } = report;
  const { program, number } = numberedPhase(tiles, peak.phase);
  return {
    source: source.name,
    chip: { name: chip.name, tiles: chip.tiles, sramBytes: chip.sramBytes },
    ...{ parameters, states, totalBytes, peakBytes, lowerBoundBytes, hostBytes, host: report.host },
    peak: {
      tile: peak.tile,
      program,
      phase: number,
      phaseName: peak.phaseName,
      live: peak.live.map(({ name, kind, bytes, buffer }) => ({ name, kind, bytes, ...place(buffer) })),
    },
    tensors: tables.programs,
    programs: report.cycles.map(({ program, phases, cycles }) => ({
      name: program,
      phases,
      cycles: Math.round(cycles),
    })),
    tiles: report.tiles.map((memory, tile) => ({ tile, usedBytes: usedOf(memory), ...memory })),
    diagnostics: diagnostics.map(jsonOf),
  };

  function place(buffer: number): { readonly file: string; readonly line: number } | undefined {
    const found = placeOf(tiles.buffers[buffer].origin);
    return found && { file: found.file, line: found.line };
  }
}

export type Rows = MemoryReport['tiles'][number];

/** The bytes of a tile that are used for anything. */
export function usedOf({ free, ...rows }: Rows): number {
  return Object.values(rows).reduce((sum, bytes) => sum + bytes, 0);
}
