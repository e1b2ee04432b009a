import { expect, test } from 'vitest';
import { interpretKernel } from '../src/kernel/interpret.ts';
import { recordKernel } from '../src/kernel/recorder.ts';
import { trafficOf } from '../src/kernel/traffic.ts';

/** Sums of products of neighbours, four at a time, and one more; the result is stored through an address that a cell holds. */
const kernel = recordKernel({ specialised: false }, k => {
  const [x, y, out] = [k.address(0), k.address(1), k.cell(k.address(2))];
  k.share(k.field(10), (from, to) =>
    k.loop(from, to, turn => {
      const at = k.mul(turn, 16);
      const product = k.fma(k.load('f32x4', k.add(x, at)), k.loadSplat('f32x4', y), k.load('f32x4', k.add(y, at)));
      k.store(k.add(k.get(out), at), product);
    }),
  );
  k.store(k.get(out), k.fma(k.load('f32', x), k.load('f32', y), k.load('f32', x)));
});

test('all workers together', () => {
  const { code, fields } = kernel;
  expect(trafficOf(code, fields, 1)).toEqual({
    multiplyAdds: 41,
    byteMultiplyAdds: 0,
    loadedBytes: [10 * 16 + 8, 10 * (4 + 16) + 4, 0],
    storedBytes: [0, 0, 10 * 16 + 4],
  });
  // Every worker makes the last product.
  expect(trafficOf(code, fields, 3).multiplyAdds).toBe(43);
});

test('as many bytes are stored as the interpreter stores', () => {
  const { code, fields } = kernel;
  let stored = 0;
  interpretKernel(code, {
    memory: new ArrayBuffer(4096),
    fields,
    slots: [0, 1024, 2048],
    worker: 0,
    workers: 1,
    trace: i => {
      if (i.kind === 'store') stored += i.value.type === 'f32x4' ? 16 : 4;
    },
  });
  expect(trafficOf(code, fields, 1).storedBytes[2]).toBe(stored);
});
