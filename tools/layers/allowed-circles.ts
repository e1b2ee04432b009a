/** The circles of imports that are allowed, each with its reason, such as a grammar that is recursive across files. */
import type { AllowedCircle } from './circles.ts';

const language = 'packages/language/src';

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
];
