/** Tests which words can be names. */
import { parse, reservedWords } from '@tessera-dnn/language';
import { describe, expect, test } from 'vitest';

const codesOf = (text: string): readonly string[] =>
  parse({ name: 'words.dnn', text }).diagnostics.map(({ code }) => code);

describe('a name', () => {
  test.each(reservedWords)('%s is reserved', word => {
    expect(codesOf(`const ${word} = 1`)).toEqual(['reserved-word']);
    expect(codesOf(`const ${word}s = 1`)).toEqual([]);
  });

  test.each([
    'precision',
    'using',
    'clip',
    'accumulate',
    'states',
    'master',
    'scale',
    'peak',
    'like',
    'training',
    'relu',
    '_',
    'f64',
  ])('%s is free', word => {
    expect(codesOf(`const ${word} = 1`)).toEqual([]);
    expect(codesOf(`const a = ${word} + f(${word}: 1) as ${word}`)).toEqual([]);
  });
});

test('the reserved words are those of the grammar', () => {
  const words = 'and as bf16 block bool const else expect f16 f32 false for i32 i8 if import in let minimize model not';
  expect(reservedWords.join(' ')).toBe(`${words} optimizer or param return state train true u8 var`);
});
