/** What the benchmark times in fewer bits computes the networks, onnxruntime-web's 8-bit models too. */
import { expect, it } from 'vitest';
import { relativeDifference } from '../contestants.ts';
import { arePeersInstalled } from '../peers.ts';
import { bars, precisionNetworks, preparePrecisions } from './contestants.ts';
import { precisionVerdict } from './table.ts';

/** Those that compile in less than seconds; the benchmark compares the outputs of the others before it times them. */
const small = precisionNetworks.filter(({ name }) => !/ResNet-50|MobileNetV2/.test(name));

it.skipIf(!arePeersInstalled()).each(small)('$name', async network => {
  const { f32, narrow } = await preparePrecisions(network);
  const expected = (await f32.run()).slice();
  expect([...narrow.keys()]).toEqual(Object.keys(bars));
  for (const [stored, contestant] of narrow) {
    const difference = relativeDifference(await contestant.run(), expected);
    expect(difference, stored).toBeGreaterThan(0);
    expect(difference, stored).toBeLessThan({ f16: 2e-3, bf16: 1.6e-2 }[stored as string] ?? 3e-2);
    // The peer ships its runtime too.
    if (stored in { f16: 1, bf16: 1, int8: 1 }) expect(contestant.shippedBytes).toBeLessThan(f32.shippedBytes);
  }
});

it('marks what is passed and what is missed', () => {
  const f32 = { stored: 'f32', milliseconds: 10 } as const;
  const peer = { stored: 'int8, onnxruntime-web', milliseconds: 4 } as const;
  expect(precisionVerdict([f32], f32)).toBe('');
  expect(precisionVerdict([f32, peer], peer)).toBe('');
  expect(precisionVerdict([f32], { stored: 'f16', milliseconds: 11 })).toBe('✓ ≥ 0.85×');
  expect(precisionVerdict([f32], { stored: 'bf16', milliseconds: 12 })).toBe('✗ ≥ 0.85×');
  const eight = { stored: 'int8', milliseconds: 4.5 } as const;
  expect(precisionVerdict([f32, eight, peer], eight)).toBe('✓ ≥ 2×, ✗ faster than onnxruntime-web');
});
