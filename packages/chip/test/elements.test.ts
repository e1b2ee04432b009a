/** Tensors of every element type go into a chip and come out of it as JavaScript's numbers. The chip's program is JavaScript: it does nothing. */
import { type ManifestElement, type ManifestTensor, presets, tensorBytes } from '@tessera-dnn/machine';
import { describe, expect, it } from 'vitest';
import { Chip, createTraining, type TensorInput } from '../src/index.ts';
import { Runner } from '../src/runner.ts';

const shape = [2];
const transfer = 256;

/** `echo(x: type[2]) -> x` gives its input back, `fit(x, rate) -> loss` its rate; `v: type[2]` is a param. */
function chipOf(type: ManifestElement): Chip {
  const x: ManifestTensor = { name: 'x', type, shape, address: 0, bytes: tensorBytes(type, shape) };
  const rate: ManifestTensor = { name: 'rate', type, shape: [], address: 16, bytes: tensorBytes(type, []) };
  const program = { phases: 1, cycles: 1 };
  const memory = new WebAssembly.Memory({ initial: 1 });
  const bytes = new Uint8Array(memory.buffer);
  const nothing = () => {};
  const exports = { load: nothing, init: nothing, step: nothing, echo: nothing, fit: nothing };
  const move = (from: number, to: number) => () => void bytes.copyWithin(to, from, from + 16);
  return new Chip(
    {
      ...{ format: 'tessera', version: 1, source: 'echo.dnn', math: 'strict', features: [] },
      chip: { ...presets[1], tiles: 1, workers: 1 },
      memory: { totalBytes: 65_536, tileStrideBytes: 64, host: { address: 0, bytes: 272, transfer } },
      programs: {
        echo: { ...program, index: 0, kind: 'model', inputs: [x], outputs: [x] },
        fit: { ...program, index: 1, kind: 'train', inputs: [x, rate], outputs: [{ ...rate, name: 'loss' }] },
      },
      variables: [{ index: 0, path: 'v', kind: 'param', type, shape, embedded: false }],
    },
    memory,
    new Runner({ exports: { ...exports, read: move(64, transfer), write: move(transfer, 64) }, slots: 1 }),
  );
}

function echoed(chip: Chip, x: TensorInput): unknown {
  const ran = chip.run('echo', { x });
  return ran.ok ? ran.value['x'] : ran.diagnostics[0].message;
}

it.each<[ManifestElement, TensorInput, unknown, readonly number[]]>([
  ['f16', Float32Array.of(1 + 2 ** -11, 1e6), Float32Array.of(1, Infinity), [0, 0x3c, 0, 0x7c]],
  ['f16', Float32Array.of(-0, 2 ** -24), Float32Array.of(-0, 2 ** -24), [0, 0x80, 1, 0]],
  ['bf16', Float32Array.of(1 + 3 * 2 ** -8, 1e6), Float32Array.of(1 + 2 ** -6, 999424), [0x82, 0x3f, 0x74, 0x49]],
  ['i8', Int8Array.of(-128, 127), Int8Array.of(-128, 127), [0x80, 0x7f]],
  ['u8', Uint8Array.of(0, 255), Uint8Array.of(0, 255), [0, 255]],
  ['u8', Uint8ClampedArray.of(300, -1), Uint8Array.of(255, 0), [255, 0]],
  ['bool', Uint8ClampedArray.of(7, 0), Uint8Array.of(1, 0), [1, 0]],
])('%s takes %o', (type, given, values, bytes) => {
  const chip = chipOf(type);
  expect(echoed(chip, given)).toEqual(values);
  expect([...new Uint8Array(chip.memory.buffer, 0, bytes.length)]).toEqual(bytes);
  expect(chip.writeVariable('v', { shape, data: given as Uint8Array }).ok).toBe(true);
  expect(chip.readVariable('v')).toMatchObject({ ok: true, value: values });
});

it.each<[ManifestElement, TensorInput, string]>([
  ['f16', new Uint16Array(2), 'is f16, so it takes a Float32Array, not a Uint16Array'],
  ['bf16', Int32Array.of(1, 2), 'is bf16, so it takes a Float32Array, not an Int32Array'],
  ['i8', Int32Array.of(1, 2), 'is i8, so it takes an Int8Array, not an Int32Array'],
  ['u8', Int8Array.of(1, 2), 'is u8, so it takes a Uint8Array, not an Int8Array'],
] as [ManifestElement, TensorInput, string][])('%s refuses other arrays', (type, given, message) => {
  expect(echoed(chipOf(type), given)).toBe(`input x of echo ${message}`);
});

describe('in trainings', () => {
  const data = { x: Float32Array.of(1, 2) };
  const feeding = (type: ManifestElement, x: TensorInput, rate: number) => {
    const chip = chipOf(type);
    const training = createTraining(chip, 'fit', { x }, { inputs: { rate } });
    return { chip, training, step: training.ok ? training.value.step() : training };
  };

  it('numbers are fed as what is nearest to them', () => {
    expect(feeding('f16', data.x, 0.1).step).toMatchObject({ value: { loss: 0.0999755859375 } });
    expect(feeding('bool', Uint8Array.of(1, 1), 0.1).step).toMatchObject({
      value: { outputs: { loss: Uint8Array.of(1) } },
    });
    expect(feeding('i8', Int8Array.of(1, 1), -128).step).toMatchObject({
      value: { outputs: { loss: Int8Array.of(-128) } },
    });
  });

  it.each<[ManifestElement, TensorInput, number, string]>([
    ['i8', Int8Array.of(1, 1), 128, 'i8, so it takes whole numbers from -128 to 127, not 128'],
    ['u8', Uint8Array.of(1, 1), -1, 'u8, so it takes whole numbers from 0 to 255, not -1'],
    ['i32', Int32Array.of(1, 1), 0.5, 'i32, so it takes whole numbers from -2147483648 to 2147483647, not 0.5'],
  ])('%s refuses numbers that it has not', (type, x, rate, message) => {
    const { training } = feeding(type, x, rate);
    expect(training.diagnostics).toMatchObject([{ code: 'wrong-type', message: `input rate of fit is ${message}` }]);
  });

  it('refuses them in the step in which a function gives them', () => {
    const x = Int32Array.of(1, 2);
    const training = createTraining(chipOf('i32'), 'fit', { x }, { inputs: { rate: step => step / 2 } });
    expect(training.ok && training.value.step()).toMatchObject({ ok: false, diagnostics: [{ code: 'wrong-type' }] });
  });

  it.each(['f16', 'bf16'] as const)('infinity and NaN of %s end them', type => {
    expect(feeding(type, data.x, Infinity).step).toMatchObject({
      diagnostics: [{ code: 'non-finite-loss', message: 'loss is infinite at step 1' }],
    });
    const { chip, training } = feeding(type, data.x, 1);
    chip.writeVariable('v', Float32Array.of(0, Number.NaN));
    expect(training.ok && training.value.checkpoint()).toMatchObject({
      diagnostics: [{ code: 'non-finite-weights', message: 'v has an element that is NaN after step 1' }],
    });
  });

  it.each(['f16', 'bf16'] as const)('what was saved in %s is put back to the bit', type => {
    const { chip, training } = feeding(type, data.x, 1);
    if (!training.ok) throw new Error(training.diagnostics[0].message);
    const bits = new Uint16Array(chip.memory.buffer, 64, 2);
    bits.set([0x0001, 0xbeef]);
    const saved = training.value.checkpoint();
    bits.fill(0);
    expect(saved.ok && training.value.resume(saved.value).ok).toBe(true);
    expect([...bits]).toEqual([0x0001, 0xbeef]);
  });
});
