/** What a function takes, as a line to show, and what is written of it where it is declared. */

import { operations } from '@tessera-dnn/compiler/planning';
import type { Span } from '@tessera-dnn/diagnostics';
import { type ast, builtinDocs, type Callee, findItem, initialiserNames, type NamedItem } from '@tessera-dnn/language';
import type { Document } from './workspace.ts';

export interface Signature {
  readonly name: string;
  /** What it is: `block`, `model`, `operation` … */
  readonly kind: string;
  /** As written: `kernel`, `stride = 1`, `x: f32[n, 10]`. */
  readonly parameters: readonly string[];
  /** What stands behind them: `-> f32[n, 10]`. */
  readonly result: string;
  readonly doc: string;
}

/** The signature of what can be called; undefined of a constant. */
export function signatureOf(callee: Callee): Signature | undefined {
  if (callee.kind === 'item') return itemSignature(callee.visible.item);
  return builtInSignature(callee.kind === 'op' ? callee.op.name : callee.name);
}

/** The signature of what `name` calls in a document: an item, a function of the language, an operation or an initialiser. */
export function signatureNamed(document: Document, name: string): Signature | undefined {
  const item = findItem(document.names().root, name)?.item;
  return item === undefined ? builtInSignature(name) : itemSignature(item);
}

/** The signature as one line. */
export function showSignature({ name, parameters, result }: Signature): string {
  return `${name}(${parameters.join(', ')})${result}`;
}

/** The name of a parameter as a {@link Signature} writes it. */
export function parameterName(parameter: string): string {
  return parameter.split(/[:=]/)[0].trim();
}

function itemSignature(item: NamedItem): Signature | undefined {
  if (item.kind === 'const') return undefined;
  const name = item.name.text;
  const doc = docOf(item);
  if (item.kind === 'block' || item.kind === 'optimizer') {
    return { name, kind: item.kind, parameters: item.parameters.map(({ span }) => textOf(span)), result: '', doc };
  }
  const result = item.result === undefined ? '' : ` -> ${textOf(item.result.span)}`;
  return { name, kind: item.kind, parameters: item.inputs.map(({ span }) => textOf(span)), result, doc };
}

function builtInSignature(name: string): Signature | undefined {
  if (isDocumented(name)) {
    const { parameters, summary } = builtinDocs[name];
    const kind = (initialiserNames as readonly string[]).includes(name) ? 'initialiser' : 'function';
    return { name, kind, parameters, result: '', doc: summary };
  }
  const operation = operations.find(one => one.name === name);
  if (operation === undefined) return undefined;
  const parameters = operation.parameters.map(({ name: text, default: fallback }) => {
    return fallback === undefined ? text : `${text} = ${fallback === null ? 'none' : JSON.stringify(fallback)}`;
  });
  return { name, kind: 'operation', parameters, result: '', doc: operation.doc.summary };
}

function isDocumented(name: string): name is keyof typeof builtinDocs {
  return Object.hasOwn(builtinDocs, name);
}

/** The text of a place, on one line. */
export function textOf({ source, start, end }: Span): string {
  return source.text.slice(start, end).replaceAll(/\s+/g, ' ');
}

/** The comment lines directly above an item, without their marks. */
export function docOf({ span: { source, start } }: ast.Item): string {
  const above = source.text.slice(0, start).split('\n').slice(0, -1);
  const lines: string[] = [];
  for (let line = above.pop(); line?.startsWith('//'); line = above.pop()) lines.unshift(line.replace(/^\/\/ ?/, ''));
  return lines.join('\n');
}
