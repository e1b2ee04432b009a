/**
 * Equations of einsum: `bij,bjk->bik` names the axes of the operands and of the result by letters. `...` stands for axes at the front that have no letters; they are called by
 * their distance from its end, `.1` for the last one. Without `->` the result has the axes of `...` and then, in the order of the alphabet, the letters that stand once.
 */
import { showType, type TensorType } from '@tessera-dnn/graph';
import type { Problem } from '@tessera-dnn/graph/op';
import { badAttribute, shapeMismatch } from '../../define/problem.ts';

/** The letters of each operand's axes, and those of the result's; how far each letter goes. */
export interface Equation {
  readonly terms: readonly (readonly string[])[];
  readonly result: readonly string[];
  readonly extents: ReadonlyMap<string, number>;
}

/** The equation for operands of these types, or what is wrong with it. */
export function readEquation(text: string, operands: readonly TensorType[]): Equation | Problem {
  const [left, right, ...more] = text.replaceAll(/\s/g, '').split('->');
  const written = left.split(',');
  const wrong = (why: string) => badAttribute('equation', `the equation "${text}" ${why}`);
  if (more.length > 0 || [...written, right ?? ''].some(term => !/^[a-zA-Z]*(\.\.\.)?[a-zA-Z]*$/.test(term)))
    return wrong('is made of letters, commas, -> and ...');
  if (written.length !== operands.length) return wrong(`has ${written.length} terms for ${operands.length} tensors`);
  const terms = written.map((term, at) => lettersOf(term, operands[at].shape.length));
  const misfit = terms.findIndex((letters, at) => letters.length !== operands[at].shape.length);
  if (misfit >= 0) return wrong(`names the axes ${written[misfit]} of ${showType(operands[misfit])}`);
  const all = terms.flat();
  const hidden = Math.max(0, ...all.filter(isHidden).map(letter => Number(letter.slice(1))));
  const result =
    right === undefined ? resultOf(all, hidden) : lettersOf(right, right.replace('...', '').length + hidden);
  if (new Set(result).size < result.length) return wrong('names an axis of the result twice');
  const unknown = result.find(letter => !all.includes(letter));
  if (unknown !== undefined) return wrong(`has ${unknown} in its result, which no term has`);
  return extentsOf(text, { terms, result }, operands);
}

function isHidden(letter: string): boolean {
  return letter.startsWith('.');
}

/** The letter of each of `rank` axes; fewer or more of them where they do not fit. */
function lettersOf(term: string, rank: number): readonly string[] {
  const [before, after] = term.split('...');
  if (after === undefined) return [...term];
  const count = Math.max(0, rank - before.length - after.length);
  return [...before, ...Array.from({ length: count }, (_, at) => `.${count - at}`), ...after];
}

function resultOf(all: readonly string[], hidden: number): readonly string[] {
  const once = [...new Set(all)].filter(letter => !isHidden(letter) && all.indexOf(letter) === all.lastIndexOf(letter));
  return [...lettersOf('...', hidden), ...once.sort()];
}

/** Axes of one letter have one extent, or 1. */
function extentsOf(
  text: string,
  { terms, result }: Omit<Equation, 'extents'>,
  operands: readonly TensorType[],
): Equation | Problem {
  const extents = new Map<string, number>();
  for (const [at, letters] of terms.entries()) {
    for (const [axis, letter] of letters.entries()) {
      const [own, known = 1] = [operands[at].shape[axis], extents.get(letter)];
      if (own !== 1 && known !== 1 && own !== known) {
        const marks = [{ operand: at, message: `is ${showType(operands[at])}` }];
        return shapeMismatch(
          `${letter} of "${text}" is ${known} and ${own}`,
          marks,
          'axes of one letter have one extent',
        );
      }
      extents.set(letter, Math.max(own, known));
    }
  }
  return { terms, result, extents };
}
