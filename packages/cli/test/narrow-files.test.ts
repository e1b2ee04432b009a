/** What has 16 or 8 bits an element between files and chips: nothing is lost on the way, and only what becomes 16 bits is rounded. */
import type { Checkpoint, TensorData } from '@tessera-dnn/chip';
import { readSafetensors, type StoredTensor } from '@tessera-dnn/formats';
import type { ManifestElement, ManifestProgram } from '@tessera-dnn/machine';
import { describe, expect, it } from 'vitest';
import { samplesOf } from '../src/data/array.ts';
import { fitted } from '../src/data/given.ts';
import type { Samples } from '../src/data/samples.ts';
import { processIo } from '../src/io.ts';
import { writeOutputs } from '../src/running/files.ts';
import { fittedInputs } from '../src/running/inputs.ts';
import { encodeCheckpoint, readCheckpoint } from '../src/training/checkpoint-file.ts';
import { fromNpy, place } from './command.ts';

const program = (type: ManifestElement): ManifestProgram => {
  const tensor = { name: 't', type, shape: [2], address: 0, bytes: 0 };
  return { index: 0, kind: 'model', phases: 1, cycles: 1, inputs: [tensor], outputs: [tensor] };
};

describe('an output', () => {
  it.each<[ManifestElement, TensorData, Pick<StoredTensor, 'element' | 'data'>]>([
    ['f16', Float32Array.of(1, -65504), { element: 'f16', data: Uint16Array.of(0x3c00, 0xfbff) }],
    ['bf16', Float32Array.of(1, -(2 ** 127)), { element: 'f32', data: Float32Array.of(1, -(2 ** 127)) }],
    ['i8', Int8Array.of(-128, 1), { element: 'i8', data: Int8Array.of(-128, 1) }],
    ['u8', Uint8Array.of(255, 0), { element: 'u8', data: Uint8Array.of(255, 0) }],
  ])('of %s is written exactly', (type, data, expected) => {
    const here = place();
    const io = { ...processIo(), folder: here.path };
    expect(writeOutputs(io, program(type), { t: data }, { t: 't.npy' }).ok).toBe(true);
    expect(fromNpy(here.read('t.npy'))).toEqual({ ...expected, shape: [2] });
  });
});

describe('an input', () => {
  const fit = (type: ManifestElement, tensor: StoredTensor) =>
    fittedInputs('m', program(type), new Map([['t', tensor]]));
  const f32 = (...values: number[]): StoredTensor => ({ element: 'f32', shape: [2], data: Float32Array.from(values) });

  it('of 32 bits is rounded to 16 without a word', () => {
    expect(fit('bf16', f32(1.001, 3))).toEqual({
      ok: true,
      value: { t: { shape: [2], data: Float32Array.of(1, 3) } },
      diagnostics: [],
    });
  });

  it('is not made infinite', () => {
    expect(fit('f16', f32(0, 7e4)).diagnostics).toMatchObject([
      {
        code: 'inexact-conversion',
        message: 'input t holds 70000 (element 1), which is beyond the largest f16, 65504',
      },
    ]);
  });

  it('of whole numbers is taken where they fit', () => {
    const labels: StoredTensor = { element: 'i64', shape: [2], data: BigInt64Array.of(3n, 255n) };
    expect(fit('u8', labels)).toMatchObject({ ok: true, value: { t: { data: Uint8Array.of(3, 255) } } });
    expect(fit('i8', labels).diagnostics).toMatchObject([{ code: 'inexact-conversion' }]);
  });
});

it('data of a training is rounded as inputs are, and numbers are left to the chip', () => {
  const images: StoredTensor = { element: 'f32', shape: [2], data: Float32Array.of(1.001, 3) };
  const given = { data: new Map([['t', samplesOf('t.npy', images)]]), values: new Map<string, number>() };
  expect(fitted('fit', program('bf16'), given)).toMatchObject({
    ok: true,
    value: { data: { t: { data: Float32Array.of(1, 3) } }, inputs: {} },
  });
  const number = { data: new Map<string, Samples>(), values: new Map([['t', 0.1]]) };
  expect(fitted('fit', program('f16'), number)).toMatchObject({ ok: true, value: { inputs: { t: 0.1 } } });
});

it('a training is saved in the types of its variables, and read back to the bit', () => {
  const here = place();
  const io = { ...processIo(), folder: here.path };
  const progress = { program: 'fit', steps: 3, samples: 4, batchSize: 2, shuffle: true, seed: 0, data: '01234567' };
  const variables: Checkpoint['variables'] = new Map([
    ['w', { kind: 'param', type: 'f16', shape: [3], data: Float32Array.of(2 ** -24, -0, 65504) }],
    ['m', { kind: 'state', type: 'bf16', shape: [1], data: Float32Array.of(2 ** -133) }],
    ['q', { kind: 'state', type: 'i8', shape: [2], data: Int8Array.of(-128, 5) }],
  ] as const);
  const setting = { chip: 'tiny', tiles: 16, math: 'strict', artifact: 'a' } as const;
  const bytes = Buffer.concat(encodeCheckpoint({ checkpoint: { progress, variables }, setting, findings: {} }));
  const read = readSafetensors(bytes);
  expect(read.ok && Object.fromEntries(read.value.tensors)).toEqual({
    w: { element: 'f16', shape: [3], data: Uint16Array.of(1, 0x8000, 0x7bff) },
    m: { element: 'bf16', shape: [1], data: Uint16Array.of(1) },
    q: { element: 'i8', shape: [2], data: Int8Array.of(-128, 5) },
  });
  here.write('w.safetensors', bytes);
  expect(readCheckpoint(io, 'w.safetensors')).toMatchObject({
    ok: true,
    value: { checkpoint: { progress, variables } },
  });
});
