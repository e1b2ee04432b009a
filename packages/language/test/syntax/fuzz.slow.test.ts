/** Any text gives a tree and diagnostics that make sense; formatting changes no tree and loses no comment. */

import { isError, render } from '@tessera-dnn/diagnostics';
import { type ast, formatSource, parse } from '@tessera-dnn/language';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseWithComments } from '../../src/parse.ts';
import { corpus, everything } from './corpus.ts';
import { nodesOf, withoutPlaces } from './tree.ts';

/** Checks what must hold for any text. */
function checkText(text: string): void {
  const source = { name: 'fuzz.dnn', text };
  const { file, diagnostics } = parse(source);
  const stray = [...nodesOf(file)].find(
    ({ span }) => span.source !== source || span.start < 0 || span.start > span.end || span.end > text.length,
  );
  expect(stray).toBeUndefined();
  const places = diagnostics.map(({ code, span }) => `${code} ${span!.start}`);
  expect(new Set(places).size).toBe(places.length);
  for (const diagnostic of diagnostics) {
    expect(diagnostic.message).not.toMatch(/undefined|NaN|object Object/);
    expect(render(diagnostic)).toContain(diagnostic.code);
  }
  if (!diagnostics.some(isError)) checkFormatting(text, file);
}

function hasMissing(file: ast.File): boolean {
  return [...nodesOf(file)].some(node => 'kind' in node && node.kind === 'missing');
}

function checkFormatting(text: string, file: ast.File): void {
  expect(hasMissing(file)).toBe(false);
  const once = formatSource(text);
  if (!once.ok) throw new Error('a text without mistakes was not formatted');
  const again = parseWithComments({ name: 'formatted.dnn', text: once.value });
  expect(again.diagnostics.filter(isError)).toEqual([]);
  expect(withoutPlaces(again.file)).toEqual(withoutPlaces(file));
  expect(commentsOf(once.value)).toEqual(commentsOf(text));
  expect(formatSource(once.value)).toEqual(once);
}

/** The comments in alphabetical order, since formatting may change the order of neighbours. */
function commentsOf(text: string): readonly string[] {
  const { comments } = parseWithComments({ name: 'x', text });
  return comments.map(comment => comment.text.replaceAll(/\r\n?/g, '\n').trimEnd()).sort();
}

const program = fc.constantFrom(...corpus.map(({ text }) => text), everything, everything);
const fragments = [
  ...['(', ')', '[', ']', '{', '}', '"', ',', ':', '..', '.', '|>', '=', ':=', '->', '-', '**', '<', '==', '@', ';'],
  ...['\n', ' ', '\r\n', '// c\n', '/* c */', '/* c\nd */', '/*', 'if ', ' else ', 'not ', ' and ', ' as ', 'let '],
  ...[
    'return ',
    'model ',
    'block ',
    'const ',
    'for ',
    ' in ',
    'like',
    'f32',
    'x',
    '1',
    '48KiB',
    '1e',
    '0x',
    '"a{b}"',
    '\\',
  ],
  ...['é', '\u0000', '😀', '\ud800', '&&', '!', '#', "'"],
];
const fragment = fc.constantFrom(...fragments);

/** A program with parts removed, inserted, doubled or swapped. */
const mutant = fc
  .tuple(program, fc.array(fc.tuple(fc.nat(), fc.nat(40), fragment, fc.nat(3)), { minLength: 1, maxLength: 4 }))
  .map(([text, edits]) =>
    edits.reduce((current, [place, length, inserted, kind]) => {
      const at = place % (current.length + 1);
      const [before, cut, after] = [current.slice(0, at), current.slice(at, at + length), current.slice(at + length)];
      if (kind === 0) return before + inserted + cut + after;
      if (kind === 1) return before + after;
      return kind === 2 ? before + cut + cut + after : before + inserted + after;
    }, text),
  );

/** A program with comments and line breaks in place of spaces. */
const commented = fc
  .tuple(
    program,
    fc.array(fc.tuple(fc.nat(), fc.constantFrom(' /* c */ ', ' // c\n', '\n// c\n', '\n\n', ' /* c\nd */ '))),
  )
  .map(([text, edits]) =>
    edits.reduce((current, [place, inserted]) => {
      const at = current.indexOf(' ', place % (current.length + 1));
      return at === -1 ? current : current.slice(0, at) + inserted + current.slice(at);
    }, text),
  );

