/** Kernels that apply one function to long vectors, and arguments for which it is hard to be accurate. */
import type { KernelBuilder, KernelValue, RecordedKernel } from '@tessera-dnn/graph/kernel';
import { recordKernel } from '@tessera-dnn/graph/kernel';
import { createPick } from '../define/pick.ts';
import { erf as erfOracle } from '../math/erf-oracle.ts';
import { erf } from '../math/error-function.ts';
import { exp, expm1 } from '../math/exponential.ts';
import { log, log1p } from '../math/logarithm.ts';
import { power } from '../math/power.ts';
import { sigmoid, tanh } from '../math/sigmoid.ts';
import { cos, sin } from '../math/trigonometry.ts';
import { unitInTheLastPlace } from './agreement.ts';

/** A function of one or two arguments to be tested. */
export interface FunctionCase {
  readonly name: string;
  readonly expression: (k: KernelBuilder, x: KernelValue, y: KernelValue) => KernelValue;
  /** The function in doubles. */
  readonly reference: (x: number, y: number) => number;
  /** Draws arguments for which the function is hard; others are drawn from all f32. */
  readonly hard: (random: () => number) => readonly [number, number];
}

/** Arguments near the multiples of π/2, of sizes from 2⁻³⁰ to 2³⁰. */
function nearQuadrants(random: () => number): readonly [number, number] {
  return [Math.round(2 ** (60 * random() - 30)) * (Math.PI / 2), 0];
}

/** All functions that promise to be accurate within some units in the last place. */
export const functionCases: readonly FunctionCase[] = [
  { name: 'exp', expression: exp, reference: Math.exp, hard: random => [(random() - 0.5) * 210, 0] },
  {
    name: 'log',
    expression: (k, x) => log(k, x),
    reference: Math.log,
    hard: random => [1 + (random() - 0.5) * 2 ** (-20 * random()), 0],
  },
  {
    name: 'expm1',
    expression: expm1,
    reference: Math.expm1,
    hard: random => [(random() - 0.5) * 2 ** (8 - 30 * random()), 0],
  },
  {
    name: 'log1p',
    expression: log1p,
    reference: Math.log1p,
    hard: random => [(random() - 0.5) * 2 ** (1 - 30 * random()), 0],
  },
  { name: 'tanh', expression: tanh, reference: Math.tanh, hard: random => [(random() - 0.5) * 20, 0] },
  {
    name: 'sigmoid',
    expression: sigmoid,
    reference: x => 1 / (1 + Math.exp(-x)),
    hard: random => [(random() - 0.5) * 220, 0],
  },
  { name: 'erf', expression: erf, reference: erfOracle, hard: random => [(random() - 0.5) * 10, 0] },
  { name: 'sin', expression: sin, reference: Math.sin, hard: nearQuadrants },
  { name: 'cos', expression: cos, reference: Math.cos, hard: nearQuadrants },
  {
    name: 'rsqrt',
    expression: (k, x) => k.div(1, k.sqrt(x)),
    reference: x => 1 / Math.sqrt(x),
    hard: random => [4 * random(), 0],
  },
  {
    name: 'pow',
    expression: power,
    // For |x| = 1, the pow of IEEE 754 is 1 in cases in which that of JavaScript is NaN.
    reference: (x, y) => (x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y),
    hard: random => {
      const x = random() < 0.5 ? 1 + (random() - 0.5) * 2 ** (-20 * random()) : 2 ** (200 * random() - 100);
      return [x, ((random() - 0.5) * 300) / Math.log2(x)];
    },
  },
];

const specials = [
  0,
  -0,
  1,
  -1,
  0.5,
  2,
  -2,
  3,
  -3,
  Infinity,
  -Infinity,
  NaN,
  1e-45,
  -1e-45,
  1.1754944e-38,
  3.4e38,
  -3.4e38,
];
const edges = [
  88.72283, 88.72284, -87.33654, -103.97208, -103.97209, 1600, 1600.0001, 16777215, 16777216, 16777218, 9.02,
];

/** Pairs of arguments: all pairs of special values, then random bits and hard arguments by turns. */
export function argumentsOf(
  { hard }: FunctionCase,
  count: number,
  seed: number,
): readonly [Float32Array, Float32Array] {
  const random = createPick(seed).real;
  const x = new Float32Array(count);
  const y = new Float32Array(count);
  const [bitsX, bitsY] = [new Int32Array(x.buffer), new Int32Array(y.buffer)];
  const odd = [...specials, ...edges];
  for (let i = 0; i < count; i++) {
    if (i < odd.length ** 2) [x[i], y[i]] = [odd[i % odd.length], odd[Math.floor(i / odd.length)]];
    else if (i % 3 === 0) [bitsX[i], bitsY[i]] = [random() * 2 ** 32, random() * 2 ** 32];
    else [x[i], y[i]] = hard(random);
  }
  return [x, y];
}

/** A kernel that writes to slot 2 the function of slots 0 and 1; each has `count` numbers, which must be a multiple of 4. */
export function recordFunction({ expression }: FunctionCase, count: number, lanes: 1 | 4): RecordedKernel {
  return recordKernel({ specialised: false }, k => {
    const type = lanes === 4 ? 'f32x4' : 'f32';
    k.loop(
      0,
      k.field(count),
      i => {
        const at = k.shl(i, 2);
        const [x, y] = [0, 1].map(slot => k.load(type, k.add(k.address(slot), at)));
        k.store(k.add(k.address(2), at), expression(k, x, y));
      },
      lanes,
    );
  });
}

/** The largest error in units in the last place, and where it is; infinite if one of the results is NaN or ∞ and the other is not. */
export function worstError(
  { reference }: FunctionCase,
  [x, y]: readonly [Float32Array, Float32Array],
  got: Float32Array,
): { readonly ulp: number; readonly at: string } {
  let worst = { ulp: 0, at: '' };
  got.forEach((value, i) => {
    const wanted = reference(x[i], y[i]);
    const ulp = errorOf(value, wanted);
    if (ulp > worst.ulp) worst = { ulp, at: `(${x[i]}, ${y[i]}) gives ${value}, not ${Math.fround(wanted)}` };
  });
  return worst;
}

function errorOf(got: number, wanted: number): number {
  if (Number.isNaN(wanted) || Number.isNaN(got)) return Number.isNaN(wanted) && Number.isNaN(got) ? 0 : Infinity;
  if (Math.abs(wanted) === Infinity || wanted === 0) return Object.is(got, wanted) ? 0 : Infinity;
  // A result just beyond the largest f32 may be rounded to that or to ∞.
  const finite = Math.abs(got) === Infinity ? Math.sign(got) * 2 ** 128 : got;
  const bounded = Math.min(Math.max(wanted, -(2 ** 128)), 2 ** 128);
  return Math.abs(finite - bounded) / unitInTheLastPlace(wanted);
}
