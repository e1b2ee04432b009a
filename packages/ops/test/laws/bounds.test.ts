/** Law: what an op gives lies within the bounds that follow from those of its operands. */

import type { Tensor } from '@tessera-dnn/graph/op';
import { elementInterval, type Interval, resultBounds } from '@tessera-dnn/graph/op';
import { describe, expect, it } from 'vitest';
import { type DefinedOp, ops } from '../../src/index.ts';
import { createInstance } from '../../src/testing/index.ts';

const instances = 60;

describe.each(ops.all.filter(op => op.bounds !== undefined || op.kind === 'movement'))('$name', op => {
  it('gives nothing out of its bounds', () => {
    for (let seed = 0; seed < instances; seed++) {
      const { context, operands, answer } = createInstance(op, seed);
      if (!scalesArePositive(op, operands)) continue;
      const [least, greatest] = resultBounds(op, {
        operands: operands.map(dataBounds),
        attributes: context.attributes,
        elements: operands.map(({ type }) => type.element),
        element: answer.type.element,
      });
      const outside = answer.data.filter(x => x < least || x > greatest);
      expect([...outside], `${op.name}, seed ${seed}: [${least}, ${greatest}]`).toEqual([]);
    }
  });
});

/** A scale is a positive number; what is computed with another one is nothing that may be relied on. */
function scalesArePositive(op: DefinedOp, operands: readonly Tensor[]): boolean {
  const scales = op.kind === 'elementwise' ? (op.precise ?? []) : [];
  return scales.every(i => operands[i].data.every(scale => scale > 0 && scale < Infinity));
}

/** Bounds that a tensor without its NaNs has; a tensor of these alone may have any. */
function dataBounds({ type, data }: Tensor): Interval {
  const numbers = data.filter(x => !Number.isNaN(x));
  return numbers.length === 0 ? elementInterval(type.element) : [Math.min(...numbers), Math.max(...numbers)];
}
