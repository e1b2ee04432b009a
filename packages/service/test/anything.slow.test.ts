/** Whatever stands in a text, and wherever the cursor is, every question has an answer. */
import { readFileSync } from 'node:fs';
import { parse } from '@tessera-dnn/language';
import {
  completionsAt,
  definitionAt,
  fixesAt,
  foldsOf,
  formattingOf,
  hintsOf,
  hoverAt,
  referencesAt,
  renameAt,
  semanticTokensOf,
  signatureHelpAt,
  symbolsOf,
  valueDiagnostics,
  Workspace,
} from '@tessera-dnn/service';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PieceParser } from '../src/pieces.ts';

const programs = ['resnet8', 'gpt', 'mlp'].map(name => {
  return readFileSync(new URL(`../../../examples/${name}.dnn`, import.meta.url), 'utf8');
});

const fragment = fc.constantFrom(
  '(',
  ')',
  '{',
  '}',
  '[',
  ']',
  '"',
  '|> ',
  ' as ',
  '.',
  ',',
  ': ',
  '/*',
  '//',
  '\n',
  'let ',
  'model ',
  'x',
  'dense(',
  '"{',
  '',
);

/** A program with a part cut out and something written there, and where that is. */
const typed = fc
  .tuple(fc.constantFrom(...programs), fc.nat(), fc.nat(30), fragment)
  .map(([text, place, length, inserted]) => {
    const at = place % text.length;
    return { text: text.slice(0, at) + inserted + text.slice(at + length), at: at + inserted.length };
  });

it('answers at any place of any text', () => {
  fc.assert(
    fc.property(typed, ({ text, at }) => {
      const workspace = new Workspace();
      const document = workspace.update('net.dnn', text);
      const places = [
        hoverAt(document, at)?.place,
        definitionAt(workspace, document, at),
        ...referencesAt(workspace, document, at),
      ];
      for (const place of places) expect(place === undefined || place.start <= place.end).toBe(true);
      expect(completionsAt(document, at).start).toBeLessThanOrEqual(at);
      signatureHelpAt(document, at);
      renameAt(workspace, document, at, 'other');
      fixesAt(valueDiagnostics(document), 0, text.length);
      formattingOf(document);
      foldsOf(document);
      symbolsOf(document);
      const ends = semanticTokensOf(document).map(({ place }) => place.end);
      expect(
        Math.max(0, ...ends, ...hintsOf(document, 0, text.length).map(({ offset }) => offset)),
      ).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 60 },
  );
});

/** A tree as text, without the places of what is missing: where an item breaks off they may lie before or behind blanks. */
function shown(file: object): string {
  return JSON.stringify(file, (_key, value) => {
    const isPlace =
      typeof value === 'object' && value !== null && 'source' in value && 'end' in value && !('kind' in value);
    return isPlace ? (value.start === value.end ? 'missing' : `${value.start}-${value.end}`) : value;
  });
}

it('parses any text piece by piece as the whole', () => {
  fc.assert(
    fc.property(typed, ({ text }) => {
      const source = { name: 'net.dnn', text };
      expect(shown(new PieceParser().parse(source).file)).toBe(shown(parse(source).file));
    }),
    { numRuns: 150 },
  );
});
