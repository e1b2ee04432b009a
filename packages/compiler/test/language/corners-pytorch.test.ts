/**
 * The prelude at its corners, on wasm, fast and strict: zeros of both signs, infinities, NaN, numbers at both ends of f32. Values and slopes
 * are PyTorch's, in 64 bits (rounded to f32) or in 32; where we have decided otherwise, `decided` says so.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { instanceOf } from '../support/instance.ts';

type Written = readonly (number | string)[];

interface Answer {
  readonly value: Written;
  readonly slope: Written;
}

interface Case {
  readonly name: string;
  /** An expression over `x`. */
  readonly body: string;
  readonly shape: readonly number[];
  readonly x: Written;
  readonly result: readonly number[];
  readonly weights?: readonly (readonly number[])[];
  /** The size of the terms that make up a slope. */
  readonly scale?: Written;
  readonly '32': Answer;
  readonly '64': Answer;
}

const cases: readonly Case[] = JSON.parse(readFileSync(new URL('pytorch/corners.json', import.meta.url), 'utf8'));

/** Slopes that are not PyTorch's on purpose, by function and place; docs/numbers.md has the reasons. */
const decided: Readonly<Record<string, ReadonlyMap<number, number>>> = {
  // What has no value has no corner: NaN hands on what it is told.
  hard_sigmoid: new Map([[NaN, Math.fround(1 / 6)]]),
  clamp: new Map([[NaN, 1]]),
  // The flat part decides, as in hard_sigmoid (and as in PyTorch from 2.7 on).
  hard_swish: new Map([
    [-3, 0],
    [3, 1],
  ]),
  // The first of equals takes all.
  'a tie': new Map([[1, 1]]),
};

/** One step of all cases: each has its arguments in a param of its own, which the step overwrites with its gradient. */
const text = `
optimizer slope(weight, gradient) {
  weight := gradient
}

train fit() {
${cases
  .map(({ body, shape, weights }, i) => {
    const factor = weights === undefined ? '' : ` * ${JSON.stringify(weights)}`;
    return `  param x${i}: f32[${shape.join(', ')}] = zeros\n  let y${i} = ${body.replaceAll(/\bx\b/g, `x${i}`)}\n  let l${i} = sum(y${i}${factor})\n`;
  })
  .join('')}
  minimize ${cases.map((_, i) => `l${i}`).join(' + ')} using slope()
  return { ${cases.map((_, i) => `y${i}`).join(', ')} }
}
`;

describe.each(['fast', 'strict'] as const)('%s', math => {
  const chip = instanceOf(text, math);
  for (const [i, { x }] of cases.entries()) chip.write(`x${i}`, x.map(Number));
  const values = chip.run('fit');

  it.each(cases.map((given, i) => [given.name, given, i] as const))('%s', (_name, given, i) => {
    const value = values[`y${i}`];
    const slope = chip.read(`x${i}`);
    const mistakes = [...mistakesIn(given, 'value', value), ...mistakesIn(given, 'slope', slope)];
    expect(mistakes.join('\n')).toBe('');
  });
});

function mistakesIn({ name, x, scale, ...answers }: Case, what: keyof Answer, got: Float32Array): readonly string[] {
  return [...got].flatMap((number, i) => {
    const [exact, single] = [answers['64'], answers['32']].map(answer => Math.fround(Number(answer[what][i])));
    const other = what === 'slope' ? decided[name]?.get(Number(x[i])) : undefined;
    const terms = what === 'slope' && scale !== undefined ? Number(scale[i]) : 0;
    const right = other === undefined ? isNear(number, exact, single, terms) : Object.is(number, other);
    const place = got.length === x.length ? `${i} at ${x[i]}` : i;
    return right ? [] : [`${what} ${place}: ${number}, PyTorch ${exact}, in 32 bits ${single}`];
  });
}

/** As near to what is right as a few roundings of it or of its terms, or as PyTorch is in 32 bits. */
function isNear(got: number, exact: number, single: number, terms: number): boolean {
  if (Object.is(got, single) || got === exact || (Number.isNaN(got) && Number.isNaN(exact))) return true;
  const allowed = 1e-6 * Math.abs(exact) + 1e-6 * terms + Math.abs(single - exact) + 2 ** -148;
  return Number.isFinite(got) && Number.isFinite(exact) && Math.abs(got - exact) <= allowed;
}
