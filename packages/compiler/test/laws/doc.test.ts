/** Law: the example in an op's documentation is a program without a fault. */
import { ops } from '@tessera-dnn/ops';
import { describe, expect, it } from 'vitest';
import { check } from '../../src/index.ts';

describe('the example of', () => {
  it.each(ops.all)('$name checks clean', ({ name, doc }) => {
    expect(check({ name: `${name}.dnn`, text: doc.example }).map(({ message }) => message)).toEqual([]);
  });
});
