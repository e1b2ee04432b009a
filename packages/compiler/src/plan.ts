/** What the pipeline knows between placement and linking. */
import type { Source } from '@tessera/diagnostics';
import type { Module } from '@tessera/graph';
import type { ChipSpec } from '@tessera/machine';
import type { MemoryReport, Placement, TileProgram } from '@tessera/tiling';
import type { CompiledCodelets } from '@tessera/wasm';

/** Everything known about a program once it has been placed. */
export interface Plan {
  readonly source: Source;
  readonly chip: ChipSpec;
  readonly math: 'fast' | 'strict';
  readonly module: Module;
  readonly tiles: TileProgram;
  readonly codelets: CompiledCodelets;
  readonly placement: Placement;
  readonly report: MemoryReport;
}
