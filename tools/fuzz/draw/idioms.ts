/** Combinations that people often write and that chance alone would rarely draw. */
import { isFloat } from '@tessera-dnn/graph';
import type { Sketch } from './sketch.ts';

type Idiom = (sketch: Sketch) => string | undefined;

const someFloat = (sketch: Sketch): string =>
  sketch.some(({ element }) => isFloat(element)) ?? sketch.fitted({ element: 'f32', shape: sketch.pick.shape(0, 3) });

/** A count of runs, by which a value is multiplied or shifted. */
const counted: Idiom = sketch => {
  const { pick } = sketch;
  const shape = pick.one([[], [], [1], [1, 1]]);
  const count = sketch.variable({ element: 'i32', shape }, 'state');
  const next = sketch.call('add', [count, 1]) as string;
  sketch.assign(count, next);
  const number = sketch.call('cast', [pick.chance() ? count : next], { element: 'f32' }) as string;
  return sketch.call(pick.one(['mul', 'add']), [someFloat(sketch), number]);
};

/** A sum or mean that is kept from run to run. */
const averaged: Idiom = sketch => {
  const value = someFloat(sketch);
  const state = sketch.variable(sketch.typeOf(value), 'state');
  const old = sketch.call('mul', [state, 0.5]);
  const next = old && sketch.call('add', [old, value]);
  if (next !== undefined) sketch.assign(state, next);
  return next && sketch.pick.chance() ? sketch.call('sub', [value, state]) : next;
};

/** A value plus a param of its shape, so that the param gets the gradient of whatever uses the sum. */
const watched: Idiom = sketch => {
  const value = someFloat(sketch);
  return sketch.call('add', [value, sketch.variable(sketch.typeOf(value), 'param')]);
};

/** A value combined with a learned scalar, or with a learned tensor that has one element. */
const tempered: Idiom = sketch => {
  const shape = sketch.pick.one([[], [1], [1, 1]]);
  const temperature = sketch.variable({ element: 'f32', shape }, 'param');
  return sketch.call(sketch.pick.one(['mul', 'sub', 'maximum']), [someFloat(sketch), temperature]);
};

/** A value combined with the sum, mean or maximum of its elements. */
const shared: Idiom = sketch => {
  const { pick } = sketch;
  const value = someFloat(sketch);
  const { shape } = sketch.typeOf(value);
  const axes = shape.map((_, axis) => axis).filter(() => pick.chance());
  const whole = sketch.call(pick.one(['sum', 'mean', 'max']), [value], { axis: axes, keep: true });
  return whole && sketch.call(pick.one(['sub', 'mul', 'add']), [value, whole]);
};

const idioms: readonly Idiom[] = [counted, averaged, watched, watched, tempered, shared];

export function drawIdiom(sketch: Sketch): string | undefined {
  return sketch.pick.one(idioms)(sketch);
}
