/**
 * Plans one program for one chip, stage by stage, and reports how long that took and how much memory the plan needs, even if it does not
 * fit.
 */
import { backStages, frontEnd } from '@tessera-dnn/compiler';
import type { ChipSpec } from '@tessera-dnn/machine';
import { ops } from '@tessera-dnn/ops';
import { lower, type MemoryReport, place, reportMemory, type TileMemory } from '@tessera-dnn/tiling';
import { wasm } from '@tessera-dnn/wasm';

export interface Task {
  readonly depth: number;
  readonly batch: number;
  readonly momentum: number;
  readonly chip: ChipSpec;
  readonly recompute: 'none' | 'auto';
  /** The share of the free SRAM that one op may take. */
  readonly share: number;
}

export interface Planned {
  /** Processor seconds of the planning thread for each stage, in order, which are the time on a machine that does nothing else. */
  readonly seconds: { readonly [stage: string]: number };
  /** The peak memory of the process. */
  readonly processBytes: number;
  readonly phases: number;
  readonly copies: number;
  readonly codelets: number;
  readonly report: Pick<MemoryReport, 'peakBytes' | 'cycles'> & {
    readonly fullest: TileMemory;
    readonly mostTables: number;
  };
}

export function planTask(task: Task, text: string): Planned {
  const { chip, batch, recompute, share } = task;
  const { tile, place: placing } = backStages;
  const seconds: Record<string, number> = {};
  const timed = <T>(stage: string, run: () => T): T => {
    const before = process.threadCpuUsage();
    const value = run();
    const { user, system } = process.threadCpuUsage(before);
    seconds[stage] = (user + system) / 1e6;
    return value;
  };
  const source = { name: 'resnet.dnn', text };
  const options = { chip, programs: ['fit'], set: { 'fit.n': String(batch) }, recompute };
  const front = timed('front', () => frontEnd(source, options));
  if (!front.ok) throw new Error(front.diagnostics.map(({ message }) => message).join('\n'));
  const tiling = { chip, table: ops, math: 'fast', weights: new Map(), memoryShare: share } as const;
  const tiles = timed(tile.name, () => lower(front.value, tiling));
  const names = tiles.codeNames;
  const codelets = timed('codelets', () => wasm.compile(tiles.codes, { math: 'fast', workers: chip.workers, names }));
  const { pageBytes } = wasm.limits;
  const how = { inPlace: true, reuse: true, strategy: 'best-greedy', codeBytes: codelets.sizes, pageBytes } as const;
  const placement = timed(placing.name, () => place(tiles, chip, how));
  const report = timed('report', () => reportMemory(tiles, placement, chip));
  return {
    seconds,
    processBytes: process.resourceUsage().maxRSS * 1024,
    phases: tiles.phases.length,
    copies: tiles.phases.reduce((sum, phase) => sum + (phase.kind === 'exchange' ? phase.copies.count : 0), 0),
    codelets: tiles.codes.length,
    report: {
      peakBytes: report.peakBytes,
      cycles: report.cycles,
      fullest: report.tiles[report.peak.tile],
      mostTables: report.tiles.reduce((most, use) => Math.max(most, use.tables + use.exchangeTables), 0),
    },
  };
}
