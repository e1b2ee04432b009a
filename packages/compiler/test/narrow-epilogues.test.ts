/**
 * One worker that runs specialised code reads what an epilogue needs of each channel from widened copies, and its sums come to the epilogue
 * through scratch memory. Several workers do neither. In strict math both have the same bits.
 */
import { load } from '@tessera-dnn/chip';
import { hostChip } from '@tessera-dnn/machine';
import { expect, it } from 'vitest';
import { compile } from '../src/index.ts';

const text = `model m(image: f32[1, 8, 9, 9]) {
  image |> conv2d(20, kernel: 3, padding: 1) as first |> batch_norm as norm |> relu |> minimum(0.5)
    |> conv2d(12, kernel: 1) as second |> max_pool(3) |> flatten |> dense(7) as third
}
`;

async function outputOf(precision: 'f16' | 'bf16', workers: number): Promise<ArrayLike<number>> {
  const compiled = compile({ name: 'm.dnn', text }, { chip: { ...hostChip, workers }, precision, math: 'strict' });
  if (!compiled.ok) throw new Error(compiled.diagnostics[0].message);
  const chip = await load(compiled.value.bytes, { seed: 3 });
  const image = Float32Array.from({ length: 8 * 9 * 9 }, (_, i) => Math.sin(i));
  return chip.run('m', { image })['output'];
}

it.each(['f16', 'bf16'] as const)('%s', async precision => {
  const one = await outputOf(precision, 1);
  expect(one.length).toBe(7);
  expect(await outputOf(precision, 2)).toEqual(one);
});
