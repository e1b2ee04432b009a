/** `tessera sweep`: every combination once, with the numbers of `tessera memory`, and answers that hold for all of them. */
import { expect, it } from 'vitest';
import type { JsonSweep } from '../src/show/sweep-data.ts';
import { type Place, place } from './command.ts';

const program = `const wide = 8
model net[n = 1](x: f32[n, 16]) { x |> dense(wide) as a |> relu |> dense(4) as b }
train fit[n = 4](x: f32[n, 16], y: f32[n, 4]) { minimize mse(net(x), y) using sgd(rate: 0.1) }
`;

function here(): Place {
  return place({ 'net.dnn': program });
}

async function sweepOf(where: Place, ...flags: string[]): Promise<JsonSweep> {
  const { code, out, err } = await where.tessera('sweep', ...flags, '--json', '--jobs', '1');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as JsonSweep;
}

const cyclesOf = ({ answer }: JsonSweep['points'][number]) => (answer.kind === 'fits' ? answer.cycles[0].cycles : 0);

it('has the numbers of `tessera memory`', async () => {
  const where = here();
  const { points } = await sweepOf(where, 'net.dnn', '--set', 'wide=8,64', '--chip', 'tiny', '--tiles', '1,3');
  expect(points).toHaveLength(8);
  for (const { set, settings, chip, answer } of points) {
    const flags = ['--program', settings['program'], '--set', `wide=${set['wide']}`, '--tiles', settings['tiles']];
    const memory = JSON.parse((await where.tessera('memory', 'net.dnn', '--chip', 'tiny', ...flags, '--json')).out);
    expect(chip.tiles).toBe(Number(settings['tiles']));
    expect(answer).toEqual({
      kind: 'fits',
      recomputed: false,
      peakBytes: memory.peakBytes,
      usedBytes: memory.tiles.reduce(
        (sum: number, { usedBytes }: { readonly usedBytes: number }) => sum + usedBytes,
        0,
      ),
      cycles: memory.programs.map(({ name, cycles }: { readonly name: string; readonly cycles: number }) => ({
        program: name,
        cycles,
      })),
    });
  }
}, 60_000);

it('marks exactly the points that no other of the same work beats, and answers with them', async () => {
  const where = here();
  const flags = ['net.dnn', '--program', 'fit', '--set', 'fit.n=1,64', '--chip', 'tiny', '--sram', '8KiB,64KiB'];
  const all = [...flags, '--tiles', '1,2,4,16', '--precision', 'f32,bf16'];
  const { points } = await sweepOf(where, ...all);
  expect(points).toHaveLength(32);
  const fitting = points.filter(({ answer }) => answer.kind === 'fits');
  expect(fitting.length).toBeGreaterThan(16);
  expect(fitting.length).toBeLessThan(32);
  const bytesOf = ({ answer }: JsonSweep['points'][number]) => (answer.kind === 'fits' ? answer.peakBytes : 0);
  for (const point of points) {
    const same = fitting.filter(({ set }) => set['fit.n'] === point.set['fit.n']);
    const beats = (other: (typeof points)[number]) =>
      bytesOf(other) <= bytesOf(point) &&
      cyclesOf(other) <= cyclesOf(point) &&
      (bytesOf(other) < bytesOf(point) ||
        cyclesOf(other) < cyclesOf(point) ||
        points.indexOf(other) < points.indexOf(point));
    expect(point.onFront).toBe(point.answer.kind === 'fits' && !same.some(beats));
  }

  // What is kept is not planned again, in whatever form it is asked for.
  const { code, out } = await where.tessera('sweep', ...all, '--csv', 'a.csv', '--svg', 'a.svg');
  expect(code).toBe(0);
  expect(out).toMatch(/smallest chip for fit\.n 1: tiny, \d+ tiles? of 8 KiB/);
  expect(out).toMatch(/smallest chip for fit\.n 64: tiny/);
  expect(out).toMatch(/largest fit\.n for tiles 1, sram 8KiB: 1/);
  expect(out).toMatch(/largest fit\.n for tiles 16, sram 64KiB: 64/);
  const lines = where.read('a.csv').toString().trimEnd().split('\r\n');
  expect(lines[0]).toBe(
    'program,fit.n,chip,tiles,sram,precision,chip_tiles,chip_sram_bytes,answer,peak_bytes,used_bytes,cycles,front,message',
  );
  expect(lines).toHaveLength(33);
  expect((await where.tessera('sweep', ...all, '--csv', 'a.csv', '--svg', './a.csv')).code).toBe(2);
  const picture = where.read('a.svg').toString();
  expect(picture.match(/<circle/g)?.length).toBeGreaterThanOrEqual(fitting.length);
  expect(picture).not.toContain('NaN');
}, 60_000);

