/** What a slice is told beside its operand: per axis the first element, how many there are, and the step from one to the next. */
export type SliceAttributes = {
  readonly start: readonly number[];
  readonly count: readonly number[];
  readonly step: readonly number[];
};
