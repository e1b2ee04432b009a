/** Narrow elements in memory: wasm, and the interpreter of kernels, against the machine's own halves and a transcription in whole numbers. */
import type { ElementType } from '@tessera-dnn/graph';
import type { KernelBuilder, KernelType, RecordedKernel } from '@tessera-dnn/graph/kernel';
import { interpretKernel, recordKernel } from '@tessera-dnn/graph/kernel';
import { instantiateCodelets } from '@tessera-dnn/wasm/testing';
import { describe, expect, it } from 'vitest';

type Narrow = 'f16' | 'bf16' | 'i8' | 'u8';
const narrow: readonly Narrow[] = ['f16', 'bf16', 'i8', 'u8'];
const bytes = { f32: 4, i32: 4, f16: 2, bf16: 2, i8: 1, u8: 1 };
const wide = (element: Narrow) => (element === 'f16' || element === 'bf16' ? 'f32' : 'i32');

/** Slot 0 to slot 1, `count` elements: by vectors, by single lanes of them, repeated in all lanes, or one by one. */
type Way = 'vectors' | 'lanes' | 'single';

function copy(from: ElementType & keyof typeof bytes, to: ElementType & keyof typeof bytes, way: Way): RecordedKernel {
  const register: KernelType = wide(from as Narrow) === 'f32' || from === 'f32' ? 'f32' : 'i32';
  const write = (k: KernelBuilder): void =>
    k.loop(
      0,
      k.field(65536),
      i => {
        const source = k.add(k.address(0), k.mul(i, bytes[from]));
        const target = k.add(k.address(1), k.mul(i, bytes[to]));
        if (way === 'single') k.store(target, k.load(register, source));
        else if (way === 'vectors') k.store(target, k.load(`${register}x4`, source));
        else {
          for (let lane = 0; lane < 4; lane++) {
            const repeated = k.loadSplat(`${register}x4`, source, lane * bytes[from]);
            k.storeLane(target, repeated, lane, lane * bytes[to]);
          }
        }
      },
      way === 'single' ? 1 : 4,
    );
  return recordKernel({ specialised: false }, write, [from, to]);
}

const ways: readonly Way[] = ['vectors', 'lanes', 'single'];
const trials = narrow.flatMap(element =>
  ways.flatMap(way => [
    { element, way, widens: true, kernel: copy(element, wide(element), way) },
    { element, way, widens: false, kernel: copy(wide(element), element, way) },
  ]),
);
const instance = instantiateCodelets(
  trials.map(({ kernel }) => kernel),
  { math: 'strict' },
);

/** The result's bytes, by wasm and by the interpreter. */
function run(
  index: number,
  source: Uint8Array,
  resultBytes: number,
): { readonly wasm: DataView; readonly kernel: DataView } {
  const slots = [instance.dataAddress, instance.dataAddress + 65536 * 4];
  const end = slots[1] + 65536 * 4;
  new Uint8Array(instance.memory.buffer, slots[0], source.length).set(source);
  const memory = instance.memory.buffer.slice(0, end) as ArrayBuffer;
  const { code, fields } = trials[index].kernel;
  interpretKernel(code, { memory, fields, slots });
  instance.run(index, slots);
  return {
    wasm: new DataView(instance.memory.buffer.slice(slots[1], slots[1] + resultBytes)),
    kernel: new DataView(memory, slots[1], resultBytes),
  };
}

/** What 16 or 8 bits mean. Halves are the machine's. */
function meaning(element: Narrow, bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, element === 'bf16' ? bits << 16 : bits << (8 * (4 - bytes[element])));
  if (element === 'f16') return view.getFloat16(0);
  if (element === 'bf16') return view.getFloat32(0);
  return element === 'i8' ? view.getInt8(0) : view.getUint8(0);
}

