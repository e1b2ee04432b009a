/** `tessera why`: what shares memory and what does not, each with its reason. */
import { describe, expect, it } from 'vitest';
import { place } from './command.ts';

/** On one tile the pool partly overwrites the convolution's result, behind its reads; b is read again, so the product takes c's memory. */
const text = `model m(x: f32[1, 4, 16, 16]) -> f32[1, 8, 8, 8] {
  param w: f32[8, 4, 3, 3] = he_normal
  conv(x, w, padding: 1) as stem |> max_pool(2) as pool
}
model n(x: f32[64, 64]) -> f32[64, 64] {
  let b = cumsum(x, 0) as one
  let c = cumsum(b, 1) as two
  (cumsum(c, 0) as three) * b
}
train fit(x: f32[8, 16]) {
  param weight: f32[16, 4] = he_normal
  minimize mean(x @ weight) using sgd(rate: 0.1)
}
`;

describe('why', () => {
  it('lists every candidate with its reason', async () => {
    const { code, out, err } = await place({ 'a.dnn': text }).tessera('why', 'a.dnn', '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const { candidates } = JSON.parse(out);
    expect(candidates).toContainEqual(
      expect.objectContaining({
        result: 'pool max_pool',
        operand: 'stem conv',
        how: 'behind',
        shared: true,
        bytes: 1792,
      }),
    );
    expect(candidates).toContainEqual(
      expect.objectContaining({
        result: 'two cumsum',
        operand: 'one cumsum',
        how: 'apart',
        shared: false,
        bytes: 16384,
        reason: expect.stringMatching(/^the operand is read again in phase \d+ of n, three cumsum$/),
        line: 7,
      }),
    );
    expect(candidates).toContainEqual(expect.objectContaining({ result: 'weight′', operand: 'weight', how: 'update' }));
    const sizes = candidates.map(({ bytes }: { bytes: number }) => bytes);
    expect(sizes).toEqual(sizes.toSorted((a: number, b: number) => b - a));
  });

  it('shows the refused first, without variables unless asked', async () => {
    const here = place({ 'a.dnn': text });
    const { out } = await here.tessera('why', 'a.dnn');
    expect(out).toMatch(
      /^a\.dnn on host: \d+ results stored over an operand, 2 partly over one, 1 variable updated in place, /,
    );
    expect(out.indexOf('Memory of their own')).toBeLessThan(out.indexOf('Shared memory'));
    expect(out).not.toContain('the operand has to stay in memory');
  });

  it('relates two tensors', async () => {
    const here = place({ 'a.dnn': text });
    const related = async (...names: string[]) => (await here.tessera('why', 'a.dnn', ...names)).out.trim();
    expect(await related('pool', 'stem')).toBe(
      'pool max_pool and stem conv share 1,792 B: one partly overwrites the other while it reads it: its writes stay 256 B behind its reads of the operand',
    );
    expect(await related('two', 'one')).toMatch(
      /^two cumsum and one cumsum share nothing: one might have been stored over the other, but/,
    );
    expect(await related('stem', 'w')).toMatch(/: w has to stay in memory$/);
  });

  it('says nothing twice, of tensors that bear one name in several programs', async () => {
    const twice = `model m(x: f32[4, 8]) -> f32[4, 8] {\n  x |> dense(8) as a |> relu |> dense(8) as b\n}\n`;
    const here = place({ 'a.dnn': `${twice}${twice.replace('model m', 'model k')}` });
    const lines = (await here.tessera('why', 'a.dnn', 'a', 'b', '--all')).out.trim().split('\n');
    expect(lines.length).toBeGreaterThan(1);
    expect(new Set(lines).size).toBe(lines.length);
  });

  it('knows no other tensors', async () => {
    const { code, err } = await place({ 'a.dnn': text }).tessera('why', 'a.dnn', 'stemm conv');
    expect(code).toBe(1);
    expect(err).toContain('error[no-such-tensor]: the program has no tensor called stemm conv');
    expect(err).toContain('did you mean stem conv?');
  });

  const winograd = `model m(x: f32[1, 32, 48, 48]) {
  param w: f32[32, 32, 3, 3] = he_normal
  conv(x, w, padding: 1) as stem
}
`;

  it('says which variant a kernel has, and what the others would have cost', async () => {
    const { out } = await place({ 'a.dnn': winograd }).tessera('why', 'a.dnn', 'stem');
    expect(out).toMatch(/stem conv\n\n +cycles +scratch +variant/);
    expect(out).toMatch(/winograd-[24] +taken/);
    expect(out).toMatch(/ direct\n/);
    const summary = await place({ 'a.dnn': winograd }).tessera('why', 'a.dnn');
    expect(summary.out).toContain('1 operation computed by winograd (`--no-variant winograd`)');
    const json = JSON.parse((await place({ 'a.dnn': winograd }).tessera('why', 'a.dnn', '--json')).out);
    expect(json.variants).toEqual([
      expect.objectContaining({ name: 'stem conv', variant: expect.stringMatching(/^winograd-/) }),
    ]);
  });

  it('leaves out what it is asked to', async () => {
    const { out } = await place({ 'a.dnn': winograd }).tessera('why', 'a.dnn', 'stem', '--no-variant', 'winograd');
    expect(out).toMatch(/ direct +taken/);
    expect(out).not.toContain('winograd');
    const wrong = await place({ 'a.dnn': winograd }).tessera('why', 'a.dnn', '--no-variant', 'strassen');
    expect(wrong.code).toBe(2);
  });
});
