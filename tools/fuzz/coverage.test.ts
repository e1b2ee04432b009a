/** Every operation of the table, every block of the prelude and every statement of the language is drawn by the fuzzer, so that none can be forgotten. */
import { readFileSync } from 'node:fs';
import { type ast, parse, preludeSources } from '@tessera-dnn/language';
import { createPick, ops } from '@tessera-dnn/ops';
import { expect, test } from 'vitest';
import { textsOf } from './describe/text.ts';
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

/** The blocks of which `tools/pytorch` draws cases, and holds them against PyTorch: most have arguments that only make sense together. */
const againstPytorch = readFileSync(new URL('../pytorch/sample.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .flatMap(line =>
    calleesIn(parse({ name: 'case.dnn', text: (JSON.parse(line) as { readonly text: string }).text }).file),
  );

test('every block of the prelude is drawn, here or against PyTorch, or is a part of one that is', () => {
  const drawn = new Set([...[...files, ...networks].flatMap(file => [...calleesOf(file)]), ...againstPytorch]);
  // What stands in the argument `with`, which is not drawn, is held against PyTorch.
  const sources = preludeSources.filter(({ name }) => name !== '<prelude>/wrappers.dnn');
  const items = sources.flatMap(source => parse(source).file.items);
  const parts = new Set(calleesIn(items));
  const blocks = items.flatMap(item => (item.kind === 'block' || item.kind === 'optimizer' ? [item.name.text] : []));
  expect(blocks.filter(name => !drawn.has(name) && !parts.has(name))).toEqual([]);
  const known = [layers, optimisers, schedules].flatMap(Object.keys);
  expect(known.filter(name => !blocks.includes(name))).toEqual([]);
});

/** By the type, none is missing. */
const statements: { readonly [kind in ast.Statement['kind']]: true } = {
  let: true,
  var: true,
  assign: true,
  param: true,
  state: true,
  update: true,
  for: true,
  return: true,
  minimize: true,
  expect: true,
  expression: true,
};

/**
 * Files bring no optimizers of their own; those of the prelude are drawn. They have no precision, since what decides where it rounds is the
 * compiler's, and the oracle would have to be told; types of 16 bits are drawn.
 */
const items: { readonly [kind in Exclude<ast.Item['kind'], 'optimizer' | 'precision'>]: true } = {
  import: true,
  const: true,
  block: true,
  model: true,
  train: true,
};

test('every kind of statement and of item is drawn, conditionals, and constants that are set', () => {
  const texts = files.map(textsOf);
  const sources = texts.flatMap(({ text, imported = '' }) => [text, imported]);
  const drawn = new Set(sources.flatMap(text => kindsIn(parse({ name: 'drawn.dnn', text }).file)));
  const wanted = [...Object.keys(statements), ...Object.keys(items), 'if'];
  expect(wanted.filter(kind => !drawn.has(kind))).toEqual([]);
  expect(texts.some(({ set }) => Object.keys(set).length > 0)).toBe(true);
});

/** The kinds of all nodes of a syntax tree. */
function kindsIn(tree: object): readonly string[] {
  const own = 'kind' in tree ? [tree.kind as string] : [];
  return [...own, ...partsOf(tree).flatMap(kindsIn)];
}

/** The names that are called anywhere in a syntax tree. */
function calleesIn(tree: object): readonly string[] {
  const own = 'callee' in tree ? [(tree as ast.Call).callee.text] : [];
  return [...own, ...partsOf(tree).flatMap(calleesIn)];
}

function partsOf(tree: object): readonly object[] {
  const parts = Object.entries(tree).filter(
    ([key, part]) => key !== 'span' && key !== 'source' && typeof part === 'object',
  );
  return parts.map(([, part]) => part);
}

test('a case depends on its seed alone', () => {
  expect(drawCase(createPick(7))).toEqual(drawCase(createPick(7)));
});
