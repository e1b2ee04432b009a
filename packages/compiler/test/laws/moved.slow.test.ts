/**
 * Law: along the axes that an op calls movable, and inside the edges of others, the kernel of a box does to the same box elsewhere what that
 * one's own does, bit for bit.
 */
import type { Box, Work } from '@tessera-dnn/graph';
import { fullBox, resultPart } from '@tessera-dnn/graph';
import type { RecordedKernel } from '@tessera-dnn/graph/kernel';
import { interpretKernel } from '@tessera-dnn/graph/kernel';
import type { LayoutRequest, Space, Variant } from '@tessera-dnn/graph/op';
import type { DefinedOp } from '@tessera-dnn/ops';
import { ops } from '@tessera-dnn/ops';
import type { Instance } from '@tessera-dnn/ops/testing';
import { chooseLayout, computedBy, createInstance, placeRegion, recordPart } from '@tessera-dnn/ops/testing';
import { describe, expect, it } from 'vitest';
import { sampled } from '../support/sample.ts';

const kernels = ops.all.filter(op => op.kind === 'kernel');
const nowhere: Space = { extents: [], combine: [] };
const instances = (op: DefinedOp) => Array.from({ length: 24 }, (_, seed) => createInstance(op, 3000 + seed));
/** Two places of a box of `count` indices of an axis, whose kernels must be alike. */
interface Moved {
  readonly axis: number;
  readonly count: number;
  readonly places: readonly [number, number];
}

/** What the space of a call says of boxes that may be moved, once for each axis; inside the edges with the largest box and with the smallest. */
function movesOf({ extents, movable = [], inner = [] }: Space, quantum: readonly number[] = []): readonly Moved[] {
  const anywhere = movable.map((axis): Moved => {
    const by = quantum[axis] ?? 1;
    return { axis, count: extents[axis] - by, places: [0, by] };
  });
  const inside = inner.flatMap(({ axis, from, to, by }): Moved[] => {
    const most = to - from - by;
    return [most, 1].map(count => ({ axis, count: Math.min(count, most), places: [from, from + by] }));
  });
  return [...anywhere, ...inside].filter(({ count }) => count > 0);
}

const movable = kernels.filter(op =>
  instances(op).some(({ context }) => movesOf(computedBy(op, context)?.space ?? nowhere).length > 0),
);

describe('a moved box has the same kernel', () => {
  it.each(movable)('of $name', op => {
    let compared = 0;
    for (const instance of instances(op)) {
      const computed = computedBy(op, instance.context)!;
      for (const variant of computed.variants) {
        for (const moved of sampled(movesOf(computed.space, variant.quantum), 3)) {
          const [here, there] = kernelsAt(instance, computed, variant, moved);
          const call = `${variant.name}, ${JSON.stringify(moved)}, ${describeCall(instance)}`;
          expect(Buffer.compare(run(here), run(there)), call).toBe(0);
          compared++;
        }
      }
    }
    expect(compared).toBeGreaterThan(0);
  });
});

/** The kernels of a variant for a box that is whole but along one axis, at two places of that. */
function kernelsAt(instance: Instance, { space, regions }: Work, variant: Variant, { axis, count, places }: Moved) {
  const { context, pick } = instance;
  const rank = context.result.shape.length;
  const whole = fullBox(space.extents);
  const layoutOf = (request: LayoutRequest, of: number) => chooseLayout(request, of, pick);
  const result = layoutOf(variant.result, rank);
  const operands = context.operands.map(({ shape }, i) => layoutOf(variant.operands[i], shape.length));
  return places.map(start => {
    const box: Box = { ...whole, start: whole.start.with(axis, start), count: whole.count.with(axis, count) };
    const needed = regions(box);
    return recordPart(instance, ops, {
      variant: variant.name,
      box,
      operands: context.operands.map((type, i) => placeRegion(type, needed[i], operands[i])),
      result: placeRegion(context.result, resultPart(box, rank), result),
      partial: false,
      specialised: false,
    });
  });
}

const slotBytes = 1 << 16;

/** The memory that a kernel leaves, of which every slot began with the same numbers. */
function run({ code, fields }: RecordedKernel): Uint8Array {
  const memory = new ArrayBuffer((code.slots + 1) * slotBytes);
  new Float32Array(memory).forEach((_, i, all) => {
    all[i] = ((i * 7919) % 1013) / 256 - 2;
  });
  const slots = Array.from({ length: code.slots }, (_, slot) => (slot + 1) * slotBytes);
  interpretKernel(code, { memory, fields, slots });
  return new Uint8Array(memory);
}

function describeCall({ context }: Instance): string {
  return JSON.stringify([context.operands.map(({ shape }) => shape), context.attributes]);
}
