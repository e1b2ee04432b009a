/** The circles of imports that are allowed, each with its reason. A grammar that is recursive across files is one; little else is. */
import type { AllowedCircle } from './circles.ts';

const language = 'packages/language/src';
const tiling = 'packages/tiling/src';

export const allowedCircles: readonly AllowedCircle[] = [
  {
    files: [`${language}/format/expressions.ts`, `${language}/format/statements.ts`],
    reason: 'Statements hold expressions, and the expression `if` holds statements: the printer follows the grammar.',
  },
  {
    files: [`${language}/elaborate/names/expressions.ts`, `${language}/elaborate/names/statements.ts`],
    reason:
      'Statements hold expressions, and the expression `if` holds statements: the check of names follows the grammar.',
  },
  {
    files: [`${tiling}/lower/assembly.ts`, `${tiling}/lower/record.ts`],
    reason: 'The recorder of vertices and what it assembles name each other until lowering gives values.',
  },
  {
    files: [`${tiling}/lower/combine.ts`, `${tiling}/lower/compute.ts`],
    reason: 'The combining of parts is told its context by what computes them, until lowering gives values.',
  },
  {
    files: [`${tiling}/lower/decisions.ts`, `${tiling}/lower/lowering.ts`, `${tiling}/lower/updates.ts`],
    reason: 'Decisions, lowering and updates write into one environment, until lowering gives values.',
  },
  {
    files: [`${tiling}/split/owners.ts`, `${tiling}/split/score.ts`],
    reason: 'The parts of owners are told of a split by its type, which stands beside its score.',
  },
];
