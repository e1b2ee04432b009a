/**
 * Checks the names of a whole file, blocks that nobody calls and train items included, without evaluating anything. Afterwards an
 * unknown name is known to be reported, and elaboration is silent about it.
 */
import type { Span } from '@tessera/diagnostics';
import type { OpTable } from '@tessera/graph';
import type {
  Assign,
  Body,
  Call,
  Entry,
  Expression,
  If,
  Item,
  Minimize,
  Name,
  Parameter,
  Statement,
  Type,
  Update,
  Variable,
} from '../ast.ts';
import { duplicate, type FileScope, findItem, visibleNames } from './files.ts';
import { calleeNames, findCallee, isInitialiser } from './functions.ts';
import type { Report, Reporter } from './report.ts';
import { didYouMean } from './suggest.ts';

/** What a local name may be used for: `weight` of an optimiser takes `:=`. */
type Local = 'let' | 'var' | 'variable' | 'parameter' | 'dimension' | 'weight';

interface Entrance {
  readonly kind: Local;
  readonly span: Span;
}

interface Context {
  readonly table: OpTable;
  readonly file: FileScope;
  readonly reporter: Reporter;
  readonly item: Item['kind'];
  /** Innermost first. */
  readonly locals: readonly Map<string, Entrance>[];
}

export function checkNames(scope: FileScope, table: OpTable, reporter: Reporter): void {
  for (const item of scope.file.items) {
    if (item.kind === 'import') continue;
    const context: Context = { table, file: scope, reporter, item: item.kind, locals: [] };
    if (item.kind === 'const') checkExpression(context, item.value);
    else if (item.kind === 'block' || item.kind === 'optimizer') checkBlock(context, item);
    else checkEntry(context, item);
  }
}

function checkBlock(context: Context, item: { readonly parameters: readonly Parameter[]; readonly body: Body }): void {
  const inner = nested(context);
  item.parameters.forEach((parameter, index) => {
    if (parameter.default !== undefined) checkExpression(inner, parameter.default);
    declare(inner, parameter.name, context.item === 'optimizer' && index === 0 ? 'weight' : 'parameter');
  });
  checkBody(inner, item.body);
}

function checkEntry(context: Context, item: Entry): void {
  const inner = nested(context);
  for (const dimension of item.dimensions) {
    if (dimension.default !== undefined) checkExpression(context, dimension.default);
    declare(inner, dimension.name, 'dimension');
  }
  for (const input of item.inputs) checkType(inner, input.type);
  const result = item.result;
  if (result?.kind === 'record-type') for (const field of result.fields) checkType(inner, field.type);
  else if (result !== undefined) checkType(inner, result);
  for (const input of item.inputs) declare(inner, input.name, 'parameter');
  checkBody(inner, item.body);
}

// ----------------------------------------------------------------------------------------------------------- statements

function checkBody(context: Context, body: Body): void {
  const inner = nested(context);
  for (const statement of body.statements) checkStatement(inner, statement);
}

function checkStatement(context: Context, statement: Statement): void {
  switch (statement.kind) {
    case 'let':
    case 'var':
      checkExpression(context, statement.value);
      return declare(context, statement.name, statement.kind);
    case 'assign':
      checkExpression(context, statement.value);
      return checkAssign(context, statement);
    case 'param':
    case 'state':
      return checkVariable(context, statement);
    case 'update':
      checkExpression(context, statement.value);
      return checkUpdate(context, statement);
    case 'for': {
      checkExpression(context, statement.iterable);
      const inner = nested(context);
      declare(inner, statement.variable, 'let');
      return checkBody(inner, statement.body);
    }
    case 'return':
      if (statement.value?.kind === 'record')
        statement.value.fields.forEach(field => checkExpression(context, field.value));
      else if (statement.value !== undefined) checkExpression(context, statement.value);
      return;
    case 'minimize':
      return checkMinimize(context, statement);
    case 'expect':
      if (context.item !== 'model' && context.item !== 'train')
        misplaced(context, 'expect', 'a model or train', statement.span);
      return checkExpression(context, statement.limit);
    case 'expression':
      return checkExpression(context, statement.expression);
  }
}

