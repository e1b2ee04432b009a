import { expect, test } from 'vitest';
import { concerning, InternalError } from '../src/index.ts';

function thrownBy(work: () => unknown): InternalError {
  try {
    work();
  } catch (error) {
    if (error instanceof InternalError) return error;
  }
  throw new Error('no internal error');
}

test('what breaks inside of a node names the node, the innermost stage and the cause', () => {
  const broken = () => {
    throw new InternalError('kernel', 'a vertex begins inside a block');
  };
  const error = thrownBy(() => concerning('tile', '%4 conv of m', broken));
  expect(error.message).toBe('kernel: a vertex begins inside a block (%4 conv of m)');
  expect(error.cause).toBeInstanceOf(InternalError);
});

test('a subject is kept behind the wider one', () => {
  const broken = () => concerning('tile', '%4 conv of m', () => thrownHere('tile 3'));
  const thrownHere = (subject: string) => {
    throw new InternalError('tile', 'two cells of a tensor on one tile', subject);
  };
  expect(thrownBy(broken).subject).toBe('%4 conv of m, tile 3');
});

test('what is no internal error yet becomes one', () => {
  const none: number[] | undefined = [[1]].at(1);
  const error = thrownBy(() => concerning('tile', '%1 mul of m', () => (none as unknown as number[]).length));
  expect(error.message).toMatch(/^tile: TypeError: Cannot read properties of undefined.*\(%1 mul of m\)$/);
});

test('a result passes through', () => {
  expect(concerning('tile', 'any', () => 3)).toBe(3);
});
