/** How the formatter breaks lines and keeps comments. */
import { formatSource } from '@tessera-dnn/language';
import { expect, test } from 'vitest';
import { testGoldens } from './golden.ts';

testGoldens('format', text => {
  const outcome = formatSource(text);
  return outcome.ok ? outcome.value : 'not formatted';
});

test('a text with syntax errors is not formatted', () => {
  const outcome = formatSource('const = 3', 'bad.dnn');
  expect(outcome.ok).toBe(false);
  expect(outcome.diagnostics.map(({ code, span }) => [code, span!.source.name])).toEqual([
    ['expected-name', 'bad.dnn'],
  ]);
});

test('a file of comments alone is formatted', () => {
  expect(formatSource('  // a  \n\n\n/* b */')).toEqual({ ok: true, value: '// a\n\n/* b */\n', diagnostics: [] });
});

test('an empty file stays empty', () => {
  expect(formatSource(' \n\n')).toEqual({ ok: true, value: '', diagnostics: [] });
});

test('line breaks of other systems become ours', () => {
  expect(formatSource('const a = 1\r\n\r\n\r\nconst b = 2 /* x\r\ny */')).toMatchObject({
    value: 'const a = 1\n\nconst b = 2 /* x\ny */\n',
  });
});

test('lines that can be broken are at most 100 columns wide', () => {
  const names = Array.from({ length: 40 }, (_, i) => `argument_${i}`);
  const text = `block f(${names.join(', ')}) {\n  return f(${names.join(', ')}) + ${names.join(' * ')}\n}`;
  const outcome = formatSource(text);
  const widths = outcome.ok ? outcome.value.split('\n').map(line => line.length) : [];
  expect(Math.max(...widths)).toBeLessThanOrEqual(100);
});
