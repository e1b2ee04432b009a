import fc from 'fast-check';
import { expect, test } from 'vitest';
import { positionOf } from '../src/index.ts';

test('positions agree with splitting the text at its line breaks', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r', 'é', '😀') });
  fc.assert(
    fc.property(text, fc.nat(30), (content, offset) => {
      const before = content.slice(0, offset).split('\n');
      const expected = { line: before.length, column: before.at(-1)!.length + 1 };
      expect(positionOf({ name: 'x', text: content }, offset)).toEqual(expected);
    }),
  );
});

test('offsets outside of the text are clamped', () => {
  expect(positionOf({ name: 'x', text: 'a\nb' }, 99)).toEqual({ line: 2, column: 2 });
  expect(positionOf({ name: 'x', text: 'a\nb' }, -1)).toEqual({ line: 1, column: 1 });
});
