/** The language server: the service behind the messages of the language server protocol. It keeps no state besides its workspace. */
import {
  completionsAt,
  type Document,
  definitionAt,
  fixesAt,
  foldsOf,
  formattingOf,
  hoverAt,
  knownDiagnostics,
  referencesAt,
  renameAt,
  renameableAt,
  semanticTokensOf,
  signatureHelpAt,
  symbolsOf,
  tokenModifiers,
  tokenTypes,
  Workspace,
} from '@tessera-dnn/service';
import * as protocol from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Checking } from './checking.ts';
import { completionKinds, diagnosticOf, symbolOf, tokenData } from './kinds.ts';
import { changesOf, locationOf, nameOf, offsetAt, positionAt, preludeScheme, rangeOf, textEditOf } from './places.ts';
import { Shapes } from './shapes.ts';

const capabilities: protocol.ServerCapabilities = {
  textDocumentSync: protocol.TextDocumentSyncKind.Incremental,
  hoverProvider: true,
  completionProvider: { triggerCharacters: ['.', '"', '|', '>', ' '] },
  signatureHelpProvider: { triggerCharacters: ['(', ','] },
  definitionProvider: true,
  referencesProvider: true,
  renameProvider: { prepareProvider: true },
  documentFormattingProvider: true,
  documentSymbolProvider: true,
  foldingRangeProvider: true,
  codeActionProvider: { codeActionKinds: [protocol.CodeActionKind.QuickFix] },
  inlayHintProvider: true,
  semanticTokensProvider: { legend: { tokenTypes: [...tokenTypes], tokenModifiers: [...tokenModifiers] }, full: true },
  workspace: { textDocumentContent: { schemes: [preludeScheme] } },
};

/** Answers the messages of an editor. `read` finds the text of a file that is not open there by its address. */
export function serve(connection: protocol.Connection, read: (address: string) => string | undefined): void {
  const workspace = new Workspace({ read });
  const checking = new Checking(connection, workspace);
  connection.onInitialize(({ capabilities: theirs, initializationOptions }) => {
    checking.chip = chipOf(initializationOptions);
    checking.refreshesHints = theirs.workspace?.inlayHint?.refreshSupport ?? false;
    return { capabilities, serverInfo: { name: 'tessera-lsp' } };
  });
  connection.onDidChangeConfiguration(({ settings }) => {
    checking.chip = chipOf(settings?.tessera ?? settings);
    checking.refresh();
  });
  connection.onShutdown(() => checking.stop());
  connection.onDidChangeWatchedFiles(() => {
    workspace.refresh();
    checking.refresh();
  });
  followTexts(connection, workspace, checking);
  answerAtPlaces(connection, workspace);
  answerOfTexts(connection, workspace, checking);
}

/** `chip` of the settings; empty if there is none. */
function chipOf(settings: unknown): string {
  const chip = typeof settings === 'object' && settings !== null && 'chip' in settings ? settings.chip : '';
  return typeof chip === 'string' ? chip : '';
}

function followTexts(connection: protocol.Connection, workspace: Workspace, checking: Checking): void {
  const texts = new protocol.TextDocuments(TextDocument);
  texts.onDidChangeContent(({ document }) => {
    if (document.uri.startsWith(`${preludeScheme}:`)) return;
    workspace.update(document.uri, document.getText());
    checking.changed(document.uri);
  });
  texts.onDidClose(({ document }) => {
    workspace.close(document.uri);
    checking.closed(document.uri);
  });
  texts.listen(connection);
}

interface At {
  readonly textDocument: protocol.TextDocumentIdentifier;
  readonly position: protocol.Position;
}

