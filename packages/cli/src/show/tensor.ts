/** Summarises an output in a few numbers. */
import type { TensorData } from '@tessera-dnn/chip';
import { isFloat, type ManifestElement, type ManifestTensor } from '@tessera-dnn/machine';
import { grouped, short } from './numbers.ts';

export interface TensorSummary {
  readonly name: string;
  readonly type: ManifestElement;
  readonly shape: readonly number[];
  /** Over all elements that are not NaN; absent if there are none. */
  readonly min?: number;
  readonly max?: number;
  readonly mean?: number;
  readonly nan?: number;
  readonly first: readonly number[];
  /** For a matrix of scores, the index of the largest in each row. */
  readonly argmax?: readonly number[];
}

const shownValues = 10;

/** The numbers that describe an output. `data` has its elements in row-major order. */
export function summarise({ name, type, shape }: ManifestTensor, data: TensorData): TensorSummary {
  const first = Array.from(data.subarray(0, shownValues));
  return { name, type, shape, ...spread(data), first, ...(isScores(type, shape) && { argmax: argmaxOf(shape, data) }) };
}

function spread(data: TensorData): Pick<TensorSummary, 'min' | 'max' | 'mean' | 'nan'> {
  let [min, max, sum, nan] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (const value of data) {
    if (Number.isNaN(value)) nan++;
    else {
      min = Math.min(min, value);
      max = Math.max(max, value);
      sum += value;
    }
  }
  const count = data.length - nan;
  return { ...(count > 0 && { min, max, mean: sum / count }), ...(nan > 0 && { nan }) };
}

/** Whether the output looks like a classifier's answer: a batch of scores for several classes. */
function isScores(type: ManifestElement, shape: readonly number[]): boolean {
  return isFloat(type) && shape.length === 2 && shape[1] > 1;
}

function argmaxOf([rows, columns]: readonly number[], data: TensorData): readonly number[] {
  return Array.from({ length: rows }, (_, row) => {
    const scores: ArrayLike<number> = data.subarray(row * columns, (row + 1) * columns);
    let best = 0;
    for (let at = 1; at < columns; at++) if (scores[at] > scores[best]) best = at;
    return best;
  });
}

/** The summary as lines, indented under the output's name. */
export function summaryText(summary: TensorSummary, name: string): string {
  const { type, shape, min, max, mean, nan, first, argmax } = summary;
  const elements = shape.reduce((product, extent) => product * extent, 1);
  const lines = [`${name}  ${type}[${shape.join(', ')}]`];
  const show = type === 'bool' ? truth : isFloat(type) ? short : String;
  if (elements > 1 && min !== undefined && max !== undefined && mean !== undefined) {
    const counts = `${grouped(Math.round(mean * elements))} of ${grouped(elements)} elements are true`;
    lines.push(type === 'bool' ? `  ${counts}` : `  min ${show(min)}   max ${show(max)}   mean ${short(mean)}`);
  }
  if (nan !== undefined) lines.push(`  ${grouped(nan)} of ${grouped(elements)} elements are NaN`);
  lines.push(`  ${first.map(show).join('  ')}${elements > first.length ? '  …' : ''}`);
  if (argmax) lines.push(`  argmax ${argmax.slice(0, 20).join(' ')}${argmax.length > 20 ? ' …' : ''}`);
  return lines.join('\n');
}

function truth(value: number): string {
  return value === 0 ? 'false' : 'true';
}
