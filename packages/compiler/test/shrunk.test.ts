/** Programs that once gave a wrong answer or none, as small as they would shrink: each on its chip gives what the oracle gives. */
import { expect, test } from 'vitest';
import { errorAgainstOracle } from './support/compare.ts';
import { chipOf } from './support/run-module.ts';

test.each([
  [
    'a weight of 33 rows shared by two tiles in uneven parts, one each',
    2,
    'model net(x: f32[1, 33, 4, 4]) { x |> conv2d(33, kernel: 1, bias: false) }',
  ],
  [
    'a reversed slice of a tensor that lies on several tiles',
    16,
    'model net(x: f32[6, 7]) { let v = abs(x)\n return { reversed: v[:, :2:-1], both: v[::-2, ::-1] @ transpose(v, [1, 0]) } }',
  ],
  [
    'a border of bytes that are not 0 or 1, beside levels whose zero point is one',
    4,
    'model net(x: u8[1, 1, 1, 3]) { pad(x, [[0, 0], [0, 0], [0, 0], [1, 0]], value: 17) }',
  ],
  [
    'two pieces of work that differ in the sign of a zero',
    1,
    'model net(x: f32[8]) { return { a: clamp(1 / where(x > 2, x, 0.0), -1, 1), b: clamp(1 / where(x > 2, x, -0.0), -1, 1) } }',
  ],
])('%s', (_what, tiles, text) => {
  for (const math of ['fast', 'strict'] as const) {
    expect(errorAgainstOracle(text, { chip: chipOf(tiles), math })).toBeLessThan(1e-5);
  }
});
