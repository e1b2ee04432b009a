/** Law: along the axes that an op calls movable, the kernel of a box does to the same box elsewhere what that one's own does, bit for bit. */
import type { Box } from '@tessera-dnn/graph';
import { fullBox } from '@tessera-dnn/graph';
import type { RecordedKernel } from '@tessera-dnn/graph/kernel';
import { interpretKernel } from '@tessera-dnn/graph/kernel';
import type { LayoutRequest } from '@tessera-dnn/graph/op';
import type { DefinedOp } from '@tessera-dnn/ops';
import { ops } from '@tessera-dnn/ops';
import type { Instance } from '@tessera-dnn/ops/testing';
import { chooseLayout, computedBy, createInstance, placeRegion, recordPart } from '@tessera-dnn/ops/testing';
import { describe, expect, it } from 'vitest';

const kernels = ops.all.filter(op => op.kind === 'kernel');
const instances = (op: DefinedOp) => Array.from({ length: 24 }, (_, seed) => createInstance(op, 3000 + seed));
const movable = kernels.filter(op =>
  instances(op).some(({ context }) => (computedBy(op, context)?.space.movable ?? []).length > 0),
);

describe('a moved box has the same kernel', () => {
  it.each(movable)('of $name', op => {
    let compared = 0;
    for (const instance of instances(op)) {
      const computed = computedBy(op, instance.context)!;
      for (const variant of computed.variants) {
        for (const axis of computed.space.movable ?? []) {
          const quantum = variant.quantum?.[axis] ?? 1;
          const whole = fullBox(computed.space.extents);
          const count = whole.count[axis] - quantum;
          if (count <= 0) continue;
          const at = (start: number): Box => ({
            start: whole.start.with(axis, start),
            count: whole.count.with(axis, count),
            step: whole.step,
          });
          const layouts = (request: LayoutRequest, rank: number) => chooseLayout(request, rank, instance.pick);
          const rank = instance.context.result.shape.length;
          const result = layouts(variant.result, rank);
          const operands = instance.context.operands.map(({ shape }, i) => layouts(variant.operands[i], shape.length));
          const kernelAt = (start: number) => {
            const box = at(start);
            const regions = computed.regions(box);
            const inResult = {
              start: box.start.slice(0, rank),
              count: box.count.slice(0, rank),
              step: box.step.slice(0, rank),
            };
            return recordPart(instance, ops, {
              variant: variant.name,
              box,
              operands: instance.context.operands.map((type, i) => placeRegion(type, regions[i], operands[i])),
              result: placeRegion(instance.context.result, inResult, result),
              partial: false,
              specialised: false,
            });
          };
          const call = `${variant.name}, axis ${axis}, ${describeCall(instance)}`;
          expect(Buffer.compare(run(kernelAt(0)), run(kernelAt(quantum))), call).toBe(0);
          compared++;
        }
      }
    }
    expect(compared).toBeGreaterThan(0);
  });
});

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
