/** Compiling in a worker gives what compiling here does. The test in Chromium is in `tools/browser`. */
import { expect, it } from 'vitest';
import { compile } from '../src/index.ts';
import { compileAsync } from '../src/worker/index.ts';

const block = { name: 'twice.dnn', text: 'block twice(x) {\n  return 2 * x\n}\n' };
const net = {
  name: 'net.dnn',
  text: 'import "./twice.dnn"\n\nmodel m(x: f32[1, 4]) {\n  x |> twice |> dense(3) as fc |> softmax\n}\n',
};
const later = async (path: string) => {
  await new Promise(resolve => setTimeout(resolve, 5));
  return path === './twice.dnn' ? block : undefined;
};

it('gives the same artifact, and tells of the stages', async () => {
  const stages: string[] = [];
  const math = 'strict';
  const compiled = await compileAsync(net, { math, load: later, onStage: stage => stages.push(stage) });
  const here = compile(net, { math, load: path => (path === './twice.dnn' ? block : undefined) });
  expect(compiled).toEqual(here);
  expect(stages).toEqual(expect.arrayContaining(['elaborate', 'tile', 'link']));
});

it('gives the diagnostics of a text, and of an import that is not there', async () => {
  const wrong = { name: 'a.dnn', text: 'model m(x: f32[2]) {\n  x |> dens(3)\n}\n' };
  expect(await compileAsync(wrong)).toEqual(compile(wrong));
  expect(await compileAsync(net)).toEqual(compile(net, { load: () => undefined }));
});

it('ends at once when it is aborted, before and while it compiles', async () => {
  expect(await compileAsync(net, { signal: AbortSignal.abort() })).toMatchObject({
    ok: false,
    diagnostics: [{ code: 'compile-aborted' }],
  });
  const stop = new AbortController();
  const compiled = compileAsync(net, { load: later, signal: stop.signal, onStage: () => stop.abort() });
  expect(await compiled).toMatchObject({ ok: false, diagnostics: [{ code: 'compile-aborted' }] });
});

it('rejects with what the caller throws', async () => {
  const load = () => Promise.reject(new Error('offline'));
  await expect(compileAsync(net, { load })).rejects.toThrow('offline');
});
