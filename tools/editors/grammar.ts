/** The TextMate grammar of the language, made of the lexer's vocabulary: a word that is added there is coloured. */
import { ast, vocabulary } from '@tessera-dnn/language';

interface Rule {
  readonly name?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly include?: string;
  readonly captures?: Readonly<Record<string, { readonly name: string }>>;
  readonly beginCaptures?: Readonly<Record<string, { readonly name: string }>>;
  readonly patterns?: readonly Rule[];
}

const word = /^\w+$/;
const declaring = ['const', 'block', 'model', 'train', 'optimizer'];
const storing = ['let', 'var', 'param', 'state'];
const logical = ['and', 'or', 'not'];
const constants = ['true', 'false'];

/** Words and marks of the vocabulary: those that are reserved, those that are words in places only, and all others. */
function spellings(): {
  readonly reserved: readonly string[];
  readonly contextual: readonly string[];
  readonly marks: readonly string[];
} {
  const fixed = vocabulary.flatMap(({ PATTERN: text, CATEGORIES = [] }) => {
    return typeof text === 'string' ? [{ text, isName: CATEGORIES.some(({ name }) => name === 'Identifier') }] : [];
  });
  const words = fixed.filter(({ text }) => word.test(text));
  return {
    reserved: words.filter(({ isName }) => !isName).map(({ text }) => text),
    contextual: words.filter(({ isName }) => isName).map(({ text }) => text),
    marks: fixed.filter(({ text }) => !word.test(text)).map(({ text }) => text),
  };
}

/** The source of the regular expression of a token. */
function patternOf(name: string): string {
  const pattern = vocabulary.find(token => token.name === name)?.PATTERN;
  if (!(pattern instanceof RegExp)) throw new Error(`the vocabulary has no regular expression ${name}`);
  return pattern.source;
}

function oneOf(words: readonly string[]): string {
  return `\\b(?:${words.join('|')})\\b`;
}

/** The grammar as JSON. */
export function grammar(): string {
  const { reserved, contextual, marks } = spellings();
  const special = [...declaring, ...storing, ...logical, ...constants];
  const operators = marks.filter(mark => !/^[()[\]{},.:]$/.test(mark)).toSorted((a, b) => b.length - a.length);
  const code: readonly Rule[] = [{ include: '#code' }];
  const rules: readonly Rule[] = [
    { name: 'comment.line.double-slash.dnn', match: patternOf('LineComment') },
    { name: 'comment.block.dnn', begin: '/\\*', end: '\\*/' },
    {
      name: 'string.quoted.double.dnn',
      begin: '"',
      end: '"|$',
      patterns: [
        { name: 'constant.character.escape.dnn', match: '\\\\.' },
        { name: 'meta.embedded.dnn', begin: '\\{', end: '\\}|$', patterns: code },
      ],
    },
    { name: 'constant.numeric.dnn', match: `\\b${patternOf('Number')}` },
    {
      match: `\\b(${declaring.join('|')})\\s+(${patternOf('Identifier')})`,
      captures: { 1: { name: 'keyword.declaration.dnn' }, 2: { name: 'entity.name.function.dnn' } },
    },
    {
      match: `\\b(${storing.join('|')})\\s+(${patternOf('Identifier')})`,
      captures: { 1: { name: 'storage.type.dnn' }, 2: { name: 'variable.other.dnn' } },
    },
    { match: `^(precision)\\b`, captures: { 1: { name: 'keyword.other.dnn' } } },
    {
      begin: '\\b(minimize|expect)\\b',
      end: '$',
      beginCaptures: { 1: { name: 'keyword.control.dnn' } },
      patterns: [{ name: 'keyword.other.dnn', match: oneOf(contextual) }, ...code],
    },
    { name: 'storage.type.element.dnn', match: oneOf(ast.elementTypes) },
    { name: 'constant.language.dnn', match: oneOf(constants) },
    { name: 'keyword.operator.logical.dnn', match: oneOf(logical) },
    { name: 'storage.type.dnn', match: oneOf([...declaring, ...storing]) },
    { name: 'keyword.control.dnn', match: oneOf(reserved.filter(one => !special.includes(one))) },
    {
      match: `(\\|>)\\s*(${patternOf('Identifier')})`,
      captures: { 1: { name: 'keyword.operator.dnn' }, 2: { name: 'entity.name.function.dnn' } },
    },
    { name: 'variable.parameter.dnn', match: `${patternOf('Identifier')}(?=\\s*:(?!=))` },
    { name: 'entity.name.function.dnn', match: `${patternOf('Identifier')}(?=\\s*\\()` },
    { name: 'keyword.operator.dnn', match: operators.map(escaped).join('|') },
  ];
  const made = {
    name: 'Tessera network',
    scopeName: 'source.dnn',
    patterns: code,
    repository: { code: { patterns: rules } },
  };
  return `${JSON.stringify(made, undefined, 2)}\n`;
}

function escaped(mark: string): string {
  return mark.replaceAll(/[|*+.()[\]{}^$?\\/-]/g, '\\$&');
}
