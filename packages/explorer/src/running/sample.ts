/**
 * Values for inputs where nobody has any: drawn by a seed, so that a program runs, and learns, at once.
 *
 * A set of samples has a few kinds. Each kind has a prototype of each input, and a sample is the prototype of its kind with some noise; an input that has one whole
 * number a sample, as labels are, is the kind itself. So a network can learn the one input of the other.
 */
import { isFloat, type ManifestTensor, type ValueArrays, valueArrays } from '@tessera-dnn/machine';

/** What is to be drawn. */
export interface Sampling {
  readonly seed: number;
  /** How many kinds there are: whole numbers are below that. */
  readonly kinds: number;
  /** How many samples an input has along its first axis; absent: as many as the program takes at once. */
  readonly samples?: number;
}

/** What a program with one number for an input is given: a rate of learning, say. */
const scalarValue = 0.01;
/** How far values are from their prototype, which lies between 0 and 1. */
const noise = 0.3;

/** The values of an input, row-major. All inputs of one sampling have samples of the same kinds. */
export function sampled(
  { name, type, shape }: Pick<ManifestTensor, 'name' | 'type' | 'shape'>,
  { seed, kinds, samples = shape[0] }: Sampling,
): ValueArrays[keyof ValueArrays] {
  if (shape.length === 0) return valueArrays[type].of(isFloat(type) ? scalarValue : 0);
  const size = shape.slice(1).reduce((product, extent) => product * extent, 1);
  const kindOf = randoms(`${seed}`);
  const drawn = randoms(`${seed} ${name}`);
  const prototypes = Array.from({ length: kinds }, () => Array.from({ length: size }, drawn));
  const values = new valueArrays[type](samples * size);
  for (let sample = 0; sample < samples; sample++) {
    const kind = Math.floor(kindOf() * kinds);
    for (let i = 0; i < size; i++) {
      const prototype = prototypes[kind][i];
      values[sample * size + i] = isFloat(type)
        ? prototype + noise * (drawn() - 0.5)
        : wholeNumber(type, size === 1 ? kind : Math.floor(prototype * kinds));
    }
  }
  return values;
}

function wholeNumber(type: ManifestTensor['type'], value: number): number {
  return type === 'bool' ? value % 2 : value;
}

/** Numbers from 0 to 1, always the same for one text: mulberry32 (Tommy Ettinger), begun with the text's FNV-1a hash. */
function randoms(text: string): () => number {
  let state = 0x811c9dc5;
  for (const letter of text) state = Math.imul(state ^ letter.charCodeAt(0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * How many kinds suit a program: as many as its file's models tell apart, which is the fewest numbers that one of their float outputs has along its last axis, from
 * 2 on; else 2. Whole numbers below that stand for a class or a token wherever there are some.
 */
export function kindsFor(
  programs: readonly { readonly outputs: readonly Pick<ManifestTensor, 'type' | 'shape'>[] }[],
): number {
  const last = programs
    .flatMap(({ outputs }) => outputs)
    .filter(({ type, shape }) => isFloat(type) && shape.length > 1)
    .map(({ shape }) => shape[shape.length - 1])
    .filter(extent => extent > 1);
  return Math.min(1000, ...(last.length > 0 ? last : [2]));
}
