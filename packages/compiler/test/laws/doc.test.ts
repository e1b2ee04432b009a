/** Law: the example in an op's documentation is a program without a fault, and it is the op that the example calls. */
import { preludeSources } from '@tessera-dnn/language';
import { ops } from '@tessera-dnn/ops';
import { describe, expect, it } from 'vitest';
import { check } from '../../src/index.ts';

describe('the example of', () => {
  it.each(ops.all)('$name checks clean', ({ name, doc }) => {
    expect(check({ name: `${name}.dnn`, text: doc.example }).map(({ message }) => message)).toEqual([]);
  });
});

it('no op that is called by its name is hidden by a block of the prelude', () => {
  const blocks = new Set(
    preludeSources.flatMap(({ text }) => [...text.matchAll(/^block (\w+)/gm)].map(([, name]) => name)),
  );
  const hidden = ops.all.filter(({ name, symbol }) => symbol === undefined && blocks.has(name)).map(({ name }) => name);
  expect(hidden, 'a call means the block, never the op: choose another name for it, or remove the block').toEqual([]);
});
