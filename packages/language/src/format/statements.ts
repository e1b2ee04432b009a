/** Makes documents of bodies and statements. */
import type * as ast from '../ast.ts';
import type { Comment } from '../lexer/lex.ts';
import { concat, type Document, hardLine, indent, line, sequence } from './document.ts';
import { call, expression, ifElse, label, name, type } from './expressions.ts';
import { commaList, type Printer, textOf } from './printer.ts';

/**
 * `{ … }`. Each statement gets a line of its own, unless there is at most one and it was written on one line: then it may stay there if it
 * fits.
 */
export function bodyDocument(printer: Printer, body: ast.Body): Document {
  const comments = printer.between(body);
  const { statements } = body;
  const isShort = statements.length <= 1 && comments.length === 0 && !/[\r\n]/.test(printer.verbatim(body));
  const lines = linesOf(printer, statements, comments, one => statement(printer, one));
  if (statements.length + comments.length === 0) return printer.withComments(body, '{}');
  const space = isShort ? line : hardLine;
  return printer.withComments(body, concat('{', indent(concat(space, lines)), space, '}'));
}

/** Statements or items, and the comments between them, each on its line. Empty lines between them become one. */
export function linesOf<T extends { readonly span: ast.Body['span'] }>(
  printer: Printer,
  nodes: readonly T[],
  comments: readonly Comment[],
  print: (node: T) => Document,
  needsEmptyLine: (before: T, after: T) => boolean = () => false,
): Document {
  const entries = [
    ...nodes.map(node => ({ start: node.span.start, end: node.span.end, node, document: print(node) })),
    ...comments.map(({ start, end, text }) => ({
      start,
      end,
      node: undefined,
      document: textOf({ start, end, text }),
    })),
  ].sort((a, b) => a.start - b.start);
  const parts: Document[] = [];
  let before: T | undefined;
  for (const [i, { start, node, document }] of entries.entries()) {
    if (i > 0) parts.push(hardLine);
    const between = i === 0 ? '' : printer.source.text.slice(entries[i - 1]!.end, start);
    const wanted = before !== undefined && node !== undefined && needsEmptyLine(before, node);
    if (hasEmptyLine(between) || (wanted && entries[i - 1]!.node !== undefined)) parts.push(hardLine);
    parts.push(document);
    before = node ?? before;
  }
  return sequence(parts);
}

function hasEmptyLine(between: string): boolean {
  return /\n[^\S\n]*\n/.test(between.replaceAll(/\r\n?/g, '\n'));
}

function statement(printer: Printer, node: ast.Statement): Document {
  return printer.withComments(node, bare(printer, node));
}

function bare(printer: Printer, node: ast.Statement): Document {
  switch (node.kind) {
    case 'let':
    case 'var':
      return concat(node.kind, ' ', names(printer, node), ' = ', expression(printer, node.value));
    case 'assign':
      return concat(names(printer, node), ' = ', expression(printer, node.value));
    case 'update':
      return concat(name(printer, node.name), ' := ', expression(printer, node.value));
    case 'param':
    case 'state':
      return variable(printer, node);
    case 'for': {
      const head = concat('for ', name(printer, node.variable), ' in ', expression(printer, node.iterable), ' ');
      return concat(head, bodyDocument(printer, node.body));
    }
    case 'return':
      return node.value === undefined ? 'return' : concat('return ', returned(printer, node.value));
    case 'minimize':
      return minimize(printer, node);
    case 'expect':
      return concat('expect peak <= ', expression(printer, node.limit));
    case 'expression':
      return node.expression.kind === 'if'
        ? printer.withComments(node.expression, ifElse(printer, node.expression))
        : expression(printer, node.expression);
  }
}

function names(printer: Printer, node: ast.Binding | ast.Assign): Document {
  return concat(...[node.name, ...node.others].flatMap((one, at) => [at === 0 ? '' : ', ', name(printer, one)]));
}

function variable(printer: Printer, node: ast.Variable): Document {
  const called = node.label === undefined ? '' : label(printer, node.label);
  const head = concat(node.kind, ' ', name(printer, node.name), called, ': ', type(printer, node.type));
  return concat(head, ' = ', expression(printer, node.initialiser));
}

function returned(printer: Printer, node: ast.Expression | ast.RecordExpression): Document {
  if (node.kind !== 'record') return expression(printer, node);
  const fields = node.fields.map(one => field(printer, one));
  return printer.withComments(node, commaList('{', fields, '}', line));
}

function field(printer: Printer, node: ast.RecordField): Document {
  const value = node.short ? '' : concat(': ', expression(printer, node.value));
  return printer.withComments(node, concat(name(printer, node.name), value));
}

function minimize(printer: Printer, node: ast.Minimize): Document {
  const optional = (word: string, value: ast.Expression | undefined): Document =>
    value === undefined ? '' : concat(` ${word} `, expression(printer, value));
  return concat(
    'minimize ',
    expression(printer, node.loss),
    ' using ',
    printer.withComments(node.optimizer, call(printer, node.optimizer)),
    optional('for', node.selection),
    optional('clip', node.clip),
    optional('accumulate', node.accumulate),
    optional('states', node.states),
    optional('master', node.master),
    optional('scale', node.scale),
  );
}
