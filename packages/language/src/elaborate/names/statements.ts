/** Checks the names in statements: what they declare, and what `=` and `:=` may change. */
import type {
  Assign,
  Body,
  Expect,
  Expression,
  For,
  Minimize,
  Name,
  Return,
  Statement,
  Update,
  Variable,
} from '../../ast.ts';
import { findItem } from '../files.ts';
import { isAutomatic, isInitialiser } from '../functions.ts';
import {
  type Context,
  declare,
  findLocal,
  itemNames,
  type Local,
  localNames,
  nested,
  observeCallee,
  observeLocal,
  reportMisplaced,
  reportName,
  reportUnknown,
} from './context.ts';
import { checkExpression, checkPassedOn, checkType } from './expressions.ts';

/** Checks the statements of a body in order; the names that they declare are known until its end. */
export function checkBody(context: Context, body: Body): void {
  const inner = nested(context);
  for (const statement of body.statements) checkStatement(inner, statement);
}

function checkStatement(context: Context, statement: Statement): void {
  switch (statement.kind) {
    case 'let':
    case 'var':
      checkPassedOn(context, statement.value);
      for (const name of [statement.name, ...statement.others]) declare(context, name, statement.kind);
      break;
    case 'assign':
      checkAssign(context, statement);
      break;
    case 'param':
    case 'state':
      checkVariable(context, statement);
      break;
    case 'update':
      checkUpdate(context, statement);
      break;
    case 'for':
      checkFor(context, statement);
      break;
    case 'return':
      checkReturn(context, statement);
      break;
    case 'minimize':
      checkMinimize(context, statement);
      break;
    case 'expect':
      checkExpect(context, statement);
      break;
    case 'expression':
      checkExpression(context, statement.expression);
      break;
  }
}

function checkVariable(context: Context, statement: Variable): void {
  if (statement.kind === 'param' && context.item === 'optimizer') {
    reportMisplaced(context, 'param', 'a block, model or train', statement.span);
  }
  if (statement.label !== undefined) checkExpression(context, statement.label.value);
  checkType(context, statement.type);
  checkInitialiser(context, statement.initialiser);
  declare(context, statement.name, 'variable');
}

/** Checks an initialiser. Only here are the names of built-in initialisers known. */
function checkInitialiser(context: Context, initialiser: Expression): void {
  if (initialiser.kind === 'reference' && isInitialiser(initialiser.name)) return;
  if (initialiser.kind === 'call' && isInitialiser(initialiser.callee.text)) {
    for (const argument of initialiser.arguments) checkExpression(context, argument.value);
    return;
  }
  checkExpression(context, initialiser);
}

function checkAssign(context: Context, { name, others, value }: Assign): void {
  checkExpression(context, value);
  for (const target of [name, ...others]) checkTarget(context, target);
}

function checkTarget(context: Context, name: Name): void {
  const local = findLocal(context, name.text);
  if (local !== undefined) observeLocal(context, name.span, local);
  if (local?.kind === 'var' || name.text === '') return;
  if (local === undefined) {
    reportUnknown(context, 'name', name, () => localNames(context), `declare it: var ${name.text} = …`);
    return;
  }
  reportName(context, {
    code: 'not-assignable',
    message: `${name.text} is fixed and cannot be assigned`,
    span: name.span,
    notes: [{ message: `${name.text} is declared here`, span: local.span }],
    help: helpToAssign(name.text, local),
  });
}

function helpToAssign(name: string, local: Local): string {
  if (local.kind === 'variable' || local.kind === 'weight') return `write ${name} := … to give it a new value`;
  return local.kind === 'let' ? 'declare it with var' : `declare var ${name} = ${name} first`;
}

function checkUpdate(context: Context, { name, value }: Update): void {
  checkExpression(context, value);
  const local = findLocal(context, name.text);
  if (local !== undefined) observeLocal(context, name.span, local);
  if (local?.kind === 'variable' || local?.kind === 'weight' || name.text === '') return;
  // It may stand for variables, which is known when it runs.
  if (local?.kind === 'let') return;
  if (local === undefined) {
    reportUnknown(context, 'name', name, () => localNames(context));
    return;
  }
  reportName(context, {
    code: 'not-assignable',
    message: `:= gives a param or state a new value, and ${name.text} is neither`,
    span: name.span,
    notes: [{ message: `${name.text} is declared here`, span: local.span }],
    help: local.kind === 'var' ? `write ${name.text} = … to rebind it` : undefined,
  });
}

function checkFor(context: Context, { variable, iterable, body }: For): void {
  checkPassedOn(context, iterable);
  const inner = nested(context);
  declare(inner, variable, 'let');
  checkBody(inner, body);
}

function checkReturn(context: Context, { value }: Return): void {
  if (value === undefined) return;
  if (value.kind !== 'record') checkExpression(context, value);
  else for (const field of value.fields) checkExpression(context, field.value);
}

function checkExpect(context: Context, { limit, span }: Expect): void {
  if (context.item !== 'model' && context.item !== 'train')
    reportMisplaced(context, 'expect', 'a model or train', span);
  checkExpression(context, limit);
}

function checkMinimize(context: Context, statement: Minimize): void {
  if (context.item !== 'train') reportMisplaced(context, 'minimize', 'a train', statement.span);
  checkExpression(context, statement.loss);
  checkOptimizer(context, statement);
  const { selection, clip, accumulate, states, master } = statement;
  for (const part of [selection, clip, accumulate, states, master]) {
    if (part !== undefined) checkExpression(context, part);
  }
  if (statement.scale !== undefined) checkScale(context, statement.scale);
}

/** Checks the clause `scale`. Only here does `automatic` mean anything. */
function checkScale(context: Context, scale: Expression): void {
  if (!isAutomatic(scale)) checkExpression(context, scale);
  else if (scale.kind === 'call') for (const argument of scale.arguments) checkExpression(context, argument.value);
}

function checkOptimizer(context: Context, { optimizer: { callee, arguments: args } }: Minimize): void {
  for (const argument of args) checkExpression(context, argument.value);
  const visible = findItem(context.file, callee.text);
  observeCallee(context, callee.span, visible && { kind: 'item', visible });
  const kind = visible?.item.kind;
  if (callee.text === '' || kind === 'optimizer') return;
  const known = () => itemNames(context, 'optimizer');
  if (kind === undefined) {
    reportUnknown(context, 'optimizer', callee, known);
    return;
  }
  const message = `${callee.text} is a ${kind}, not an optimizer`;
  reportName(context, {
    code: 'not-a-function',
    message,
    span: callee.span,
    help: context.reporter.suggestions.of(callee.text, known),
  });
}
