/** A sweep as data for other programs: JSON and CSV. */
import { type Diagnostic, type JsonDiagnostic, jsonOf } from '@tessera-dnn/diagnostics';
import { frontsOf, type Solved } from '../sweep/answers.ts';
import type { Answer } from '../sweep/job.ts';
import type { Sweep } from '../sweep/points.ts';

interface JsonPoint {
  /** Constants and dimensions of the program. */
  readonly set: Readonly<Record<string, string>>;
  /** Settings of the compiler, as on the command line. */
  readonly settings: Readonly<Record<string, string>>;
  readonly chip: {
    readonly name: string;
    readonly tiles: number;
    readonly sramBytes: number;
    readonly workers: number;
  };
  /** Whether no other point that computes the same takes fewer bytes of the fullest tile and fewer cycles. */
  readonly onFront: boolean;
  readonly answer: Answer;
}

export interface JsonSweep {
  readonly source: string;
  readonly points: readonly JsonPoint[];
  readonly diagnostics: readonly JsonDiagnostic[];
}

/** What `tessera sweep --json` prints. Bytes and cycles are integers. */
export function sweepJson(sweep: Sweep, solved: readonly Solved[], diagnostics: readonly Diagnostic[]): JsonSweep {
  const onFront = frontPoints(sweep, solved);
  return {
    source: sweep.source,
    points: solved.map(({ point, answer }) => {
      const named = (kind: string) =>
        Object.fromEntries(sweep.axes.flatMap((axis, i) => (axis.kind === kind ? [[axis.name, point.at[i]]] : [])));
      const { name, tiles, sramBytes, workers } = point.chip;
      return {
        set: named('set'),
        settings: named('setting'),
        chip: { name, tiles, sramBytes, workers },
        onFront: onFront.has(point),
        answer,
      };
    }),
    diagnostics: diagnostics.map(jsonOf),
  };
}

/** One line a point, after a line of titles (RFC 4180). What a point does not have is empty. */
export function sweepCsv(sweep: Sweep, solved: readonly Solved[]): string {
  const onFront = frontPoints(sweep, solved);
  const titles = [
    ...sweep.axes.map(({ name }) => name),
    ...'chip_tiles chip_sram_bytes answer peak_bytes used_bytes cycles front message'.split(' '),
  ];
  const lines = solved.map(({ point, answer }) => {
    const { peakBytes, usedBytes, cycles } = answer.kind === 'refused' ? noFigures : answer;
    return [
      ...point.at,
      point.chip.tiles,
      point.chip.sramBytes,
      answer.kind,
      peakBytes,
      usedBytes,
      cycles && Math.max(...cycles.map(each => each.cycles)),
      onFront.has(point) ? 1 : 0,
      answer.kind === 'fits' ? '' : answer.message,
    ];
  });
  return [titles, ...lines].map(line => `${line.map(cell).join(',')}\r\n`).join('');
}

const noFigures = { peakBytes: undefined, usedBytes: undefined, cycles: undefined };

function frontPoints(sweep: Sweep, solved: readonly Solved[]): ReadonlySet<unknown> {
  return new Set(frontsOf(sweep, solved).flatMap(({ points }) => points.map(({ point }) => point)));
}

function cell(value: string | number | undefined): string {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
