/** Every operation of the table and every block of the prelude is drawn by the fuzzer, so that none can be forgotten. */
import { type ast, parse, preludeSources } from '@tessera-dnn/language';
import { createPick, ops } from '@tessera-dnn/ops';
import { expect, test } from 'vitest';
import { drawCase } from './draw/case.ts';
import { layers } from './draw/layers.ts';
import { drawNetwork } from './draw/network.ts';
import { optimisers, schedules } from './draw/training.ts';
import { calleesOf } from './statistics.ts';

const files = Array.from({ length: 600 }, (_, i) => drawCase(createPick(i)).file);
const networks = Array.from({ length: 150 }, (_, i) => drawNetwork(createPick(i)));

test('every operation of the table is drawn', () => {
  const drawn = new Set(files.flatMap(file => [...calleesOf(file)]));
  expect(ops.all.map(({ name }) => name).filter(name => !drawn.has(name))).toEqual([]);
});

test('every block of the prelude is drawn, or a part of one that is', () => {
  const drawn = new Set([...files, ...networks].flatMap(file => [...calleesOf(file)]));
  const items = preludeSources.flatMap(source => parse(source).file.items);
  const parts = new Set(calleesIn(items));
  const blocks = items.flatMap(item => (item.kind === 'block' || item.kind === 'optimizer' ? [item.name.text] : []));
  expect(blocks.filter(name => !drawn.has(name) && !parts.has(name))).toEqual([]);
  const known = [layers, optimisers, schedules].flatMap(Object.keys);
  expect(known.filter(name => !blocks.includes(name))).toEqual([]);
});

/** The names that are called anywhere in a syntax tree. */
function calleesIn(tree: object): readonly string[] {
  const own = 'callee' in tree ? [(tree as ast.Call).callee.text] : [];
  const parts = Object.entries(tree).filter(([key, part]) => key !== 'span' && typeof part === 'object');
  return [...own, ...parts.flatMap(([, part]) => calleesIn(part))];
}

test('a case depends on its seed alone', () => {
  expect(drawCase(createPick(7))).toEqual(drawCase(createPick(7)));
});
