/** Winograd's variants in compiled programs: where they are chosen, that their results are right, and how they are left out. */
import { load } from '@tessera-dnn/chip';
import { type ChipSpec, hostChip, tinyChip } from '@tessera-dnn/machine';
import { variantChoices } from '@tessera-dnn/tiling';
import { describe, expect, test } from 'vitest';
import { type CompileOptions, compile, plan } from '../src/index.ts';

const sourceOf = (text: string) => ({ name: 'winograd.dnn', text });

/** A convolution of `[images, channels, height, width]`. */
const layer = ([n, c, h, w]: readonly number[], outputs: number, rest = '') =>
  sourceOf(`model layer(x: f32[${n}, ${c}, ${h}, ${w}]) {
  param weight: f32[${outputs}, ${c}, 3, 3] = he_normal
  return conv(x, weight, padding: 1)${rest}
}
`);

function planned(source: ReturnType<typeof layer>, options: CompileOptions = {}) {
  const outcome = plan(source, options);
  if (!outcome.ok) throw new Error(outcome.diagnostics.map(({ message }) => message).join('\n'));
  return outcome.value;
}

function variantsOf(source: ReturnType<typeof layer>, options: CompileOptions = {}): readonly string[] {
  return variantChoices(planned(source, options).decisions).map(({ variant }) => variant);
}

const small = layer([1, 32, 48, 48], 32);

describe('Winograd is chosen', () => {
  test('on the host, in fast math', () => {
    expect(variantsOf(small)).toEqual([expect.stringMatching(/^winograd-/)]);
  });

  test.each<[string, CompileOptions]>([
    ['in strict math', { math: 'strict' }],
    ['on request', { withoutVariants: ['winograd'] }],
    ['where several workers run the code', { chip: { ...hostChip, workers: 2 } }],
    ['where code is shared by vertices', { chip: { ...tinyChip, sramBytes: 1 << 22 } }],
  ])('not %s', (_, options) => {
    expect(variantsOf(small, options).filter(name => name.startsWith('winograd'))).toEqual([]);
  });

  test('for the gradient of the input too', () => {
    const source = sourceOf(`model net(x: f32[8, 32, 32, 32]) {
  return x |> conv2d(32, kernel: 3, padding: 1) as first |> relu |> conv2d(32, kernel: 3, padding: 1) as second
}
train fit(x: f32[8, 32, 32, 32], y: f32[8, 32, 32, 32]) {
  minimize mse(net(x), y) using sgd(rate: 0.1)
}
`);
    const choices = variantChoices(planned(source, { programs: ['fit'] }).decisions);
    const names = choices.filter(({ algorithm }) => algorithm === 'winograd').map(({ name }) => name.split(' ').at(-1));
    expect(names).toEqual(['conv', 'conv', 'conv_transpose']);
  });

  test('not for small results, which are not worth the scratch memory', () => {
    expect(variantsOf(layer([1, 16, 16, 16], 16)).filter(name => name.startsWith('winograd'))).toEqual([]);
  });

  test('not where its scratch memory is what does not fit', () => {
    const needed = planned(small).report.peakBytes;
    const without = planned(small, { withoutVariants: ['winograd'] }).report.peakBytes;
    expect(without).toBeLessThan(needed);
    const chip = { ...hostChip, sramBytes: without };
    expect(variantsOf(small, { chip })).toEqual(variantsOf(small, { withoutVariants: ['winograd'] }));
  });
});

test('strict math is the same to the bit whether it is asked for or not', () => {
  const bytes = (options: CompileOptions) => {
    const outcome = compile(small, { math: 'strict', ...options });
    return outcome.ok ? outcome.value.bytes : undefined;
  };
  expect(bytes({})).toEqual(bytes({ withoutVariants: ['winograd'] }));
});

/** Numbers that repeat only after very long. */
function numbers(count: number, seed: number): Float32Array<ArrayBuffer> {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** The convolution with padding 1, in 64 bits. */
function oracle(x: Float32Array, weight: Float32Array, [n, c, h, w]: readonly number[], outputs: number): Float64Array {
  const result = new Float64Array(n * outputs * h * w);
  for (let image = 0; image < n; image++)
    for (let o = 0; o < outputs; o++)
      for (let i = 0; i < c; i++)
        for (let tap = 0; tap < 9; tap++) {
          const [down, right] = [Math.floor(tap / 3) - 1, (tap % 3) - 1];
          const factor = weight[(o * c + i) * 9 + tap];
          for (let y = Math.max(0, -down); y < Math.min(h, h - down); y++) {
            const [to, from] = [((image * outputs + o) * h + y) * w, ((image * c + i) * h + y + down) * w + right];
            for (let column = Math.max(0, -right); column < Math.min(w, w - right); column++)
              result[to + column] += factor * x[from + column];
          }
        }
  return result;
}

const manyTiles = (tiles: number): ChipSpec => ({ ...hostChip, name: `${tiles} tiles`, tiles, sramBytes: 1 << 25 });

test.each<[string, readonly number[], number, readonly ChipSpec[]]>([
  ['few tiles', [2, 13, 15, 9], 20, [hostChip, manyTiles(4), manyTiles(16)]],
  ['several strips, weights kept', [1, 16, 97, 98], 24, [hostChip, manyTiles(4), manyTiles(16)]],
  ['several strips, weights transformed again', [3, 128, 28, 29], 128, [hostChip]],
])('%s', async (_, shape, outputs, chips) => {
  const source = layer(shape, outputs, ' + 0.5 |> relu');
  const x = numbers(
    shape.reduce((a, b) => a * b),
    1,
  );
  const weight = numbers(outputs * shape[1] * 9, 2);
  const expected = oracle(x, weight, shape, outputs).map(sum => Math.max(0, sum + 0.5));
  const largest = expected.reduce((most, sum) => Math.max(most, sum));
  const stored = { element: 'f32', shape: [outputs, shape[1], 3, 3], data: weight } as const;
  for (const chip of chips)
    for (const left of ['winograd-2', 'winograd-4']) {
      const options = { chip, withoutVariants: [left, 'direct', 'direct-from-any', 'direct-any', 'any'] };
      const outcome = compile(source, { ...options, weights: new Map([['weight', stored]]) });
      if (!outcome.ok) throw new Error(outcome.diagnostics.map(({ message }) => message).join('\n'));
      const running = await load(outcome.value.bytes);
      const [got] = Object.values(running.run('layer', { x }));
      const error = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - (got as Float32Array)[i])), 0);
      expect(error / largest, `${chip.name} without ${left}`).toBeLessThan(1e-5);
    }
});
