/** What the interpreter rounds and what files and chips round is the same, though neither knows of the other. */
import { roundingOf } from '@tessera-dnn/graph';
import { narrowed, widened } from '@tessera-dnn/machine';
import fc from 'fast-check';
import { expect, it } from 'vitest';

it.each(['f16', 'bf16'] as const)('%s', element => {
  const round = roundingOf(element, Math.fround);
  const stored = (value: number) => widened(element, narrowed(element, [value]))[0];
  const all = widened(
    element,
    Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits),
  );
  // Each element, what is in the middle between it and the next, and what is a little off that.
  const points = [...all].flatMap((value, i) => {
    const middle = (value + (all[i + 1] ?? value)) / 2;
    return [value, middle, middle * (1 + 2 ** -30), middle * (1 - 2 ** -30)];
  });
  expect(points.filter(point => !Object.is(stored(point), round(point)))).toEqual([]);
  fc.assert(fc.property(fc.double(), value => Object.is(stored(value), round(value))));
});
