/** Contractions of bytes in fours: every pairing of element types that has such a kernel, with code for one chip and for many tiles. */
import { fullBox } from '@tessera-dnn/graph';
import { expect, test } from 'vitest';
import { ops } from '../../src/index.ts';
import {
  chooseLayout,
  computedBy,
  createInstance,
  disagreement,
  placeRegion,
  recordPart,
  runPart,
} from '../../src/testing/index.ts';

const seeds = 600;

test.each(['conv', 'matmul'])('%s of bytes gives what the oracle gives', name => {
  const op = ops.all.find(each => each.name === name)!;
  const pairings = new Set<string>();
  for (let seed = 0; seed < seeds; seed++) {
    const instance = createInstance(op, seed);
    const { context, pick } = instance;
    const { variants, space, regions: regionsOf } = computedBy(op, context)!;
    const box = fullBox(space.extents);
    for (const variant of variants.filter(each => each.name.includes('bytes'))) {
      const operands = regionsOf(box).map((region, i) =>
        placeRegion(context.operands[i], region, chooseLayout(variant.operands[i], region.count.length, pick)),
      );
      const { result } = context;
      const layout = chooseLayout(variant.result, result.shape.length, pick);
      const part = {
        variant: variant.name,
        box,
        operands,
        result: placeRegion(result, fullBox(result.shape), layout),
        partial: false,
        specialised: pick.chance(0.5),
      };
      expect(disagreement(instance, runPart(instance, ops, part, pick.int(1, 4))), `seed ${seed}`).toBeUndefined();
      const { instructions } = recordPart(instance, ops, part).code;
      const elements = context.operands.map(({ element }) => element).join(' · ');
      if (JSON.stringify(instructions).includes('"dot"')) pairings.add(`${elements}, ${part.specialised}`);
    }
  }
  const expected = ['i8 · i8', 'i8 · u8', 'u8 · i8'].flatMap(pair => [`${pair}, false`, `${pair}, true`]);
  expect([...pairings].sort()).toEqual(expected);
});
