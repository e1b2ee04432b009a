/**
 * The op `stochastic_round`: x, rounded up or down to a number that a float of 16 bits has, with probabilities by which the mean of many results
 * is x. So updates that are smaller than half a unit are not lost (Gupta et al. 2015). The result is still f32.
 */
import type { ElementType } from '@tessera-dnn/graph';
import type { KernelBuilder, KernelValue } from '@tessera-dnn/graph/kernel';
import type { Problem } from '@tessera-dnn/graph/op';
import { elementwise } from '../define/elementwise.ts';
import { badAttribute, type mixedElements, wrongElement } from '../define/problem.ts';

type NarrowFloat = 'f16' | 'bf16';
type StochasticRoundAttributes = { readonly element: NarrowFloat };

/** Bits of the fraction, the exponent below which the unit stays the same, and the bits that an f32 has beyond the fraction. */
const formats = {
  f16: { fraction: 10, least: -14, spare: 13 },
  bf16: { fraction: 7, least: -126, spare: 16 },
} as const;

export const stochasticRound = elementwise<StochasticRoundAttributes>({
  name: 'stochastic_round',
  doc: {
    summary: 'x, rounded up or down to 16 bits by noise from [0, 1), so that the mean of many results is x',
    example:
      'model example(x: f32[2, 3]) -> f32[2, 3] {\n  stochastic_round(x, random_uniform(x.shape), type: bf16)\n}\n',
  },
  operands: ['x', 'noise'],
  parameters: [{ name: 'type', kind: 'element' }],
  attributes: ({ type }) => readType(type),
  accepts: 'float',
  elements: operands => wideOf(operands.map(({ element }) => element)) ?? mismatch(operands),
  scalar: ([x, noise], { element }) => roundBy(x, noise, element),
  expression: (k, [x, noise], { element }) => (element === 'bf16' ? roundBrain(k, x, noise) : roundHalf(k, x, noise)),
  gradient: ({ upstream }) => [upstream, undefined],
  smooth: [undefined, [0, 0]],
  values: [undefined, [0, 0.999]],
  sampled: pick => ({ elements: ['f32', 'f32'], args: { type: pick.one(['f16', 'bf16']) } }),
});

function readType(given: unknown): StochasticRoundAttributes | Problem {
  if (given === 'f16' || given === 'bf16') return { element: given };
  return badAttribute('type', `stochastic_round rounds to 16 bits, not to ${String(given)}`, 'f16 or bf16');
}

function wideOf(elements: readonly ElementType[]): ElementType | undefined {
  return elements.every(element => element === 'f32') ? 'f32' : undefined;
}

function mismatch(operands: Parameters<typeof mixedElements>[1]): Problem {
  const wrong = operands.findIndex(({ element }) => element !== 'f32');
  return wrongElement(`what stochastic_round takes`, operands, wrong, 'f32');
}

/** As many of the noise's bits count as an f32 has beyond the narrower fraction. */
function roundBy(x: number, noise: number, element: NarrowFloat): number {
  if (!Number.isFinite(x) || x === 0) return x;
  const { fraction, least, spare } = formats[element];
  const exponent = Math.max(least, Math.floor(Math.log2(Math.abs(x))));
  const unit = 2 ** (exponent - fraction);
  const up = Math.min(Math.max(Math.floor((noise || 0) * 2 ** spare), 0), 2 ** spare - 1) / 2 ** spare;
  return Math.sign(x) * Math.floor(Math.abs(x) / unit + up) * unit;
}

/** As many bits of the noise as are spare; what is not in [0, 1) counts as the nearest that is. */
function lowBits(k: KernelBuilder, noise: KernelValue, spare: number): KernelValue {
  return k.min(k.max(k.truncate(k.mul(noise, 2 ** spare)), 0), 2 ** spare - 1);
}

/** Noise below the fraction, added to the bits of the number: the carry rounds up. */
function carried(k: KernelBuilder, x: KernelValue, noise: KernelValue, spare: number): KernelValue {
  const low = lowBits(k, noise, spare);
  const bits = k.and(k.add(k.bits(x), low), -(2 ** spare));
  return k.float(bits);
}

function roundBrain(k: KernelBuilder, x: KernelValue, noise: KernelValue): KernelValue {
  return k.select(k.ne(x, x), x, carried(k, x, noise, formats.bf16.spare));
}

/** Halves below 2^-14 all have the unit 2^-24, so that their rest is compared with the noise. */
function roundHalf(k: KernelBuilder, x: KernelValue, noise: KernelValue): KernelValue {
  const { spare } = formats.f16;
  const size = k.mul(k.abs(x), 2 ** 24);
  const down = k.floor(size);
  const up = k.mul(k.convert(lowBits(k, noise, spare)), 2 ** -spare);
  const units = k.add(down, k.select(k.ge(k.sub(size, down), k.sub(1, up)), 1, k.f32(0)));
  const small = k.mul(units, 2 ** -24);
  const signed = k.float(k.or(k.bits(small), k.and(k.bits(x), -(2 ** 31))));
  const normal = k.or(k.ge(k.abs(x), 2 ** -14), k.ne(x, x));
  return k.select(normal, k.select(k.ne(x, x), x, carried(k, x, noise, spare)), signed);
}
