/** The words that are written when a thread is lost are those at which the artifact's threads wait. */
import { threadControl } from '@tessera-dnn/machine';
import { expect, it } from 'vitest';
import { isLost, sayLost } from '../src/threads/lost.ts';

it('says it where threads look', () => {
  const words = new Int32Array(new SharedArrayBuffer(threadControl.bytes));
  expect(isLost(words)).toBe(false);
  sayLost(words);
  const written = new Map([...words.entries()].filter(([, value]) => value !== 0));
  expect(written).toEqual(
    new Map([
      [threadControl.broken / 4, 1],
      [threadControl.call / 4, 1],
    ]),
  );
  expect(isLost(words)).toBe(true);
});
