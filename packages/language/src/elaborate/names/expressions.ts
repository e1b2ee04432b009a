/** Checks the names in expressions and types: values that are read, and functions that are called. */
import type { Body, Call, Expression, If, IndexPart, Reference, Type } from '../../ast.ts';
import { statementWords } from '../../lexer/tokens.ts';
import { namesVariables } from '../builtin-names.ts';
import { findItem } from '../files.ts';
import { calleeNames, findCallee, isCircumstance } from '../functions.ts';
import { didYouMean } from '../suggest.ts';
import {
  type Context,
  findLocal,
  itemNames,
  localNames,
  observeCallee,
  observeLocal,
  reportName,
  reportUnknown,
} from './context.ts';
import { checkBody } from './statements.ts';

/** `let`, `minimize` and the other words that begin a statement. */
const words = statementWords.map(({ name }) => name);

/** Checks the names in a written type. */
export function checkType(context: Context, type: Type): void {
  if (type.kind === 'like-type') {
    checkExpression(context, type.value);
    return;
  }
  checkExpression(context, type.element);
  for (const dimension of type.dimensions) checkExpression(context, dimension);
}

/** Checks the names in an expression and in everything below it. */
export function checkExpression(context: Context, expression: Expression): void {
  let rest: Expression | undefined = expression;
  while (rest !== undefined) rest = checkButFirst(context, rest);
}

/**
 * Checks all of an expression except its first operand, which is returned. Chains of operators and pipes nest to the left, so the caller
 * can follow them in a loop.
 */
function checkButFirst(context: Context, expression: Expression): Expression | undefined {
  switch (expression.kind) {
    case 'reference':
      checkReference(context, expression);
      return undefined;
    case 'string':
      for (const part of expression.parts) {
        if (part.kind === 'interpolation') checkExpression(context, part.expression);
      }
      return undefined;
    case 'list':
      for (const element of expression.elements) checkExpression(context, element);
      return undefined;
    case 'unary':
      return expression.operand;
    case 'binary':
      checkExpression(context, expression.right);
      return expression.left;
    case 'call':
      checkCall(context, expression);
      return undefined;
    case 'pipe':
      checkCall(context, expression.call);
      return expression.value;
    case 'index':
      for (const part of expression.indices) checkIndexPart(context, part);
      return expression.target;
    case 'member':
      return expression.target;
    case 'if':
      checkIf(context, expression);
      return undefined;
    default:
      return undefined;
  }
}

function checkIndexPart(context: Context, part: IndexPart): void {
  const bounds = part.kind === 'at' ? [part.index] : part.kind === 'slice' ? [part.start, part.stop, part.step] : [];
  for (const bound of bounds) if (bound !== undefined) checkExpression(context, bound);
}

function checkIf(context: Context, expression: If): void {
  let branch: If | Body | undefined = expression;
  while (branch !== undefined && 'kind' in branch) {
    checkExpression(context, branch.condition);
    checkBody(context, branch.then);
    branch = branch.otherwise;
  }
  if (branch !== undefined) checkBody(context, branch);
}

function checkReference(context: Context, { name, span }: Reference): void {
  const local = findLocal(context, name);
  if (local !== undefined) observeLocal(context, span, local);
  if (name === '' || isCircumstance(name) || local !== undefined) return;
  const callee = findCallee(context.table, context.file, name);
  observeCallee(context, span, callee);
  const item = findItem(context.file, name)?.item;
  if (item?.kind === 'const') return;
  if (callee === undefined) {
    const known = () => [...localNames(context), ...itemNames(context, 'const')];
    // A mistyped word at the beginning of a statement looks like a name: `minimise loss …`.
    reportUnknown(context, 'name', { text: name, span }, known, didYouMean(name, words));
    return;
  }
  const message = `${name} is a ${item?.kind ?? 'function'}, not a value`;
  reportName(context, { code: 'not-a-value', message, span, help: `call it: ${name}(…)` });
}

/** Checks an expression whose value may be a function: an argument of a block, a default, what a name is bound to. */
export function checkPassedOn(context: Context, expression: Expression): void {
  if (expression.kind === 'list') {
    for (const element of expression.elements) checkPassedOn(context, element);
    return;
  }
  if (expression.kind !== 'reference' || findLocal(context, expression.name) !== undefined) {
    checkExpression(context, expression);
    return;
  }
  const callee = findCallee(context.table, context.file, expression.name);
  const kind = callee?.kind === 'item' ? callee.visible.item.kind : 'block';
  if (callee === undefined || (kind !== 'block' && kind !== 'model')) checkExpression(context, expression);
  else observeCallee(context, expression.span, callee);
}

/** Whether a call may be given functions: of a block or model, of a function that was passed on, or for the variables of a model. */
function takesFunctions(context: Context, name: string): boolean {
  const found = findCallee(context.table, context.file, name);
  if (found === undefined) return findLocal(context, name) !== undefined;
  return found.kind === 'item' || (found.kind === 'builtin' && namesVariables(found.name));
}

function checkCall(context: Context, { callee, arguments: args, label }: Call): void {
  const check = takesFunctions(context, callee.text) ? checkPassedOn : checkExpression;
  for (const argument of args) check(context, argument.value);
  if (label !== undefined) checkExpression(context, label.value);
  if (callee.text === '') return;
  const found = findCallee(context.table, context.file, callee.text);
  const item = found?.kind === 'item' ? found.visible.item : undefined;
  const local = findLocal(context, callee.text);
  // A parameter may stand for a function and is called then; another local name of a function's is that function.
  if (local !== undefined && (found === undefined || local.kind === 'parameter')) {
    observeLocal(context, callee.span, local);
  } else observeCallee(context, callee.span, found);
  if (found === undefined && local === undefined) {
    reportUnknown(context, 'function', callee, () => calleeNames(context.table, context.file));
    return;
  }
  if (found !== undefined && (item === undefined || item.kind === 'block' || item.kind === 'model')) return;
  // What a parameter or a bound name stands for is known when it is called.
  if (found === undefined && (local?.kind === 'parameter' || local?.kind === 'let' || local?.kind === 'var')) return;
  const what =
    item === undefined
      ? 'a value'
      : item.kind === 'const'
        ? 'a constant'
        : `a${item.kind === 'optimizer' ? 'n' : ''} ${item.kind}`;
  reportName(context, {
    code: 'not-a-function',
    message: `${callee.text} is ${what} and cannot be called`,
    span: callee.span,
    notes: [{ message: `${callee.text} is declared here`, span: item?.name.span ?? local?.span }],
    help: item?.kind === 'optimizer' ? `write minimize loss using ${callee.text}(…)` : undefined,
  });
}
