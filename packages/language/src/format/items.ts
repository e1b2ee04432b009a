/** Makes documents of files and their items. */
import type * as ast from '../ast.ts';
import { concat, type Document, group, hardLine } from './document.ts';
import { expression, input, name, type } from './expressions.ts';
import { commaList, type Printer } from './printer.ts';
import { bodyDocument, linesOf } from './statements.ts';

/** The whole file with its comments. Only imports and constants may stand on lines next to each other. */
export function fileDocument(printer: Printer, file: ast.File): Document {
  const comments = printer.between(file);
  const lines = linesOf(printer, file.items, comments, one => item(printer, one), standApart);
  const isEmpty = file.items.length + comments.length === 0;
  return isEmpty ? '' : concat(printer.leading(file), lines, printer.trailing(file), hardLine);
}

/** Whether an empty line separates two items. Imports may follow each other without one, and so may constants. */
function standApart(before: ast.Item, after: ast.Item): boolean {
  return before.kind !== after.kind || (before.kind !== 'import' && before.kind !== 'const');
}

function item(printer: Printer, node: ast.Item): Document {
  return printer.withComments(node, bare(printer, node));
}

function bare(printer: Printer, node: ast.Item): Document {
  switch (node.kind) {
    case 'import':
      return concat('import ', printer.verbatim({ span: node.pathSpan }));
    case 'precision':
      return `precision ${node.element}`;
    case 'const':
      return concat('const ', name(printer, node.name), ' = ', expression(printer, node.value));
    case 'block':
    case 'optimizer': {
      const parameters = node.parameters.map(one => parameter(printer, one));
      return group(
        concat(
          node.kind,
          ' ',
          name(printer, node.name),
          commaList('(', parameters, ')'),
          ' ',
          bodyDocument(printer, node.body),
        ),
      );
    }
    case 'model':
    case 'train':
      return entry(printer, node);
  }
}

function entry(printer: Printer, node: ast.Entry): Document {
  const dimensions = node.dimensions.map(one => parameter(printer, one));
  return group(
    concat(
      `${node.kind} `,
      name(printer, node.name),
      dimensions.length === 0 ? '' : commaList('[', dimensions, ']'),
      commaList(
        '(',
        node.inputs.map(one => input(printer, one)),
        ')',
      ),
      node.result === undefined ? '' : concat(' -> ', type(printer, node.result)),
      ' ',
      bodyDocument(printer, node.body),
    ),
  );
}

function parameter(printer: Printer, node: ast.Parameter): Document {
  const value = node.default === undefined ? '' : concat(' = ', expression(printer, node.default));
  return printer.withComments(node, concat(name(printer, node.name), value));
}
