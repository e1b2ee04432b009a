/** The mode colours by the vocabulary, and the rest is the service's. */
import { ensureSyntaxTree } from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import { dnn } from '@tessera-dnn/codemirror';
import { reservedWords } from '@tessera-dnn/language';
import { Workspace } from '@tessera-dnn/service';
import { expect, it } from 'vitest';
import { completionsOf, diagnosticsOf } from '../src/dnn.ts';

function coloured(text: string): readonly string[] {
  const state = EditorState.create({ doc: text, extensions: [dnn()] });
  const found: string[] = [];
  ensureSyntaxTree(state, text.length, 5000)?.iterate({
    enter: ({ name, from, to }) => {
      if (name !== 'Document') found.push(`${text.slice(from, to)} ${name}`);
    },
  });
  return found;
}

it('colours words, numbers, strings and comments', () => {
  const found = coloured(
    '// c\nmodel net(x: f32[2, 8]) {\n  x |> dense(4) as fc /* a\n b */ |> relu\n  let s = "a" ** 2\n}\n',
  );
  expect(found).toEqual(
    expect.arrayContaining([
      '// c lineComment',
      'model definitionKeyword',
      'net variableName.definition',
      'f32 typeName',
      '|> operator',
      'dense variableName.function',
      'as controlKeyword',
      'fc labelName',
      'relu variableName.function',
      '"a" string',
      '** operator',
      '4 number',
    ]),
  );
  expect(found.filter(line => line.endsWith(' blockComment'))).toHaveLength(2);
});

it.each(reservedWords)('colours %s, which is reserved, as no name', word => {
  expect(coloured(word).filter(line => /variableName|propertyName/.test(line))).toEqual([]);
});

it('shows mistakes and what they suggest', () => {
  const document = new Workspace().update('net.dnn', 'model net(x: f32[2]) {\n  x |> rellu\n}\n');
  const [{ from, to, actions }] = diagnosticsOf(document);
  expect([from, to, actions?.[0].name]).toEqual([30, 35, 'Write relu']);
});

it('completes behind a pipe without being asked', () => {
  const document = new Workspace().update('net.dnn', 'model net(x: f32[2]) {\n  x |> \n}\n');
  expect(completionsOf(document, { pos: 30, explicit: false })?.options.map(({ label }) => label)).toContain('relu');
  expect(completionsOf(document, { pos: 23, explicit: false })).toBeNull();
});
