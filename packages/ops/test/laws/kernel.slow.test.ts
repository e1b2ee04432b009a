/** Law: a kernel gives what the oracle gives, in every variant and layout and for any number of workers, and writes nothing but its result. */
import { fullBox } from '@tessera-dnn/graph';
import { describe, expect, it } from 'vitest';
import { ops } from '../../src/index.ts';
import {
  chooseLayout,
  computedBy,
  createInstance,
  disagreement,
  placeRegion,
  runPart,
} from '../../src/testing/index.ts';

const instances = 24;

describe.each(ops.all.filter(op => op.kind === 'kernel' || op.kind === 'elementwise'))('$name', op => {
  it('computes what its oracle does', () => {
    for (let seed = 0; seed < instances; seed++) {
      const instance = createInstance(op, seed);
      const { context, pick } = instance;
      const computed = computedBy(op, context)!;
      const box = fullBox(computed.space.extents);
      const regions = computed.regions(box);
      for (const variant of computed.variants) {
        const operands = context.operands.map((type, i) =>
          placeRegion(type, regions[i], chooseLayout(variant.operands[i], type.shape.length, pick)),
        );
        const { result } = context;
        const workers = pick.int(1, 4);
        const layout = chooseLayout(variant.result, result.shape.length, pick);
        const part = {
          variant: variant.name,
          box,
          operands,
          result: placeRegion(result, fullBox(result.shape), layout),
          partial: false,
          specialised: pick.chance(0.3),
          ordered: workers === 1,
        };
        const got = runPart(instance, ops, part, workers);
        expect(disagreement(instance, got), `${op.name}, variant ${variant.name}, seed ${seed}`).toBeUndefined();
      }
    }
  });
});
