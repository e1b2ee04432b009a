/** The grammar for editors is made of the lexer's vocabulary and colours each of its words. */
import { reservedWords } from '@tessera-dnn/language';
import { expect, it } from 'vitest';
import { grammar } from './grammar.ts';

interface Rule {
  readonly name?: string;
  readonly match?: string;
  readonly captures?: Readonly<Record<string, { readonly name: string }>>;
}

const { patterns }: { readonly patterns: readonly Rule[] } = JSON.parse(grammar()).repository.code;

/** The name that the first rule gives the text which matches at its beginning; rules are tried in order. */
function nameOf(text: string): string | undefined {
  for (const { name, match, captures } of patterns) {
    const found = match === undefined ? null : new RegExp(`^(?:${match})`).exec(text);
    if (found !== null && found[0] !== '') return name ?? captures?.['1'].name;
  }
  return undefined;
}

it.each(reservedWords)('%s is a word', word => {
  expect(nameOf(word)).toMatch(/^(keyword|storage|constant)\./);
});

it.each([
  ['image', undefined],
  ['forward', undefined],
  ['dense(4)', 'entity.name.function.dnn'],
  ['units: 4', 'variable.parameter.dnn'],
  ['1e-3', 'constant.numeric.dnn'],
  ['48KiB', 'constant.numeric.dnn'],
  ['// c', 'comment.line.double-slash.dnn'],
  [':= x', 'keyword.operator.dnn'],
  ['** 2', 'keyword.operator.dnn'],
  ['model net', 'keyword.declaration.dnn'],
])('%s is %s', (text, name) => {
  expect(nameOf(text)).toBe(name);
});
