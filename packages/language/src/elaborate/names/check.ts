/**
 * Checks the names of a whole file without evaluating anything, including blocks that are never called. Elaboration can then stay silent
 * about unknown names, since they have been reported.
 */
import type { OpTable } from '@tessera-dnn/graph/op';
import type { Block, Entry, Item, Optimizer } from '../../ast.ts';
import type { FileScope } from '../files.ts';
import type { Observer } from '../observer.ts';
import type { Reporter } from '../report.ts';
import { type Context, declare, nested } from './context.ts';
import { checkExpression, checkPassedOn, checkType } from './expressions.ts';
import { checkBody } from './statements.ts';

/** Checks every item of the file, and reports each name that is unknown or may not be used where it stands. */
export function checkNames(scope: FileScope, table: OpTable, reporter: Reporter, observer?: Observer): void {
  const context = { table, file: scope, reporter, observer, locals: [] };
  for (const item of scope.file.items) checkItem({ ...context, item: item.kind }, item);
}

function checkItem(context: Context, item: Item): void {
  switch (item.kind) {
    case 'import':
    case 'precision':
      break;
    case 'const':
      checkExpression(context, item.value);
      break;
    case 'block':
    case 'optimizer':
      checkBlock(context, item);
      break;
    case 'model':
    case 'train':
      checkEntry(context, item);
      break;
  }
}

/** Checks a block or optimiser. A default may use the parameters before it. */
function checkBlock(context: Context, item: Block | Optimizer): void {
  const inner = nested(context);
  for (const [index, parameter] of item.parameters.entries()) {
    if (parameter.default !== undefined) checkPassedOn(inner, parameter.default);
    declare(inner, parameter.name, item.kind === 'optimizer' && index === 0 ? 'weight' : 'parameter');
  }
  checkBody(inner, item.body);
}

function checkEntry(context: Context, item: Entry): void {
  const inner = nested(context);
  for (const dimension of item.dimensions) {
    if (dimension.default !== undefined) checkExpression(context, dimension.default);
    declare(inner, dimension.name, 'dimension');
  }
  for (const input of item.inputs) checkType(inner, input.type);
  const { result } = item;
  const types =
    result?.kind === 'record-type' ? result.fields.map(field => field.type) : result === undefined ? [] : [result];
  for (const type of types) checkType(inner, type);
  for (const input of item.inputs) declare(inner, input.name, 'parameter');
  checkBody(inner, item.body);
}