describe.each(trials.filter(({ widens }) => widens))('$element, $way', ({ element, way }) => {
  it('every pattern of bits is widened to what it means', () => {
    const source = new Uint8Array(65536 * bytes[element]);
    const view = new DataView(source.buffer);
    for (let i = 0; i < 65536; i++)
      if (bytes[element] === 2) view.setUint16(2 * i, i, true);
      else view.setUint8(i, i);
    const index = trials.findIndex(trial => trial.element === element && trial.way === way && trial.widens);
    const { wasm, kernel } = run(index, source, 65536 * 4);
    const read = (result: DataView, i: number) =>
      wide(element) === 'f32' ? result.getFloat32(4 * i, true) : result.getInt32(4 * i, true);
    for (let i = 0; i < 65536; i++) {
      const expected = meaning(element, bytes[element] === 2 ? i : i & 255);
      if (!Object.is(read(wasm, i), expected) || !Object.is(read(kernel, i), expected))
        expect({ bits: i, wasm: read(wasm, i), kernel: read(kernel, i) }).toEqual({
          bits: i,
          wasm: expected,
          kernel: expected,
        });
    }
  });
});

/** Every power of two with fractions around each half's and brain's ties, then any bits at all. */
function floats(): Float32Array {
  const bits = new Uint32Array(65536);
  let at = 0;
  for (let exponent = 0; exponent < 256; exponent++)
    for (const fraction of [
      0, 1, 0xfff, 0x1000, 0x1001, 0x2fff, 0x3000, 0x3001, 0x7fff, 0x8000, 0x8001, 0x17fff, 0x18000, 0x18001, 0x7fe000,
      0x7fefff, 0x7ff000, 0x7fffff,
    ])
      for (const sign of [0, 1]) bits[at++] = ((sign << 31) | (exponent << 23) | fraction) >>> 0;
  for (let i = 0; at < 65536; i++) bits[at++] = Math.imul(i + 1, 2654435761) >>> 0;
  return new Float32Array(bits.buffer);
}

/** The nearest of two neighbours among the values of 16 bits, the even one in a tie. */
function nearest(element: 'f16' | 'bf16', value: number): number {
  if (Number.isNaN(value)) return element === 'f16' ? 0x7e00 : 0x7fc0;
  const view = new DataView(new ArrayBuffer(8));
  if (element === 'f16') {
    view.setFloat16(0, value);
    return view.getUint16(0);
  }
  view.setFloat32(0, value);
  const whole = BigInt(view.getUint32(0));
  const [down, rest] = [whole >> 16n, whole & 0xffffn];
  return Number(rest > 0x8000n || (rest === 0x8000n && (down & 1n) === 1n) ? down + 1n : down);
}

describe.each(trials.filter(({ widens }) => !widens))('$element, $way', ({ element, way }) => {
  it('is stored rounded to nearest even, or saturated', () => {
    const float = wide(element) === 'f32';
    const values = float
      ? floats()
      : new Int32Array(65536).map((_, i) => (i < 1024 ? i - 512 : Math.imul(i, 2654435761)));
    const index = trials.findIndex(trial => trial.element === element && trial.way === way && !trial.widens);
    const { wasm, kernel } = run(index, new Uint8Array(values.buffer), 65536 * bytes[element]);
    const expectedBits = (value: number): number => {
      if (element === 'i8') return Math.max(-128, Math.min(127, value)) & 255;
      if (element === 'u8') return Math.max(0, Math.min(255, value));
      return nearest(element, value);
    };
    const read = (result: DataView, i: number) =>
      bytes[element] === 2 ? result.getUint16(2 * i, true) : result.getUint8(i);
    for (let i = 0; i < 65536; i++) {
      const expected = expectedBits(values[i]);
      if (read(wasm, i) !== expected || read(kernel, i) !== expected)
        expect({ value: values[i], wasm: read(wasm, i), kernel: read(kernel, i) }).toEqual({
          value: values[i],
          wasm: expected,
          kernel: expected,
        });
    }
  });
});
