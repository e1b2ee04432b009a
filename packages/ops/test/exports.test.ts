/** What the package offers: a name more or less is a decision. */
import { expect, it } from 'vitest';
import * as main from '../src/index.ts';
import * as testing from '../src/testing/index.ts';

it('exports these names', () => {
  expect(Object.keys(main).sort()).toMatchInlineSnapshot(`
    [
      "createPick",
      "defineOp",
      "ops",
    ]
  `);
  expect(Object.keys(testing).sort()).toMatchInlineSnapshot(`
    [
      "arenaBytes",
      "argumentsOf",
      "chooseLayout",
      "computedBy",
      "createInstance",
      "disagreement",
      "elementsOf",
      "functionCases",
      "overwritesOf",
      "placeRegion",
      "recordFunction",
      "recordPart",
      "resultBox",
      "runIn",
      "runPart",
      "unitInTheLastPlace",
      "worstError",
    ]
  `);
});