it('goes on where it was, and does not believe what is spoiled', async () => {
  const where = here();
  const flags = ['net.dnn', '--set', 'fit.n=1,2', '--chip', 'tiny', '--cache', 'kept'];
  const first = await sweepOf(where, ...flags);
  // A dimension is planned only for its own program.
  expect(first.points.map(({ settings, set }) => [settings['program'], set['fit.n']])).toEqual([
    ['net', ''],
    ['fit', '1'],
    ['fit', '2'],
  ]);
  const [one, two] = where.names().includes('kept') ? (await import('node:fs')).readdirSync(`${where.path}/kept`) : [];
  where.write(`kept/${one}`, '{"kind":"fits","recomputed":false,"peakBytes":-1,"usedBytes":0,"cycles":[]}');
  where.write(`kept/${two}`, 'nothing');
  expect(await sweepOf(where, ...flags)).toEqual(first);
  expect(where.read(`kept/${one}`).toString()).not.toContain('-1');
}, 60_000);

it('reads a sweep from a file, and lets flags replace what it says', async () => {
  const where = here();
  const sweep = { source: '../net.dnn', program: 'net', set: { wide: [8, 16] }, chip: ['tiny'], tiles: [1, 2, 3] };
  where.write('sweeps/small.json', JSON.stringify(sweep));
  const { source, points } = await sweepOf(where, 'sweeps/small.json', '--tiles', '5');
  expect(source).toBe('net.dnn');
  expect(points.map(({ set, chip }) => [set['wide'], chip.tiles])).toEqual([
    ['8', 5],
    ['16', 5],
  ]);
});

it.each<[what: string, json: string, message: string]>([
  ['no JSON', '{', 'sweep.json is no JSON'],
  ['a list', '[]', 'must be an object'],
  ['no program', '{}', 'must name a program'],
  ['an unknown key', '{"source":"net.dnn","tile":[1]}', 'has a key that is not known: "tile"'],
  ['an empty list', '{"source":"net.dnn","tiles":[]}', '"tiles" must be'],
  ['a list in a list', '{"source":"net.dnn","tiles":[[1]]}', '"tiles" must be'],
  ['a value of another kind', '{"source":"net.dnn","tiles":["many"]}', '"tiles" has a value that cannot be read'],
  ['a chip that is not there', '{"source":"net.dnn","chip":["gc3"]}', 'gc3'],
  ['a program that is not there', '{"source":"net.dnn","program":["nets"]}', 'nets'],
])('refuses a file with %s', async (_, json, message) => {
  const where = here();
  where.write('sweep.json', json);
  const { code, out, err } = await where.tessera('sweep', 'sweep.json');
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain(message);
});

it('plans no more points than anybody waits for', async () => {
  const many = Array.from({ length: 400 }, (_, i) => i + 1).join();
  const { code, err } = await here().tessera('sweep', 'net.dnn', '--set', `net.n=${many}`, '--tiles', many);
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('error[bad-sweep]: 160,000 points') });
});

it('a mistake of the program is one, whatever it is combined with', async () => {
  const where = place({ 'net.dnn': 'model net(x: f32[2]) { x + y }\n' });
  const { code, err } = await where.tessera('sweep', 'net.dnn', '--tiles', '1,2');
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('net.dnn:1:28') });
});
