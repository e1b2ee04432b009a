/** `tessera memory --repair`: every change that is listed fits when it is made, with the numbers that were promised. */
import { expect, it } from 'vitest';
import type { JsonRepairs } from '../src/show/repairs.ts';
import { place } from './command.ts';

const program = `model net[n = 1](x: f32[n, 64]) { x |> dense(64) as a |> relu |> dense(64) as b |> relu |> dense(8) as c }
train fit[n = 32](x: f32[n, 64], y: f32[n, 8]) { minimize mse(net(x), y) using sgd(rate: 0.1, momentum: 0.9) }
`;

it('fits with every change, with the numbers that were promised', async () => {
  const flags = '--program fit --chip tiny --tiles 2 --sram 40KiB --no-inplace';
  const where = place({ 'net.dnn': program });
  const asked = flags.split(' ');
  const { code, out, err } = await where.tessera('memory', 'net.dnn', ...asked, '--repair', '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const { now, repairs } = JSON.parse(out) as JsonRepairs;
  expect(now.kind).toBe('too-large');
  expect(repairs.length).toBeGreaterThan(1);
  for (const { flags: changes, answer } of repairs) {
    const without = changes.flatMap(flag => (flag.startsWith('without ') ? [flag.slice('without '.length)] : []));
    const left = asked.filter(flag => !without.includes(flag));
    const applied = await where.tessera('memory', 'net.dnn', ...withFlags(left, changes), '--json');
    expect(applied.code, changes.join(' ')).toBe(0);
    const memory = JSON.parse(applied.out);
    const { name, cycles } = memory.programs[0];
    expect(answer).toMatchObject({ kind: 'fits', peakBytes: memory.peakBytes, cycles: [{ program: name, cycles }] });
  }
}, 120_000);

/** The flags with changes made: another value for those that are there, the others behind. */
function withFlags(flags: readonly string[], changes: readonly string[]): readonly string[] {
  const result = [...flags];
  for (let i = 0; i < changes.length; i += 2) {
    if (changes[i].startsWith('without ')) {
      i--;
      continue;
    }
    const isSame = (at: number) =>
      result[at] === changes[i] && (changes[i] !== '--set' || result[at + 1].startsWith(changes[i + 1].split('=')[0]));
    const at = result.findIndex((__, at) => isSame(at));
    if (at < 0) result.push(changes[i], changes[i + 1]);
    else result[at + 1] = changes[i + 1];
  }
  return result;
}

it('says that nothing is to be repaired', async () => {
  const where = place({ 'net.dnn': program });
  const fits = await where.tessera('memory', 'net.dnn', '--program', 'net', '--chip', 'tiny', '--repair');
  expect(fits).toMatchObject({ code: 0, out: expect.stringContaining('there is nothing to repair') });
}, 60_000);