describe('any text', () => {
  test.each(corpus.map(({ name, text }) => [name, text]))('%s', (_, text) => {
    checkText(text);
  });

  test('random fragments', () => {
    fc.assert(
      fc.property(
        fc.array(fragment, { maxLength: 40 }).map(parts => parts.join('')),
        checkText,
      ),
      { numRuns: 220 },
    );
  });

  test('random characters', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), checkText), { numRuns: 200 });
  });

  test('truncations', () => {
    fc.assert(
      fc.property(program, fc.nat(), (text, end) => checkText(text.slice(0, end % (text.length + 1)))),
      { numRuns: 80 },
    );
  });

  test('mutations', () => {
    fc.assert(fc.property(mutant, checkText), { numRuns: 220 });
  });

  test('comments anywhere', () => {
    fc.assert(fc.property(commented, checkText), { numRuns: 150 });
  });
});

describe('deep nesting', () => {
  const deep = 20_000;
  const texts: readonly (readonly [string, string])[] = [
    ['parentheses', `const a = ${'('.repeat(deep)}1${')'.repeat(deep)}`],
    ['open parentheses', `const a = ${'('.repeat(deep)}`],
    ['lists', `const a = ${'['.repeat(deep)}${']'.repeat(deep)}`],
    ['calls', `const a = ${'f('.repeat(deep)}1${')'.repeat(deep)}`],
    ['signs', `const a = ${'-'.repeat(deep)}1`],
    ['negations', `const a = ${'not '.repeat(deep)}true`],
    ['powers', `const a = ${'1 ** '.repeat(deep)}1`],
    ['sums', `const a = ${'1 + '.repeat(deep)}1`],
    ['pipes', `const a = 1${' |> f'.repeat(deep)}`],
    ['indices', `const a = x${'[0]'.repeat(deep)}`],
    ['members', `const a = x${'.y'.repeat(deep)}`],
    ['bodies', `block f(x) { ${'if a {'.repeat(deep)}1${'}'.repeat(deep)} }`],
    ['loops', `block f(x) { ${'for a in b {'.repeat(deep)}1${'}'.repeat(deep)} }`],
    ['conditions', `const a = ${'if '.repeat(deep)}true`],
    ['branches', `const a = if a { 1 }${' else if a { 1 }'.repeat(deep)} else { 2 }`],
    ['strings', `const a = ${'"{'.repeat(deep)}`],
    ['strings with ends', `const a = ${'"{'.repeat(deep)}1${'}"'.repeat(deep)}`],
    ['powers in parentheses', `const a = ${'('.repeat(400)}1${' ** 1'.repeat(400)}${' ** 1)'.repeat(400)}`],
  ];

  test.each(texts)('%s', (_, text) => {
    const { diagnostics } = parse({ name: 'deep.dnn', text });
    expect(diagnostics.filter(({ code }) => code === 'nesting-limit')).toHaveLength(1);
    checkText(text);
  });

  test.each([
    ['parentheses', `const a = ${'('.repeat(499)}1${')'.repeat(499)}`],
    ['calls', `const a = ${'f('.repeat(499)}1${')'.repeat(499)}`],
    ['lists', `const a = ${'['.repeat(499)}1${']'.repeat(499)}`],
    ['powers', `const a = ${'1 ** '.repeat(499)}1`],
    ['sums in parentheses', `const a = ${'('.repeat(400)}1${' + 1'.repeat(400)}${' + 1)'.repeat(400)}`],
    ['bodies', `block f(x) { ${'if a {'.repeat(499)}1${'}'.repeat(499)} }`],
  ])('500 levels of %s are well', (_, text) => {
    expect(parse({ name: 'deep.dnn', text }).diagnostics).toEqual([]);
    expect(formatSource(text).ok).toBe(true);
  });

  test.each([
    ['sums', `const a = 1${' + 1'.repeat(4999)}`],
    ['products in sums', `const a = 1${' + 2 * 3'.repeat(2499)}`],
    ['pipes', `const a = 1${' |> f'.repeat(4999)}`],
    ['indices', `const a = x${'[0]'.repeat(4999)}`],
    ['members', `const a = x${'.y'.repeat(4999)}`],
    ['branches', `const a = if a { 1 }${' else if a { 1 }'.repeat(4998)} else { 2 }`],
  ])('a chain of thousands of %s is well', (_, text) => {
    expect(parse({ name: 'long.dnn', text }).diagnostics).toEqual([]);
    expect(formatSource(text).ok).toBe(true);
  });
});