function checkVariable(context: Context, statement: Variable): void {
  if (statement.kind === 'param' && context.item === 'optimizer') {
    misplaced(context, 'param', 'a block, model or train', statement.span);
  }
  checkType(context, statement.type);
  checkInitialiser(context, statement.initialiser);
  declare(context, statement.name, 'variable');
}

/** The names of initialisers are known here, also in the branches of an `if`. */
function checkInitialiser(context: Context, initialiser: Expression): void {
  if (initialiser.kind === 'reference' && isInitialiser(initialiser.name)) return;
  if (initialiser.kind === 'call' && isInitialiser(initialiser.callee.text)) {
    return initialiser.arguments.forEach(argument => checkExpression(context, argument.value));
  }
  checkExpression(context, initialiser);
}

function checkAssign(context: Context, { name }: Assign): void {
  const local = findLocal(context, name);
  if (local?.kind === 'var' || name.text === '') return;
  if (local === undefined)
    return unknown(context, name.text, name.span, localNames(context), 'declare it with var first');
  const help =
    local.kind === 'variable'
      ? `write ${name.text} := … to give it a new value`
      : local.kind === 'let'
        ? `declare it with var`
        : `declare var ${name.text} = ${name.text} first`;
  const notes = [{ message: `${name.text} is declared here`, span: local.span }];
  error(context, {
    code: 'not-assignable',
    message: `${name.text} is fixed and cannot be assigned`,
    span: name.span,
    notes,
    help,
  });
}

function checkUpdate(context: Context, { name }: Update): void {
  const local = findLocal(context, name);
  if (local?.kind === 'variable' || local?.kind === 'weight' || name.text === '') return;
  if (local === undefined) return unknown(context, name.text, name.span, localNames(context));
  const help = local.kind === 'var' ? `write ${name.text} = … to rebind it` : undefined;
  const notes = [{ message: `${name.text} is declared here`, span: local.span }];
  const message = `:= gives a param or state a new value, and ${name.text} is none`;
  error(context, { code: 'not-assignable', message, span: name.span, notes, help });
}

function checkMinimize(context: Context, statement: Minimize): void {
  if (context.item !== 'train') misplaced(context, 'minimize', 'a train', statement.span);
  checkExpression(context, statement.loss);
  const { callee, arguments: args } = statement.optimizer;
  for (const argument of args) checkExpression(context, argument.value);
  const visible = findItem(context.file, callee.text);
  const names = visibleNames(context.file).filter(name => findItem(context.file, name)?.item.kind === 'optimizer');
  if (callee.text !== '' && visible === undefined)
    unknown(context, callee.text, callee.span, names, undefined, 'optimizer');
  else if (visible !== undefined && visible.item.kind !== 'optimizer') {
    const message = `${callee.text} is a ${visible.item.kind}, not an optimizer`;
    error(context, { code: 'not-a-function', message, span: callee.span, help: didYouMean(callee.text, names) });
  }
  for (const part of [statement.selection, statement.clip, statement.accumulate]) {
    if (part !== undefined) checkExpression(context, part);
  }
}

// ---------------------------------------------------------------------------------------------------------- expressions

function checkType(context: Context, type: Type): void {
  if (type.kind === 'like-type') return checkExpression(context, type.value);
  checkExpression(context, type.element);
  for (const dimension of type.dimensions) checkExpression(context, dimension);
}

function checkExpression(context: Context, expression: Expression): void {
  let rest: Expression | undefined = expression;
  while (rest !== undefined) rest = checkOne(context, rest);
}

