import { readFileSync } from 'node:fs';
import { writeNpy, writeSafetensors } from '@tessera-dnn/formats';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fromNpy, line, npy, place } from './command.ts';

afterEach(() => void vi.restoreAllMocks());

const x = npy([1, 3], [1, -2, 0.5]);

describe('run', () => {
  it('sums the outputs up', async () => {
    const { code, out, err } = await place({ 'a.dnn': line, 'x.npy': x }).tessera('run', 'a.dnn', '--input', 'x=x.npy');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    // 2x + 1 is 3, -3, 2.
    expect(out).toContain('output  f32[1, 3]\n  min -3   max 3   mean 0.666667\n  3  -3  2\n  argmax 0\n');
    expect(out).toContain('modelled cycles');
  });

  it('shows integers exactly and truth values as such', async () => {
    const text = 'model m() {\n  return { b: iota([4], axis: 0) > 2 }\n}\n';
    const { out } = await place({ 'a.dnn': text }).tessera('run', 'a.dnn');
    expect(out).toContain('b  bool[4]\n  1 of 4 elements are true\n  false  false  false  true\n');
    const state = 'model m() {\n  state s: i32[2] = constant([2147483647, -16777217])\n  s\n}\n';
    const exact = await place({ 'a.dnn': state }).tessera('run', 'a.dnn');
    expect(exact.out).toContain('min -16777217   max 2147483647');
    expect(exact.out).toContain('\n  2147483647  -16777217\n');
  });

  it('writes no output over the program, and asks for whole pairs', async () => {
    const here = place({ 'a.dnn': line, 'x.npy': x });
    const run = (...args: string[]) => here.tessera('run', 'a.dnn', '--input', ...args);
    expect(await run('x=x.npy', '--output', 'output=a.dnn')).toMatchObject({
      code: 2,
      err: 'error: --output a.dnn would replace a.dnn, which is needed\n',
    });
    expect(here.read('a.dnn').toString()).toBe(line);
    expect(await run('x=')).toMatchObject({ code: 2 });
  });

  it('says of an empty array what shape is wanted', async () => {
    const here = place({ 'a.dnn': line, 'x.npy': npy([0, 3], []) });
    const { err } = await here.tessera('run', 'a.dnn', '--input', 'x=x.npy');
    expect(err).toContain('error[wrong-shape]: input x of line is f32[1, 3], but [0, 3] was given');
  });

  it('binds a dimension to the shape of the data', async () => {
    const here = place({ 'a.dnn': line, 'x.npy': npy([2, 3], [0, 1, 2, 3, 4, 5]) });
    expect((await here.tessera('run', 'a.dnn', '--input', 'x=x.npy', '--output', 'output=y.npy')).code).toBe(0);
    const { shape, data } = fromNpy(here.read('y.npy'));
    expect(shape).toEqual([2, 3]);
    expect([...data]).toEqual([1, 3, 5, 7, 9, 11]);
    const told = await here.tessera('run', 'a.dnn', '--input', 'x=x.npy', '--set', 'line.n=1');
    expect(told.err).toContain('error[wrong-shape]');
  });

  it('gives programs numbers', async () => {
    const here = place({ 'a.dnn': line, 'x.npy': x });
    const { code, out } = await here.tessera('run', 'a.dnn', '--input', 'x=x.npy', '--json', '--math', 'strict');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      program: 'line',
      chip: 'host',
      math: 'strict',
      initialised: { seed: 0, params: 0, states: 0 },
      outputs: [{ name: 'output', type: 'f32', shape: [1, 3], min: -3, max: 3, first: [3, -3, 2], argmax: [0] }],
      diagnostics: [],
    });
  });

  it('runs what was compiled, with its weights or others', async () => {
    const w = (...values: number[]) =>
      writeSafetensors(new Map([['w', { element: 'f32' as const, shape: [2], data: Float32Array.from(values) }]]));
    const here = place({
      'a.dnn': 'model m(x: f32[2]) -> f32[2] {\n  param w: f32[2] = ones\n  return x * w\n}\n',
      'x.npy': npy([2], [3, 5]),
      '2.safetensors': w(2, 4),
      '7.safetensors': w(7, 10),
    });
    const run = async (...args: string[]) => {
      const { out } = await here.tessera('run', ...args, '--input', 'x=x.npy', '--json');
      const { outputs, initialised } = JSON.parse(out);
      return { first: outputs[0].first, params: initialised.params };
    };
    await here.tessera('compile', 'a.dnn', '-o', 'bare.wasm');
    await here.tessera('compile', 'a.dnn', '-o', 'full.wasm', '--weights', '2.safetensors');
    expect(await run('bare.wasm')).toEqual({ first: [3, 5], params: 1 });
    expect(await run('bare.wasm', '--weights', '7.safetensors')).toEqual({ first: [21, 50], params: 0 });
    expect(await run('full.wasm')).toEqual({ first: [6, 20], params: 0 });
    expect(await run('full.wasm', '--weights', '7.safetensors')).toEqual({ first: [21, 50], params: 0 });
    expect(await run('a.dnn', '--weights', '2.safetensors')).toEqual({ first: [6, 20], params: 0 });
    const text = (await here.tessera('run', 'a.dnn', '--input', 'x=x.npy', '--seed', '3')).out;
    expect(text).toContain('1 parameter initialised by init(3)');
  });

  it('names the element type of weights that it cannot read', async () => {
    const header = '{"w":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]}} ';
    const file = Buffer.concat([new Uint8Array([header.length, 0, 0, 0, 0, 0, 0, 0]), Buffer.from(`${header}ab`)]);
    const here = place({
      'a.dnn': 'model m(x: f32[2]) -> f32[2] {\n  param w: f32[2] = ones\n  return x * w\n}\n',
      ...{ 'x.npy': npy([2], [3, 5]), 'w.safetensors': file },
    });
    await here.tessera('compile', 'a.dnn', '-o', 'a.wasm');
    for (const program of ['a.dnn', 'a.wasm']) {
      const { err } = await here.tessera('run', program, '--weights', 'w.safetensors', '--input', 'x=x.npy');
      expect(err).toContain(
        'error[weights-type]: the weights hold w as F8_E4M3, an element type that is not known here',
      );
    }
  });

  it('has other first values for another seed, and the same for the same', async () => {
    const here = place({
      'a.dnn': 'model m(x: f32[8]) -> f32[8] {\n  param w: f32[8] = normal(0, 1)\n  return x + w\n}\n',
      'x.npy': npy([8], new Array(8).fill(0)),
    });
    const run = async (seed: number) => {
      const { out } = await here.tessera('run', 'a.dnn', '--input', 'x=x.npy', '--seed', String(seed), '--json');
      return JSON.parse(out).outputs[0].first;
    };
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
  });

  it('takes a number for a scalar input', async () => {
    const here = place({
      'a.dnn': 'model m(x: f32[2], rate: f32[], count: i32[]) -> f32[2] {\n  x * rate + cast(count, f32)\n}\n',
      'x.npy': npy([2], [1, 2]),
    });
    const run = (...inputs: readonly string[]) =>
      here.tessera('run', 'a.dnn', '--json', ...['x=x.npy', ...inputs].flatMap(input => ['--input', input]));
    expect(JSON.parse((await run('rate=0.5', 'count=3')).out).outputs[0].first).toEqual([3.5, 4]);
    expect((await run('rate=0.5', 'count=0.5')).err + (await run('rate=0.5', 'count=0.5')).out).toContain(
      'input count of m is i32, so it takes whole numbers',
    );
    expect((await run('count=1')).out).toContain('give each a file, or a number: --input rate=0.1');
  });

  it('lists the inputs that are missing, with their shapes', async () => {
    const here = place({ 'a.dnn': 'model m(a: f32[2, 3], b: i32[4]) -> f32[2, 3] {\n  a + cast(sum(b), f32)\n}\n' });
    const { code, out, err } = await here.tessera('run', 'a.dnn');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toBe(
      'error[missing-input]: m needs values for\n  a: f32[2, 3]\n  b: i32[4]\n' +
        '   help: give each a file: --input a=a.npy --input b=b.npy\n\n',
    );
  });

  it('names inputs and outputs that are not there, all at once', async () => {
    const here = place({ 'a.dnn': line, 'x.npy': x });
    const { code, err } = await here.tessera('run', 'a.dnn', '--input', 'xx=x.npy', '--output', 'out=y.npy');
    expect(code).toBe(1);
    expect(err).toContain('error[no-such-input]: line has no input called xx\n   help: did you mean x?');
    expect(err).toContain('error[missing-input]');
    expect(err).toContain('error[no-such-output]: line has no output called out');
    expect(here.names()).toEqual(['a.dnn', 'x.npy']);
  });

  it('converts what loses nothing, and nothing else', async () => {
    const here = place({
      'a.dnn': line,
      'exact.npy': writeNpy({ element: 'f64', shape: [1, 3], data: Float64Array.of(1, 2, 3) }),
      'tenth.npy': writeNpy({ element: 'f64', shape: [1, 3], data: Float64Array.of(0.1, 2, 3) }),
      'ints.npy': writeNpy({ element: 'i32', shape: [1, 3], data: Int32Array.of(1, 2, 3) }),
    });
    const run = (name: string) => here.tessera('run', 'a.dnn', '--input', `x=${name}.npy`);
    expect((await run('exact')).out).toContain('  3  5  7\n');
    expect((await run('tenth')).err).toContain('error[inexact-conversion]: input x holds 0.1');
    expect((await run('ints')).err).toContain('error[type-mismatch]: input x is i32, not f32');
  });

  it('asks which of several models is meant', async () => {
    const two = 'model a(x: f32[2]) -> f32[2] {\n  x + 1\n}\nmodel b(x: f32[2]) -> f32[2] {\n  x + 2\n}\n';
    const here = place({ 'two.dnn': two, 'x.npy': npy([2], [0, 0]) });
    await here.tessera('compile', 'two.dnn', '-o', 'two.wasm');
    for (const file of ['two.dnn', 'two.wasm']) {
      const asked = await here.tessera('run', file, '--input', 'x=x.npy');
      expect(asked.code).toBe(1);
      expect(asked.err).toContain(`error[several-programs]: ${file} has several programs: a, b`);
      const told = await here.tessera('run', file, '--input', 'x=x.npy', '--program', 'b');
      expect(told.out).toContain('  2  2\n');
      expect((await here.tessera('run', file, '--program', 'c')).code).toBe(1);
    }
  });

  it.each([
    ['empty.wasm', ''],
    ['text.wasm', 'hello, world'],
    ['bare.wasm', Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)],
  ])('refuses %s', async (name, content) => {
    const { code, out, err } = await place({ [name]: content }).tessera('run', name);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^error\[(foreign-wasm|truncated-artifact)\]: /);
  });

  it('falls back to strict on a host without relaxed SIMD, and says so', async () => {
    const validate = WebAssembly.validate;
    // Only modules that use a relaxed instruction (0xfd 0x85 0x02) are refused.
    vi.spyOn(WebAssembly, 'validate').mockImplementation(bytes => {
      const code = Buffer.from(bytes as Uint8Array);
      return !code.includes(Buffer.of(0xfd, 0x85, 0x02)) && validate(bytes);
    });
    const here = place({ 'a.dnn': line, 'x.npy': x });
    const { code, out, err } = await here.tessera('run', 'a.dnn', '--input', 'x=x.npy');
    expect(code).toBe(0);
    expect(err).toContain('warning[strict-fallback]');
    expect(out).toContain('strict math');
  });

  it('agrees with PyTorch on a batch of digits', async () => {
    const fixture = (name: string) => readFileSync(new URL(`../../compiler/test/fixtures/${name}`, import.meta.url));
    const here = place({
      'lenet.dnn': fixture('lenet.dnn'),
      'image.npy': fixture('lenet.image.npy'),
      'w.safetensors': fixture('lenet.weights.safetensors'),
    });
    const args = ['--weights', 'w.safetensors', '--input', 'image=image.npy', '--output', 'output=y.npy'];
    expect((await here.tessera('run', 'lenet.dnn', ...args)).code).toBe(0);
    const [ours, theirs] = [here.read('y.npy'), fixture('lenet.output.npy')].map(bytes => fromNpy(bytes));
    expect(ours.shape).toEqual(theirs.shape);
    const largest = Math.max(...Array.from(theirs.data as Float32Array, Math.abs));
    const errors = (theirs.data as Float32Array).map((value, i) => Math.abs((ours.data as Float32Array)[i] - value));
    expect(Math.max(...errors)).toBeLessThan(1e-4 * largest);
  });
});
