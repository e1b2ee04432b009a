/** Every diagnostic of the lexer and the parser as its reader sees it, with one file for each code. */
import { readdirSync } from 'node:fs';
import { render } from '@tessera-dnn/diagnostics';
import { parse } from '@tessera-dnn/language';
import { describe, expect, test } from 'vitest';
import { syntax } from '../../src/explain/syntax.ts';
import { testGoldens } from './golden.ts';

testGoldens('errors', text => {
  const { diagnostics } = parse({ name: 'bad.dnn', text });
  return diagnostics.map(diagnostic => render(diagnostic)).join('\n\n');
});

describe('the catalogue', () => {
  const codes = syntax.map(({ code }) => code);

  test('has a golden file for each code, and no file for another', () => {
    const files = readdirSync(new URL('errors/', import.meta.url)).map(name => name.replace('.txt', ''));
    // Their cases would be too long to read, and are in fuzz.slow.test.ts and growth.slow.test.ts.
    expect(files.sort()).toEqual(codes.filter(code => code !== 'source-too-large' && code !== 'nesting-limit').sort());
  });

  test.each(syntax.filter(entry => 'example' in entry).map(({ code, example }) => [code, example]))(
    'the example of %s gives it alone',
    (code, example) => {
      const { diagnostics } = parse({ name: 'example.dnn', text: example });
      expect(diagnostics.map(diagnostic => diagnostic.code)).toEqual([code]);
    },
  );
});
