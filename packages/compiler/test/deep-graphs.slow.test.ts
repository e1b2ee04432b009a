/** Nothing in the compiler recurses as deep as a graph is long, nor takes time by more than its length. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { DeepGraph } from './support/deep-graphs.ts';

/** An eighth of the usual: what is 700 deep here would be 5,600 deep there, and takes an eighth of the time. */
const stackKilobytes = 120;

/** `N` stands for the turns; what recursed once has enough of them that it ended the stack. */
const graphs: readonly DeepGraph[] = [
  { name: 'a chain of products', loop: 'y = relu(y @ x)', turns: 120, tiles: 1 },
  { name: 'a chain of products on three tiles', loop: 'y = relu(y @ x)', turns: 40, tiles: 3 },
  { name: 'diamonds of one value', loop: 'y = sin(y) + y', turns: 700, tiles: 1 },
  { name: 'diamonds of views', loop: 'y = transpose(y[0:8], [1, 0]) + y', turns: 200, tiles: 1 },
  { name: 'diamonds of views on three tiles', loop: 'y = transpose(y[0:8], [1, 0]) + y', turns: 40, tiles: 3 },
  { name: 'parts of parts', loop: 'y = concat([y, x[0:1] * (i + 2)], axis: 0)', turns: 700, tiles: 1 },
  // What movement carries of the weight was counted twice for each turn.
  { name: 'pieces joined again', loop: 'y = reshape(concat([y[0:4], y[4:8]], axis: 1), [8, 8])', turns: 60, tiles: 1 },
  { name: 'arithmetic behind a reshape', loop: 'row = sin(row * x[1])', turns: 700, tiles: 1 },
].map(({ loop, turns, ...graph }) => ({ ...graph, loop: `for i in range(${turns}) { ${loop} }` }));

test('chains and diamonds compile on a short stack, forwards and as a training', () => {
  const script = fileURLToPath(new URL('support/deep-graphs.ts', import.meta.url));
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [`--stack-size=${stackKilobytes}`, '--conditions=@tessera/source', script],
    { input: JSON.stringify(graphs), encoding: 'utf8', timeout: 110_000 },
  );
  expect(stderr).toBe('');
  expect(stdout.trim().split('\n')).toEqual(graphs.map(({ name }) => `${name}: compiled`));
}, 120_000);
