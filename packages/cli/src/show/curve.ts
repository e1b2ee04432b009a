/** What a curve of losses has in its terminal's and its SVG's picture: which points, and where they stand. */
import type { Point } from '../training/curve.ts';
import { short } from './numbers.ts';

export interface CurveData {
  /** What is drawn: the name of the loss. */
  readonly name: string;
  /** Of the training, by the step. */
  readonly losses: readonly Point[];
  /** The same number of the validations. */
  readonly validations: readonly Point[];
}

/** Where numbers lie: 0 at the least, 1 at the greatest. */
export interface Axes {
  readonly across: (step: number) => number;
  readonly up: (value: number) => number;
  /** The numbers at the bottom, in the middle and at the top. */
  readonly marks: readonly [number, number, number];
  readonly first: number;
  readonly last: number;
}

/** A loss that falls by more than this is drawn by its logarithm. */
const wideRatio = 20;

/** Axes in which all finite points have room; undefined where there are fewer than two. */
export function axesOf({ losses, validations }: CurveData): Axes | undefined {
  const points = [...losses, ...validations].filter(({ value }) => Number.isFinite(value));
  if (points.length < 2) return undefined;
  const extremes = (of: (point: Point) => number) =>
    points.reduce(
      ([least, most], point) => [Math.min(least, of(point)), Math.max(most, of(point))],
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    );
  const [first, last] = extremes(({ step }) => step);
  const [least, most] = extremes(({ value }) => value);
  const isWide = least > 0 && most / least > wideRatio;
  const [shape, back] = isWide ? [Math.log, Math.exp] : [Number, Number];
  const share = (value: number, from: number, to: number) => (to > from ? (value - from) / (to - from) : 0);
  return {
    across: step => share(step, first, last),
    up: value => share(shape(value), shape(least), shape(most)),
    marks: [least, back((shape(least) + shape(most)) / 2), most],
    ...{ first, last },
  };
}

/** `width` columns and `height` rows of characters: a dot where the training is, a circle where a validation is. Empty where there is no curve. */
export function curveText(data: CurveData, width: number, height = 10): string {
  const axes = axesOf(data);
  if (!axes) return '';
  const cells = Array.from({ length: height }, () => new Array<string>(width).fill(' '));
  const put = (points: readonly Point[], mark: string): void => {
    for (const { step, value } of points) {
      if (!Number.isFinite(value)) continue;
      const row = Math.round((1 - axes.up(value)) * (height - 1));
      cells[row][Math.round(axes.across(step) * (width - 1))] = mark;
    }
  };
  put(means(data.losses, width), '·');
  put(data.validations, 'o');
  const [least, middle, most] = axes.marks.map(mark => Number(mark.toPrecision(3)));
  const labels = new Map([
    [0, most],
    [Math.floor(height / 2), middle],
    [height - 1, least],
  ]);
  const room = Math.max(...[least, middle, most].map(mark => short(mark).length));
  const rows = cells.map((row, at) => {
    const label = labels.get(at);
    return `${(label === undefined ? '' : short(label)).padStart(room)} ${label === undefined ? '│' : '┤'}${row.join('').trimEnd()}`;
  });
  const legend = data.validations.length > 0 ? ', o: of the validation' : '';
  return [`${data.name} in steps ${axes.first} to ${axes.last}${legend}`, ...rows, ''].join('\n');
}

/** One point for each of `count` columns. */
function means(points: readonly Point[], count: number): readonly Point[] {
  const size = Math.max(1, Math.ceil(points.length / count));
  return Array.from({ length: Math.ceil(points.length / size) }, (_, i) => {
    const some = points.slice(i * size, (i + 1) * size);
    return { step: some[some.length - 1].step, value: some.reduce((sum, { value }) => sum + value, 0) / some.length };
  });
}
