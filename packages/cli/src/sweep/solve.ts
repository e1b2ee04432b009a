/** Plans one point. */
import { type CompileOptions, tryPlan } from '@tessera-dnn/compiler';
import { isError } from '@tessera-dnn/diagnostics';
import { type Answer, type Figures, type Job, replaying } from './job.ts';

/** Plans the program of `job` and says what it takes. Depends on nothing but the job and the compiler. */
export function solve({ source, imports, chip, options }: Job): Answer {
  const asked: CompileOptions = { ...options, chip, load: replaying(imports) };
  const { outcome, placed } = tryPlan(source, asked, 'without-hints');
  const report = placed?.report;
  const figures: Figures | undefined = report && {
    peakBytes: report.peakBytes,
    usedBytes: report.tiles.reduce((sum, { free }) => sum + (chip.sramBytes - free), 0),
    cycles: report.cycles.map(({ program, cycles }) => ({ program, cycles: Math.round(cycles) })),
  };
  const fault = outcome.diagnostics.find(isError);
  if (outcome.ok && figures && fault === undefined) {
    const recomputed = outcome.diagnostics.some(({ code }) => code === 'computed-again');
    return { kind: 'fits', recomputed, ...figures };
  }
  const { code, message } = fault ?? { code: 'does-not-fit', message: 'the program does not fit' };
  return tooLarge.has(code) ? { kind: 'too-large', message, ...figures } : { kind: 'refused', code, message };
}

/** The codes of diagnostics that tell of memory, so that a larger chip may help. */
const tooLarge: ReadonlySet<string> = new Set(['does-not-fit', 'peak-exceeded']);
