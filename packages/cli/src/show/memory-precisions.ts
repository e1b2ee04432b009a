/**
 * A program side by side as it is stored in each precision: first what its tensors take before they are divided over tiles, then what the
 * tiles hold. What it would take at one byte an element is an estimate, as no precision makes such a program.
 */

import type { MemoryReport, Stored } from '@tessera-dnn/compiler';
import { type Diagnostic, isError, type JsonDiagnostic, jsonOf } from '@tessera-dnn/diagnostics';
import { usedOf } from '@tessera-dnn/explorer';
import { type ChipSpec, formatSize } from '@tessera-dnn/machine';
import type { Paint } from '../session.ts';
import { counted, grouped } from './numbers.ts';
import { type Row, tableOf } from './table.ts';

export interface JsonPrecisions {
  readonly source: string;
  readonly chip: { readonly name: string; readonly tiles: number; readonly sramBytes: number };
  readonly precisions: readonly JsonPrecision[];
  /** One byte for each element, for which nothing was planned; absent where the program has 8 bits of its own. */
  readonly estimateAtOneByte?: JsonTensors;
  readonly diagnostics: readonly JsonDiagnostic[];
}

/** Bytes of whole tensors, before they are divided over tiles. */
interface JsonTensors {
  readonly parameterBytes: number;
  readonly stateBytes: number;
  readonly tensors: readonly { readonly program: string; readonly bytes: number }[];
}

interface JsonPrecision extends JsonTensors {
  readonly precision: string;
  readonly fits: boolean;
  /** What the tiles need, even where they have less; absent where nothing could be placed. */
  readonly tiles?: {
    /** Of the fullest tile: all, and its tables and code. */
    readonly peakBytes: number;
    readonly peakCodeBytes: number;
    /** Of all tiles. */
    readonly usedBytes: number;
  };
  readonly programs?: readonly { readonly name: string; readonly cycles: number }[];
}

/** What `tessera memory --precisions --json` prints. */
export function precisionsJson(
  each: readonly Stored[],
  source: string,
  { name, tiles, sramBytes }: ChipSpec,
  diagnostics: readonly Diagnostic[],
): JsonPrecisions {
  const precisions = each.map((stored): JsonPrecision => {
    const { element, outcome, placed } = stored;
    const report = placed?.report;
    const found = report && {
      tiles: {
        peakBytes: report.peakBytes,
        peakCodeBytes: codeOf(report),
        usedBytes: usedByAll(report),
      },
      programs: report.cycles.map(({ program, cycles }) => ({ name: program, cycles: Math.round(cycles) })),
    };
    return { precision: element, ...tensorsOf(stored), fits: outcome.ok, ...found };
  });
  return {
    source,
    chip: { name, tiles, sramBytes },
    precisions,
    ...(each[0].tables.hasLevels ? {} : { estimateAtOneByte: estimateOf(each[0]) }),
    diagnostics: diagnostics.map(jsonOf),
  };
}

function tensorsOf({ tables }: Stored): JsonTensors {
  const { parameterBytes, stateBytes, programs } = tables;
  const tensors = programs.map(({ program, plans, storedBytes }) => ({
    program,
    bytes: storedBytes ?? plans.at(-1)?.bytes ?? 0,
  }));
  return { parameterBytes, stateBytes, tensors };
}

function estimateOf({ tables: { parameters, states, programs } }: Stored): JsonTensors {
  const tensors = programs.map(({ program, plans }) => ({ program, bytes: (plans.at(-1)?.bytes ?? 0) / 4 }));
  return { parameterBytes: parameters, stateBytes: states, tensors };
}

function usedByAll({ tiles }: MemoryReport): number {
  return tiles.reduce((sum, tile) => sum + usedOf(tile), 0);
}

/** The tables and the code of the fullest tile. */
function codeOf({ tiles, peak }: MemoryReport): number {
  const { tables, exchangeTables, code } = tiles[peak.tile];
  return tables + exchangeTables + code;
}

/** What `tessera memory --precisions` prints. */
export function precisionsText(each: readonly Stored[], source: string, chip: ChipSpec, paint: Paint): string {
  const right = { align: 'right' } as const;
  const columns = [
    { title: 'bytes, stored in' },
    ...each.map(({ element }) => ({ title: element, ...right })),
    ...(each[0].tables.hasLevels ? [] : [{ title: '1 byte (estimate)', ...right }]),
  ];
  const heading = `${paint.bold(source)} on ${paint.bold(chip.name)}: ${counted(chip.tiles, 'tile')} of ${formatSize(chip.sramBytes)}`;
  const width = columns.length;
  const tiles = tileRows(each, chip, paint).map(cells => [
    ...cells,
    ...new Array<string>(width - cells.length).fill(''),
  ]);
  const rows: readonly Row[] = [...tensorRows(each), 'rule', ...tiles];
  const note = each[0].tables.hasLevels ? '' : ' The estimate is one byte for each element; nothing is planned for it.';
  return `${[heading, tableOf(columns, rows, paint), `What needs 32 bits keeps them.${note}`].join('\n\n')}\n`;
}

/** What whole tensors take, before they are divided over tiles. */
function tensorRows(each: readonly Stored[]): readonly Row[] {
  const whole = [...each.map(tensorsOf), ...(each[0].tables.hasLevels ? [] : [estimateOf(each[0])])];
  const bytes = (title: string, of: (one: JsonTensors) => number): Row => [
    title,
    ...whole.map(one => grouped(of(one))),
  ];
  return [
    bytes('parameters', one => one.parameterBytes),
    bytes('states', one => one.stateBytes),
    ...whole[0].tensors.map(({ program }, at) => bytes(`tensors of ${program}`, one => one.tensors[at].bytes)),
  ];
}

/** What is planned, which the estimate is not. */
function tileRows(each: readonly Stored[], chip: ChipSpec, paint: Paint): readonly (readonly string[])[] {
  const planned = (title: string, of: (report: MemoryReport) => number | undefined): readonly string[] => [
    title,
    ...each.map(({ placed }) => numberText(placed && of(placed.report))),
  ];
  const { tiles, sramBytes } = chip;
  const programs = each.find(({ placed }) => placed)?.placed?.report.cycles.map(({ program }) => program) ?? [];
  return [
    planned('the fullest tile', ({ peakBytes }) => peakBytes),
    planned('  variables and tensors', report => report.peakBytes - codeOf(report)),
    planned('  tables and code', codeOf),
    ...(tiles === 1 ? [] : [planned(`all ${grouped(tiles)} tiles`, usedByAll)]),
    [`fits ${formatSize(sramBytes)} a tile`, ...each.map(one => fitText(one, chip, paint))],
    ...programs.map(name =>
      planned(`cycles of ${name}`, ({ cycles }) => cycles.find(({ program }) => program === name)?.cycles),
    ),
  ];
}

function numberText(number: number | undefined): string {
  return number === undefined ? '' : grouped(number);
}

function fitText({ outcome, placed }: Stored, { sramBytes }: ChipSpec, paint: Paint): string {
  if (outcome.ok) {
    const again = outcome.diagnostics.some(({ code }) => code === 'computed-again');
    return paint.green(again ? 'if computed again' : 'yes');
  }
  const lacking = (placed?.report.peakBytes ?? 0) - sramBytes;
  const [error] = outcome.diagnostics.filter(isError);
  return paint.red(lacking > 0 ? `no, lacks ${grouped(lacking)}` : `no: ${error.code}`);
}
