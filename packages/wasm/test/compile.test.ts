/** What compiling codelets gives besides code that is right: sizes, features, names, equal bytes; and the two modes of arithmetic. */
import { type KernelBuilder, type KernelType, recordKernel } from '@tessera-dnn/graph/kernel';
import { codeSizes, compileCodelets, emitText, link } from '@tessera-dnn/wasm';
import { instantiateCodelets } from '@tessera-dnn/wasm/testing';
import { describe, expect, test } from 'vitest';
import { KnownCodelets } from '../src/codelet/known.ts';
import { image, kernels } from './hand-made.ts';

const multiplyAdd = (type: KernelType) =>
  recordKernel({ specialised: false }, k => {
    const [a, b, c] = [0, 1, 2].map(slot => k.load(type, k.address(slot)));
    k.store(k.address(3), k.fma(a, b, c));
  });

/** (1 + 2^-12)² - (1 + 2^-11) is 2^-24, all of which the rounded product loses. */
const small = 2 ** -12;

describe('fma', () => {
  const run = (type: KernelType, math: 'fast' | 'strict') => {
    const instance = instantiateCodelets([multiplyAdd(type)], { math });
    const slots = [0, 1, 2, 3].map(slot => instance.dataAddress + 16 * slot);
    const floats = new Float32Array(instance.memory.buffer);
    [1 + small, 1 + small, -1 - 2 * small].forEach((value, slot) => {
      floats.fill(value, slots[slot] / 4, slots[slot] / 4 + 4);
    });
    instance.run(0, slots);
    return floats[slots[3] / 4];
  };

  test('rounds twice in strict mode', () => {
    expect(run('f32', 'strict')).toBe(0);
    expect(run('f32x4', 'strict')).toBe(0);
  });

  test('may fuse in fast mode', () => {
    expect([0, small * small]).toContain(run('f32x4', 'fast'));
  });
});

describe('features', () => {
  const featuresOf = (type: KernelType, math: 'fast' | 'strict') =>
    compileCodelets([multiplyAdd(type).code], { math, workers: 1 }).features;

  test('name relaxed SIMD only where it is used', () => {
    expect(featuresOf('f32x4', 'fast')).toEqual(['relaxed-simd', 'simd128']);
    expect(featuresOf('f32x4', 'strict')).toEqual(['simd128']);
    expect(featuresOf('f32', 'fast')).toEqual(['simd128']);
  });
});

const options = { math: 'fast', workers: 2, names: ['copy', 'square', 'sum', 'sum', 'seeded'] } as const;
const codes = kernels.map(kernel => kernel.code);

describe('codelets', () => {
  test('come out the same each time, whatever was compiled before', () => {
    const first = compileCodelets(codes, options);
    compileCodelets([...codes].reverse(), { math: 'strict', workers: 7 });
    expect(compileCodelets(codes, options)).toEqual(first);
  });

  test('that are known are what they would be if they were compiled', () => {
    const converting = (['f16', 'bf16'] as const).flatMap(element =>
      [true, false].map(widens => {
        const [from, to] = widens ? ([element, 'f32'] as const) : (['f32', element] as const);
        const write = (k: KernelBuilder) => k.store(k.address(1), k.load('f32x4', k.address(0)));
        return recordKernel({ specialised: true }, write, [from, to]).code;
      }),
    );
    const all = [...codes, ...converting, multiplyAdd('f32x4').code];
    for (const given of [
      options,
      { ...options, math: 'strict', workers: 1 },
      { ...options, portable: true },
    ] as const) {
      const anew = (some: typeof all) => compileCodelets(some, given, new KnownCodelets(0));
      const known = new KnownCodelets(2 ** 24);
      const orders = [converting.slice(1), all.toReversed(), converting.slice(2), all, all, all.toReversed()];
      for (const some of orders) expect(compileCodelets(some, given, known)).toEqual(anew(some));
      // The same words have other numbers when kernels come in another order.
      expect(anew(all).globals).not.toEqual(anew(all.toReversed()).globals);
    }
  });

  test('are as large as the code section grows by them', () => {
    const compiled = compileCodelets(codes, options);
    // Past 127 bytes the size prefix takes two bytes.
    const large = (k: KernelBuilder) => {
      for (let i = 0; i < 200; i++) k.store(k.address(0), k.i32(i), 4 * i);
    };
    const more = compileCodelets([...codes, recordKernel({ specialised: false }, large).code], options);
    const codeBytes = (of: typeof compiled) => {
      const outcome = link(of, image);
      if (!outcome.ok) throw new Error('the image does not link');
      return codeSectionBytes(outcome.value);
    };
    expect(more.sizes.slice(0, codes.length)).toEqual(compiled.sizes);
    expect(more.sizes[codes.length]).toBeGreaterThan(200);
    expect(codeBytes(more) - codeBytes(compiled)).toBe(more.sizes[codes.length]);
  });

  test('are summed by name, largest first', () => {
    const compiled = compileCodelets(codes, options);
    const sizes = codeSizes(compiled);
    expect(sizes.map(size => size.name).sort()).toEqual(['copy', 'seeded', 'square', 'sum']);
    expect(sizes.find(size => size.name === 'sum')?.bytes).toBe(compiled.sizes[2] + compiled.sizes[3]);
    const bytes = sizes.map(size => size.bytes);
    expect(bytes).toEqual([...bytes].sort((a, b) => b - a));
  });

  test('stand in the text under their names, beside the phases', () => {
    const text = emitText(compileCodelets(codes, options), image);
    for (const name of ['copy', 'square', 'seeded', 'v² · compute', 'walk', 'step']) expect(text).toContain(name);
    expect(text).not.toContain('(data');
  });
});

/** By a decoder of its own: sections are an id, a LEB128 size and bytes; the code section's id is 10. */
function codeSectionBytes(wasm: Uint8Array): number {
  for (let at = 8; at < wasm.length; ) {
    const id = wasm[at++];
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = wasm[at++];
      size |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    if (id === 10) return size;
    at += size;
  }
  return 0;
}
