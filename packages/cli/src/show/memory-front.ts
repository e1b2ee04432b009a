/** The front of a program: its plans that no other beats in bytes and in cycles, each with how to ask for it. */
import type { FrontPoint } from '@tessera-dnn/compiler';
import { type Diagnostic, type JsonDiagnostic, jsonOf } from '@tessera-dnn/diagnostics';
import { type ChipSpec, formatSize } from '@tessera-dnn/machine';
import type { Paint } from '../session.ts';
import { counted, grouped } from './numbers.ts';
import { tableOf } from './table.ts';

export interface JsonFront {
  readonly source: string;
  readonly chip: { readonly name: string; readonly tiles: number; readonly sramBytes: number };
  /** The fastest first. */
  readonly points: readonly JsonPoint[];
  readonly diagnostics: readonly JsonDiagnostic[];
}

export interface JsonPoint {
  /** Of the fullest tile. */
  readonly peakBytes: number;
  /** Of all programs, each run once. */
  readonly cycles: number;
  readonly programs: readonly { readonly name: string; readonly cycles: number }[];
  /** How many operations work in rounds, and whether values are computed again. */
  readonly inRounds: number;
  readonly recomputed: boolean;
  /** The flags that ask for this plan, beside those that the front was asked for with. */
  readonly flags: readonly string[];
}

/** What `tessera memory --front --json` prints. */
export function frontJson(
  points: readonly FrontPoint[],
  source: string,
  { name, tiles, sramBytes }: ChipSpec,
  diagnostics: readonly Diagnostic[],
): JsonFront {
  return {
    source,
    chip: { name, tiles, sramBytes },
    points: points.map(({ bytes, cycles, programs, inRounds, recomputed }) => ({
      peakBytes: bytes,
      cycles,
      programs: programs.map(each => ({ name: each.program, cycles: Math.round(each.cycles) })),
      inRounds,
      recomputed,
      flags: ['--memory', String(bytes)],
    })),
    diagnostics: diagnostics.map(jsonOf),
  };
}

/** What `tessera memory --front` prints. */
export function frontText(points: readonly FrontPoint[], source: string, chip: ChipSpec, paint: Paint): string {
  const heading = `${paint.bold(source)} on ${paint.bold(chip.name)}: ${counted(chip.tiles, 'tile')} of ${formatSize(chip.sramBytes)}`;
  const fastest = points[0].cycles;
  const rows = points.map(({ bytes, cycles, inRounds, recomputed }) => [
    grouped(bytes),
    grouped(cycles),
    cycles === fastest ? '' : `+${((cycles / fastest - 1) * 100).toFixed(1)} %`,
    inRounds > 0 ? String(inRounds) : '',
    recomputed ? 'yes' : '',
    `--memory ${bytes}`,
  ]);
  const note = `${counted(points.length, 'plan')} that no other beats in both: ask for one with its flag, or with --cycles.`;
  return `${[heading, tableOf(columns, rows, paint), note].join('\n\n')}\n`;
}

const right = { align: 'right' } as const;
const columns = [
  { title: 'fullest tile', ...right },
  { title: 'cycles', ...right },
  { title: '', ...right },
  { title: 'in rounds', ...right },
  { title: 'recomputed', ...right },
  { title: 'ask for it with' },
];
