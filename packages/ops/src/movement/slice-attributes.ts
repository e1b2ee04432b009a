/** The attributes of a slice: for each axis its first element, how many there are, and the step from one to the next. */
export type SliceAttributes = {
  readonly start: readonly number[];
  readonly count: readonly number[];
  readonly step: readonly number[];
};
