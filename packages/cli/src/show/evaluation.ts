/** The result of an evaluation, as text and as JSON. */
import type { EvaluationResult } from '@tessera-dnn/chip';
import type { Diagnostic } from '@tessera-dnn/diagnostics';
import { jsonOf } from '@tessera-dnn/diagnostics';
import type { Confusion } from '../evaluation/confusion.ts';
import type { Evaluator } from '../evaluation/evaluator.ts';
import type { Pairs } from '../flags/values.ts';
import type { Initialised } from '../running/variables.ts';
import type { Paint } from '../session.ts';
import { counted, duration, grouped, percent, short } from './numbers.ts';
import { tableOf } from './table.ts';

export interface EvaluationSummary {
  readonly file: string;
  readonly evaluator: Evaluator;
  readonly result: EvaluationResult;
  readonly confusion?: Confusion;
  readonly seconds: number;
  readonly seed: number;
  readonly initialised: Initialised;
  /** The files that outputs were written to, by the output's name. */
  readonly written: Pairs;
}

/** More columns than these fit no terminal; then the most frequent mistakes are listed instead. */
const [mostColumns, mostMistakes] = [16, 10];

/** The summary as text: means, and what was taken for what. */
export function evaluationText(summary: EvaluationSummary, paint: Paint): string {
  const { evaluator, result, confusion, seconds, initialised, seed, written } = summary;
  const { chip, math } = evaluator.manifest;
  const head = `${paint.bold(evaluator.name)} on ${paint.bold(chip.name)}, ${counted(chip.tiles, 'tile')}, ${math} math`;
  const rate = `${grouped(result.samples / seconds)} samples/s on this host`;
  const lines = [head, `${counted(result.samples, 'sample')} in ${duration(seconds)}: ${rate}`];
  if (result.samples < evaluator.samples) lines.push(paint.yellow(interruptedText(result, evaluator)));
  if (initialised.params > 0) {
    const note = `${counted(initialised.params, 'parameter')} initialised by init(${seed}); --weights FILE.safetensors gives trained ones`;
    lines.push(paint.yellow(note));
  }
  const means = Object.entries(result.means).map(([name, mean]) => `${paint.bold(name)} ${short(mean)}`);
  const files = Object.entries(written).map(([name, file]) => `${paint.bold(name)} is in ${file}`);
  const parts = [lines, means, confusion ? confusionText(confusion, paint) : [], files];
  return `${parts
    .filter(part => part.length > 0)
    .map(part => part.join('\n'))
    .join('\n\n')}\n`;
}

function interruptedText({ samples }: EvaluationResult, evaluator: Evaluator): string {
  const all = counted(evaluator.samples, 'sample');
  if (samples === 0) return `interrupted before the first of ${all}: there are no means`;
  return `interrupted after ${grouped(samples)} of ${all}: all that follows is of these`;
}

function confusionText(confusion: Confusion, paint: Paint): readonly string[] {
  const { output, correct, samples, counts } = confusion;
  const head = `${grouped(correct)} of ${grouped(samples)} right by ${paint.bold(output)}: ${percent(correct, samples)}`;
  if (counts.length > mostColumns) return [head, ...mistakesOf(confusion)];
  const columns = counts.map((_, told) => ({ title: nameOf(confusion, told), align: 'right' as const }));
  const rows = counts.map((row, label) => {
    const all = row.reduce((sum, count) => sum + count, 0);
    return [
      nameOf(confusion, label),
      ...row.map(count => (count === 0 ? '·' : grouped(count))),
      percent(row[label], all),
    ];
  });
  const table = tableOf([{ title: 'class' }, ...columns, { title: 'right', align: 'right' }], rows, paint);
  return [head, 'Each row is a class, each column what it was taken for:', table];
}

function mistakesOf(confusion: Confusion): readonly string[] {
  const found = confusion.counts.flatMap((row, label) =>
    row.flatMap((count, told) => (told === label || count === 0 ? [] : [{ count, label, told }])),
  );
  const worst = found.sort((a, b) => b.count - a.count).slice(0, mostMistakes);
  const lines = worst.map(({ count, label, told }) => {
    return `  ${counted(count, 'sample')} of ${nameOf(confusion, label)} taken for ${nameOf(confusion, told)}`;
  });
  return lines.length > 0 ? ['The most frequent mistakes:', ...lines] : [];
}

function nameOf({ names }: Confusion, at: number): string {
  return names[at] ?? String(at);
}

/** The same as JSON, which `tessera evaluate --json` prints. */
export function evaluationJson(summary: EvaluationSummary, diagnostics: readonly Diagnostic[]) {
  const { file, evaluator, result, confusion, seconds, initialised, seed, written } = summary;
  const { manifest, name, batchSize } = evaluator;
  return {
    ...{ file, program: name, chip: manifest.chip.name, tiles: manifest.chip.tiles, math: manifest.math },
    ...{ samples: result.samples, batchSize, interrupted: result.samples < evaluator.samples, means: result.means },
    confusion: confusion ?? null,
    initialised: { seed, ...initialised },
    hostMilliseconds: seconds * 1000,
    outputs: written,
    diagnostics: diagnostics.map(jsonOf),
  };
}
