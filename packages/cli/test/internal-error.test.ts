/** A fault in Tessera itself is printed as one line that asks for a report, without a stack trace. */
import { InternalError } from '@tessera-dnn/diagnostics';
import { expect, it, vi } from 'vitest';
import { line, place } from './command.ts';

vi.mock(import('@tessera-dnn/compiler/planning'), async original => ({
  ...(await original()),
  check: () => {
    throw new InternalError('fuse', 'a value is used before it is made', 'node 7');
  },
}));

it('names the stage that broke', async () => {
  expect(await place({ 'a.dnn': line }).tessera('check', 'a.dnn')).toEqual({
    code: 1,
    out: '',
    err:
      'internal error: fuse: a value is used before it is made (node 7)\n' +
      'This is a fault in Tessera, not in your program: please report it with this line, the command and the file.\n',
  });
});
