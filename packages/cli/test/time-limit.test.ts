/** Artifacts that loop for ever are stopped, in whichever of their functions. */
import { compile } from '@tessera-dnn/compiler';
import { presets } from '@tessera-dnn/machine';
import { expect, it } from 'vitest';
import { secondsFor } from '../src/running/limit.ts';
import { npy, place, line as text } from './command.ts';
import { beginningByItself, loopingIn } from './looping.ts';

function artifact() {
  const compiled = compile({ name: 'line.dnn', text });
  if (!compiled.ok) throw new Error(compiled.diagnostics[0].message);
  return compiled.value;
}

const run = ['run', 'a.wasm', '--input', 'x=x.npy'];
const { bytes, manifest } = artifact();

it.each(['line', 'init'])('stops %s', async name => {
  const here = place({ 'a.wasm': loopingIn(bytes, name), 'x.npy': npy([1, 3], [1, 2, 3]) });
  const { code, err } = await here.tessera(...run, '--time-limit', '0.3');
  expect(code).toBe(1);
  expect(err).toBe(
    'error[time-limit]: the artifact’s code was stopped: it ran for more than 300 ms\n' +
      '   help: if it needs more, say so: --time-limit 3\n\n',
  );
});

it('lets through what ends', async () => {
  const here = place({ 'a.wasm': bytes, 'x.npy': npy([1, 3], [1, 2, 3]) });
  expect(await here.tessera(...run)).toMatchObject({ code: 0, err: '' });
});

it('waits by what an artifact says of itself, within bounds', () => {
  const withCycles = (cycles: number) =>
    secondsFor({ ...manifest, chip: presets[1], programs: { line: { ...manifest.programs['line'], cycles } } });
  expect(withCycles(0)).toBe(20);
  // The sum is over sixteen tiles of 1.6 GHz, one after the other.
  expect(withCycles(1e8)).toBe(40);
  expect(withCycles(1e300)).toBe(3600);
});

it('refuses a module that begins by itself', async () => {
  const here = place({ 'a.wasm': beginningByItself(bytes), 'x.npy': npy([1, 3], [1, 2, 3]) });
  const { code, err } = await here.tessera(...run);
  expect({ code, err }).toMatchObject({
    code: 1,
    err: expect.stringContaining('it runs code before anybody asks it to'),
  });
});
