import { describe, expect, test } from 'vitest';
import { type Diagnostic, render, type Source, type Span } from '../src/index.ts';

const source = (text: string, name = 'examples/bad.dnn'): Source => ({ name, text });

/** The span of the nth occurrence (from 0) of `part` in a source. */
function at(from: Source, part: string, nth = 0): Span {
  let start = from.text.indexOf(part);
  for (let i = 0; i < nth; i++) start = from.text.indexOf(part, start + 1);
  return { source: from, start, end: start + part.length };
}

const problem = (span: Span | undefined, rest: Partial<Diagnostic> = {}): Diagnostic => ({
  code: 'some-code',
  severity: 'error',
  message: 'something is wrong',
  span,
  ...rest,
});

/** The rendered diagnostic without its first row. */
const excerptOf = (diagnostic: Diagnostic): string => render(diagnostic).split('\n').slice(1).join('\n');

describe('render', () => {
  test('looks as the page of the language promises', () => {
    const text = source('x: f32[8, 16]\nw: f32[15, 4]\nh = relu(x @ w)\n');
    const diagnostic: Diagnostic = {
      code: 'shape-mismatch',
      severity: 'error',
      message: 'matmul cannot multiply f32[8, 16] by f32[15, 4]',
      span: at(text, 'x @ w'),
      labels: [
        { span: at(text, 'x', 1), message: 'has 16 columns' },
        { span: at(text, 'w', 1), message: 'has 15 rows' },
      ],
      notes: [{ message: 'w is declared here', span: at(text, 'w') }],
      help: 'did you mean w: f32[16, 4]?',
    };
    expect(render(diagnostic)).toBe(
      `
examples/bad.dnn:3:10  error[shape-mismatch]: matmul cannot multiply f32[8, 16] by f32[15, 4]
   |
 3 | h = relu(x @ w)
   |          ^   ^ has 15 rows
   |          has 16 columns
   note: w is declared here                                        bad.dnn:2:1
   help: did you mean w: f32[16, 4]?`.slice(1),
    );
  });

  test('underlines the whole span where there are no labels', () => {
    const text = source('let model = 3');
    expect(excerptOf(problem(at(text, 'model')))).toBe('   |\n 1 | let model = 3\n   |     ^^^^^');
  });

  test('draws bars down to remarks that are still to come', () => {
    const text = source('a + b + c');
    const labels = ['a', 'b', 'c'].map(name => ({ span: at(text, name), message: `this is ${name}` }));
    expect(excerptOf(problem(at(text, text.text), { labels }))).toBe(
      ['   |', ' 1 | a + b + c', '   | ^   ^   ^ this is c', '   | |   this is b', '   | this is a'].join('\n'),
    );
  });

  test('shows the first and the last line of a long span', () => {
    const text = source('block f(x) {\n  a\n  b\n  c\n}');
    const labels = [{ span: at(text, text.text.slice(9)), message: 'all of this' }];
    expect(excerptOf(problem(at(text, text.text.slice(9)), { labels }))).toBe(
      ['   |', ' 1 | block f(x) {', '   |          ^^^', ' ...', ' 5 | }', '   | ^ all of this'].join('\n'),
    );
  });

  test('shows labelled lines in order and the span that no label is on', () => {
    const text = source('let a = 1\nlet b = 2\nlet a = 3');
    const labels = [{ span: at(text, 'a'), message: 'first here' }];
    expect(excerptOf(problem(at(text, 'a', 1), { labels }))).toBe(
      ['   |', ' 1 | let a = 1', '   |     ^ first here', ' ...', ' 3 | let a = 3', '   |     ^'].join('\n'),
    );
  });

  test('counts cells after tabs and wide characters', () => {
    const text = source('\tx "漢字" y');
    expect(excerptOf(problem(at(text, 'y')))).toBe(`   |\n 1 |     x "漢字" y\n   | ${' '.repeat(4 + 9)}^`);
  });

  test('widens the gutter with the line number', () => {
    const text = source(`${'\n'.repeat(99)}x`);
    expect(excerptOf(problem(at(text, 'x'), { help: 'no' }))).toBe('     |\n 100 | x\n     | ^\n     help: no');
  });

  test('cuts a very long line around the mark', () => {
    const text = source(`${'a'.repeat(100_000)}!${'b'.repeat(100_000)}`);
    const [, row, marks] = excerptOf(problem(at(text, '!'))).split('\n');
    expect(row!.length).toBeLessThan(140);
    expect(row).toMatch(/^ 1 \| …a+!b+…$/);
    expect(row!.indexOf('!')).toBe(marks!.indexOf('^'));
  });

  test('shows control characters and reordering marks as such', () => {
    const text = source('x\u001b[31m\u202ey');
    expect(excerptOf(problem(at(text, 'y')))).toBe('   |\n 1 | x\ufffd[31m\ufffdy\n   |        ^');
  });

  test('points behind the end of a line and of the text', () => {
    const text = source('x =\r\n');
    expect(excerptOf(problem({ source: text, start: 3, end: 3 }))).toBe('   |\n 1 | x =\n   |    ^');
    expect(excerptOf(problem({ source: text, start: 5, end: 5 }))).toBe('   |\n 2 |\n   | ^');
  });

  test('does without a place', () => {
    const diagnostic = problem(undefined, { severity: 'warning', help: 'one\ntwo', notes: [{ message: 'aside' }] });
    expect(render(diagnostic)).toBe(
      'warning[some-code]: something is wrong\n   note: aside\n   help: one\n         two',
    );
  });

  test('names labels in other files as notes', () => {
    const text = source('x');
    const other = source('\n  y', 'lib/other.dnn');
    const labels = [{ span: at(other, 'y'), message: 'there' }];
    const note = excerptOf(problem(at(text, 'x'), { labels }))
      .split('\n')
      .at(-1)!;
    expect(note.replace(/ {2,}/g, ' ')).toBe(' note: there lib/other.dnn:2:3');
  });

  test('colours nothing but what it shows anyway', () => {
    const text = source('x');
    const diagnostic = problem(at(text, 'x'), { help: 'no', notes: [{ message: 'see', span: at(text, 'x') }] });
    const coloured = render(diagnostic, { color: true });
    expect(coloured).toContain('\u001b[1;31merror[some-code]\u001b[0m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the escapes that are to be taken out
    expect(coloured.replaceAll(/\u001b\[[0-9;]*m/g, '')).toBe(render(diagnostic));
  });
});
