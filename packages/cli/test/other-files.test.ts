/** Files as others write them: arrays of other types, weights under other names. And a program that is run many times. */
import { readFileSync } from 'node:fs';
import { type StoredTensor, writeNpy, writeSafetensors } from '@tessera-dnn/formats';
import { describe, expect, it } from 'vitest';
import { renamedKeys, renamingBy } from '../src/files/rename.ts';
import { place } from './command.ts';

const text = 'model m(x: f32[2]) {\n  x |> dense(1) as fc\n}\n';
const named = (prefix: string): ReadonlyMap<string, StoredTensor> =>
  new Map<string, StoredTensor>([
    [`${prefix}fc.weight`, { element: 'f64', shape: [1, 2], data: Float64Array.of(0.1, 2) }],
    [`${prefix}fc.bias`, { element: 'i64', shape: [1], data: BigInt64Array.of(3n) }],
  ]);

describe('a program', () => {
  it('takes other types when it is told to convert, other names when told which, and runs many times', async () => {
    const here = place({
      'net.dnn': text,
      'x.npy': writeNpy({ element: 'u8', shape: [2], data: Uint8Array.of(10, 1) }),
      'w.safetensors': writeSafetensors(named('module.')),
    });
    const run = (...more: string[]) =>
      here.tessera('run', 'net.dnn', '--input', 'x=x.npy', '--weights', 'w.safetensors', ...more);
    const { err } = await run();
    expect(err).toContain(
      "the names in the file begin with module.: save the state_dict of the module inside, or give --rename 'module.*=*'",
    );
    expect((await run('--rename', 'module.*=*')).err).toMatch(
      /holds 0\.1 .*\n(?:.*\n)*?.*help: round it .*, or here with --convert/,
    );
    const { code, out } = await run(
      '--convert',
      '--rename',
      'module.*=*',
      '--rename',
      'head.*=fc.*',
      '--repeat',
      '3',
      '--json',
    );
    expect(code).toBe(0);
    const { outputs, runsMilliseconds, diagnostics } = JSON.parse(out);
    expect(outputs).toMatchObject([{ min: 6, max: 6 }]);
    expect(runsMilliseconds).toHaveLength(3);
    expect(diagnostics).toMatchObject([{ code: 'rename-unused', message: expect.stringContaining('head.*') }]);
  });

  it('has its weights in a file beside it, which it runs with', async () => {
    const here = place({
      'net.dnn': text,
      'x.npy': writeNpy({ element: 'f32', shape: [2], data: Float32Array.of(10, 1) }),
      'w.safetensors': writeSafetensors(named('')),
    });
    const made = await here.tessera(
      'compile',
      'net.dnn',
      '--weights',
      'w.safetensors',
      '--convert',
      '--weights-beside',
      '-o',
      'out.wasm',
    );
    expect(made).toMatchObject({ code: 0, err: expect.stringContaining('; its weights are in out.safetensors, ') });
    const ran = await here.tessera('run', 'out.wasm', '--weights', 'out.safetensors', '--input', 'x=x.npy', '--json');
    expect(JSON.parse(ran.out)).toMatchObject({ outputs: [{ min: 6 }], diagnostics: [] });
    const over = ['compile', 'net.dnn', '--weights', 'w.safetensors', '--weights-beside', '-o', 'w.wasm'];
    expect(await here.tessera(...over)).toMatchObject({
      code: 2,
      err: expect.stringContaining('would replace w.safetensors'),
    });
    expect(await here.tessera('compile', 'net.dnn', '--weights-beside', '-o', 'w.wasm')).toMatchObject({ code: 2 });
    const types = [...over.slice(0, -1), 'new.wasm', '--types', './new.safetensors'];
    expect(await here.tessera(...types)).toMatchObject({
      code: 2,
      err: expect.stringContaining('--types ./new.safetensors would replace new.safetensors'),
    });
    // Where the types cannot be written, nothing is.
    const nowhere = await here.tessera(...over.slice(0, -1), 'new.wasm', '--convert', '--types', 'none/net.d.dnn.ts');
    expect(nowhere).toMatchObject({ code: 1, err: expect.stringContaining('none/net.d.dnn.ts cannot be written') });
    expect(here.names()).not.toContain('new.wasm');
  });

  it('takes a checkpoint of PyTorch, and a part of it', async () => {
    const torch = new URL('../../formats/test/fixtures/torch/', import.meta.url);
    const net = 'model m(x: f32[1, 3]) {\n  x |> dense(2) as fc |> batch_norm as bn\n}\n';
    const two = 'model m(x: f32[2]) {\n  param w: f32[2] = zeros()\n  x * w\n}\n';
    const here = place({
      'net.dnn': net,
      'two.dnn': two,
      ...Object.fromEntries(
        ['checkpoint', 'two', 'evil'].map(name => [`${name}.pt`, readFileSync(new URL(`${name}.pt`, torch))]),
      ),
      'x.npy': writeNpy({ element: 'f32', shape: [2], data: Float32Array.of(10, 1) }),
    });
    const run = (...more: string[]) => here.tessera('run', 'two.dnn', '--input', 'x=x.npy', ...more);
    const ran = await run('--weights', 'two.pt:generator', '--json');
    expect(JSON.parse(ran.out)).toMatchObject({ outputs: [{ min: 1, max: 10 }], diagnostics: [] });
    expect((await run('--weights', 'evil.pt')).err).toContain('and only those are read: posix.system');
    expect((await run('--weights', 'two.pt:generator', '--output', 'output=two.pt')).err).toContain(
      'would replace two.pt',
    );
    const compiled = await here.tessera(
      'compile',
      'net.dnn',
      '--weights',
      'checkpoint.pt',
      '-o',
      'net.wasm',
      '--rename',
      '0.*=fc.*',
      '--rename',
      '1.*=bn.*',
    );
    expect(compiled).toMatchObject({ code: 0 });
  });

  it('refuses rules that cannot be meant', async () => {
    const here = place({ 'net.dnn': text });
    for (const rule of ['a.*=b', 'a=', '=b', 'a.b']) {
      expect(await here.tessera('run', 'net.dnn', '--rename', rule), rule).toMatchObject({ code: 2 });
    }
  });
});

describe('renaming', () => {
  const keys = (rules: Record<string, string>, ...names: string[]) => {
    const renamed = renamedKeys(new Map(names.map(name => [name, 1])), renamingBy(rules));
    return renamed.ok ? [...renamed.value.keys()] : renamed.diagnostics.map(({ message }) => message);
  };

  it('puts each text in its place, by the first rule that fits', () => {
    expect(keys({ 'encoder.*.w*': 'e*.weight*', '*': 'x.*' }, 'encoder.3.w1', 'a+b', 'encoderX3')).toEqual([
      'e3.weight1',
      'x.a+b',
      'x.encoderX3',
    ]);
    expect(keys({ 'a.b': 'c' }, 'a.b', 'axb')).toEqual(['c', 'axb']);
  });

  it('gives no two tensors one name', () => {
    expect(keys({ 'a.*': '*' }, 'a.w', 'w')).toEqual(['a.w and w would both be called w']);
  });
});
