/** Work in rounds: of few tiles it gives what it gives at once, and programs fit by it that did not. */
import { load } from '@tessera-dnn/chip';
import { type ChipSpec, tinyChip } from '@tessera-dnn/machine';
import { expect, test } from 'vitest';
import { type CompileOptions, compile, plan } from '../src/index.ts';
import { hasRoomForWork } from '../src/room.ts';
import { chipOf } from './support/run-module.ts';
import { unwrap } from './support/torch.ts';

const small: ChipSpec = { ...tinyChip, tiles: 7, sramBytes: 1 << 18 };

/** A product with ragged ends; windows with padding, then a bias; rows that end in a reduction, of which 16 bits are stored; sums by place. */
const text = `model m(a: f32[20, 37], b: f32[37, 24], image: f32[1, 10, 7, 9], at: i32[37]) {
  let product = relu(a @ b + 1)
  let windows = image |> conv2d(12, kernel: 3, padding: 1) as conv
  let placed = scatter_add(b, at, extent: 9)
  return { product, placed, windows: windows * 2 + 1, largest: max(product * 2, axis: 1), norm: cast(sum(product * product, axis: 0), bf16) }
}
`;

const at = Int32Array.from({ length: 37 }, (_, i) => (i * i) % 11);
const inputs = { a: numbers(20 * 37), b: numbers(37 * 24), image: numbers(7 * 9 * 10), at };

function numbers(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.sin(i * i));
}

async function results(options: CompileOptions): Promise<Readonly<Record<string, Float32Array>>> {
  const compiled = compile({ name: 'rounds.dnn', text }, { chip: small, verify: true, ...options });
  if (!compiled.ok) throw new Error(compiled.diagnostics.map(({ message }) => message).join());
  const chip = await load(compiled.value.bytes, { seed: 1 });
  return chip.run('m', inputs) as Readonly<Record<string, Float32Array>>;
}

test.each([
  { summed: 3, result: 1 },
  { summed: 1, result: 2 },
  { summed: 4, result: 3 },
])('in $summed × $result rounds, results are those of no rounds', async rounds => {
  const wanted = await results({ math: 'strict' });
  for (const math of ['strict', 'fast'] as const) {
    const got = await results({ math, rounds });
    for (const [name, values] of Object.entries(wanted)) {
      const largest = values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      got[name].forEach((x, i) => {
        expect(Math.abs(x - values[i]), `${name}[${i}], ${math}`).toBeLessThan(
          (name === 'norm' ? 1e-2 : 1e-5) * largest,
        );
      });
    }
  }
});

test('a product whose operands do not fit at once takes them in rounds, and no other program has any', () => {
  const product =
    'model m(x: f32[128, 1], y: f32[1, 128]) {\n  param b: f32[128, 128] = zeros\n  return (x * y) @ b\n}\n';
  const phasesOn = (sramBytes: number) => {
    const planned = plan(
      { name: 'rounds.dnn', text: product },
      { chip: { ...small, tiles: 16, sramBytes }, verify: true },
    );
    return planned.ok ? planned.value.tiles.phases.filter(({ name }) => name.includes('round')).length : -1;
  };
  expect(phasesOn(64 << 10)).toBe(0);
  expect(phasesOn(24 << 10)).toBeGreaterThan(2);
});

test('are not tried where variables, code and results alone are too many', () => {
  const text = 'model net(x: f32[64, 64]) { let a = exp(x)\n let b = a @ a\n b @ b + a }';
  const planned = unwrap(plan({ name: 'net.dnn', text }, { chip: chipOf(16) }));
  const roomWith = (sramBytes: number) => hasRoomForWork({ ...planned, chip: { ...planned.chip, sramBytes } });
  const { residents, code } = planned.placement.tiles[0];
  // Of a alone each of the 16 tiles holds a thousand bytes.
  const results = (64 * 64 * 4) / 16;
  expect(roomWith(planned.report.peakBytes)).toBe(true);
  expect(roomWith(residents + code + results / 2)).toBe(false);
});
