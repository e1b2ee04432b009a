/** `tessera-allocate`: what it writes where, and the exit codes. */
import { formatCsv, parseCsv, verifyPlacement } from '@tessera-dnn/allocator';
import { hardProblem } from '@tessera-dnn/allocator/testing';
import { expect, it } from 'vitest';
import { place } from './command.ts';

const two = 'id,lower,upper,size\nb,1,3,8\na,0,2,4\n';

it('writes the rows in their order, with offsets, and nothing else', async () => {
  const { allocate } = place({ 'two.csv': `kind,${two.replaceAll('\n', '\nx,').slice(0, -2)}` });
  expect(await allocate('two.csv')).toEqual({
    code: 0,
    out: 'id,lower,upper,size,offset\nb,1,3,8,4\na,0,2,4,0\n',
    err: '',
  });
});

it('takes the capacity from the option, else from the name of the file', async () => {
  const { allocate } = place({ 'two.11.csv': two, 'two.v2.csv': two });
  expect((await allocate('two.11.csv')).code).toBe(1);
  expect((await allocate('two.11.csv', '--capacity', '12')).code).toBe(0);
  expect((await allocate('two.11.csv', '--capacity', '1KiB')).code).toBe(0);
  expect((await allocate('two.v2.csv')).code).toBe(0);
});

it('reads the standard input, and writes to a file', async () => {
  const here = place({}, { input: two });
  expect(await here.allocate('-', '-o', 'out.csv')).toEqual({ code: 0, out: '', err: '' });
  expect(here.read('out.csv').toString()).toContain('id,lower,upper,size,offset\n');
});

it('proves that nothing fits, with names', async () => {
  const { allocate } = place({ 'two.11.csv': `${two}c,0,1,1\n` });
  expect(await allocate('two.11.csv')).toEqual({
    code: 1,
    out: '',
    err:
      'infeasible: no placement fits into 11; all need at least 12\n' +
      '2 buffers cannot be placed, though without any one of them the others can; all are live at time 1 and take 12: b, a\n',
  });
});

it('says so when two buffers exclude each other', async () => {
  const { allocate } = place({ 'x.csv': 'id,lower,upper,size,fixed\na,0,2,4,0\nb,1,3,4,2\n' });
  const { code, out, err } = await allocate('x.csv');
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain('buffers a and b');
});

it('says so when the budget is used up', async () => {
  const { buffers } = hardProblem({ seed: 24, count: 350, cutsOfTime: 1, loose: 0.1 });
  const { allocate } = place({ 'hard.1024.csv': formatCsv({ buffers }) });
  const { code, out, err } = await allocate('hard.1024.csv', '--nodes', '500');
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(/^no placement found that fits into 1024 within 500 steps: the lowest one found needs \d+, all /);
});

const ablations = ['canonical', 'dominance', 'decomposition', 'sections', 'inference', 'draws'].map(
  name => `--no-${name}`,
);

it.each([...ablations, '--ranking=total,width,area', '--seconds=20'])(
  'packs what fits exactly with %s',
  async option => {
    const { buffers, capacity } = hardProblem({ seed: 17, count: 30, cutsOfTime: 4, loose: 0.04 });
    const { allocate } = place({ 'hard.1024.csv': formatCsv({ buffers }) });
    const { code, out } = await allocate('hard.1024.csv', option);
    expect(code).toBe(0);
    const read = parseCsv({ name: 'out', text: out });
    expect(read.ok && read.value.offsets && verifyPlacement({ buffers, capacity }, read.value.offsets)).toEqual([]);
  },
);

it.each([
  [[], 2],
  [['two.csv', '--strategy', 'lucky'], 2],
  [['two.csv', '--capacity', 'big'], 2],
  [['two.csv', '--ranking', 'width,colour'], 2],
  [['two.csv', '--seconds', '-1'], 2],
  [['two.csv', 'three.csv'], 2],
  [['three.csv'], 1],
  [['bad.csv'], 1],
  [['--help'], 0],
])('%j exits with %i', async (args, expected) => {
  const { allocate } = place({ 'two.csv': two, 'bad.csv': 'id,size\n' });
  const { code, out, err } = await allocate(...args);
  expect(code).toBe(expected);
  expect(expected === 0 ? err : out).toBe('');
});

it('keeps to its seconds however many buffers there are, and says what it came to', async () => {
  const rows = Array.from({ length: 10_000 }, (_, i) => {
    const lower = (i * 7919) % 10_000;
    return `b${i},${lower},${lower + 5000 + ((i * 104_729) % 10_000)},${1 + ((i * 7907) % 1000)}`;
  });
  const { allocate } = place({ 'many.csv': `id,lower,upper,size\n${rows.join('\n')}\n` });
  const before = performance.now();
  const { code, out, err } = await allocate('many.csv', '--seconds', '0.5');
  // Some seconds on a busy machine; it was more than 150.
  expect(performance.now() - before).toBeLessThan(30_000);
  expect(code).toBe(0);
  expect(out.split('\n')).toHaveLength(10_002);
  expect(err).toMatch(
    /^within 0.5 s no search was begun: the lowest greedy placement needs \d+; all need at least \d+\n$/,
  );
});
