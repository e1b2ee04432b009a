/** Runs beside other things, of a chip whose memory no worker can see. */
import { describe, expect, it } from 'vitest';
import { load } from '../src/index.ts';
import { handMade } from './hand-made.ts';

const inputs = { x: Float32Array.of(1.5, -2), flip: Uint8Array.of(1) };
const start = () => load(handMade(), { seed: 3 });

describe('runAsync', () => {
  it('gives what run gives', async () => {
    const chip = await start();
    expect(await chip.runAsync('scale', inputs)).toEqual(chip.run('scale', inputs));
    await expect(chip.runAsync('scale', { x: inputs.flip })).rejects.toThrow('input x of scale is f32');
    expect(await chip.runAsync('total', { a: Int32Array.of(1, 2, 3) })).toEqual({ sum: Int32Array.of(6) });
  });

  it('comes in its turn, and refuses other calls until it is done', async () => {
    const chip = await start();
    const runs = [1, 2, 3].map(x => chip.runAsync('scale', { ...inputs, x: Float32Array.of(x, 0) }));
    // The first one begins when this thread has its next turn.
    await Promise.resolve();
    expect(() => chip.run('scale', inputs)).toThrow('the chip runs a program');
    expect(() => chip.readVariable('w')).toThrow('the chip runs a program');
    expect((await Promise.all(runs)).map(({ y }) => y[0])).toEqual([-3, -6, -9]);
    expect([...chip.readVariable('w')]).toEqual([3]);
  });

  it('rejects with the reason of the signal, whether it has begun or not', async () => {
    const chip = await start();
    const stop = new AbortController();
    const ran = chip.runAsync('scale', inputs, { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(ran).rejects.toThrow('enough');
    await expect(chip.runAsync('scale', inputs, { signal: stop.signal })).rejects.toThrow('enough');
    expect((await chip.runAsync('scale', inputs))['y'][0]).toBe(-4.5);
  });

  it('is refused by a chip that was disposed of', async () => {
    const chip = await start();
    {
      using same = chip;
      expect(same.threads).toBe(1);
    }
    await expect(chip.runAsync('scale', inputs)).rejects.toThrow('disposed');
    expect(() => chip.run('scale', inputs)).toThrow('disposed');
    expect(() => chip.writeVariable('w', Float32Array.of(1))).toThrow('disposed');
  });
});

it('a chip with fewer threads than were asked for says why', async () => {
  const chip = await load(handMade(), { threads: 2 });
  expect(chip.threads).toBe(1);
  expect(chip.warnings).toMatchObject([
    { code: 'fewer-threads', severity: 'warning', message: expect.stringContaining('for one thread') },
  ]);
  expect((await load(handMade(), { threads: 'auto' })).warnings).toEqual([]);
  await expect(load(handMade(), { threads: 1.5 })).rejects.toThrow('a number from 1 to 64');
});
