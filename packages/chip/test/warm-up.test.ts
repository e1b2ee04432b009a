/** A warm-up runs a model, leaves its states as they were, and touches no training. */
import type { Manifest } from '@tessera-dnn/machine';
import { expect, it } from 'vitest';
import { load } from '../src/index.ts';
import { warmUp } from '../src/warm-up/index.ts';
import { functions, handMade, manifest } from './hand-made.ts';

it('runs all phases, and what comes after it is as without', async () => {
  const { chip } = await load(handMade(), { seed: 3 });
  await warmUp(chip, 'scale');
  expect(chip.run('scale', { x: Float32Array.of(1.5, -2) })).toMatchObject({
    diagnostics: [{ code: 'missing-input' }],
  });
  const ran = chip.run('scale', { x: Float32Array.of(1.5, -2), flip: 0 });
  expect(ran.ok && ran.value['y']).toEqual(Float32Array.of(4.5, -6));
});

/** A chip whose `total` is a model that counts its runs in the state w, which begins with 3; `then` is the code that comes after. */
const counter = async (...then: readonly number[]) => {
  const [variable] = manifest.variables;
  const counting = [0x41, 0, 0x41, 0, 0x2a, 0, 0, 0x43, 0, 0, 0x80, 0x3f, 0x92, 0x38, 0, 0, ...then];
  const code = functions.map(each => (each.name === 'step' ? { ...each, body: counting } : each));
  const states: Manifest = { ...manifest, variables: [{ ...variable, kind: 'state' }] };
  return (await load(handMade(states, code), { seed: 3 })).chip;
};

it('puts states back', async () => {
  const chip = await counter();
  await warmUp(chip, 'total');
  expect(chip.readVariable('w')).toMatchObject({ value: Float32Array.of(3) });
  chip.step('total', 0);
  expect(chip.readVariable('w')).toMatchObject({ value: Float32Array.of(4) });
});

it('puts them back where a phase fails, too', async () => {
  const unreachable = 0;
  const chip = await counter(unreachable);
  await expect(warmUp(chip, 'total')).rejects.toThrow('unreachable');
  expect(chip.readVariable('w')).toMatchObject({ value: Float32Array.of(3) });
});

it('refuses a training, and what is not there', async () => {
  const { scale, ...others } = manifest.programs;
  const { chip } = await load(handMade({ ...manifest, programs: { scale: { ...scale, kind: 'train' }, ...others } }));
  await expect(warmUp(chip, 'scale')).rejects.toThrow('scale is a training: a run would change what it learns');
  await expect(warmUp(chip, 'scales')).rejects.toThrow('no program called scales');
});