/** What is asked about a place. */
function answerAtPlaces(connection: protocol.Connection, workspace: Workspace): void {
  const at = <T>({ textDocument, position }: At, answer: (document: Document, offset: number) => T): T | null => {
    const document = workspace.document(nameOf(textDocument.uri));
    return document === undefined ? null : answer(document, offsetAt(document.source, position));
  };
  connection.onHover(asked =>
    at(asked, (document, offset) => {
      const hover = hoverAt(document, offset);
      return hover ? { contents: { kind: 'markdown', value: hover.markdown }, range: rangeOf(hover.place) } : null;
    }),
  );
  connection.onCompletion(asked => at(asked, (document, offset) => completionList(document, offset)));
  connection.onSignatureHelp(asked => at(asked, (document, offset) => signaturesAt(document, offset)));
  connection.onDefinition(asked =>
    at(asked, (document, offset) => {
      const place = definitionAt(workspace, document, offset);
      return place ? locationOf(place) : null;
    }),
  );
  connection.onReferences(asked =>
    at(asked, (document, offset) => referencesAt(workspace, document, offset).map(locationOf)),
  );
  connection.onPrepareRename(asked =>
    at(asked, (document, offset) => {
      const found = renameableAt(document, offset);
      return 'refused' in found ? null : rangeOf(found.place);
    }),
  );
  connection.onRenameRequest(asked =>
    at(asked, (document, offset) => {
      const renaming = renameAt(workspace, document, offset, asked.newName);
      if ('refused' in renaming)
        return new protocol.ResponseError(protocol.LSPErrorCodes.RequestFailed, renaming.refused);
      return { changes: changesOf(renaming.edits) };
    }),
  );
}

function completionList(document: Document, offset: number): protocol.CompletionItem[] {
  const { start, items } = completionsAt(document, offset);
  const range = rangeOf({ source: document.source, start, end: offset });
  return items.map(({ label, kind, insert = label, detail, doc }, at) => ({
    label,
    kind: completionKinds[kind],
    textEdit: { range, newText: insert },
    sortText: String(at).padStart(5, '0'),
    ...(detail !== undefined && { detail }),
    ...(doc !== undefined && doc !== '' && { documentation: { kind: 'markdown' as const, value: doc } }),
  }));
}

function signaturesAt(document: Document, offset: number): protocol.SignatureHelp | null {
  const help = signatureHelpAt(document, offset);
  if (help === undefined) return null;
  const parameters = help.parameters.map(([start, end]) => ({ label: [start, end] as [number, number] }));
  const signature = { label: help.label, documentation: help.doc, parameters };
  // A number behind the last parameter says that none is marked.
  return { signatures: [signature], activeSignature: 0, activeParameter: help.active ?? parameters.length };
}

/** What is asked about a whole text, or a range of it. */
function answerOfTexts(connection: protocol.Connection, workspace: Workspace, checking: Checking): void {
  const shown = new Shapes();
  const of = <T>({ uri }: protocol.TextDocumentIdentifier, answer: (document: Document) => T): T | null => {
    const document = workspace.document(nameOf(uri));
    return document === undefined ? null : answer(document);
  };
  connection.onDocumentFormatting(({ textDocument }) => of(textDocument, one => formattingOf(one).map(textEditOf)));
  connection.onDocumentSymbol(({ textDocument }) => of(textDocument, one => symbolsOf(one).map(symbolOf)));
  connection.onFoldingRanges(({ textDocument }) =>
    of(textDocument, one =>
      foldsOf(one).map(({ first, last, kind }) => ({
        startLine: first,
        endLine: last,
        ...(kind !== 'code' && { kind }),
      })),
    ),
  );
  connection.onCodeAction(({ textDocument, range }) =>
    of(textDocument, one => {
      const [start, end] = [offsetAt(one.source, range.start), offsetAt(one.source, range.end)];
      return fixesAt(knownDiagnostics(one), start, end).map(({ title, diagnostic, edits }) => ({
        title,
        kind: protocol.CodeActionKind.QuickFix,
        diagnostics: [diagnosticOf(diagnostic)],
        edit: { changes: changesOf(edits) },
      }));
    }),
  );
  connection.languages.inlayHint.on(({ textDocument, range }) =>
    of(textDocument, one => {
      const [start, end] = [offsetAt(one.source, range.start), offsetAt(one.source, range.end)];
      const near = shown.of(one, checking.refreshesHints).filter(({ offset }) => start <= offset && offset <= end);
      const shapes = near.map(
        ({ offset, text }): protocol.InlayHint => ({
          position: positionAt(one.source, offset),
          label: text.trim(),
          kind: protocol.InlayHintKind.Type,
          paddingLeft: text.startsWith(' '),
        }),
      );
      return [...shapes, ...checking.memoryHints(one)];
    }),
  );
  connection.languages.semanticTokens.on(({ textDocument }) => {
    return of(textDocument, one => ({ data: tokenData(semanticTokensOf(one)) })) ?? { data: [] };
  });
  connection.onRequest('workspace/textDocumentContent', ({ uri }: { readonly uri: string }) => ({
    text: workspace.document(nameOf(uri))?.source.text ?? '',
  }));
}
