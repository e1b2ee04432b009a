/** Brings pictures to the size that a network takes. */
import type { PictureBytes } from './decode.ts';

/**
 * The middle of the picture, as large as it can be in the shape of `width` × `height`, in that size: torchvision's `Resize` and `CenterCrop`. Where pixels
 * become fewer, each is a mean of those that it covers, weighted by a triangle; where they become more, the line between two neighbours.
 */
export function fittedPicture(picture: PictureBytes, width: number, height: number): PictureBytes {
  if (picture.width === width && picture.height === height) return picture;
  const scale = Math.min(picture.width / width, picture.height / height);
  const columns = weightsOf(picture.width, width, scale);
  const rows = weightsOf(picture.height, height, scale);
  const narrow = new Float64Array(picture.height * width * 4);
  for (let y = 0; y < picture.height; y++) {
    columns.forEach(({ first, weights }, x) => {
      for (let c = 0; c < 4; c++) {
        const sum = weights.reduce(
          (sum, weight, i) => sum + weight * picture.data[4 * (y * picture.width + first + i) + c],
          0,
        );
        narrow[4 * (y * width + x) + c] = sum;
      }
    });
  }
  const data = new Uint8ClampedArray(width * height * 4);
  rows.forEach(({ first, weights }, y) => {
    for (let at = 0; at < 4 * width; at++) {
      data[4 * y * width + at] = weights.reduce(
        (sum, weight, i) => sum + weight * narrow[4 * (first + i) * width + at],
        0,
      );
    }
  });
  return { width, height, data };
}

interface Weights {
  readonly first: number;
  readonly weights: readonly number[];
}

/** For each of `size` new pixels, how much of which old ones it has; they add up to 1. */
function weightsOf(from: number, size: number, scale: number): readonly Weights[] {
  const reach = Math.max(scale, 1);
  const begin = (from - size * scale) / 2;
  return Array.from({ length: size }, (_, at) => {
    const middle = begin + (at + 0.5) * scale;
    const first = Math.max(0, Math.ceil(middle - reach - 0.5));
    const last = Math.min(from - 1, Math.floor(middle + reach - 0.5));
    const raw = Array.from({ length: last - first + 1 }, (_, i) =>
      Math.max(0, 1 - Math.abs(first + i + 0.5 - middle) / reach),
    );
    const sum = raw.reduce((sum, weight) => sum + weight, 0);
    return { first, weights: raw.map(weight => weight / sum) };
  });
}
