/**
 * Law: what wasm makes of a kernel gives what the oracle gives, strict and fast, with several workers, over an operand too where the
 * op allows that. All instances of all
 * ops share one module per mode, since Binaryen's start costs more than a kernel.
 */
import type { Box, Layout } from '@tessera-dnn/graph';
import { fullBox } from '@tessera-dnn/graph';
import type { LayoutRequest, Overwrite } from '@tessera-dnn/graph/op';
import type { DefinedOp } from '@tessera-dnn/ops';
import { ops } from '@tessera-dnn/ops';
import type { Instance, PartSpec } from '@tessera-dnn/ops/testing';
import {
  arenaBytes,
  chooseLayout,
  computedBy,
  createInstance,
  disagreement,
  overwritesOf,
  overwritingVariants,
  placeRegion,
  recordPart,
  runIn,
} from '@tessera-dnn/ops/testing';
import { instantiateCodelets } from '@tessera-dnn/wasm/testing';
import { describe, expect, it } from 'vitest';

const instancesPerOp = 4;
const workers = 3;

interface Trial {
  readonly instance: Instance;
  readonly part: PartSpec;
  /** An operand that the result is written over. */
  readonly over?: Overwrite;
}

const computing = ops.all.filter(op => op.kind === 'kernel' || op.kind === 'elementwise');
const trials = new Map(computing.map(op => [op, trialsOf(op)]));
const all = [...trials.values()].flat();

describe.each(['strict', 'fast'] as const)('%s wasm', math => {
  const recorded = all.map(({ instance, part }) => recordPart(instance, ops, part));
  const dataBytes = Math.max(
    ...all.map(({ part, over }, kernel) => arenaBytes(part, recorded[kernel].scratchBytes, over)),
  );
  const codelets = instantiateCodelets(recorded, { math, workers, dataBytes });

  it.each(computing)('$name computes what its oracle does', op => {
    for (const trial of trials.get(op) ?? []) {
      const kernel = all.indexOf(trial);
      const arena = {
        memory: codelets.memory.buffer,
        base: codelets.dataAddress,
        scratchBytes: recorded[kernel].scratchBytes,
        run: (slots: readonly number[]) => codelets.run(kernel, slots),
      };
      const got = runIn(arena, trial.instance, trial.part, trial.over);
      expect(disagreement(trial.instance, got), `${op.name}, variant ${trial.part.variant}`).toBeUndefined();
    }
  });
});

function trialsOf(op: DefinedOp): readonly Trial[] {
  return Array.from({ length: instancesPerOp }, (_, seed) => createInstance(op, 1000 + seed)).flatMap(instance => [
    ...trialsOfInstance(instance),
    ...overwritesOf(instance).flatMap(over => trialsOfInstance(instance, over)),
  ]);
}

/** One trial for every variant. An operand that is written over lies as the result does. */
function trialsOfInstance(instance: Instance, over?: Overwrite): readonly Trial[] {
  const { context, pick, op } = instance;
  const computed = computedBy(op, context)!;
  const box = fullBox(computed.space.extents);
  const regions = computed.regions(box);
  const variants = over ? overwritingVariants(computed.variants, over) : computed.variants;
  return variants.map((variant): Trial => {
    const layout = chooseLayout(variant.result, context.result.shape.length, pick);
    const layoutOf = (request: LayoutRequest, operand: number): Layout =>
      operand === over?.operand && request === 'any'
        ? layout
        : chooseLayout(request, context.operands[operand].shape.length, pick);
    const regionOf = (i: number): Box =>
      i === over?.operand && over.inOrder ? fullBox(context.operands[i].shape) : regions[i];
    const operands = context.operands.map((type, i) =>
      placeRegion(type, regionOf(i), layoutOf(variant.operands[i], i)),
    );
    const ordered = over?.inOrder !== undefined;
    const result = placeRegion(context.result, fullBox(context.result.shape), layout);
    const part = {
      variant: variant.name,
      box,
      operands,
      result,
      partial: false,
      specialised: pick.chance(0.3),
      ordered,
    };
    return { instance, part, over };
  });
}
