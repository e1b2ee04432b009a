/** Contractions of bytes in fours: every pairing of element types that has such a kernel, with code for one chip and for many tiles. */
import { fullBox } from '@tessera-dnn/graph';
import { elementInterval } from '@tessera-dnn/graph/op';
import { expect, test } from 'vitest';
import { ops } from '../../src/index.ts';
import {
  chooseLayout,
  computedBy,
  createInstance,
  disagreement,
  type Instance,
  placeRegion,
  recordPart,
  runPart,
} from '../../src/testing/index.ts';

const seeds = 700;

test.each([
  { name: 'conv', names: ['depthwise-bytes', 'direct-bytes'] },
  { name: 'matmul', names: ['blocked-bytes'] },
])('$name of bytes gives what the oracle gives', ({ name, names }) => {
  const op = ops.all.find(each => each.name === name)!;
  const pairings = new Set<string>();
  for (let seed = 0; seed < seeds; seed++) {
    const instance = withBounds(createInstance(op, seed));
    const { context, pick } = instance;
    const { variants, space, regions: regionsOf } = computedBy(op, context)!;
    const box = fullBox(space.extents);
    const chosen = variants.filter(each => each.name.includes('bytes'));
    for (const [variant, specialised] of chosen.flatMap(each => [[each, false] as const, [each, true] as const])) {
      const operands = regionsOf(box).map((region, i) =>
        placeRegion(context.operands[i], region, chooseLayout(variant.operands[i], region.count.length, pick)),
      );
      const { result } = context;
      const layout = chooseLayout(variant.result, result.shape.length, pick);
      const placed = placeRegion(result, fullBox(result.shape), layout);
      const part = { variant: variant.name, box, operands, result: placed, partial: false, specialised };
      expect(disagreement(instance, runPart(instance, ops, part, pick.int(1, 4))), `seed ${seed}`).toBeUndefined();
      const { instructions } = recordPart(instance, ops, part).code;
      const elements = context.operands.map(({ element }) => element).join(' · ');
      if (!JSON.stringify(instructions).includes('"dot"')) continue;
      pairings.add(`${variant.name.replace('-any', '')} ${elements}${specialised ? ', specialised' : ''}`);
    }
  }
  const pairs = ['i8 · i8', 'i8 · u8', 'u8 · i8'];
  expect([...pairings].sort()).toEqual(
    names.flatMap(each => pairs.flatMap(pair => [`${each} ${pair}`, `${each} ${pair}, specialised`])),
  );
});

/** Half of the instances with a first operand that is known to be below 128 and not negative. */
function withBounds(instance: Instance): Instance {
  const { op, context, answer, pick } = instance;
  if (pick.chance(0.5)) return instance;
  const [x, weight] = instance.operands;
  const attributes = { ...context.attributes, bounds: [[0, 127], elementInterval(weight.type.element)] };
  const operands = [{ ...x, data: x.data.map(value => Math.abs(value) % 128) }, weight];
  const data = op.evaluate(operands, attributes, answer.type, value => value);
  return { ...instance, context: { ...context, attributes }, operands, answer: { ...answer, data } };
}
