/** What is wrong with a text, in three depths: each takes longer and knows more. */
import { check } from '@tessera-dnn/compiler/planning';
import { type Diagnostic, isError } from '@tessera-dnn/diagnostics';
import type { Document, Workspace } from './workspace.ts';

/** Mistakes of syntax and of names, in the document and what it imports: at every key. */
export function quickDiagnostics(document: Document): readonly Diagnostic[] {
  return [...document.syntax, ...document.names().diagnostics];
}

/** What is known without waiting: also what values showed, if they were asked for. */
export function knownDiagnostics(document: Document): readonly Diagnostic[] {
  return document.isEvaluated() ? valueDiagnostics(document) : quickDiagnostics(document);
}

/** Also shapes, types and everything else that shows when programs are evaluated. */
export function valueDiagnostics(document: Document): readonly Diagnostic[] {
  return [...document.syntax, ...document.values().diagnostics];
}

/**
 * All that `tessera check` says: gradients that do not exist and peaks that are exceeded too, for which programs may be planned. Of a text with
 * errors these are the same as {@link valueDiagnostics}.
 */
export function allDiagnostics(workspace: Workspace, document: Document): readonly Diagnostic[] {
  const found = valueDiagnostics(document);
  return found.some(isError) ? found : check(document.source, { load: workspace.load });
}
