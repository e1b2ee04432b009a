/**
 * Law: if an op says that its result may lie over an operand, so many bytes before it, then the result there is the same as anywhere else.
 * Operand and result have equal layouts, as the compiler makes them in that case.
 */

import { fullBox } from '@tessera-dnn/graph';
import type { Overwrite } from '@tessera-dnn/graph/op';
import { describe, expect, it } from 'vitest';
import { ops } from '../../src/index.ts';
import type { Instance } from '../../src/testing/index.ts';
import {
  chooseLayout,
  computedBy,
  createInstance,
  disagreement,
  overwritesOf,
  overwritingVariants,
  placeRegion,
  runPart,
} from '../../src/testing/index.ts';

const instances = 24;

describe.each(ops.all.filter(op => op.kind === 'kernel' || op.kind === 'elementwise'))('$name', op => {
  it('may write where it says it may', () => {
    for (let seed = 200; seed < 200 + instances; seed++) {
      const instance = createInstance(op, seed);
      for (const over of overwritesOf(instance)) checkOverwrite(instance, over, seed);
    }
  });
});

function checkOverwrite(instance: Instance, over: Overwrite, seed: number): void {
  const { op, context, pick } = instance;
  const computed = computedBy(op, context)!;
  const box = fullBox(computed.space.extents);
  const regions = computed.regions(box);
  for (const variant of overwritingVariants(computed.variants, over)) {
    const layout = chooseLayout(variant.result, context.result.shape.length, pick);
    const operands = context.operands.map((type, i) => {
      const request = variant.operands[i];
      const own = i === over.operand && request === 'any' ? layout : chooseLayout(request, type.shape.length, pick);
      // An operand that is written over behind the reads is whole in memory, whatever part of it is read.
      return placeRegion(type, i === over.operand && over.inOrder ? fullBox(type.shape) : regions[i], own);
    });
    const part = {
      variant: variant.name,
      box,
      operands,
      result: placeRegion(context.result, fullBox(context.result.shape), layout),
      partial: false,
      specialised: pick.chance(0.3),
      ordered: over.inOrder !== undefined,
    };
    const got = runPart(instance, ops, part, 1, over);
    expect(disagreement(instance, got), `${op.name}, variant ${variant.name}, seed ${seed}`).toBeUndefined();
  }
}
