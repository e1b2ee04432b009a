/** Mistakes while somebody types. */
import { readFileSync } from 'node:fs';
import { parse } from '@tessera-dnn/language';
import { allDiagnostics, fixesAt, quickDiagnostics, valueDiagnostics } from '@tessera-dnn/service';
import { describe, expect, it } from 'vitest';
import { applied } from '../src/edits.ts';
import { PieceParser } from '../src/pieces.ts';
import { marked, shown } from './marked.ts';

const codes = (all: readonly { readonly code: string }[]) => all.map(({ code }) => code);

describe('diagnostics', () => {
  it('of syntax and names need no values', () => {
    const { document, places } = marked('model net(x: f32[2, 4]) {\n  x |> ⟦rellu⟧ |> dense(0)\n}\n');
    const found = quickDiagnostics(document);
    expect(codes(found)).toEqual(['unknown-name']);
    expect(shown(found[0].span!)).toBe(places[0]);
  });

  it('of values are those of shapes too', () => {
    const { document } = marked('model net(x: f32[2, 4], y: f32[2, 3]) {\n  x + y\n}\n');
    expect(quickDiagnostics(document)).toEqual([]);
    expect(codes(valueDiagnostics(document))).toEqual(['shape-mismatch']);
  });

  it('of all are what a check finds', () => {
    const { workspace, document } = marked('model net(x: f32[64, 64]) {\n  expect peak <= 1KiB\n  x @ x @ x\n}\n');
    expect(valueDiagnostics(document)).toEqual([]);
    expect(codes(allDiagnostics(workspace, document))).toEqual(['peak-exceeded']);
  });

  it('see what an edited import says now', () => {
    const { workspace, document } = marked('import "./lib.dnn"\n\nmodel net(x: f32[2]) {\n  twice(x)\n}\n', {
      'lib.dnn': '',
    });
    expect(codes(quickDiagnostics(document))).toContain('unknown-name');
    workspace.update('lib.dnn', 'block twice(x) {\n  2 * x\n}\n');
    expect(quickDiagnostics(workspace.document('net.dnn')!)).toEqual([]);
  });
});

describe('a text that is parsed piece by piece', () => {
  const text = readFileSync(new URL('../../../examples/resnet8.dnn', import.meta.url), 'utf8');
  const typed = ['residual(', '}', '"', '/* ', 'let ', '|> ', 'model x'].flatMap(inserted =>
    [3, 100, 420, 900, text.length].map(at => text.slice(0, at) + inserted + text.slice(at)),
  );

  it.each([text, ...typed])('is the whole text’s file (%#)', changed => {
    const source = { name: 'net.dnn', text: changed };
    const parser = new PieceParser();
    parser.parse({ name: 'net.dnn', text });
    const [found, wanted] = [parser.parse(source), parse(source)];
    expect(found.file).toEqual(wanted.file);
    expect(codes(found.diagnostics)).toEqual(codes(wanted.diagnostics));
  });
});

describe('what a diagnostic suggests', () => {
  it.each([
    ['model net(x: f32[2, 4]) {\n  x |> rel‸lu\n}\n', 'model net(x: f32[2, 4]) {\n  x |> relu\n}\n'],
    [
      'model net(x: f32[2, 4]) {\n  for i in ‸3 {\n    note(i)\n  }\n  x\n}\n',
      'model net(x: f32[2, 4]) {\n  for i in range(3) {\n    note(i)\n  }\n  x\n}\n',
    ],
    [
      'model net(x: f32[2, 4]) {\n  x |> dense(4, bia‸: false)\n}\n',
      'model net(x: f32[2, 4]) {\n  x |> dense(4, bias: false)\n}\n',
    ],
    ['model load‸(x: f32[2]) {\n  x\n}\n', 'model load_model(x: f32[2]) {\n  x\n}\n'],
    ['model net(x: f32[2]) {\n  y‸ = x\n  y\n}\n', 'model net(x: f32[2]) {\n  var y = x\n  y\n}\n'],
    ['model net(x: f32[2]) {\n  max(x, 0‸)\n}\n', 'model net(x: f32[2]) {\n  max(x, axis: 0)\n}\n'],
    ['model net(x: f32[2]) -> f32[‸3] {\n  x\n}\n', 'model net(x: f32[2]) -> f32[2] {\n  x\n}\n'],
  ])('is a change (%#)', (before, after) => {
    const { document, offset } = marked(before);
    const [fix] = fixesAt(valueDiagnostics(document), offset, offset);
    expect(fix === undefined ? valueDiagnostics(document) : applied(document.source, fix.edits)).toEqual(after);
  });
});
