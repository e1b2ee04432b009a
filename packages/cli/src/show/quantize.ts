/** What `tessera quantize` tells: a row for each tensor that has 8 bits now, then how the answers agree and what stays in floats. */
import type { Agreement, LevelEnd, QuantizationReport } from '@tessera-dnn/compiler';
import { type Diagnostic, jsonOf } from '@tessera-dnn/diagnostics';
import type { Pairs } from '../flags/values.ts';
import type { Paint } from '../session.ts';
import { bar, counted, grouped, percent } from './numbers.ts';
import { type Row, tableOf } from './table.ts';

const columns = [
  { title: 'tensor' },
  { title: 'stored as' },
  { title: 'range', align: 'right' },
  { title: 'alone', align: 'right' },
  { title: 'in all', align: 'right' },
  { title: '' },
] as const;

/** The ratio at which a bar is full, in decibels: 8 bits keep less of what is spread evenly. */
const fullDecibels = 50;

/** The report as text. `files` are those that were written, the root of the text first and the weights last; `set` is what was set otherwise. */
export function quantizeText(set: Pairs, report: QuantizationReport, files: readonly string[], paint: Paint): string {
  const { program, samples, left, batchSize } = report;
  const rest = left === 0 ? '' : `; ${grouped(left)} more fill no batch of ${batchSize}`;
  const heading = `${paint.bold(program)} in 8 bits, by ${counted(samples, 'sample')}${rest}`;
  const rows = report.rows.map((row): Row => {
    if (row.kind === 'weights') {
      return [
        paint.dim(row.path),
        paint.dim(`i8[${row.shape.join(', ')}]`),
        '',
        paint.dim(ratio(row.decibels)),
        '',
        '',
      ];
    }
    const { name, levels, shape, range, decibels, totalDecibels } = row;
    const [least, greatest] = range.map(value => String(Number(value.toPrecision(3))));
    return [
      name,
      `${levels.type}[${shape.join(', ')}]`,
      `${least} … ${greatest}`,
      ratio(decibels),
      ratio(totalDecibels),
      coloured(totalDecibels, bar(Math.min(totalDecibels, fullDecibels), fullDecibels, 20), paint),
    ];
  });
  const note = paint.dim('signal to noise, of storing the tensor alone and with all that was lost before it');
  return `${[heading, '', tableOf(columns, rows, paint), `  ${note}`, '', ...summary(report, paint), '', ...ending(set, report, files, paint)].join('\n')}\n`;
}

function summary(report: QuantizationReport, paint: Paint): readonly string[] {
  const { agreement, operations, inFloats, kept, lossy, unable, endsInFloats, leftOut, bytes } = report;
  const reading =
    inFloats.length === 0
      ? `all ${counted(operations, 'operation')} read 8 bits`
      : `${inFloats.length} of ${counted(operations, 'operation')} read floats: ${listed([...new Set(inFloats)])}`;
  return [
    ...agreement.map(one => agreementText(one, paint)),
    ...report.ends.map(endText),
    reading,
    ...(kept.length > 0 ? [`in floats, as asked: ${listed(kept)}`] : []),
    ...(lossy.length > 0 ? [paint.yellow(`in floats, since too much would be lost: ${listed(lossy)}`)] : []),
    ...(unable.length > 0 ? [`in floats, since nothing gives them 8 bits: ${listed(unable)}`] : []),
    ...(endsInFloats.length > 0
      ? [`taken and given in floats, since the text cannot say levels: ${listed(endsInFloats)}`]
      : []),
    ...(leftOut.length > 0 ? [`left out, since levels are not trained: ${listed(leftOut)}`] : []),
    `variables take ${grouped(bytes.after)} B, ${percent(bytes.after, bytes.before)} of ${grouped(bytes.before)} B`,
  ];
}

function agreementText({ output, decibels, largestDifference, largest, best }: Agreement, paint: Paint): string {
  const most = `at most ${short(largestDifference)} off where numbers reach ${short(largest)}`;
  const same = best && `the greatest is the same in ${grouped(best.same)} of ${counted(best.rows, 'row')}`;
  const parts = [`${coloured(decibels, ratio(decibels), paint)}`, most, ...(same === undefined ? [] : [same])];
  return `${paint.bold(output)}: ${parts.join(', ')}`;
}

/** What the host does: the scale is said to the last bit. */
function endText({ kind, name, levels: { type }, scale }: LevelEnd): string {
  const distance = Number(scale.toPrecision(9));
  return kind === 'input'
    ? `${name} is ${type}: its numbers / ${distance}, to the nearest`
    : `${name} is ${type}: its levels * ${distance} are the numbers`;
}

function ending(
  set: Pairs,
  { program }: QuantizationReport,
  files: readonly string[],
  paint: Paint,
): readonly string[] {
  const [root] = files;
  const weights = files[files.length - 1];
  const names = files.map(name => paint.bold(name));
  const wasm = root.replace(/\.dnn$/, '.wasm');
  const settings = Object.entries(set)
    .map(([name, value]) => ` --set ${name}=${value}`)
    .join('');
  return [
    `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]} are written`,
    paint.dim(`tessera compile ${root} --program ${program}${settings} --weights ${weights} -o ${wasm}`),
  ];
}

function ratio(decibels: number): string {
  return Number.isFinite(decibels) ? `${decibels.toFixed(1)} dB` : 'exact';
}

function coloured(decibels: number, text: string, paint: Paint): string {
  if (decibels >= 25) return paint.green(text);
  return decibels >= 15 ? paint.yellow(text) : paint.red(text);
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** The first few names, and how many more there are. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 6).join(', ');
  return names.length <= 6 ? shown : `${shown} and ${names.length - 6} more`;
}

/** The same as JSON, which `tessera quantize --json` prints. What is exact has no ratio. */
export function quantizeJson(
  file: string,
  report: QuantizationReport,
  files: readonly string[],
  diagnostics: readonly Diagnostic[],
) {
  return { file, written: files, ...report, diagnostics: diagnostics.map(jsonOf) };
}
