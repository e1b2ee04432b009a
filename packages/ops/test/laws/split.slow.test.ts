/**
 * Law: the parts of a space, each computed from nothing but its regions, make up the whole. Parts along axes of the result lie side by side,
 * and parts along combined axes are combined: by whoever has all of them, or one after the other in the place of the result.
 */
import type { Box } from '@tessera-dnn/graph';
import { fullBox, resultPart, roundingOf, wideElement } from '@tessera-dnn/graph';
import { combineIdentity } from '@tessera-dnn/graph/kernel';
import type { Combine, Space } from '@tessera-dnn/graph/op';
import { describe, expect, it } from 'vitest';
import type { Pick } from '../../src/index.ts';
import { ops } from '../../src/index.ts';
import {
  chooseLayout,
  computedBy,
  createInstance,
  disagreement,
  elementsOf,
  placeRegion,
  runPart,
} from '../../src/testing/index.ts';

const instances = 16;

describe.each(ops.all.filter(op => op.kind === 'kernel' || op.kind === 'elementwise'))('$name', op => {
  it('is the join of its parts', () => {
    for (let seed = 100; seed < 100 + instances; seed++) {
      const instance = createInstance(op, seed);
      const { context, pick } = instance;
      const { result } = context;
      const rank = result.shape.length;
      const computed = computedBy(op, context)!;
      const variant = pick.one(computed.variants);
      const layouts = context.operands.map((type, i) => chooseLayout(variant.operands[i], type.shape.length, pick));
      const layout = chooseLayout(variant.result, rank, pick);
      const summing = computed.space.combine.find(how => how !== undefined);
      // In rounds, each part adds to what those before have left in its place.
      const inRounds = summing !== undefined && result.element !== 'bool';
      const adds = inRounds && variant.algorithm === undefined && pick.chance() ? summing : undefined;
      const element = wideElement(result.element);
      const whole = new Float64Array(instance.answer.data.length);
      if (adds) whole.fill(combineIdentity(element === 'i32' ? 'i32' : 'f32', adds));
      const written = new Uint8Array(whole.length);
      for (const box of parts(computed.space, pick)) {
        const regions = computed.regions(box);
        regions.forEach((region, i) => {
          expect(isInside(region, context.operands[i].shape), `${op.name}, seed ${seed}, operand ${i}`).toBe(true);
        });
        const own = resultPart(box, rank);
        const partial = box.count.some((count, axis) => axis >= rank && count < computed.space.extents[axis]);
        // Parts of sums have 32 bits, whatever the result has.
        const stored = partial || adds ? { ...result, element } : result;
        const spec = {
          variant: variant.name,
          box,
          operands: context.operands.map((type, i) => placeRegion(type, regions[i], layouts[i])),
          result: placeRegion(stored, own, layout),
          partial: partial || adds !== undefined,
          ...(adds && { adds: { combine: adds, before: { type: stored, data: whole } } }),
          specialised: false,
        };
        const values = runPart(instance, ops, spec, pick.int(1, 3));
        elementsOf(own, result.shape).forEach((at, i) => {
          whole[at] = written[at] && !adds ? combined(summing, whole[at], values[i]) : values[i];
          written[at] = 1;
        });
      }
      expect(
        disagreement(instance, whole.map(roundingOf(result.element, Math.fround))),
        `${op.name}, variant ${variant.name}, seed ${seed}`,
      ).toBeUndefined();
    }
  });
});

function combined(combine: Combine | undefined, a: number, b: number): number {
  switch (combine) {
    case 'add':
      return Math.fround(a + b);
    case 'mul':
      return Math.fround(a * b);
    case 'max':
      return Math.max(a, b);
    case 'min':
      return Math.min(a, b);
    case undefined:
      throw new Error('a part without combine was computed twice');
  }
}

/** Boxes that cover the space: every axis that may be cut is cut at random, or left whole. */
function parts({ extents, combine, whole }: Space, pick: Pick): readonly Box[] {
  const rank = extents.length - combine.length;
  let boxes: readonly Box[] = [fullBox(extents)];
  extents.forEach((extent, axis) => {
    const fixed = axis < rank ? (whole?.includes(axis) ?? false) : combine[axis - rank] === undefined;
    if (fixed || extent === 1 || boxes.length > 6 || pick.chance(0.4)) return;
    const cut = pick.int(1, extent - 1);
    boxes = boxes.flatMap(box => [cutBox(box, axis, 0, cut), cutBox(box, axis, cut, extent - cut)]);
  });
  return boxes;
}

function cutBox(box: Box, axis: number, start: number, count: number): Box {
  const replace = (list: readonly number[], value: number): number[] =>
    list.map((old, i) => (i === axis ? value : old));
  return { start: replace(box.start, start), count: replace(box.count, count), step: box.step };
}

function isInside({ start, count, step }: Box, shape: readonly number[]): boolean {
  return (
    start.length === shape.length &&
    shape.every((extent, axis) => {
      const last = start[axis] + (count[axis] - 1) * step[axis];
      return count[axis] >= 1 && step[axis] >= 1 && start[axis] >= 0 && last < extent;
    })
  );
}
