/** What the protocol calls the kinds of the service. */
import type { Diagnostic } from '@tessera-dnn/diagnostics';
import {
  type CompletionKind,
  type DocumentSymbol,
  type SemanticToken,
  tokenModifiers,
  tokenTypes,
} from '@tessera-dnn/service';
import * as protocol from 'vscode-languageserver';
import { locationOf, positionAt, rangeOf } from './places.ts';

export const completionKinds: Readonly<Record<CompletionKind, protocol.CompletionItemKind>> = {
  block: protocol.CompletionItemKind.Function,
  model: protocol.CompletionItemKind.Class,
  function: protocol.CompletionItemKind.Function,
  constant: protocol.CompletionItemKind.Constant,
  variable: protocol.CompletionItemKind.Variable,
  argument: protocol.CompletionItemKind.Property,
  member: protocol.CompletionItemKind.Field,
  path: protocol.CompletionItemKind.Value,
  label: protocol.CompletionItemKind.Reference,
  word: protocol.CompletionItemKind.Keyword,
  type: protocol.CompletionItemKind.TypeParameter,
};

const symbolKinds: Readonly<Record<DocumentSymbol['kind'], protocol.SymbolKind>> = {
  const: protocol.SymbolKind.Constant,
  block: protocol.SymbolKind.Function,
  optimizer: protocol.SymbolKind.Function,
  model: protocol.SymbolKind.Class,
  train: protocol.SymbolKind.Class,
  param: protocol.SymbolKind.Property,
  state: protocol.SymbolKind.Property,
  label: protocol.SymbolKind.Object,
};

/** A declaration with those inside it. */
export function symbolOf({ name, kind, detail, span, place, children }: DocumentSymbol): protocol.DocumentSymbol {
  return {
    name,
    detail,
    kind: symbolKinds[kind],
    range: rangeOf(span),
    selectionRange: rangeOf(place),
    children: children.map(symbolOf),
  };
}

/** A diagnostic with its notes; one without a place is shown at the beginning of the text. */
export function diagnosticOf({
  severity,
  code,
  message,
  span,
  labels = [],
  notes = [],
  help,
}: Diagnostic): protocol.Diagnostic {
  const start = { line: 0, character: 0 };
  const remarks = [...labels, ...notes].flatMap(({ message: text, span: at }) => {
    return at === undefined ? [] : [{ message: text, location: locationOf(at) }];
  });
  return {
    range: span === undefined ? { start, end: start } : rangeOf(span),
    severity: severity === 'error' ? protocol.DiagnosticSeverity.Error : protocol.DiagnosticSeverity.Warning,
    code,
    source: 'tessera',
    message: help === undefined ? message : `${message}\nhelp: ${help}`,
    ...(remarks.length > 0 && { relatedInformation: remarks }),
  };
}

/** Tokens as five numbers each, places relative to the token before. */
export function tokenData(tokens: readonly SemanticToken[]): number[] {
  let [line, character] = [0, 0];
  return tokens.flatMap(({ place, type, modifiers }) => {
    const at = positionAt(place.source, place.start);
    const data = [
      at.line - line,
      at.line === line ? at.character - character : at.character,
      place.end - place.start,
      tokenTypes.indexOf(type),
      modifiers.reduce((bits, modifier) => bits | (1 << tokenModifiers.indexOf(modifier)), 0),
    ];
    [line, character] = [at.line, at.character];
    return data;
  });
}
