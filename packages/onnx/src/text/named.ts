/** An input or output of the program, with what the model calls it. */
export interface Named {
  readonly name: string;
  readonly original: string;
}
