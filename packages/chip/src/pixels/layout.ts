/** Where an input has the pixels of pictures. */
import { ChipError } from '../chip-error.ts';
import { failed } from '../outcome.ts';
import { elementsOf, type Picture } from '../tensor-data.ts';

/** How elements follow each other. */
export interface Layout {
  readonly channels: number;
  readonly order: 'channels-first' | 'channels-last';
  /** Pixels of one picture. */
  readonly size: number;
}

/** That of an input of this shape for these pictures. Throws a `wrong-shape`. */
export function layoutOf(pictures: readonly Picture[], shape: readonly number[], asked?: Layout['order']): Layout {
  const [{ width, height } = { width: 0, height: 0 }] = pictures;
  const odd = pictures.find(({ data }) => data.length !== 4 * width * height);
  const size = width * height;
  const channels = elementsOf(shape) / (size * pictures.length);
  if (pictures.length === 0 || odd || ![1, 3, 4].includes(channels)) throw wrongSize(pictures, shape);
  // What comes before a picture's own axes counts pictures.
  const ends = (...axes: readonly number[]) =>
    axes.every((extent, i) => extent === shape[shape.length - axes.length + i]) && shape.length >= axes.length;
  const isFirst = ends(channels, height, width) || (channels === 1 && ends(height, width));
  const isLast = ends(height, width, channels);
  const isFlat = ends(channels * size);
  const found = isFirst ? 'channels-first' : isLast ? 'channels-last' : undefined;
  if (!found && !isFlat) throw wrongSize(pictures, shape);
  const order = (isFirst && isLast) || !found ? (asked ?? (channels === 1 ? 'channels-first' : found)) : found;
  if (order && (!asked || asked === order || channels === 1)) return { channels, order, size };
  const message = `an input of [${shape.join(', ')}] ${order ? `has its ${order.replace('-', ' ')}` : 'does not say where its channels are'}`;
  throw wrongShape(message, "say it with `layout: 'channels-first'` or `'channels-last'`");
}

function wrongSize(pictures: readonly Picture[], shape: readonly number[]): ChipError {
  const sizes = [...new Set(pictures.map(({ width, height }) => `${width} × ${height}`))].slice(0, 3).join(', ');
  const given =
    pictures.length === 1 ? `a picture of ${sizes} pixels` : `${pictures.length} pictures of ${sizes} pixels`;
  const message = `${given} cannot be an input of [${shape.join(', ')}]`;
  return wrongShape(
    message,
    'draw it onto a canvas of the right size: `context.drawImage(picture, 0, 0, width, height)`',
  );
}

function wrongShape(message: string, help: string): ChipError {
  return new ChipError(failed('wrong-shape', message, help).diagnostics);
}
