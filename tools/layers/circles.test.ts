/** Circles of imports are found, whatever their length; allowed ones must be exactly as they are listed. */
import { expect, it } from 'vitest';
import { allowedCircles } from './allowed-circles.ts';
import { circleComplaints } from './circles.ts';

const file = (path: string, ...imports: string[]) => ({ path, text: '', imports });
const pair = [file('packages/a/src/one.ts', './two.ts'), file('packages/a/src/two.ts', './one.ts')];

it('files that import downwards only are none, however often they meet', () => {
  const top = file('src/top.ts', './left.ts', './right.ts', 'vitest', './missing.ts');
  const files = [top, file('src/left.ts', './base.ts'), file('src/right.ts', './base.ts'), file('src/base.ts')];
  expect(circleComplaints(files, [])).toEqual([]);
});

it('says the way round, across folders too', () => {
  expect(circleComplaints(pair, [])).toEqual([
    'a circle of imports: packages/a/src/one.ts imports packages/a/src/two.ts imports packages/a/src/one.ts',
  ]);
  expect(circleComplaints([file('src/a.ts', './in/b.ts'), file('src/in/b.ts', '../a.ts')], [])).toEqual([
    'a circle of imports: src/a.ts imports src/in/b.ts imports src/a.ts',
  ]);
});

it('says how many files hang together where the shortest way round is not all', () => {
  const files = [file('a.ts', './b.ts'), file('b.ts', './c.ts', './a.ts'), file('c.ts', './b.ts')];
  expect(circleComplaints(files, [])).toEqual([
    'a circle of imports: a.ts imports b.ts imports a.ts; 3 files hang together',
  ]);
});

it('finds a file that imports itself', () => {
  expect(circleComplaints([file('a.ts', './a.ts')], [])).toEqual(['a circle of imports: a.ts imports a.ts']);
});

it('finds several circles, each by itself', () => {
  const other = [file('x.ts', './y.ts', './packages/a/src/one.ts'), file('y.ts', './x.ts')];
  expect(circleComplaints([...pair, ...other], [])).toHaveLength(2);
});

it('accepts a listed circle, in any order, and not a file more', () => {
  const listed = { files: ['packages/a/src/two.ts', 'packages/a/src/one.ts'], reason: 'It is needed.' };
  expect(circleComplaints(pair, [listed])).toEqual([]);
  const grown = [...pair, file('packages/a/src/three.ts', './one.ts')];
  expect(circleComplaints(grown, [listed])).toEqual([]);
  const larger = [file('packages/a/src/one.ts', './two.ts', './three.ts'), ...grown.slice(1)];
  expect(circleComplaints(larger, [listed])).toHaveLength(2);
});

it('refuses a listed circle that is none any longer', () => {
  const listed = { files: ['a.ts', 'b.ts'], reason: 'It was needed.' };
  expect(circleComplaints([file('a.ts', './b.ts'), file('b.ts')], [listed])).toEqual([
    'a.ts and b.ts are listed as a circle of imports, and are none: take it off the list',
  ]);
});

it('gives a reason for each allowed circle', () => {
  for (const { reason } of allowedCircles) expect(reason).toMatch(/^[A-Z].{20,}\.$/s);
});
