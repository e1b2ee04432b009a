export {
  type AllocateOptions,
  type Allocation,
  allocate,
  type GreedyStrategy,
  type Placement,
  type Strategy,
  strategies,
} from './allocate.ts';
export { type LowerBound, lowerBound } from './bound.ts';
export { type CsvContent, formatCsv, formatPlacement, parseCsv } from './csv.ts';
export type { SearchOptions } from './exact/portfolio.ts';
export { type Criterion, type Ranking, rankings } from './exact/ranking.ts';
export { allRules, type Rules } from './exact/search.ts';
export { type Code, catalogue } from './explain/catalogue.ts';
export { type InfeasibleSubset, infeasibleSubset, type SubsetBudget } from './infeasible.ts';
export { type Buffer, checkProblem, type Gap, type Pair, type Problem } from './problem.ts';
export { describeViolation, type Violation, verifyPlacement } from './verify.ts';
