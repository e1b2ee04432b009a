/** Plans without the compiler of code: the same where code is not charged, and close where it is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostChip, tinyChip } from '@tessera-dnn/machine';
import { expect, it } from 'vitest';
import * as whole from '../src/index.ts';
import { check, exactSizes, memoryTables, plan } from '../src/planning/index.ts';

const examples = join(import.meta.dirname, '../../../examples');
const sourceOf = (name: string) => ({ name, text: readFileSync(join(examples, name), 'utf8') });
const lenet = sourceOf('lenet.dnn');
const roomy = { ...tinyChip, sramBytes: 2 ** 18 };

function planned(outcome: ReturnType<typeof plan>) {
  if (!outcome.ok) throw new Error(outcome.diagnostics[0].message);
  return outcome.value;
}

it('on a chip that charges no code it is the same plan', () => {
  const [guessed, exact] = [plan, whole.plan].map(make => planned(make(lenet, { chip: hostChip })));
  expect(guessed.placement).toEqual(exact.placement);
  expect(guessed.report).toEqual(exact.report);
});

it('elsewhere code is guessed within 3 %, and so is the peak', () => {
  const [guessed, exact] = [plan, whole.plan].map(make => planned(make(lenet, { chip: roomy })));
  const [a, b] = [guessed, exact].map(({ codelets }) => codelets.sizes.reduce((sum, size) => sum + size, 0));
  expect(Math.abs(a / b - 1)).toBeLessThan(0.03);
  expect(Math.abs(guessed.report.peakBytes / exact.report.peakBytes - 1)).toBeLessThan(0.03);
});

it('with exact sizes it is the same plan', async () => {
  const backend = await exactSizes();
  const options = { chip: roomy, programs: ['lenet'] };
  expect(planned(plan(lenet, { ...options, backend })).report).toEqual(planned(whole.plan(lenet, options)).report);
});

it('cannot become an artifact', () => {
  expect(whole.assemble(planned(plan(lenet, { programs: ['lenet'] })))).toMatchObject({
    ok: false,
    diagnostics: [{ code: 'nothing-to-link' }],
  });
});

it('texts are checked, and their tensors counted, alike', () => {
  const wrong = { name: 'a.dnn', text: 'model m(x: f32[2]) {\n  x |> dens(3)\n}\n' };
  expect(check(wrong)).toEqual(whole.check(wrong));
  expect(check(lenet)).toEqual([]);
  expect(memoryTables(lenet)).toEqual(whole.memoryTables(lenet));
});
