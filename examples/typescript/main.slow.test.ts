/** The example runs and prints what is expected. */
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('prints what adds up', () => {
  const printed = execFileSync(process.execPath, ['--conditions=@tessera/source', 'main.ts'], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  expect(printed).toMatch(/^classify.dnn has model$/m);
  const [scores, bias, more] = ['scores', 'scores.bias', 'scores with 1 more'].map(name => numbersAfter(printed, name));
  expect(bias).toHaveLength(3);
  // The range from which PyTorch draws the bias of a layer with 8 inputs.
  for (const value of bias) expect(Math.abs(value)).toBeLessThanOrEqual(1 / Math.sqrt(8));
  expect(more).toEqual(scores.map(score => expect.closeTo(score + 1, 6)));
  expect(printed).toContain('error[unknown-name]: there is no function dens');
  expect(printed).toContain('did you mean dense?');
}, 20_000);

function numbersAfter(printed: string, name: string): readonly number[] {
  const line = printed.split('\n').find(line => line.startsWith(`${name}: `)) ?? '';
  return line
    .slice(name.length + 2)
    .split(' ')
    .map(Number);
}
