/** What came of a situation, and what should have come, as JSON. */
export interface Situation {
  readonly name: string;
  readonly found: string;
  readonly wanted: string;
}
