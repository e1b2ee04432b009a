export {
  type AllocateOptions,
  type Allocation,
  allocate,
  type GreedyStrategy,
  type Strategy,
  strategies,
} from './allocate.ts';
export { type LowerBound, lowerBound } from './bound.ts';
export { type CsvContent, formatCsv, parseCsv } from './csv.ts';
export type { Placement } from './greedy.ts';
export { type Buffer, checkProblem, type Problem } from './problem.ts';
export { describeViolation, type Violation, verifyPlacement } from './verify.ts';