/** Checks all of an expression but its first operand, which is returned: long chains of operators and pipes nest to the left. */
function checkOne(context: Context, expression: Expression): Expression | undefined {
  switch (expression.kind) {
    case 'reference':
      checkReference(context, expression.name, expression.span);
      return undefined;
    case 'string':
      for (const part of expression.parts) if (part.kind === 'interpolation') checkExpression(context, part.expression);
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
      for (const part of expression.indices) {
        if (part.kind === 'at') checkExpression(context, part.index);
        if (part.kind !== 'slice') continue;
        for (const bound of [part.start, part.stop, part.step])
          if (bound !== undefined) checkExpression(context, bound);
      }
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

function checkIf(context: Context, expression: If): void {
  for (let branch: If | Body | undefined = expression; branch !== undefined; ) {
    if (!('kind' in branch)) return checkBody(context, branch);
    checkExpression(context, branch.condition);
    checkBody(context, branch.then);
    branch = branch.otherwise;
  }
}

function checkReference(context: Context, name: string, span: Span): void {
  if (name === '' || name === 'training' || context.locals.some(scope => scope.has(name))) return;
  const visible = findItem(context.file, name);
  if (visible?.item.kind === 'const') return;
  const callee = findCallee(context.table, context.file, name);
  if (callee === undefined) return unknown(context, name, span, [...localNames(context), ...constNames(context)]);
  const what = callee.kind === 'item' ? callee.visible.item.kind : 'function';
  error(context, {
    code: 'not-a-value',
    message: `${name} is a ${what}, not a value`,
    span,
    help: `call it: ${name}(…)`,
  });
}

function checkCall(context: Context, { callee, arguments: args, label }: Call): void {
  for (const argument of args) checkExpression(context, argument.value);
  if (label !== undefined) checkExpression(context, label.value);
  if (callee.text === '') return;
  const found = findCallee(context.table, context.file, callee.text);
  if (found?.kind === 'op' || found?.kind === 'builtin') return;
  const local = findLocal(context, callee);
  if (found === undefined && local === undefined) {
    return unknown(context, callee.text, callee.span, calleeNames(context.table, context.file), undefined, 'function');
  }
  const item = found?.visible.item;
  if (item?.kind === 'block' || item?.kind === 'model') return;
  const span = item?.name.span ?? local?.span;
  const what = item === undefined ? 'value' : item.kind === 'const' ? 'constant' : `${item.kind} item`;
  const help = item?.kind === 'optimizer' ? `write minimize loss using ${callee.text}(…)` : undefined;
  const notes = [{ message: `${callee.text} is declared here`, span }];
  error(context, {
    code: 'not-a-function',
    message: `${callee.text} is a ${what} and cannot be called`,
    span: callee.span,
    notes,
    help,
  });
}

// --------------------------------------------------------------------------------------------------------------- scopes

function nested(context: Context): Context {
  return { ...context, locals: [new Map(), ...context.locals] };
}

function declare(context: Context, name: Name, kind: Local): void {
  if (name.text === '') return;
  const earlier = context.locals[0].get(name.text);
  if (earlier === undefined) context.locals[0].set(name.text, { kind, span: name.span });
  else context.reporter.error(duplicate(name, earlier));
}

function findLocal(context: Context, name: Name): Entrance | undefined {
  return context.locals.find(scope => scope.has(name.text))?.get(name.text);
}

function localNames(context: Context): string[] {
  return context.locals.flatMap(scope => [...scope.keys()]);
}

function constNames(context: Context): string[] {
  return visibleNames(context.file).filter(name => findItem(context.file, name)?.item.kind === 'const');
}

function unknown(
  context: Context,
  name: string,
  span: Span,
  known: readonly string[],
  help?: string,
  what = 'name',
): void {
  error(context, {
    code: 'unknown-name',
    message: `there is no ${what} ${name}`,
    span,
    help: didYouMean(name, known) ?? help,
  });
}

function misplaced(context: Context, what: string, where: string, span: Span): void {
  error(context, { code: 'wrong-body', message: `${what} stands only in ${where}`, span });
}

function error(context: Context, diagnostic: Report): void {
  context.reporter.error(diagnostic);
}
