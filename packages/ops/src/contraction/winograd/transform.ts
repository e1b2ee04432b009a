/**
 * Winograd's transforms: how the sums of a convolution of three taps become products.
 *
 * `m` neighbouring results of three taps read `m + 2` inputs. Seen as polynomials, results are a product that is known as soon as it is
 * known at `m + 2` points: inputs and weights are evaluated there (*transformed*), multiplied point by point, and the results are found by
 * interpolation. That is `m + 2` multiplications in place of `3·m`, and in two dimensions `(m + 2)²` in place of `9·m²`: 4 in place of 9 for
 * m = 2, and 1 in place of 4 for m = 4. Transforms are linear, so products are summed over the channels before they are transformed back.
 *
 * Points are 0, infinity and pairs ±a, for which half of the work of a transform is shared. With m = 4, ±1 and ±2 would be the usual ones;
 * ±11/16 and ±11/8 make an error a third as large, since their powers are nearer to 1, and their squares are exact. The largest error of
 * normally distributed numbers, divided by the largest result, with 64 and with 512 channels: m = 2: 3.7e-7, 8e-7; m = 4: 1.4e-6, 3.7e-6,
 * with the usual points 3.8e-6, 1.2e-5.
 *
 * Source: A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks" (2015, arXiv 1509.09308); on points, B. Barabasz et al.,
 * "Error analysis and improving the accuracy of Winograd convolution for deep neural networks" (2018, arXiv 1803.10986).
 */
import type { KernelBuilder, KernelValue } from '@tessera-dnn/graph/kernel';

/** The transforms of one dimension; those of two are these along rows, and then along columns. */
export interface Transform {
  /** How many neighbouring results there are. */
  readonly results: number;
  /** How many inputs these read, and how many points there are. */
  readonly points: number;
  readonly input: LineTransform;
  /** Of three taps. */
  readonly weights: LineTransform;
  /** From the points back to the results. */
  readonly output: LineTransform;
}

/** A linear map of vectors in registers. */
export type LineTransform = (k: KernelBuilder, line: readonly KernelValue[]) => readonly KernelValue[];

/** Two results, from the points 0, 1, -1 and infinity. */
const ofTwo: Transform = {
  results: 2,
  points: 4,
  input: (k, [d0, d1, d2, d3]) => [k.sub(d0, d2), k.add(d1, d2), k.sub(d2, d1), k.sub(d3, d1)],
  weights: (k, [g0, g1, g2]) => {
    const even = k.add(g0, g2);
    return [g0, k.add(even, g1), k.sub(even, g1), g2];
  },
  output: (k, [m0, m1, m2, m3]) => [k.fma(k.add(m1, m2), 0.5, m0), k.fma(k.sub(m1, m2), 0.5, m3)],
};

/** Four results, from the points 0, ±a, ±b and infinity. */
const ofFour: Transform = fromPairs(11 / 16, 11 / 8);

/**
 * Row p of the transform of inputs is the polynomial `Π (x - q)` over all other points q, that of infinity over all of them. Products have to
 * be divided by its value at p, which is `2a²(a² - b²)` for both a and -a: in the transform of outputs, where that takes no instruction of
 * its own, and for the point 0 in that of inputs.
 */
function fromPairs(a: number, b: number): Transform {
  const [a2, b2] = [a * a, b * b];
  const [perA, perB] = [1 / (2 * a2 * (a2 - b2)), 1 / (2 * b2 * (b2 - a2))];
  const inputPair = (k: KernelBuilder, [, d1, d2, d3, d4]: readonly KernelValue[], p: number, other: number) => {
    const [even, odd] = [k.fma(d2, -other, d4), k.fma(d1, -other, d3)];
    return [k.fma(odd, p, even), k.fma(odd, -p, even)];
  };
  const weightPair = (k: KernelBuilder, [g0, g1, g2]: readonly KernelValue[], p: number) => {
    const [even, odd] = [k.fma(g2, p * p, g0), k.mul(g1, p)];
    return [k.add(even, odd), k.sub(even, odd)];
  };
  return {
    results: 4,
    points: 6,
    input: (k, line) => {
      const [d0, d1, d2, d3, d4, d5] = line;
      return [
        k.fma(d4, 1 / (a2 * b2), k.fma(d2, -(1 / a2 + 1 / b2), d0)),
        ...inputPair(k, line, a, b2),
        ...inputPair(k, line, b, a2),
        k.fma(d1, a2 * b2, k.fma(d3, -(a2 + b2), d5)),
      ];
    },
    weights: (k, line) => [line[0], ...weightPair(k, line, a), ...weightPair(k, line, b), line[2]],
    output: (k, [m0, m1, m2, m3, m4, m5]) => {
      const [sumA, sumB] = [k.add(m1, m2), k.add(m3, m4)];
      const [differenceA, differenceB] = [k.sub(m1, m2), k.sub(m3, m4)];
      return [
        k.fma(sumB, perB, k.fma(sumA, perA, m0)),
        k.fma(differenceB, perB * b, k.mul(differenceA, perA * a)),
        k.fma(sumB, perB * b2, k.mul(sumA, perA * a2)),
        k.fma(differenceB, perB * b * b2, k.fma(differenceA, perA * a * a2, m5)),
      ];
    },
  };
}

/** The transforms by the number of results. */
export const transforms = { 2: ofTwo, 4: ofFour } as const;

/** A transform of two dimensions: of every column of `square` (a list of rows), and then of every row of what comes of it. */
export function transformSquare(
  k: KernelBuilder,
  line: LineTransform,
  square: readonly (readonly KernelValue[])[],
): readonly (readonly KernelValue[])[] {
  const columns = square[0].map((_, column) =>
    line(
      k,
      square.map(row => row[column]),
    ),
  );
  return columns[0].map((_, row) =>
    line(
      k,
      columns.map(column => column[row]),
    ),
  );
}
