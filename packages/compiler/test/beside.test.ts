/** An artifact with its weights beside it computes what one with its weights inside does. */
import { load } from '@tessera-dnn/chip';
import { readSafetensors, type StoredTensor } from '@tessera-dnn/formats';
import { describe, expect, it } from 'vitest';
import { compile } from '../src/index.ts';

const source = {
  name: 'net.dnn',
  text: 'model m(x: f32[1, 40]) {\n  x |> dense(50) as hidden |> relu |> dense(4) as head\n}\n',
};
const f32 = (shape: readonly number[]): StoredTensor => {
  const length = shape.reduce((product, extent) => product * extent, 1);
  return { element: 'f32', shape, data: Float32Array.from({ length }, (_, i) => ((i * 37) % 41) / 41 - 0.5) };
};
const weights = new Map<string, StoredTensor>([
  ['hidden.weight', f32([50, 40])],
  ['hidden.bias', f32([50])],
  ['head.weight', { element: 'f16', shape: [4, 50], data: Uint16Array.from({ length: 200 }, (_, i) => 0x3000 + i) }],
  ['head.bias', f32([4])],
  ['of.nobody', f32([3])],
]);

function compiled(weightsBeside?: string) {
  const made = compile(source, { math: 'strict', weights, weightsBeside });
  if (!made.ok) throw new Error(made.diagnostics[0].message);
  return made.value;
}

describe('weights beside an artifact', () => {
  const inside = compiled();
  const { bytes, manifest, beside = new Uint8Array() } = compiled('net.safetensors');

  it('are in a file that the manifest names, what has 16 bits with 16 bits', () => {
    expect(manifest.weights).toMatchObject({ file: 'net.safetensors', bytes: beside.length });
    expect(inside.manifest.weights).toBeUndefined();
    expect(bytes.length).toBeLessThan(inside.bytes.length);
    const read = readSafetensors(beside);
    if (!read.ok) throw new Error(read.diagnostics[0].message);
    const { tensors } = read.value;
    expect([...tensors.keys()].sort()).toEqual(['head.bias', 'head.weight', 'hidden.bias', 'hidden.weight']);
    expect(tensors.get('head.weight')?.element).toBe('f16');
  });

  it('give the same bits', async () => {
    const x = Float32Array.from({ length: 40 }, (_, i) => i / 40);
    const whole = await load(inside.bytes);
    const apart = await load(bytes, { weightsFrom: beside });
    expect(apart.warnings).toEqual([]);
    expect(apart.run('m', { x })).toEqual(whole.run('m', { x }));
  });
});
