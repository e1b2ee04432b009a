/** The language server, asked in the protocol's own messages. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Editor } from './editor.ts';

const uri = 'file:///nets/net.dnn';
const text = 'model net(x: f32[2, 8]) {\n  x\n    |> dense(4)  as fc\n    |> relu\n}\n';
const textDocument = { uri };
const at = (line: number, character: number) => ({ textDocument, position: { line, character } });
let editor: Editor;

beforeAll(async () => {
  editor = new Editor();
  const capabilities = { workspace: { inlayHint: { refreshSupport: true } } };
  const answer = await editor.ask('initialize', {
    processId: null,
    rootUri: null,
    capabilities,
    initializationOptions: { chip: 'tiny' },
  });
  expect(answer).toMatchObject({ capabilities: { hoverProvider: true, renameProvider: { prepareProvider: true } } });
  editor.tell('initialized', {});
  editor.tell('textDocument/didOpen', { textDocument: { uri, languageId: 'dnn', version: 1, text } });
});

afterAll(async () => {
  await editor.ask('shutdown', null);
  editor.close();
});

const published = (isSo: (codes: readonly string[]) => boolean, since: number) =>
  editor.until(({ method, params }) => {
    const diagnostics = (params as { diagnostics?: { code: string }[] } | undefined)?.diagnostics ?? [];
    return method === 'textDocument/publishDiagnostics' && isSo(diagnostics.map(({ code }) => code));
  }, since);

describe('the language server', () => {
  it('tells what is wrong after every change, and what is not any more', async () => {
    const since = editor.log.length;
    const range = { start: { line: 3, character: 7 }, end: { line: 3, character: 11 } };
    editor.tell('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: [{ range, text: 'rellu' }],
    });
    await published(codes => codes.includes('unknown-name'), since);
    const fixes = await editor.ask('textDocument/codeAction', { textDocument, range, context: { diagnostics: [] } });
    expect(fixes).toMatchObject([
      { title: 'Write relu', kind: 'quickfix', edit: { changes: { [uri]: [{ newText: 'relu' }] } } },
    ]);
    const again = editor.log.length;
    editor.tell('textDocument/didChange', {
      textDocument: { uri, version: 3 },
      contentChanges: [{ range: { ...range, end: { line: 3, character: 12 } }, text: 'relu' }],
    });
    await published(codes => codes.length === 0, again);
  });

  it('answers about places', async () => {
    expect(await editor.ask('textDocument/hover', at(2, 9))).toMatchObject({
      contents: { kind: 'markdown', value: expect.stringContaining('`fc.weight`') },
      range: { start: { line: 2, character: 7 }, end: { line: 2, character: 12 } },
    });
    expect(await editor.ask('textDocument/definition', at(2, 9))).toMatchObject({ uri: 'tessera-prelude:/layers.dnn' });
    expect(
      await editor.ask('textDocument/references', { ...at(0, 10), context: { includeDeclaration: true } }),
    ).toHaveLength(2);
    expect(await editor.ask('textDocument/signatureHelp', at(2, 13))).toMatchObject({ activeParameter: 1 });
    const items = await editor.ask('textDocument/completion', at(3, 8));
    expect(items).toContainEqual(expect.objectContaining({ label: 'relu' }));
  });

  it('renames, or says why not', async () => {
    expect(await editor.ask('textDocument/prepareRename', at(0, 10))).toMatchObject({
      start: { line: 0, character: 10 },
    });
    expect(await editor.ask('textDocument/rename', { ...at(0, 10), newName: 'image' })).toMatchObject({
      changes: { [uri]: [{ newText: 'image' }, { newText: 'image' }] },
    });
    await expect(editor.ask('textDocument/rename', { ...at(0, 10), newName: 'for' })).rejects.toThrow(
      'a word of the language',
    );
  });

  it('answers about whole texts', async () => {
    expect(await editor.ask('textDocument/documentSymbol', { textDocument })).toMatchObject([
      { name: 'net', children: [{ name: 'fc' }] },
    ]);
    expect(await editor.ask('textDocument/foldingRange', { textDocument })).toEqual([{ startLine: 0, endLine: 3 }]);
    expect(
      await editor.ask('textDocument/formatting', { textDocument, options: { tabSize: 2, insertSpaces: true } }),
    ).toMatchObject([{ newText: expect.any(String) }]);
    const { data } = (await editor.ask('textDocument/semanticTokens/full', { textDocument })) as { data: number[] };
    expect(data.slice(0, 5)).toEqual([0, 6, 3, 5, 1]);
    const prelude = await editor.ask('workspace/textDocumentContent', { uri: 'tessera-prelude:/layers.dnn' });
    expect(prelude).toMatchObject({ text: expect.stringContaining('block dense(') });
  });

  it('hints at shapes, and at the memory of each line when nobody types', async () => {
    const range = { start: { line: 0, character: 0 }, end: { line: 5, character: 0 } };
    const labels = async () =>
      ((await editor.ask('textDocument/inlayHint', { textDocument, range })) as { label: string }[]).map(
        ({ label }) => label,
      );
    expect(await labels()).toEqual(expect.arrayContaining(['f32[2, 4]']));
    await expect.poll(labels, { timeout: 10_000 }).toContainEqual(expect.stringMatching(/ B · \d+ %$/));
  });

  it('has logged nothing and failed at nothing', () => {
    const messages = editor.log.map(({ method }) => method).filter(method => method !== undefined);
    expect([...new Set(messages)].sort()).toEqual(['textDocument/publishDiagnostics', 'workspace/inlayHint/refresh']);
    expect(editor.log.flatMap(({ error }) => error ?? [])).toMatchObject([
      { message: 'for is a word of the language' },
    ]);
  });
});
