/** Programs in 16 and 8 bits from the command line: their weights, inputs, outputs, and trainings that stop and go on. */
import { readSafetensors, type StoredTensor, writeNpy, writeSafetensors } from '@tessera-dnn/formats';
import { narrowed, widened } from '@tessera-dnn/machine';
import { describe, expect, it } from 'vitest';
import { fromNpy, npy, place } from './command.ts';

const weights = (...values: number[]) =>
  writeSafetensors(new Map([['w', { element: 'f32' as const, shape: [3], data: Float32Array.from(values) }]]));
const scale = (element: string) => `model scale(x: ${element}[3]) -> ${element}[3] {
  param w: ${element}[3] = ones
  x * w
}
`;

describe('run', () => {
  it.each(['f16', 'bf16'] as const)('rounds weights and inputs of 32 bits to %s, and says so once', async element => {
    const [x, w] = [
      [1.5, -2, 1e-3],
      [0.1, 3, 0.7],
    ];
    const rounded = (values: readonly number[]) => narrowed(element, values);
    const here = place({ 'a.dnn': scale(element), 'x.npy': npy([3], x), 'w.safetensors': weights(...w) });
    const flags = ['--weights', 'w.safetensors', '--input', 'x=x.npy'];
    const { code, err } = await here.tessera('run', 'a.dnn', ...flags, '--output', 'output=y.npy');
    expect(code).toBe(0);
    expect(err.match(/warning/g)).toHaveLength(1);
    expect(err).toContain(
      `warning[weights-rounded]: one tensor of the weights is rounded to ${element}, at most by 0.`,
    );
    const written = fromNpy(here.read('y.npy'));
    expect(written.element).toBe(element === 'f16' ? 'f16' : 'f32');
    // Both factors are rounded, and their product, which 32 bits hold exactly.

    const [wx, ww] = [x, w].map(values => widened(element, rounded(values)));
    const product = rounded([...wx].map((value, i) => value * ww[i]));
    expect(written.data).toEqual(element === 'f16' ? product : widened(element, product));
  });

  it('takes files of 16 bits for 32, and gives a summary of the floats', async () => {
    const stored: StoredTensor = { element: 'f16', shape: [3], data: narrowed('f16', [0.1, 2, -4]) };
    const here = place({
      ...{ 'a.dnn': scale('f32'), 'h.dnn': scale('f16'), 'x.npy': npy([3], [1, 1, 1]) },
      'w.safetensors': writeSafetensors(new Map([['w', stored]])),
    });
    const first = async (file: string) => {
      const { out, err } = await here.tessera(
        'run',
        file,
        '--weights',
        'w.safetensors',
        '--input',
        'x=x.npy',
        '--json',
      );
      return { first: JSON.parse(out).outputs[0].first, err };
    };
    for (const file of ['a.dnn', 'h.dnn'])
      expect(await first(file)).toEqual({ first: [0.0999755859375, 2, -4], err: '' });
  });

  it.each(['i8', 'u8'] as const)('takes and gives %s', async element => {
    const here = place({
      'a.dnn': `model m(x: ${element}[3]) -> ${element}[3] {\n  maximum(x, 3)\n}\n`,
      'x.npy': writeNpy({ element: 'i64', shape: [3], data: BigInt64Array.of(0n, 3n, 100n) }),
      'y.npy': writeNpy({ element: 'i64', shape: [3], data: BigInt64Array.of(0n, 3n, 300n) }),
    });
    const ran = await here.tessera('run', 'a.dnn', '--input', 'x=x.npy', '--output', 'output=o.npy');
    expect(ran.code).toBe(0);
    expect(fromNpy(here.read('o.npy'))).toMatchObject({ element, data: { 0: 3, 1: 3, 2: 100 } });
    const { code, err } = await here.tessera('run', 'a.dnn', '--input', 'x=y.npy');
    expect(code).toBe(1);
    expect(err).toContain(
      `error[inexact-conversion]: input x holds 300 (element 2), which i64 can say and ${element} cannot`,
    );
  });
});

describe('train', () => {
  const fit = (element: string, loss: string) => `train fit[n = 2](x: ${element}[n, 3], y: f32[n]) {
  param w: ${element}[3] = ones
  let e = cast(sum(x * w, axis: 1), f32) - y
  let loss = ${loss}
  minimize loss using sgd(rate: 0.01, momentum: 0.9)
  return { loss }
}
`;
  const data = ['--data', 'x=x.npy', '--data', 'y=y.npy', '--math', 'strict'];
  const files = (text: string) => ({
    'a.dnn': text,
    'x.npy': npy([4, 3], [0.1, 1, -2, 3, 0.5, 0.25, -1, 2, 0.3, 1, 1, 1]),
    'y.npy': npy([4], [1, 2, 3, 4]),
  });

  it.each(['f16', 'bf16'] as const)('saves %s as it is, and goes on to the bit', async element => {
    const here = place(files(fit(element, 'mean(e * e)')));
    const train = (...flags: string[]) => here.tessera('train', 'a.dnn', ...data, ...flags);
    expect((await train('--epochs', '4', '--save', 'whole.safetensors')).code).toBe(0);
    await train('--epochs', '2', '--save', 'half.safetensors');
    const { code, err } = await train('--epochs', '4', '--resume', 'half.safetensors', '--save', 'rest.safetensors');
    expect([code, err]).toEqual([0, expect.not.stringContaining('warning')]);
    expect(here.read('rest.safetensors')).toEqual(here.read('whole.safetensors'));
    const read = readSafetensors(new Uint8Array(here.read('whole.safetensors')));
    expect(read.ok && read.value.tensors.get('w')?.element).toBe(element);
  });

  it('finds what went wrong first among halves', async () => {
    const text = fit('f16', 'mean(e * e)').replace('rate: 0.01', 'rate: 1e6');
    const { code, err } = await place(files(text)).tessera('train', 'a.dnn', ...data, '--check-finite');
    expect(code).toBe(1);
    expect(err).toMatch(/error\[non-finite-weights\]: w has an element that is (negative )?infinite after step 1/);
    expect(err).toMatch(/note: .*f16\[3\], has infinite elements/);
  });
});
