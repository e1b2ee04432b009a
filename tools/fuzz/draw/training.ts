/** Draws the end of a train program: a loss that depends on params, and one or more `minimize` with all their clauses. */
import { isFloat } from '@tessera-dnn/graph';
import type { Pick } from '@tessera-dnn/ops';
import type { Arg, Args, Call, Minimisation } from '../describe/program.ts';
import type { Sketch } from './sketch.ts';

type DrawArgs = (pick: Pick) => Args;

/** The optimisers by name, each with a function that draws its arguments except the rate. */
export const optimisers: { readonly [name: string]: DrawArgs } = {
  sgd: pick => ({
    ...(pick.chance() && { momentum: 0.9, ...(pick.chance(0.4) && { nesterov: true }) }),
    ...(pick.chance(0.3) && { decay: 0.01 }),
  }),
  adam: pick => ({ ...(pick.chance(0.3) && { decay: 0.01 }), ...(pick.chance(0.2) && { beta1: 0.8 }) }),
  adamw: pick => ({ ...(pick.chance(0.3) && { decay: 0.1 }) }),
  rmsprop: pick => ({ ...(pick.chance(0.4) && { momentum: 0.9 }), ...(pick.chance(0.3) && { decay: 0.01 }) }),
};

/** The schedules by name, which may stand in the place of a rate. */
export const schedules: { readonly [name: string]: DrawArgs } = {
  warmup_cosine: pick => ({ warmup: pick.int(1, 3), total: pick.int(3, 9) }),
  step_decay: pick => ({ every: pick.int(1, 2), ...(pick.chance() && { factor: 0.5 }) }),
};

/** A scalar loss with a gradient for every element of `value`. It is bounded, so that results stay in a reasonable range. */
export function drawLoss(sketch: Sketch, value: string): string | undefined {
  const { pick } = sketch;
  const small = pick.chance(0.7) ? value : sketch.call('tanh', [value]);
  const weighted = small && sketch.call('mul', [small, pick.chance() ? sketch.fitted(sketch.typeOf(small)) : small]);
  return weighted && sketch.call(pick.chance(0.7) ? 'mean' : 'sum', [weighted]);
}

/** A float value for the loss: one of the last, so that it depends on much of the program. */
export function lastFloat(sketch: Sketch): string | undefined {
  return sketch.values.findLast(({ type, name }) => isFloat(type.element) && !sketch.inputs.some(x => x.name === name))
    ?.name;
}

/** A `minimize` of the params `only`, if they are given; else of all, or of those that match a random pattern (possibly none). */
export function drawMinimisation({ pick }: Sketch, loss: string, only = drawPattern(pick)): Minimisation {
  const name = pick.one(Object.keys(optimisers));
  return {
    kind: 'minimize',
    loss,
    optimiser: { callee: name, operands: [], args: { rate: drawRate(pick), ...optimisers[name](pick) } },
    ...(only && { only }),
    ...(pick.chance(0.3) && { clip: pick.one([0.1, 1, 5]) }),
    ...(pick.chance(0.2) && { accumulate: pick.int(2, 3) }),
    ...(pick.chance(0.2) && { states: pick.one(['f32', 'f32', 'f16', 'bf16'] as const) }),
    ...(pick.chance(0.2) && { master: 'f32' as const }),
    ...(pick.chance(0.2) && { scale: pick.one([8, 1024, 'automatic', 'automatic(start: 8, interval: 2)']) }),
  };
}

function drawRate(pick: Pick): Arg {
  const rate = pick.one([0.5, 0.1, 0.01, 1]);
  if (pick.chance(0.75)) return rate;
  const callee = pick.one(Object.keys(schedules));
  const schedule: Call = { callee, operands: [], args: { rate, ...schedules[callee](pick) } };
  return schedule;
}

function drawPattern(pick: Pick): readonly string[] | undefined {
  return pick.chance(0.1) ? [pick.one(['*', '*.bias', '*.weight'])] : undefined;
}
