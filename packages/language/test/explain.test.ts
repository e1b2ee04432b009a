/** Codes are looked up as readers type them. */
import { explain } from '@tessera-dnn/language';
import { expect, test } from 'vitest';

test('a code is found in any case, another text is not', () => {
  expect(explain(' Empty-File ')?.code).toBe('empty-file');
  expect(explain('no-such-code')).toBeUndefined();
});
