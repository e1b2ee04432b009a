/**
 * Law: the error of a sum grows with the logarithm of its length. Everything that adds up many terms, on wasm, in either maths, on one
 * tile and on many, against sums in 64 bits.
 */
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/index.ts';
import { chipOf } from '../support/run-module.ts';

/** Terms that are all of one sign, so that an error is a part of the sum. */
type Terms = (i: number, n: number) => number;

const termsOf: Readonly<Record<string, Terms>> = {
  equal: () => 0.1,
  growing: (i, n) => 1 + (7 * i) / n,
  mixed: i => 10 ** (((i * 7919) % 1201) / 100 - 6),
};

/** A program that makes of `x` sums of `n` terms, and what they are: sums of the terms, or of their squares. */
interface Case {
  readonly name: string;
  readonly n: number;
  readonly text: string;
  /** How the n terms become the inputs; absent: `x` has them. */
  readonly inputs?: (terms: Float32Array) => Readonly<Record<string, Float32Array>>;
  readonly squares?: boolean;
  /** The sum is divided by so much; 1 unless given. */
  readonly divisor?: number;
}

const columns = 5;

/** Every column of a matrix of rows of `columns` is the terms. */
function repeated(terms: Float32Array): Float32Array {
  return Float32Array.from({ length: columns * terms.length }, (_, i) => terms[Math.floor(i / columns)]);
}

function times(count: number, terms: Float32Array): Float32Array {
  return Float32Array.from({ length: count * terms.length }, (_, i) => terms[i % terms.length]);
}

const cases: readonly Case[] = [
  ...[1000, 100_000, 10_000_000].map(
    (n): Case => ({ name: 'sum', n, text: `model m(x: f32[${n}]) { return { y: sum(x) } }` }),
  ),
  { name: 'mean', n: 100_000, divisor: 100_000, text: 'model m(x: f32[1000, 100]) { return { y: mean(x) } }' },
  {
    name: 'sum of columns',
    n: 100_000,
    text: `model m(x: f32[100000, ${columns}]) { return { y: sum(x, axis: 0) } }`,
    inputs: terms => ({ x: repeated(terms) }),
  },
  {
    name: 'sum of an expression',
    n: 100_000,
    squares: true,
    text: 'model m(x: f32[100000]) { return { y: sum(x * x) } }',
  },
  {
    name: 'cumsum',
    n: 100_000,
    text: 'model m(x: f32[100000]) { return { y: slice(cumsum(x, 0), [99999], [1]) } }',
  },
  { name: 'norm', n: 100_000, squares: true, divisor: 100_000, text: normed('x: f32[1, 100000]') },
  {
    name: 'a product of matrices',
    n: 100_000,
    squares: true,
    text: `model m(x: f32[3, 100000], w: f32[100000, ${columns}]) { return { y: x @ w } }`,
    inputs: terms => ({ x: times(3, terms), w: repeated(terms) }),
  },
  {
    name: 'a dot product',
    n: 1_000_000,
    squares: true,
    text: 'model m(x: f32[1, 1000000], w: f32[1000000, 1]) { return { y: x @ w } }',
    inputs: terms => ({ x: terms, w: terms }),
  },
  {
    name: 'a convolution',
    n: 90_000,
    squares: true,
    text: 'model m(x: f32[1, 10000, 3, 3], w: f32[5, 10000, 3, 3]) { return { y: conv(x, w) } }',
    inputs: terms => ({ x: terms, w: times(5, terms) }),
  },
  {
    name: "a convolution's weights' slopes",
    n: 100_000,
    squares: true,
    text: `model m(x: f32[10, 1, 100, 100], slopes: f32[10, 1, 100, 100]) {
      return { y: conv_weight_gradient(x, slopes, taps: [1, 1]) } }`,
    inputs: terms => ({ x: terms, slopes: terms }),
  },
  {
    name: 'avg_pool',
    n: 90_000,
    divisor: 90_000,
    text: 'model m(x: f32[1, 1, 300, 300]) { return { y: avg_pool(x, 300) } }',
  },
];

function normed(x: string): string {
  return `model m(${x}) { let r = 1 / sqrt(mean(x * x, axis: 1, keep: true))\n return { y: 1 / (r * r) } }`;
}

/** A bound that a sum of 64 terms one after the other needs; how many bits are lost beyond it grows with the logarithm. */
const unitsPerDoubling = 4;

const forms = (['fast', 'strict'] as const).flatMap(math => [1, 16].map(tiles => ({ math, tiles })));

describe.each(forms)('$math, $tiles tiles', ({ math, tiles }) => {
  it.each(cases)('$name of $n', ({ n, text, inputs, squares, divisor = 1 }) => {
    const run = runner(text, math, tiles);
    for (const name of n > 1_000_000 ? ['equal'] : Object.keys(termsOf)) {
      const terms = drawn(name, n);
      const right = exactSum(terms, squares === true) / divisor;
      for (const got of run(inputs?.(terms) ?? { x: terms })) {
        const units = Math.abs(got / right - 1) * 2 ** 24;
        expect(units, `${name}: ${got}, not ${right}`).toBeLessThan(unitsPerDoubling * Math.log2(n));
      }
    }
  });
});

const known = new Map<string, Float32Array>();

function drawn(name: string, n: number): Float32Array {
  const key = `${name} ${n}`;
  const terms = known.get(key) ?? Float32Array.from({ length: n }, (_, i) => termsOf[name](i, n));
  known.set(key, terms);
  return terms;
}

/** Neumaier's sum, in 64 bits. */
function exactSum(terms: Float32Array, squares: boolean): number {
  let [sum, rest] = [0, 0];
  for (const each of terms) {
    const term = squares ? each * each : each;
    const next = sum + term;
    rest += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
    sum = next;
  }
  return sum + rest;
}

function runner(text: string, math: 'fast' | 'strict', tiles: number) {
  const compiled = compile({ name: 'sums.dnn', text }, { math, chip: chipOf(tiles, 1 << 25) });
  if (!compiled.ok) throw new Error(compiled.diagnostics[0].message);
  const { bytes, manifest } = compiled.value;
  const exports = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  const { memory, m } = exports as { readonly memory: WebAssembly.Memory; readonly m: () => void };
  const program = manifest.programs['m'];
  return (inputs: Readonly<Record<string, Float32Array>>): Float32Array => {
    for (const { name, address } of program.inputs) new Float32Array(memory.buffer, address).set(inputs[name]);
    m();
    const [{ address, bytes: length }] = program.outputs;
    return new Float32Array(memory.buffer, address, length / 4);
  };
}
