/** What a cursor is on. */
import type { Span } from '@tessera-dnn/diagnostics';
import { type ast, findItem, type Meaning } from '@tessera-dnn/language';
import { declarationOf, useAt } from './names.ts';
import { type Node, pathAt, touches } from './nodes.ts';
import type { Document } from './workspace.ts';

export type Subject =
  | { readonly kind: 'name'; readonly place: Span; readonly meaning: Meaning; readonly call?: ast.Call }
  /** The name of an argument, and the parameter that it is for, if the callee has one of that name. */
  | { readonly kind: 'argument'; readonly place: Span; readonly call: ast.Call; readonly parameter?: Span }
  | { readonly kind: 'import'; readonly place: Span; readonly path: string }
  | { readonly kind: 'label'; readonly place: Span; readonly call: ast.Call }
  | { readonly kind: 'expression'; readonly place: Span };

/** Where that is declared which a name stands for, or the parameter for which an argument is. */
export function declaredBy(subject: Subject | undefined): Span | undefined {
  if (subject?.kind === 'name') return declarationOf(subject.meaning);
  return subject?.kind === 'argument' ? subject.parameter : undefined;
}

/** What is at an offset of a document; undefined where nothing is that could be asked about. */
export function subjectAt(document: Document, offset: number): Subject | undefined {
  const path = pathAt(document.file, offset);
  const use = useAt(document.names(), document.source.name, offset);
  const call = callOf(path);
  if (use !== undefined) {
    const isCallee = call !== undefined && touches(call.callee.span, offset);
    return { kind: 'name', ...use, ...(isCallee && { call }) };
  }
  const item = path.find(node => node.kind === 'import');
  if (item?.kind === 'import' && touches(item.pathSpan, offset)) {
    return { kind: 'import', place: item.pathSpan, path: item.path };
  }
  if (call !== undefined) {
    if (call.label !== undefined && touches(call.label.span, offset))
      return { kind: 'label', place: call.label.span, call };
    const name = call.arguments.find(argument => argument.name && touches(argument.name.span, offset))?.name;
    if (name !== undefined)
      return { kind: 'argument', place: name.span, call, parameter: parameterOf(document, call, name.text) };
  }
  const expression = path.findLast(node => node.kind !== undefined && document.values().at(node.span).length > 0);
  return expression && { kind: 'expression', place: expression.span };
}

/** The innermost call around the end of a path. */
export function callOf(path: readonly Node[]): ast.Call | undefined {
  const call = path.findLast(node => node.kind === 'call');
  return call?.kind === 'call' ? call : undefined;
}

/** Where the parameter of that name is declared which a call of an item takes. */
export function parameterOf(document: Document, call: ast.Call, name: string): Span | undefined {
  const item = findItem(document.names().root, call.callee.text)?.item;
  if (item === undefined) return undefined;
  const parameters = 'parameters' in item ? item.parameters : 'inputs' in item ? item.inputs : [];
  return parameters.find(parameter => parameter.name.text === name)?.name.span;
}
